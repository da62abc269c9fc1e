"""The pose estimator dwpose: a network that finds the brightest point, through the real loading path, against where it is."""

import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import tiny_onnx

from spotdiff10k import registry
from spotdiff10k.engines.controlnet.control.annotating import annotate
from spotdiff10k.engines.controlnet.control.annotators import ANNOTATORS
from spotdiff10k.engines.controlnet.control.kinds import points_of
from spotdiff10k.errors import EngineError, ModelError
from spotdiff10k.models.store import sha256_of
from spotdiff10k.pose_estimators import PoseEstimator, load_pose_estimator
from spotdiff10k.pose_estimators.dwpose import WEIGHTS, DwPose

pytest.importorskip("onnxruntime")
HEIGHT, WIDTH = 200, 260
BOX = (60.0, 20.0, 180.0, 190.0)


def bright(x: int, y: int) -> np.ndarray:
    """A dark picture with one white pixel, whose centre is half a pixel from its corner."""
    picture = np.full((HEIGHT, WIDTH, 3), 30, np.uint8)
    picture[y, x] = 255
    return picture


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_onnx.save_brightest(tmp_path_factory.mktemp("dwpose") / WEIGHTS).parent


@pytest.fixture(scope="module")
def dwpose(folder: Path) -> DwPose:
    return DwPose(folder)


def test_it_is_found_by_its_name_and_known_by_its_weights(dwpose: DwPose, folder: Path) -> None:
    assert registry.find("pose_estimators", "dwpose") is DwPose
    assert isinstance(dwpose, PoseEstimator)
    assert dwpose.digest == sha256_of(folder / WEIGHTS)


@pytest.mark.parametrize("place", [(100, 90), (61, 22), (179, 188), (128, 20)])
@pytest.mark.parametrize("box", [BOX, (0.0, 0.0, float(WIDTH), float(HEIGHT)), (90.0, -40.0, 200.0, 190.0)])
def test_a_point_is_found_where_it_is(dwpose: DwPose, place: tuple[int, int], box: tuple[float, ...]) -> None:
    left, top, right, bottom = box
    step = max(right - left, (bottom - top) * 3 / 4) * 1.25 / 288
    reach = step / 2 + 0.5  # of the crop's pixels, and of an enlarged pixel, which is bright as far as its neighbours' centres
    found = dwpose.find(bright(*place), box, "openpose18")
    assert set(found) == set(points_of("openpose18"))
    for point in found.values():
        assert abs(point.x - place[0] - 0.5) <= reach
        assert abs(point.y - place[1] - 0.5) <= reach


def test_scores_are_those_of_the_less_sure_side(dwpose: DwPose) -> None:
    found = dwpose.find(bright(100, 90), BOX, "openpose18")
    seen = dwpose._session.run(None, {"picture": np.zeros((1, 3, 384, 288), np.float32)})
    assert (seen[0].shape, seen[1].shape) == ((1, 133, 576), (1, 133, 768))
    assert found["nose"].score > 1.5  # of normalised colours: white is 2.2 to 2.6
    assert found["neck"].score == min(found["left_shoulder"].score, found["right_shoulder"].score)


def test_what_it_cannot_do_is_a_sentence(folder: Path, tmp_path: Path, dwpose: DwPose) -> None:
    with pytest.raises(ModelError, match=r"has no dw-ll_ucoco_384.onnx of DWPose. Run: hf download yzd-v/DWPose"):
        load_pose_estimator("dwpose", tmp_path)
    (tmp_path / WEIGHTS).write_text("version https://git-lfs.github.com/spec/v1")
    with pytest.raises(ModelError, match=r"cannot be loaded: .* Expected dw-ll_ucoco_384.onnx as published in"):
        DwPose(tmp_path)
    with pytest.raises(ModelError, match="no device 'abacus' for the pose estimator dwpose: onnxruntime has"):
        DwPose(folder, "abacus")
    with pytest.raises(ValueError, match="dwpose knows no keypoints of the schema 'ap10k'"):
        dwpose.find(bright(1, 1), BOX, "ap10k")


def test_a_photograph_gets_a_skeleton_of_what_it_finds(folder: Path) -> None:
    drawn, made_by = annotate(bright(120, 100), "openpose", f"dwpose@{folder}", BOX)
    rows, columns = np.nonzero(drawn.any(axis=2))
    assert drawn.shape == (HEIGHT, WIDTH, 3)
    assert abs(columns.mean() - 120) < 2
    assert abs(rows.mean() - 100) < 2
    assert made_by == f"dwpose v1 {sha256_of(folder / WEIGHTS)[:16]}"


def test_a_photograph_without_anybody_is_refused(folder: Path) -> None:
    with pytest.raises(EngineError, match="dwpose sees no keypoint of 'openpose' in the photograph"):
        annotate(np.zeros((HEIGHT, WIDTH, 3), np.uint8), "openpose", f"dwpose@{folder}", BOX)


def test_its_published_weights_are_pinned_and_looked_up_in_the_cache(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    entry = ANNOTATORS["dwpose"]
    asked = []
    hub = SimpleNamespace(try_to_load_from_cache=lambda *what, **more: asked.append((what, more)) or str(folder / WEIGHTS))
    monkeypatch.setitem(sys.modules, "huggingface_hub", hub)
    with pytest.raises(ModelError, match="its sha256 differs"):
        annotate(bright(9, 9), "openpose", "dwpose", BOX)
    assert asked == [(("yzd-v/DWPose", WEIGHTS), {"revision": entry.revision})]
