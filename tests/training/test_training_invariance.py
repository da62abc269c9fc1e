"""Nuisance that was planted is found within subjects and taken out, and what tells subjects apart stays."""

import numpy as np
import pytest

pytest.importorskip("torch")

import torch

from spotdiff10k.training import invariance
from spotdiff10k.training.views import Labels

SUBJECTS, LEVELS, OF_EACH, WIDTH = 40, 6, 3, 10


def planted(shift: float, seed: int = 1) -> tuple[np.ndarray, Labels]:
    """Rows of subjects on three backgrounds each; subject in all directions, background in the first two."""
    random = np.random.default_rng(seed)
    subject = np.repeat(np.arange(SUBJECTS), OF_EACH)
    background = np.concatenate([random.permutation(LEVELS)[:OF_EACH] for _ in range(SUBJECTS)])
    effect = np.zeros((LEVELS, WIDTH))
    effect[:, :2] = shift * np.random.default_rng(99).standard_normal((LEVELS, 2))
    rows = np.random.default_rng(seed + 7).standard_normal((SUBJECTS, WIDTH))[subject] + effect[background]
    rows = rows + 0.05 * random.standard_normal(rows.shape)
    return rows, Labels(subject, np.zeros_like(subject), background, subject % 3)


def background_erasure(rows: np.ndarray, labels: Labels) -> tuple[np.ndarray, np.ndarray]:
    mean, weight = invariance.background_erasure(torch.from_numpy(rows), labels)
    return mean.numpy(), weight.numpy()


def within_whitening(rows: np.ndarray, subject: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    mean, weight = invariance.within_whitening(torch.from_numpy(rows), subject)
    return mean.numpy(), weight.numpy()


def moved_by_background(rows: np.ndarray, labels: Labels) -> float:
    """Mean square distance between pictures of one subject, against that between subjects."""
    within = np.mean([rows[labels.subject == one].var(0).sum() for one in range(SUBJECTS)])
    return float(within / rows.var(0).sum())


def test_erasure_takes_out_what_backgrounds_do_to_new_subjects() -> None:
    rows, labels = planted(2.0)
    mean, weight = background_erasure(rows, labels)
    new, new_labels = planted(2.0, seed=2)
    assert moved_by_background(new, new_labels) > 0.2
    assert moved_by_background((new - mean) @ weight, new_labels) < 0.02


def test_erasure_gives_up_no_more_directions_than_backgrounds_use() -> None:
    rows, labels = planted(2.0)
    _, weight = background_erasure(rows, labels)
    kept = np.linalg.svd(weight, compute_uv=False)
    assert (kept > 0.5).sum() >= WIDTH - LEVELS + 1
    assert np.allclose(weight @ weight, weight)  # a projection: once is enough


def test_more_levels_than_dimensions_leave_three_quarters_of_them() -> None:
    random = np.random.default_rng(5)
    background = random.integers(0, 4 * WIDTH, 40 * SUBJECTS)
    subject = np.repeat(np.arange(SUBJECTS), 40)
    effect = random.standard_normal((4 * WIDTH, WIDTH)) * np.where(np.arange(WIDTH) < 2, 2.0, 0.1)
    rows = random.standard_normal((SUBJECTS, WIDTH))[subject] + effect[background]
    labels = Labels(subject, np.zeros_like(subject), background, subject % 3)
    mean, weight = background_erasure(rows, labels)
    assert np.linalg.matrix_rank(weight) >= 0.75 * WIDTH
    assert moved_by_background((rows - mean) @ weight, labels) < 0.1 < moved_by_background(rows, labels)


def test_erasure_does_not_mistake_who_was_seen_where_for_the_background() -> None:
    """Every subject on backgrounds of its own half: level means differ by subjects, effects within subjects do not."""
    random = np.random.default_rng(3)
    subject = np.repeat(np.arange(SUBJECTS), OF_EACH)
    half = (np.arange(SUBJECTS) % 2)[subject]
    background = np.concatenate([random.permutation(3) + 3 * (one % 2) for one in range(SUBJECTS)])
    rows = 0.05 * random.standard_normal((len(subject), WIDTH))
    rows[:, 0] += 4.0 * half  # tells subjects apart, and goes along with the background
    rows[:, 1] += np.array([2.0, 0.0, -2.0])[background % 3]
    _, weight = background_erasure(rows, Labels(subject, subject * 0, background, subject * 0))
    erased = rows @ weight
    assert abs(erased[half == 1].mean(0) - erased[half == 0].mean(0)).max() > 3.0
    assert erased[:, 1].std() < 0.2


def test_single_pictures_tell_of_no_nuisance() -> None:
    rows = np.random.default_rng(4).standard_normal((12, WIDTH))
    alone = np.arange(12)
    labels = Labels(alone, alone % 2, alone % 3, alone * 0)
    for mean, weight in (background_erasure(rows, labels), within_whitening(rows, alone)):
        assert np.array_equal(weight, np.eye(WIDTH))
        assert mean == pytest.approx(rows.mean(0))


def test_whitening_makes_directions_of_nuisance_small_and_keeps_its_size() -> None:
    rows, labels = planted(2.0)
    mean, weight = within_whitening(rows, labels.subject)
    new, new_labels = planted(2.0, seed=2)
    assert moved_by_background((new - mean) @ weight, new_labels) < 0.5 * moved_by_background(new, new_labels)
    assert np.square(weight).sum() == pytest.approx(WIDTH)
