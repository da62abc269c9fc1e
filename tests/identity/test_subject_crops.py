"""Cut-outs, their colours and their descriptors, on pictures drawn here."""

import numpy as np
import pytest

from spotdiff10k.identity.appearance import appearance
from spotdiff10k.identity.copying import likeness
from spotdiff10k.identity.crops import SIDE, cut_out
from spotdiff10k.identity.light import in_light_of, solve
from spotdiff10k.identity.opponent import opponent


def scene(size: int = 192, left: int = 40, top: int = 30, side: int = 90, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """A patchwork square on a strange background, with its mask."""
    random = np.random.default_rng(seed)
    picture = random.integers(0, 256, (size, size, 3)).astype(np.uint8)
    patches = np.random.default_rng(seed + 100).integers(20, 236, (6, 6, 3))
    steps = np.arange(side) * 6 // side
    picture[top : top + side, left : left + side] = patches[steps][:, steps]
    mask = np.zeros((size, size), np.uint8)
    mask[top : top + side, left : left + side] = 255
    return picture, mask


def test_a_crop_holds_the_subject_alone_and_whole() -> None:
    picture, mask = scene()
    crop = cut_out(picture, mask)
    assert crop.colours.shape == (SIDE, SIDE, 3)
    assert crop.box == (90, 90)
    inside = crop.cover > 0.99
    assert crop.cover.sum() == pytest.approx((SIDE / 1.12) ** 2, rel=1e-3)
    assert crop.colours[inside].mean(axis=0) == pytest.approx(picture[mask > 0].mean(axis=0), abs=1.0)


def test_what_stands_behind_does_not_show_in_soft_edges() -> None:
    picture, mask = scene()
    soft = mask.copy()
    soft[29] = soft[30] // 2
    other = np.where(soft[..., None] > 0, picture, 255 - picture).astype(np.uint8)
    assert np.array_equal(cut_out(picture, soft).colours, cut_out(other, soft).colours)


def test_place_and_size_in_the_picture_do_not_matter() -> None:
    here, there = cut_out(*scene()), cut_out(*scene(left=77, top=61))
    assert np.abs(here.colours - there.colours).max() < 1e-3
    large = cut_out(*(np.kron(part, np.ones((2, 2, 1) if part.ndim == 3 else (2, 2), np.uint8)) for part in scene()))
    assert np.abs(here.colours - large.colours).max() < 1.0


def test_a_subject_that_leaves_the_picture_is_cut_without_a_fault() -> None:
    crop = cut_out(*scene(left=0, top=0))
    assert np.isfinite(crop.colours).all()
    assert crop.box == (90, 90)


def test_an_empty_mask_gives_an_empty_crop_and_no_descriptor() -> None:
    picture, mask = scene()
    look = appearance(picture, np.zeros_like(mask))
    assert look.crop.is_empty
    assert look.descriptor is None
    speck = np.zeros_like(mask)
    speck[5, 5] = 255
    found = appearance(picture, speck).descriptor
    assert found is None or all(np.isfinite(values).all() for values in found.values())


def test_descriptors_are_finite_for_odd_subjects() -> None:
    for colour in (0, 128, 255):
        flat = np.full((64, 64, 3), colour, np.uint8)
        for mask in (np.full((64, 64), 255, np.uint8), np.pad(np.full((2, 60), 255, np.uint8), ((31, 31), (2, 2)))):
            found = appearance(flat, mask).descriptor
            assert found is None or all(np.isfinite(values).all() for values in found.values())


def test_stronger_light_moves_the_first_opponent_channel_alone() -> None:
    colours = np.random.default_rng(1).uniform(120, 180, (16, 16, 3)).astype(np.float32)
    dim, bright = opponent(colours), opponent(np.minimum(colours * 1.3, 255).astype(np.float32))
    assert (bright[0] - dim[0]).mean() > 0.4
    assert np.abs(bright[1:] - dim[1:]).max() < 0.05


def test_a_copy_is_like_its_original_and_a_mirror_or_another_subject_is_not() -> None:
    picture, mask = scene()
    one = appearance(picture, mask)
    shifted = appearance(np.roll(picture, 13, axis=0), np.roll(mask, 13, axis=0))
    mirrored, other = appearance(picture[:, ::-1], mask[:, ::-1]), appearance(*scene(seed=9))

    def like(first: object, second: object) -> float:
        return likeness(first.channels, first.crop.cover, second.channels, second.crop.cover)  # type: ignore[attr-defined]

    assert like(one, shifted) > 0.99
    assert like(one, mirrored) < 0.5
    assert like(one, other) < 0.5


def test_a_flat_subject_shows_no_copy() -> None:
    flat, mask = np.full((64, 64, 3), (200, 40, 90), np.uint8), np.zeros((64, 64), np.uint8)
    mask[10:50, 10:50] = 255
    look = appearance(flat, mask)
    assert likeness(look.channels, look.crop.cover, look.channels, look.crop.cover) < 0.01


def test_small_systems_are_solved() -> None:
    random = np.random.default_rng(2)
    half = random.normal(size=(4, 4))
    matrix, right = half @ half.T + np.eye(4), random.normal(size=(4, 3))
    expected = np.linalg.solve(matrix, right)
    solve(matrix, right)
    assert np.allclose(right, expected)


def test_light_is_matched_and_paint_does_not_pull() -> None:
    random = np.random.default_rng(4)
    mate = random.normal(size=(3, 48, 48)).astype(np.float32)
    mix = np.array([[0.9, 0.1, 0.0], [0.05, 0.8, 0.1], [0.0, -0.1, 1.1]])
    target = (np.einsum("ij,jhw->ihw", mix.T, mate) + np.array([0.5, -0.3, 0.2])[:, None, None]).astype(np.float32)
    painted = target.copy()
    painted[:, :10, :10] = 3.0
    everywhere = np.ones((48, 48), np.bool_)
    found = in_light_of(painted, everywhere, mate, everywhere)
    assert np.abs(found - target).max() < 0.05
    nowhere = np.zeros((48, 48), np.bool_)
    assert np.array_equal(in_light_of(target, nowhere, mate, everywhere), mate)
