"""The package segment_anything itself: published weights through our conversion, and the masks of its own predictor."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import tiny_segmenters

from spotdiff10k.models.convert import to_safetensors
from spotdiff10k.segmenters import sam

pytestmark = pytest.mark.torchvision
BOX = np.array([10, 10, 40, 40])
POINTS = np.array([[15, 15], [30, 20], [35, 35]])


@pytest.fixture
def published(tmp_path: Path) -> Iterator[Path]:
    """A torch pickle as it is published, with random weights; 375 MB, which go afterwards."""
    package = pytest.importorskip("segment_anything", exc_type=ImportError)
    torch = pytest.importorskip("torch")
    torch.set_num_threads(1)
    file = tmp_path / "sam_vit_b_01ec64.pth"
    torch.save(package.sam_model_registry[sam.ARCHITECTURE]().state_dict(), file)
    yield file
    for left in tmp_path.iterdir():
        left.unlink()


def test_the_published_network_is_converted_and_loaded(published: Path) -> None:
    import torch

    kept = published.with_suffix(".safetensors")
    to_safetensors(published, kept)
    expected = torch.load(published, weights_only=True)
    published.unlink()
    network = sam.Sam(weights=kept)._predictor.model
    assert not network.training
    assert network.image_encoder.img_size == 1024
    found = network.state_dict()
    assert found.keys() == expected.keys()
    assert all(torch.equal(found[name], value) for name, value in expected.items())


def test_masks_are_those_of_the_package_s_own_predictor(tmp_path: Path) -> None:
    package = pytest.importorskip("segment_anything", exc_type=ImportError)
    import torch
    from safetensors.torch import load_file

    torch.set_num_threads(1)
    file = tiny_segmenters.save_sam(tmp_path / "sam.safetensors")
    network = tiny_segmenters.build_sam()
    network.load_state_dict(load_file(file))
    picture = np.random.default_rng(0).integers(0, 256, (50, 80, 3)).astype(np.uint8)
    predictor = package.SamPredictor(network.eval())
    predictor.set_image(picture)
    by_box = predictor.predict(box=BOX, multimask_output=False)[0][0]
    labels = np.ones(len(POINTS), int)
    by_points = predictor.predict(POINTS, labels, box=BOX, multimask_output=False)[0][0]
    ours = sam.Sam(weights=file, build=tiny_segmenters.build_sam)
    assert ((ours.segment(picture[None], BOX[None])[0] >= 128) == by_box).all()
    assert ((ours.segment_at(picture[None], BOX[None], POINTS[None])[0] >= 128) == by_points).all()
    assert (by_box != by_points).any()
