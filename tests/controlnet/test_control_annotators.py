"""Annotators on photographs: the table, what is said when something is missing, and real detectors where they can be imported."""

import hashlib
import sys
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from photo_subjects import imported
from PIL import Image

from spotdiff10k.engines.controlnet.control import annotator_loading, control_maps
from spotdiff10k.engines.controlnet.control.annotating import annotate, load_detector
from spotdiff10k.engines.controlnet.control.annotator_weights import weights_folder
from spotdiff10k.engines.controlnet.control.annotators import ANNOTATORS, DEFAULTS, RESEARCH_ONLY
from spotdiff10k.engines.controlnet.control.kinds import KINDS
from spotdiff10k.engines.controlnet.control.options import refuse_unusable_controls
from spotdiff10k.engines.rendered.canny import canny
from spotdiff10k.errors import EngineError, ModelError
from spotdiff10k.photos.catalogue import read_catalogue
from spotdiff10k.types import BackgroundLevel, EngineSettings, PlannedGroup, PoseLevel, SubjectLevel

SIDE = 96
DETECTORS = sorted(entry.name for entry in ANNOTATORS.values() if entry.detector)


@pytest.fixture(autouse=True)
def _forget_detectors() -> None:
    load_detector.cache_clear()


def photograph(width: int = SIDE) -> np.ndarray:
    rows, columns = np.mgrid[:SIDE, :width]
    ball = (rows - 50) ** 2 + (columns - 45) ** 2 < 30**2
    colours = np.where(ball[..., None], (200, 90, 40), (60, 120, 160)) + (rows // 4)[..., None]
    return np.clip(colours, 0, 255).astype(np.uint8)


REFUSE_CODE = annotator_loading._refuse_code


class FakeDetector:
    """What every detector of the package looks like from outside."""

    seen: dict[str, Any]

    shows: Callable[[Image.Image], Image.Image] = staticmethod(lambda picture: picture.convert("L").resize((64, 64)))
    model: Any = types.SimpleNamespace(named_parameters=list)

    def __init__(self, folder: str = "", **files: str) -> None:
        FakeDetector.seen = {"folder": folder, "files": files}

    @classmethod
    def from_pretrained(cls, folder: str, **files: str) -> "FakeDetector":
        return cls(folder, **files)

    def to(self, device: str) -> "FakeDetector":
        FakeDetector.seen["device"] = device
        return self

    def __call__(self, picture: Image.Image, **sizes: int) -> Image.Image:
        FakeDetector.seen["sizes"] = sizes
        return FakeDetector.shows(picture)


@pytest.fixture
def fake_package(monkeypatch: pytest.MonkeyPatch) -> None:
    package = types.ModuleType("controlnet_aux")
    for entry in ANNOTATORS.values():
        setattr(package, entry.detector or "Nothing", FakeDetector)
    monkeypatch.setitem(sys.modules, "controlnet_aux", package)
    for needs_torch in ("require_torch_device", "_refuse_code"):
        monkeypatch.setattr(annotator_loading, needs_torch, lambda *_: None)


def write_weights(name: str, folder: Path) -> None:
    """Files of the right names; those that are looked into hold no weights at all."""
    for weights in ANNOTATORS[name].weights:
        (folder / weights.file).write_bytes(b"weights")
    if ANNOTATORS[name].lenient:
        torch = pytest.importorskip("torch")
        torch.save({"model": {"part.weight": torch.zeros(2)}}, folder / ANNOTATORS[name].weights[0].file)


def test_the_table_is_whole() -> None:
    for name, entry in ANNOTATORS.items():
        assert entry.name == name
        assert entry.kind in KINDS
        assert entry.shows
        assert len(entry.revision) == 40
        assert all(len(weights.sha256) in (0, 64) for weights in entry.weights)
    assert all(ANNOTATORS[name].kind == kind for kind, name in DEFAULTS.items())
    assert {entry.name for entry in ANNOTATORS.values() if entry.licence == RESEARCH_ONLY} == {"openpose", "pidinet"}


def test_our_own_canny_needs_nothing() -> None:
    found, made_by = annotate(photograph(), "canny")
    assert (found == canny(photograph())[..., None]).all()
    assert found.any()
    assert made_by == "canny"


@pytest.mark.usefixtures("fake_package")
@pytest.mark.parametrize("name", DETECTORS)
def test_a_detector_gets_its_files_and_its_map_gets_the_picture_s_size(name: str, tmp_path: Path) -> None:
    entry = ANNOTATORS[name]
    write_weights(name, tmp_path)
    found, made_by = annotate(photograph(80), entry.kind, f"{name}@{tmp_path}")
    assert found.shape == (SIDE, 80, 3)
    assert found.dtype == np.uint8
    digest = f" {hashlib.sha256((tmp_path / entry.weights[0].file).read_bytes()).hexdigest()[:16]}" if entry.weights else ""
    assert made_by == f"controlnet_aux {name}{digest}"
    assert FakeDetector.seen["files"] == {weights.argument: weights.file for weights in entry.weights}
    assert FakeDetector.seen["sizes"]["detect_resolution"] == 64
    assert ("image_resolution" in FakeDetector.seen["sizes"]) == entry.takes_image_resolution


@pytest.mark.usefixtures("fake_package")
@pytest.mark.parametrize(("name", "looks_at"), [("midas", 512), ("openpose", 512), ("normalbae", 512), ("hed", 640)])
def test_networks_that_must_see_the_whole_subject_look_at_a_smaller_picture(name: str, looks_at: int, tmp_path: Path) -> None:
    write_weights(name, tmp_path)
    picture = np.full((640, 700, 3), 99, np.uint8)
    found, _ = annotate(picture, ANNOTATORS[name].kind, f"{name}@{tmp_path}")
    assert found.shape == picture.shape
    assert FakeDetector.seen["sizes"] == {"detect_resolution": looks_at, "image_resolution": 640}


@pytest.mark.usefixtures("fake_package")
def test_a_photograph_in_which_nobody_is_seen_gets_no_empty_map(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_weights("openpose", tmp_path)
    write_weights("hed", tmp_path)
    monkeypatch.setattr(FakeDetector, "shows", lambda picture: Image.new("RGB", picture.size))
    with pytest.raises(EngineError, match="openpose sees no keypoint of 'openpose' in the photograph"):
        annotate(photograph(), "openpose", f"openpose@{tmp_path}")
    assert not annotate(photograph(), "softedge", f"hed@{tmp_path}")[0].any()  # nothing to see is an answer there


@pytest.mark.usefixtures("fake_package")
def test_weights_that_do_not_fit_are_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    torch = pytest.importorskip("torch")

    def refuse(folder: str, **files: str) -> FakeDetector:
        torch.load(Path(folder) / files["filename"])
        return FakeDetector(folder, **files)

    write_weights("hed", tmp_path)
    monkeypatch.setattr(FakeDetector, "from_pretrained", refuse)
    with pytest.raises(ModelError, match=r"weights of the annotator hed in .* cannot be loaded: .*Expected ControlNetHED.pth"):
        annotate(photograph(), "softedge", f"hed@{tmp_path}")


class Code:
    """Runs something when it is unpickled."""

    def __reduce__(self) -> tuple[Any, ...]:
        return print, ("this came from a file of weights",)


def test_weights_that_hold_code_are_refused_before_a_detector_opens_them(
    fake_package: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    torch = pytest.importorskip("torch")
    monkeypatch.setattr(annotator_loading, "_refuse_code", REFUSE_CODE)
    file = tmp_path / ANNOTATORS["hed"].weights[0].file
    for zipped in (True, False):
        load_detector.cache_clear()
        torch.save({"weight": torch.ones(2)}, file, _use_new_zipfile_serialization=zipped)
        assert annotate(photograph(), "softedge", f"hed@{tmp_path}")[0].any()
    torch.save({"weight": Code()}, file)
    load_detector.cache_clear()
    FakeDetector.seen = {}
    with pytest.raises(ModelError, match=r"weights of the annotator hed in .* cannot be loaded"):
        annotate(photograph(), "softedge", f"hed@{tmp_path}")
    assert not FakeDetector.seen
    assert "this came from" not in capfd.readouterr().out


@pytest.mark.usefixtures("fake_package")
def test_a_detector_that_would_leave_weights_random_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    torch = pytest.importorskip("torch")
    network = torch.nn.Sequential(torch.nn.Linear(3, 2), torch.nn.Linear(2, 1))
    monkeypatch.setattr(FakeDetector, "model", network)
    kept = network.state_dict() | {"0.index": torch.zeros(3)}  # more than there is does no harm
    torch.save({"model": kept}, tmp_path / "ZoeD_M12_N.pt")
    assert annotate(photograph(), "depth", f"zoe@{tmp_path}")[0].any()
    load_detector.cache_clear()
    torch.save({"model": {name: kept[name] for name in ("0.weight", "1.weight", "1.bias")}}, tmp_path / "ZoeD_M12_N.pt")
    with pytest.raises(ModelError, match=r"lacks 1 of the weights of the annotator zoe, the first of them 0.bias"):
        annotate(photograph(), "depth", f"zoe@{tmp_path}")


@pytest.mark.usefixtures("fake_package")
def test_missing_weights_come_with_the_command_that_fetches_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hub = types.SimpleNamespace(try_to_load_from_cache=lambda *_, **__: None)
    monkeypatch.setitem(sys.modules, "huggingface_hub", hub)
    with pytest.raises(ModelError, match=r"HED.pth, are not on this machine. Run: hf download lllyasviel/.*--revision 982e"):
        annotate(photograph(), "softedge")
    with pytest.raises(ModelError, match=r"has no sk_model.pth; the annotator lineart expects sk_model.pth, sk_model2.pth"):
        annotate(photograph(), "lineart", f"lineart@{tmp_path}")


def test_weights_of_the_cache_are_checked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "ControlNetHED.pth"
    file.write_bytes(b"something else")
    asked = []
    hub = types.SimpleNamespace(try_to_load_from_cache=lambda *asked_for, **more: asked.append((asked_for, more)) or str(file))
    monkeypatch.setitem(sys.modules, "huggingface_hub", hub)
    with pytest.raises(ModelError, match="its sha256 differs"):
        weights_folder(ANNOTATORS["hed"])
    assert asked == [(("lllyasviel/Annotators", "ControlNetHED.pth"), {"revision": ANNOTATORS["hed"].revision})]


def test_a_missing_package_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "controlnet_aux", None)
    with pytest.raises(ModelError, match=r"annotator hed needs.*Run: pip install controlnet_aux torchvision$"):
        load_detector("hed")


def test_a_device_that_is_not_there_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("torch")
    monkeypatch.setitem(sys.modules, "controlnet_aux", types.SimpleNamespace(HEDdetector=FakeDetector))
    monkeypatch.setenv("SPOTDIFF10K_DEVICE", "abacus")
    write_weights("hed", tmp_path)
    with pytest.raises(ModelError, match="no device 'abacus' for the annotator hed"):
        load_detector("hed", str(tmp_path))


def test_a_wrong_choice_is_refused_with_what_there_is() -> None:
    with pytest.raises(
        EngineError,
        match=r"makes no control map 'softedge'; those that do are hed, pidinet, teed.*mean 'pidinet'",
    ):
        annotate(photograph(), "softedge", "pidnet")
    with pytest.raises(EngineError, match="No annotator makes the control map 'pose'"):
        annotate(photograph(), "pose")


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"control_source": "air"}, "no control_source 'air'; known: auto, proxy, catalogue, photos"),
        ({"annotators": "depth"}, "expected KIND=ANNOTATOR"),
        ({"annotators": "softedge=hedd@w"}, "'hedd' makes no control map 'softedge'; those that do are hed, pidinet, teed"),
        ({"annotators": "seg=hed"}, "'hed' makes no control map 'seg'; no annotator does"),
    ],
)
def test_a_recipe_is_refused_before_anything_is_made(options: dict[str, str], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        refuse_unusable_controls(options)


def test_a_recipe_with_sound_controls_passes() -> None:
    refuse_unusable_controls({"control_source": "photos", "annotators": "softedge=hed@weights depth=zoe"})
    refuse_unusable_controls({})


@pytest.mark.usefixtures("fake_package")
def test_imported_photographs_give_maps_and_their_alpha_as_region(tmp_path: Path) -> None:
    folder = imported(tmp_path, subjects=1, views=1)
    known = read_catalogue(folder).subjects[0]
    subject = SubjectLevel("s000000", "photo", 0, "mug", "a mug", known.id)
    level = PoseLevel("view-0", "view-0", 0.0, "in view 0")
    meadow = BackgroundLevel("meadow-00", "meadow", 0, "in a meadow", 8.0, 36.0)
    planned = PlannedGroup("g000000", 0, "train", False, subject, (level,), (meadow,), ())
    settings = EngineSettings(128, (), subjects_folder=str(folder), options={"annotators": "lineart=lineart-standard"})
    found = control_maps(planned, level, meadow, ("canny", "lineart"), 128, settings)
    assert found.source == {"canny": "canny on a photograph", "lineart": "controlnet_aux lineart-standard on a photograph"}
    assert found.region.max() == 255
    inside = found.region > 127
    assert 0.05 < inside.mean() < 0.6
    edges = found.maps["canny"][..., 0] > 0
    assert edges.any()
    near = np.array([[inside[max(0, y - 3) : y + 4, max(0, x - 3) : x + 4].any() for x in range(128)] for y in range(128)])
    assert near[edges].all()
