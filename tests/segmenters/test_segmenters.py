"""Segmenters with real loading code: tiny random networks from files, and what happens when a package is not there."""

import sys
from pathlib import Path

import numpy as np
import pytest
import tiny_segmenters

from spotdiff10k import devices
from spotdiff10k.errors import MissingExtraError, ModelError
from spotdiff10k.models.store import sha256_of
from spotdiff10k.segmenters import Segmenter, load_segmenter, rembg, sam, sam2

BOXES = np.array([[10, 10, 40, 40], [5, 5, 70, 45], [10, 10, 40, 40], [0, 0, 80, 50], [30, 20, 60, 50]])


def pictures(count: int = 5) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (count, 50, 80, 3)).astype(np.uint8)


@pytest.fixture(scope="module")
def tiny_sam2(tmp_path_factory: pytest.TempPathFactory) -> sam2.Sam2:
    torch = pytest.importorskip("torch")
    pytest.importorskip("transformers")
    torch.set_num_threads(1)
    return sam2.Sam2(weights=tiny_segmenters.save_sam2(tmp_path_factory.mktemp("sam2")))


@pytest.fixture(scope="module")
def tiny_sam(tmp_path_factory: pytest.TempPathFactory) -> sam.Sam:
    pytest.importorskip("segment_anything", exc_type=ImportError)
    file = tiny_segmenters.save_sam(tmp_path_factory.mktemp("sam") / "sam.safetensors")
    return sam.Sam(weights=file, build=tiny_segmenters.build_sam)


@pytest.fixture(params=["tiny_sam2", pytest.param("tiny_sam", marks=pytest.mark.torchvision)])
def prompted(request: pytest.FixtureRequest) -> Segmenter:
    found = request.getfixturevalue(request.param)
    assert isinstance(found, Segmenter)
    return found


def test_masks_have_the_pictures_size_whatever_the_network_s(prompted: Segmenter) -> None:
    found = prompted.segment(pictures(), BOXES)
    assert found.shape == (5, 50, 80)
    assert found.dtype == np.uint8


def test_a_batch_changes_nothing_and_a_box_does(prompted: Segmenter) -> None:
    together = prompted.segment(pictures(), BOXES)
    alone = np.concatenate([prompted.segment(pictures()[i : i + 1], BOXES[i : i + 1]) for i in range(5)])
    assert (alone == together).all()
    assert (prompted.segment(pictures(), BOXES[::-1]) != together).any()


@pytest.mark.parametrize("boxes", [None, BOXES[:2], BOXES[:, :2]])
def test_without_a_box_for_each_picture_it_says_what_it_expected(prompted: Segmenter, boxes: np.ndarray | None) -> None:
    with pytest.raises(ValueError, match=r"expected boxes of shape \(5, 4\)"):
        prompted.segment(pictures(), boxes)


@pytest.mark.torchvision
def test_sam2_prepares_pictures_and_boxes_as_its_own_processor(tiny_sam2: sam2.Sam2) -> None:
    pytest.importorskip("torchvision", exc_type=ImportError)
    import torch
    from transformers import Sam2ImageProcessor, Sam2Processor

    side = {"height": tiny_segmenters.SIDE, "width": tiny_segmenters.SIDE}
    processor = Sam2Processor(Sam2ImageProcessor(size=side, mask_size={"height": 16, "width": 16}))
    inputs = processor(pictures(1)[0], input_boxes=[BOXES[:1].tolist()], return_tensors="pt")
    with torch.no_grad():
        theirs = tiny_sam2._model(**inputs, multimask_output=False)
    logits = processor.post_process_masks(theirs.pred_masks, inputs["original_sizes"], binarize=False)[0][0, 0]
    ours = tiny_sam2.segment(pictures(1), BOXES[:1])[0]
    assert np.abs(logits.sigmoid().numpy() * 255 - ours).max() <= 1.5


def test_sam2_is_known_by_its_weights_and_takes_no_side_from_outside(tiny_sam2: sam2.Sam2, tmp_path: Path) -> None:
    folder = tiny_segmenters.save_sam2(tmp_path)
    assert tiny_sam2.digest == sha256_of(folder / "model.safetensors")
    assert tiny_sam2.input_size == tiny_segmenters.SIDE


@pytest.mark.parametrize(
    ("kind", "module", "extra"),
    [(rembg.Rembg, "rembg", "segment"), (sam2.Sam2, "transformers", "hub"), (sam.Sam, "segment_anything", "sam")],
)
def test_a_missing_package_is_a_sentence(
    kind: type[Segmenter], module: str, extra: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] == module]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, module, None)
    file = tmp_path / "weights"
    file.write_bytes(b"")
    with pytest.raises(MissingExtraError, match=rf"{module.replace('_', '.')}.*\[{extra}\]"):
        kind(weights=file)


def test_rembg_leaves_compiling_as_it_was(tmp_path: Path) -> None:
    from numba import config

    pytest.importorskip("rembg")
    file = tmp_path / "u2netp.onnx"
    file.write_bytes(b"no network")
    with pytest.raises(Exception, match=r"(?i)protobuf|parse|model"):
        rembg.Rembg(weights=file)
    assert not config.DISABLE_JIT


def test_a_device_that_is_not_there_is_refused_by_each_segmenter(tiny_sam2: sam2.Sam2, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no device 'abacus' for the segmenter sam2"):
        sam2.Sam2(device="abacus", weights=tmp_path)
    with pytest.raises(ModelError, match="no device 'cuda:1' for the segmenter rembg: onnxruntime has CPU"):
        devices.onnx_provider("cuda:1", ["CPUExecutionProvider"], "the segmenter rembg")
    gpu = devices.ONNX_PROVIDERS[devices.CUDA]
    assert devices.onnx_provider("cuda:1", [gpu], "the segmenter rembg") == (gpu, {"device_id": 1})


def test_segmenters_run_where_the_environment_says(monkeypatch: pytest.MonkeyPatch) -> None:
    made = []
    monkeypatch.setattr("spotdiff10k.segmenters.registry.find", lambda *_: lambda device: made.append(device))
    load_segmenter.cache_clear()
    monkeypatch.setenv("SPOTDIFF10K_DEVICE", "cuda:3")
    load_segmenter("rembg")
    load_segmenter("rembg", "cpu")
    load_segmenter.cache_clear()
    assert made == ["cuda:3", "cpu"]


def test_points_say_more_than_a_box_alone(prompted: Segmenter) -> None:
    points = np.array([[[15, 15], [35, 35]], [[6, 6], [60, 40]], [[12, 12], [13, 38]], [[1, 1], [70, 45]], [[31, 21], [55, 49]]])
    told = prompted.segment_at(pictures(), BOXES, points)  # type: ignore[attr-defined]
    assert told.shape == (5, 50, 80)
    assert (told != prompted.segment(pictures(), BOXES)).any()
    alone = np.concatenate([prompted.segment_at(pictures()[i : i + 1], BOXES[i : i + 1], points[i : i + 1]) for i in range(5)])  # type: ignore[attr-defined]
    assert (alone == told).all()
