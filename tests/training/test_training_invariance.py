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


def subject_estimate(rows: np.ndarray, labels: Labels) -> tuple[np.ndarray, np.ndarray]:
    mean, weight = invariance.subject_estimate(torch.from_numpy(rows), labels)
    return mean.numpy(), weight.numpy()


def within_whitening(rows: np.ndarray, subject: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    mean, weight = invariance.within_whitening(torch.from_numpy(rows), subject)
    return mean.numpy(), weight.numpy()


def moved_by_background(rows: np.ndarray, labels: Labels) -> float:
    """Mean square distance between pictures of one subject, against that between subjects."""
    within = np.mean([rows[labels.subject == one].var(0).sum() for one in range(SUBJECTS)])
    return float(within / rows.var(0).sum())


def drawn(levels: int, of_each: int, subjects: int = 600) -> tuple[np.ndarray, Labels]:
    """Rows of α + γ + ε of the spreads SPREADS, direction by direction, each subject on levels drawn for it."""
    random = np.random.default_rng(11)
    subject = np.repeat(np.arange(subjects), of_each)
    background = random.integers(0, levels, len(subject))
    of_subject, of_level, of_picture = (random.standard_normal((count, WIDTH)) for count in (subjects, levels, len(subject)))
    subject_spread, level_spread, picture_spread = SPREADS
    rows = of_subject[subject] * subject_spread + of_level[background] * level_spread + of_picture * picture_spread
    return rows, Labels(subject, subject * 0, background, subject * 0)


SPREADS = np.linspace(0.5, 2.0, WIDTH), np.where(np.arange(WIDTH) < 3, 0.4, 0.0), np.linspace(1.0, 0.3, WIDTH)
"""Of subjects, backgrounds and pictures."""


@pytest.mark.parametrize(("levels", "of_each"), [(200, 4), (40, 8)])
def test_the_estimate_is_the_best_linear_one_with_backgrounds_counted_more(levels: int, of_each: int) -> None:
    subjects, backgrounds, pictures = (spread**2 for spread in SPREADS)
    noise = invariance.BACKGROUND_WEIGHT * backgrounds + pictures
    noise = noise + invariance.LEAST_NOISE * (subjects + backgrounds + pictures).mean()
    _, weight = subject_estimate(*drawn(levels, of_each))
    expected = np.diag(subjects / (subjects + noise))
    assert np.abs(weight - expected).max() < 0.1
    assert np.abs(np.diag(weight - expected)[3:]).max() < 0.05  # directions that no background shifts


def test_of_new_subjects_it_takes_out_what_backgrounds_do() -> None:
    rows, labels = planted(2.0)
    mean, weight = subject_estimate(rows, labels)
    new, new_labels = planted(2.0, seed=2)
    assert moved_by_background(new, new_labels) > 0.2
    assert moved_by_background((new - mean) @ weight, new_labels) < 0.02


def test_more_levels_than_dimensions_do_not_take_out_what_they_do_not_shift() -> None:
    rows, labels = drawn(4 * WIDTH, 3, subjects=60)
    _, weight = subject_estimate(rows, labels)
    assert np.diag(weight)[-3:].min() > 0.8  # fitted shifts have some spread there, as much as chance gives them


def test_levels_that_were_seen_once_are_not_taken_for_shifts() -> None:
    rows, labels = drawn(40, 4, subjects=60)
    mean, weight = subject_estimate(rows, Labels(labels.subject, labels.pose, np.arange(len(rows)), labels.family))
    _, without = subject_estimate(rows, Labels(labels.subject, labels.pose, labels.subject * 0, labels.family))
    assert np.array_equal(weight, without)
    assert np.linalg.matrix_rank(weight) == WIDTH
    assert mean == pytest.approx(rows.mean(0))


def test_it_does_not_mistake_who_was_seen_where_for_the_background() -> None:
    """Every subject on backgrounds of its own half: level means differ by subjects, effects within subjects do not."""
    random = np.random.default_rng(3)
    subject = np.repeat(np.arange(SUBJECTS), OF_EACH)
    half = (np.arange(SUBJECTS) % 2)[subject]
    background = np.concatenate([random.permutation(3) + 3 * (one % 2) for one in range(SUBJECTS)])
    rows = 0.05 * random.standard_normal((len(subject), WIDTH))
    rows[:, 0] += 4.0 * half  # tells subjects apart, and goes along with the background
    rows[:, 1] += np.array([2.0, 0.0, -2.0])[background % 3]
    _, weight = subject_estimate(rows, Labels(subject, subject * 0, background, subject * 0))
    estimated = rows @ weight
    assert abs(estimated[half == 1].mean(0) - estimated[half == 0].mean(0)).max() > 3.0
    assert estimated[:, 1].std() < 0.2


def test_single_pictures_tell_of_no_nuisance() -> None:
    rows = np.random.default_rng(4).standard_normal((12, WIDTH))
    alone = np.arange(12)
    labels = Labels(alone, alone % 2, alone % 3, alone * 0)
    for mean, weight in (subject_estimate(rows, labels), within_whitening(rows, alone)):
        assert np.array_equal(weight, np.eye(WIDTH))
        assert mean == pytest.approx(rows.mean(0))


def test_one_subject_tells_nothing_of_subjects() -> None:
    rows, labels = planted(shift=3.0)
    mean, weight = subject_estimate(rows[:OF_EACH], labels[np.arange(OF_EACH)])
    assert mean == pytest.approx(rows[:OF_EACH].mean(0))
    assert (weight == np.eye(WIDTH)).all()


def test_whitening_makes_directions_of_nuisance_small_and_keeps_its_size() -> None:
    rows, labels = planted(2.0)
    mean, weight = within_whitening(rows, labels.subject)
    new, new_labels = planted(2.0, seed=2)
    assert moved_by_background((new - mean) @ weight, new_labels) < 0.5 * moved_by_background(new, new_labels)
    assert np.square(weight).sum() == pytest.approx(WIDTH)
