"""Every registered segmenter keeps to the protocol: with its own weights where they are here, else with tiny random ones."""

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import tiny_segmenters

from spotdiff10k import registry
from spotdiff10k.errors import MissingExtraError, ModelError
from spotdiff10k.models.manifest import find_model
from spotdiff10k.segmenters import Segmenter, load_segmenter, sam, sam2, segmenter_setup

SEGMENTERS = registry.names("segmenters")
SIZE = 96
BOX = (24, 24, 72, 72)


TINY: dict[str, Callable[[Path], Segmenter]] = {
    "sam": lambda folder: sam.Sam(weights=tiny_segmenters.save_sam(folder / "sam.safetensors"), build=tiny_segmenters.build_sam),
    "sam2": lambda folder: sam2.Sam2(weights=tiny_segmenters.save_sam2(folder)),
}
NEEDS_TORCHVISION = ("sam",)
MARKED = [pytest.param(name, marks=pytest.mark.torchvision) if name in NEEDS_TORCHVISION else name for name in SEGMENTERS]


@pytest.fixture(scope="module", params=MARKED)
def loaded(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Segmenter, str]:
    """A segmenter, and what its own weights lack; "" where they were loaded."""
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    name = request.param
    try:
        return load_segmenter(name), ""
    except MissingExtraError as error:
        pytest.skip(str(error))
    except ModelError as error:
        if name not in TINY:
            pytest.skip(str(error))
        return TINY[name](tmp_path_factory.mktemp(name)), str(error)


@pytest.fixture
def segmenter(loaded: tuple[Segmenter, str]) -> Segmenter:
    return loaded[0]


def pictures() -> np.ndarray:
    """An orange disc on grey, and a dark square on a blue ramp."""
    y, x = np.mgrid[0:SIZE, 0:SIZE]
    disc = np.where((np.hypot(x - 47.5, y - 47.5) < 24)[..., None], (240, 120, 20), (128, 130, 128))
    square = np.where(((abs(x - 47.5) < 24) & (abs(y - 47.5) < 24))[..., None], (20, 20, 20), np.stack([x, x, x * 0 + 220], -1))
    return np.stack([disc, square]).astype(np.uint8)


def boxes(count: int) -> np.ndarray:
    return np.tile(np.array(BOX, np.int64), (count, 1))


@pytest.mark.parametrize("name", SEGMENTERS)
def test_its_class_says_what_it_is_without_its_packages(name: str) -> None:
    kind = registry.find("segmenters", name)
    assert type(kind.version) is int
    assert kind.version >= 1
    assert kind.licence
    assert type(kind.needs_boxes) is bool


@pytest.mark.parametrize("name", SEGMENTERS)
def test_its_weights_are_in_the_manifest_under_the_same_licence(name: str) -> None:
    kind = registry.find("segmenters", name)
    assert find_model(kind.model).licence == kind.licence
    assert find_model(kind.model).kind == "segmenter"


@pytest.mark.parametrize("name", SEGMENTERS)
def test_its_setup_is_known_without_loading_it(name: str) -> None:
    assert segmenter_setup(name).startswith(f"{name} v{registry.find('segmenters', name).version}")


@pytest.mark.parametrize("name", SEGMENTERS)
def test_without_its_weights_it_says_what_to_do(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPOTDIFF10K_MODELS", str(tmp_path))
    with pytest.raises((ModelError, MissingExtraError), match=r"Run: (spotdiff10k models fetch|pip install)"):
        registry.find("segmenters", name)()


def test_a_mask_has_the_picture_s_own_size(segmenter: Segmenter) -> None:
    found = segmenter.segment(pictures(), boxes(2))
    assert isinstance(segmenter, Segmenter)
    assert found.shape == (2, SIZE, SIZE)
    assert found.dtype == np.uint8


def test_no_pictures_have_no_masks(segmenter: Segmenter) -> None:
    assert segmenter.segment(pictures()[:0], boxes(0)).shape == (0, SIZE, SIZE)


def test_a_picture_gets_the_same_mask_twice_and_in_any_company(segmenter: Segmenter) -> None:
    together = segmenter.segment(pictures(), boxes(2))
    assert (segmenter.segment(pictures(), boxes(2)) == together).all()
    assert (segmenter.segment(pictures()[1:], boxes(1)) == together[1:]).all()


def test_it_needs_boxes_or_looks_at_none(segmenter: Segmenter) -> None:
    if segmenter.needs_boxes:
        with pytest.raises(ValueError, match="boxes"):
            segmenter.segment(pictures())
    else:
        assert (segmenter.segment(pictures()) == segmenter.segment(pictures(), boxes(2))).all()


def test_it_finds_a_disc_on_grey(loaded: tuple[Segmenter, str]) -> None:
    segmenter, lacking = loaded
    if lacking:
        pytest.skip(lacking)
    inside = segmenter.segment(pictures()[:1], boxes(1))[0] >= 128
    y, x = np.mgrid[0:SIZE, 0:SIZE]
    disc = np.hypot(x - 47.5, y - 47.5) < 24
    assert (inside & disc).sum() / (inside | disc).sum() > 0.8
