"""Intervals: as wide as theory says, paired, and the same every time."""

import numpy as np
import pytest

from spotdiff10k.training.evidence import bootstrap
from spotdiff10k.training.evidence.arms import Planned
from spotdiff10k.training.evidence.jobs import Look
from spotdiff10k.training.evidence.reckoning import Reckoning, clear
from spotdiff10k.training.evidence.storing import Result
from spotdiff10k.training.results import Figure

SUBJECTS = 40
WEIGHTS = bootstrap.draws(SUBJECTS, 1)


def _arm(name: str, *by_seed: np.ndarray) -> tuple[Planned, list[Result]]:
    jobs = tuple(Look("raw-pooled", 1, seed) for seed in range(len(by_seed)))
    return Planned(name, "baseline", name, jobs), [Result({"mean/paired": values}, {}, {}) for values in by_seed]


def test_every_resample_draws_as_many_subjects_as_there_are_and_the_first_row_draws_each_once() -> None:
    assert (WEIGHTS.sum(1) == SUBJECTS).all()
    assert (WEIGHTS[0] == 1).all()
    assert (bootstrap.draws(SUBJECTS, 1) == WEIGHTS).all()
    assert (bootstrap.draws(SUBJECTS, 2) != WEIGHTS).any()


def test_the_interval_of_a_mean_is_as_wide_as_its_standard_error_says() -> None:
    values = np.random.default_rng(7).standard_normal(SUBJECTS)
    found = bootstrap.figure([bootstrap.weighted_mean(values, WEIGHTS)])
    assert found is not None
    error = values.std() / np.sqrt(SUBJECTS)
    assert found.value == pytest.approx(values.mean())
    assert found.high - found.low == pytest.approx(2 * 1.96 * error, rel=0.1)


def test_subjects_that_could_not_be_asked_are_left_out() -> None:
    values = np.where(np.arange(SUBJECTS) % 2, np.nan, 3.0)
    assert bootstrap.weighted_mean(values, WEIGHTS)[0] == 3.0
    assert bootstrap.figure([bootstrap.weighted_mean(np.full(SUBJECTS, np.nan), WEIGHTS)]) is None


def test_a_figure_that_one_seed_cannot_tell_is_not_known() -> None:
    known = np.random.default_rng(9).random(SUBJECTS)
    reckoning = Reckoning(WEIGHTS)
    for planned, results in (_arm("one", known, np.full(SUBJECTS, np.nan)), _arm("other", known, known)):
        arm = reckoning.arm(planned, results)
        assert reckoning.knows(planned.name, "paired") == ("paired" in arm.figures) == (planned.name == "other")


def test_differences_are_paired_by_subject() -> None:
    hard = np.random.default_rng(8).random(SUBJECTS)
    reckoning = Reckoning(WEIGHTS)
    for planned, results in (_arm("one", hard, hard), _arm("other", hard - 0.1, hard - 0.1)):
        reckoning.arm(planned, results)
    found = reckoning.compare("paired", "other", "one", "falls", 0.02, every_seed=True)
    assert (found.difference.low, found.difference.high) == (pytest.approx(-0.1), pytest.approx(-0.1))
    assert found.passed
    assert not reckoning.compare("paired", "one", "one", "falls", 0.0, every_seed=True).passed


def test_one_seed_that_does_not_fall_is_enough_for_a_control_to_pass() -> None:
    good = np.full(SUBJECTS, 0.9)
    reckoning = Reckoning(WEIGHTS)
    for planned, results in (_arm("model", good, good, good), _arm("control", good - 0.5, good - 0.5, good)):
        reckoning.arm(planned, results)
    assert not reckoning.compare("paired", "control", "model", "falls", 0.02, every_seed=True).passed
    assert reckoning.compare("paired", "control", "model", "falls", 0.02, every_seed=False).passed


def test_the_whole_interval_has_to_lie_beyond_the_margin() -> None:
    assert clear(Figure(-0.1, -0.2, -0.05, ()), "falls", 0.04)
    assert not clear(Figure(-0.1, -0.2, -0.05, ()), "falls", 0.05)
    assert clear(Figure(0.1, 0.05, 0.2, ()), "rises", 0.04)
    assert not clear(Figure(0.1, -0.05, 0.2, ()), "rises", 0.0)
