"""Backgrounds found without masks, and exchanged where no subject stands."""

import numpy as np
import pytest

pytest.importorskip("torch")

import torch

from spotdiff10k.training.swapping import FEWEST_PICTURES, find_backgrounds

LEVELS, OF_EACH, PLACES, WIDTH = 3, 9, 16, 4
RANDOM = np.random.default_rng(8)
PLATES = RANDOM.standard_normal((LEVELS, PLACES, WIDTH)).astype(np.float32)
BACKGROUND = np.repeat(np.arange(LEVELS), OF_EACH)


def planted() -> tuple["torch.Tensor", np.ndarray]:
    """Tokens of pictures in which a subject stands in four neighbouring places, other ones in each picture."""
    subject = np.zeros((len(BACKGROUND), PLACES), np.bool_)
    for picture, row in enumerate(subject):
        row[(np.arange(4) + 5 * picture) % PLACES] = True
    tokens = PLATES[BACKGROUND] + 0.05 * RANDOM.standard_normal((len(BACKGROUND), PLACES, WIDTH)).astype(np.float32)
    tokens = np.where(subject[..., None], 3.0 + RANDOM.standard_normal(tokens.shape), tokens)
    return torch.from_numpy(tokens.astype(np.float32)), subject


def test_backgrounds_and_the_places_of_subjects_are_found_by_what_pictures_of_a_level_share() -> None:
    tokens, subject = planted()
    found = find_backgrounds(tokens, BACKGROUND)
    assert (found.backgrounds - torch.from_numpy(PLATES)).abs().max() < 0.15
    assert not (found.empty.numpy() & subject).any()
    assert found.empty.numpy()[~subject].mean() > 0.8


def test_subjects_stay_and_what_is_behind_them_is_of_another_level() -> None:
    tokens, subject = planted()
    found = find_backgrounds(tokens, BACKGROUND)
    chosen = np.array([0, 10, 20])
    swapped = found.swapped(chosen, 1.0, np.random.default_rng(1))
    for row, picture in enumerate(chosen):
        assert torch.equal(swapped[row][subject[picture]], tokens[picture][subject[picture]])
        behind = swapped[row][found.empty[picture]]
        assert any(torch.equal(behind, level[found.empty[picture]]) for level in found.backgrounds)
    assert torch.equal(found.swapped(chosen, 0.0, np.random.default_rng(1)), tokens[chosen])


def test_a_level_of_few_pictures_and_a_single_level_are_left_alone() -> None:
    tokens, _ = planted()
    rare = BACKGROUND.copy()
    rare[: FEWEST_PICTURES - 1] = LEVELS
    found = find_backgrounds(tokens, rare)
    assert len(found.backgrounds) == LEVELS
    assert not found.empty[: FEWEST_PICTURES - 1].any()
    one = find_backgrounds(tokens, BACKGROUND * 0)
    assert torch.equal(one.swapped(np.arange(len(tokens)), 1.0, np.random.default_rng(1)), tokens)
