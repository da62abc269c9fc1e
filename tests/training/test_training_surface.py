"""Surfaces of places against plain loops, and against what light must not change."""

import numpy as np
import pytest

pytest.importorskip("torch")

import torch

from spotdiff10k.training.surface import BINS, GRID, HIGHEST, LOWEST, SIDE, WIDTHS, histograms, surface

RANDOM = np.random.default_rng(2)
MEANS = slice(0, 3)


def test_a_histogram_is_the_soft_share_of_its_place() -> None:
    channels = RANDOM.uniform(-2, 1, (3, SIDE, SIDE)).astype(np.float32)
    found = histograms(channels)
    assert found.shape == (WIDTHS[1], GRID, GRID)
    size = SIDE // GRID
    wanted = np.zeros(BINS)
    for colour in channels[:, 2 * size : 3 * size, 5 * size : 6 * size].reshape(3, -1).T:
        weights = []
        for value, low, high, bins in zip(colour, LOWEST, HIGHEST, BINS, strict=True):
            at = np.clip((value - low) / (high - low) * (bins - 1), 0, bins - 1)
            weights.append(np.maximum(0, 1 - abs(np.arange(bins) - at)))
        wanted += np.einsum("i,j,k->ijk", *weights)
    assert found[:, 2, 5] == pytest.approx(np.sqrt(wanted.ravel() / size**2), abs=1e-4)
    assert np.square(found).sum(0) == pytest.approx(1.0, abs=1e-4)


def test_a_plain_picture_has_its_colour_everywhere_and_no_texture() -> None:
    grey, red = (np.full((64, 64, 3), colour, np.uint8) for colour in (128, (200, 40, 40)))
    one, other = surface([grey, red])
    assert one.shape == (sum(WIDTHS), GRID, GRID)
    assert torch.allclose(one, one[:, :1, :1].expand_as(one), atol=1e-5)
    assert one[1:3].abs().max() < 1e-6  # grey has no hue
    assert (other[1] > 1).all()
    assert torch.allclose(one[3:19], torch.full_like(one[3:19], np.log(0.01)), atol=0.05)


def test_stronger_light_moves_the_first_mean_alone() -> None:
    dim = RANDOM.integers(90, 120, (SIDE, SIDE, 3)).astype(np.uint8)
    bright = np.round(dim * 1.5).astype(np.uint8)
    one, other = surface([dim, bright])
    assert (other[0] - one[0]).min() > 0.7
    assert (other[1:3] - one[1:3]).abs().max() < 0.05


def test_finer_texture_has_its_energy_in_a_finer_band() -> None:
    x = np.arange(SIDE)
    fine, coarse = (np.repeat((((x // width) % 2) * 100 + 80)[None, :, None], SIDE, 0).repeat(3, 2) for width in (1, 8))
    one, other = surface([fine.astype(np.uint8), coarse.astype(np.uint8)])
    bands = range(6, 18, 3)  # of the light
    assert max(bands, key=lambda band: float(one[band].mean())) == 6
    assert max(bands, key=lambda band: float(other[band].mean())) == 15


def test_pictures_of_any_size_have_about_the_same_surface() -> None:
    y, x = np.mgrid[:SIDE, :SIDE] / SIDE
    picture = np.stack([80 + 90 * x, 60 + 80 * y, 120 + 50 * np.sin(3 * x)], 2).astype(np.uint8)
    large = picture.repeat(2, 0).repeat(2, 1)
    one, other = surface([picture, large])
    assert (one[MEANS] - other[MEANS]).abs().max() < 0.02
