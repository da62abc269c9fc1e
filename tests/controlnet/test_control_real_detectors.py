"""The detectors of controlnet_aux themselves, with random weights, each from files of the published names and shapes."""

import types
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from spotdiff10k.engines.controlnet.control.annotating import annotate, load_detector
from spotdiff10k.engines.controlnet.control.annotators import ANNOTATORS
from spotdiff10k.engines.controlnet.control.catalogue import keypoint_poses
from spotdiff10k.engines.controlnet.control.kinds import DRAWINGS
from spotdiff10k.engines.rendered.canny import canny
from spotdiff10k.engines.rendered.limbs import OPENPOSE_POINTS
from spotdiff10k.engines.rendered.skeleton_map import draw_places
from spotdiff10k.errors import EngineError, ModelError

pytestmark = [
    pytest.mark.torchvision,
    pytest.mark.filterwarnings("ignore"),  # the package tells of others that it can do without
]
HEIGHT, WIDTH = 64, 128
NEAR = 2
"""Steps of 255 that the same colour may be off by."""


def photograph() -> np.ndarray:
    rows, columns = np.mgrid[:HEIGHT, :WIDTH]
    ball = (rows - 30) ** 2 + (columns - 50) ** 2 < 20**2
    colours = np.where(ball[..., None], (200, 90, 40), (60, 120, 160)) + (rows // 4)[..., None]
    return np.clip(colours, 0, 255).astype(np.uint8)


def _teed(torch: Any, folder: Path) -> None:
    from controlnet_aux.teed.ted import TED

    shapes = TED().state_dict().items()  # its own beginnings leave nothing after rounding
    torch.save({name: 0.2 * torch.randn_like(value) for name, value in shapes}, folder / "5_model.pth")


def _pidinet(torch: Any, folder: Path) -> None:
    from controlnet_aux.pidi.model import pidinet

    torch.save({"state_dict": pidinet().state_dict()}, folder / "table5_pidinet.pth")


def _hed(torch: Any, folder: Path) -> None:
    from controlnet_aux.hed import ControlNetHED_Apache2

    torch.save(ControlNetHED_Apache2().state_dict(), folder / "ControlNetHED.pth")


def _lineart(torch: Any, folder: Path) -> None:
    from controlnet_aux.lineart import Generator

    for file in ("sk_model.pth", "sk_model2.pth"):
        torch.save(Generator(3, 1, 3).state_dict(), folder / file)


def _midas(torch: Any, folder: Path) -> None:
    from controlnet_aux.midas.midas.dpt_depth import DPTDepthModel

    network = DPTDepthModel(path=None, backbone="vitb_rn50_384", non_negative=True)
    torch.save(network.state_dict(), folder / "dpt_hybrid-midas-501f0c75.pt")


def _normalbae(torch: Any, folder: Path) -> None:
    from controlnet_aux.normalbae.nets.NNET import NNET

    shape = {"mode": "client", "architecture": "BN", "pretrained": "scannet", "sampling_ratio": 0.4, "importance_ratio": 0.7}
    torch.save({"model": NNET(types.SimpleNamespace(**shape)).state_dict()}, folder / "scannet.pt")


def _openpose(torch: Any, folder: Path) -> None:
    from controlnet_aux.open_pose.face import FaceNet
    from controlnet_aux.open_pose.model import bodypose_model, handpose_model

    for network, file in ((bodypose_model(), "body_pose_model.pth"), (handpose_model(), "hand_pose_model.pth")):
        published = {".".join(name.split(".")[1:]): value for name, value in network.state_dict().items()}
        torch.save(published, folder / file)
    torch.save(FaceNet().state_dict(), folder / "facenet.pth")


SAVE: dict[str, Callable[[Any, Path], None]] = {
    "lineart-standard": lambda torch, folder: None,
    "teed": _teed,
    "pidinet": _pidinet,
    "hed": _hed,
    "lineart": _lineart,
    "midas": _midas,
    "normalbae": _normalbae,
    "openpose": _openpose,
}


@pytest.fixture
def weights(tmp_path: Path) -> Iterator[Callable[[str], str]]:
    """What a recipe says of an annotator, once its weights are written; they go afterwards, because they are large."""
    pytest.importorskip("controlnet_aux", exc_type=ImportError)
    torch = pytest.importorskip("torch")
    torch.set_num_threads(1)
    torch.manual_seed(0)

    def write(name: str) -> str:
        SAVE[name](torch, tmp_path)
        return f"{name}@{tmp_path}"

    load_detector.cache_clear()
    yield write
    load_detector.cache_clear()
    for file in tmp_path.iterdir():
        file.unlink()


@pytest.mark.parametrize("name", [name for name in SAVE if name != "openpose"])
def test_a_detector_makes_a_map_of_what_it_sees(name: str, weights: Callable[[str], str]) -> None:
    choice, kind = weights(name), ANNOTATORS[name].kind
    first, other = (annotate(picture, kind, choice)[0] for picture in (photograph(), photograph()[::-1]))
    assert first.shape == (HEIGHT, WIDTH, 3)
    assert (first != other).any()
    assert (annotate(photograph(), kind, choice)[0] == first).all()
    assert load_detector.cache_info().misses == 1


def test_our_canny_is_theirs() -> None:
    package = pytest.importorskip("controlnet_aux", exc_type=ImportError)
    theirs = package.CannyDetector()(photograph(), detect_resolution=HEIGHT, image_resolution=HEIGHT)
    assert (canny(photograph())[..., None] == theirs).all()
    assert theirs.any()


def test_other_weights_are_refused_by_the_detector_itself(weights: Callable[[str], str], tmp_path: Path) -> None:
    weights("teed")
    (tmp_path / "ControlNetHED.pth").write_bytes((tmp_path / "5_model.pth").read_bytes())
    with pytest.raises(
        ModelError, match=r"cannot be loaded: Error\(s\) in loading state_dict for ControlNetHED_Apache2: Missing"
    ):
        annotate(photograph(), "softedge", f"hed@{tmp_path}")


def test_openpose_draws_whom_it_sees_as_we_do_and_refuses_nobody(
    weights: Callable[[str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    choice = weights("openpose")
    with pytest.raises(EngineError, match="openpose sees no keypoint"):
        annotate(photograph(), "openpose", choice)
    pose = keypoint_poses("openpose18")["walk-left"]

    def seen(_: object, picture: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Each keypoint as x, y, score and number; and the person: their numbers, or -1, the score and the count."""
        height, width = picture.shape[:2]
        there = [name for name in OPENPOSE_POINTS if name in pose.points]
        rows = [(pose.points[name][0] * width, pose.points[name][1] * height, 1.0, n) for n, name in enumerate(there)]
        person = [there.index(name) if name in there else -1 for name in OPENPOSE_POINTS] + [30.0, len(there)]
        return np.array(rows), np.array([person])

    monkeypatch.setattr("controlnet_aux.open_pose.body.Body.__call__", seen)
    for size in (512, 1024):
        theirs, made_by = annotate(np.zeros((size, size, 3), np.uint8), "openpose", choice)
        ours = draw_places(DRAWINGS["openpose18"], pose.places(size), size)
        drawn, expected = ours.max(axis=2) > 60, theirs.max(axis=2) > 60
        assert (drawn & expected).sum() / (drawn | expected).sum() > 0.8, size
        inside = np.abs(ours.astype(int) - theirs)[drawn & expected].max(axis=1)
        assert np.median(inside) <= NEAR
        assert made_by.startswith("controlnet_aux openpose ")
