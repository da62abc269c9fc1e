"""Annotators on photographs: the table, what is said when something is missing, and real detectors where they can be imported."""

import hashlib
import sys
import types
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from photo_subjects import imported
from PIL import Image

from spotdiff10k.engines.controlnet.control import annotating, control_maps
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


class FakeDetector:
    """What every detector of the package looks like from outside."""

    seen: dict[str, Any]

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
        return picture.convert("L").resize((64, 64))


@pytest.fixture
def fake_package(monkeypatch: pytest.MonkeyPatch) -> None:
    package = types.ModuleType("controlnet_aux")
    for entry in ANNOTATORS.values():
        setattr(package, entry.detector or "Nothing", FakeDetector)
    monkeypatch.setitem(sys.modules, "controlnet_aux", package)


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
@pytest.mark.parametrize("name", [name for name in DETECTORS if name != "dwpose"])
def test_a_detector_gets_its_files_and_its_map_gets_the_picture_s_size(name: str, tmp_path: Path) -> None:
    entry = ANNOTATORS[name]
    for weights in entry.weights:
        (tmp_path / weights.file).write_bytes(b"weights")
    found, made_by = annotate(photograph(80), entry.kind, f"{name}@{tmp_path}")
    assert found.shape == (SIDE, 80, 3)
    assert found.dtype == np.uint8
    digest = f" {hashlib.sha256(b'weights').hexdigest()[:16]}" if entry.weights else ""
    assert made_by == f"controlnet_aux {name}{digest}"
    assert FakeDetector.seen["files"] == {weights.argument: weights.file for weights in entry.weights}
    assert FakeDetector.seen["sizes"]["detect_resolution"] == 64
    assert ("image_resolution" in FakeDetector.seen["sizes"]) == entry.takes_image_resolution


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


@pytest.mark.parametrize("name", ["hed", "dwpose"])
def test_a_missing_package_is_a_sentence(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "controlnet_aux", None)
    monkeypatch.setitem(sys.modules, "mmpose", None)
    extra = " mmpose mmdet mmcv" if name == "dwpose" else ""
    with pytest.raises(ModelError, match=rf"annotator {name} needs.*Run: pip install controlnet_aux torchvision{extra}$"):
        load_detector(name)


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


def _package() -> Any:
    try:
        import controlnet_aux
    except (ImportError, RuntimeError) as error:
        pytest.skip(f"controlnet_aux cannot be imported: {error}")
    return controlnet_aux


def _save_teed(torch: Any, folder: Path) -> None:
    from controlnet_aux.teed.ted import TED

    louder = {name: 4 * value for name, value in TED().state_dict().items()}  # so that rounding leaves something
    torch.save(louder, folder / "5_model.pth")


def _save_pidinet(torch: Any, folder: Path) -> None:
    from controlnet_aux.pidi.model import pidinet

    torch.save({"state_dict": pidinet().state_dict()}, folder / "table5_pidinet.pth")


@pytest.mark.torchvision
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", ["lineart-standard", "teed", "pidinet"])
def test_real_detectors_run_with_random_weights(name: str, tmp_path: Path) -> None:
    torch = pytest.importorskip("torch")
    _package()
    torch.set_num_threads(1)
    torch.manual_seed(0)
    save = {"teed": _save_teed, "pidinet": _save_pidinet}.get(name)
    if save:
        save(torch, tmp_path)
    entry = ANNOTATORS[name]
    first, other = (annotate(picture, entry.kind, f"{name}@{tmp_path}")[0] for picture in (photograph(), photograph()[::-1]))
    assert first.shape == (SIDE, SIDE, 3)
    assert (first != other).any()
    assert annotating.load_detector.cache_info().misses == 1
