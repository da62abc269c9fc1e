"""DCI, MIG and SAP against tables whose answers are known."""

import numpy as np
import pytest
from grid_of_pictures import held_out, nothing, told

from spotdiff10k.training.codes import Codes
from spotdiff10k.training.evidence import disentanglement as parts
from spotdiff10k.training.evidence.figures import values_of
from spotdiff10k.training.evidence.measuring import measure

LEVELS = np.array([8.0, 4.0, 2.0])
CHANCE = 1.0 / LEVELS
APART = np.where(np.eye(3), 1.0, CHANCE)


def _all(accuracies: np.ndarray) -> tuple[float, float, float, float]:
    disentangled, complete = parts.dci(parts.above_chance(accuracies, LEVELS))
    return float(disentangled), float(complete), float(parts.mig(accuracies, LEVELS)), float(parts.sap(accuracies, LEVELS))


def test_a_part_for_each_factor_is_perfect_by_every_measure() -> None:
    assert _all(APART) == pytest.approx((1, 1, 1, 1))


def test_parts_that_all_tell_everything_are_worth_nothing() -> None:
    assert _all(np.ones((3, 3))) == pytest.approx((0, 0, 0, 0))


def test_parts_that_tell_nothing_have_no_gap_and_no_focus() -> None:
    assert _all(np.tile(CHANCE, (3, 1))) == pytest.approx((0, 0, 0, 0))


def test_the_order_of_the_parts_does_not_matter() -> None:
    table = np.clip(APART - np.array([[0.1, 0, 0], [0, 0.3, 0], [0, 0, 0.2]]), CHANCE, 1)
    assert _all(table[[2, 0, 1]]) == pytest.approx(_all(table))


def test_one_part_that_tells_two_factors_is_complete_and_half_disentangled() -> None:
    importance = np.array([[1.0, 1.0], [0.0, 0.0]])
    disentangled, complete = parts.dci(importance)
    assert (float(disentangled), float(complete)) == pytest.approx((0.0, 1.0))
    disentangled, complete = parts.dci(importance.T)  # two parts for one factor, none for the other
    assert (float(disentangled), float(complete)) == pytest.approx((1.0, 0.0))


def test_information_follows_fano() -> None:
    right = 0.5
    expected = 1 - (-np.log(0.5) + 0.5 * np.log(3)) / np.log(4)
    assert parts.known(np.array([right]), np.array([4.0]))[0] == pytest.approx(expected)
    assert parts.known(np.array([1.0, 0.25, 0.0]), np.array([4.0, 4.0, 4.0])).tolist() == pytest.approx([1, 0, 0])


def test_resamples_are_leading_axes() -> None:
    stacked = np.stack([APART, np.ones((3, 3))])
    assert parts.mig(stacked, LEVELS).tolist() == pytest.approx([1, 0])
    assert parts.dci(parts.above_chance(stacked, LEVELS))[0].tolist() == pytest.approx([1, 0])


def test_codes_are_judged_as_they_were_planted() -> None:
    held = held_out(subjects=16)
    labels = held.labels
    columns = (labels.subject, labels.pose, labels.background)
    subject, pose, background = (told(column, noise=0.2, seed=number) for number, column in enumerate(columns))
    everything = told(labels.subject, labels.pose, labels.background)
    blind = [nothing(len(labels), seed=number) for number in range(3)]
    ones = np.ones((1, held.subjects))
    apart, entangled, noise = (
        {name: float(value[0]) for name, value in values_of(measure(codes, held, networks=False), ones).items()}
        for codes in (Codes(subject, pose, background), Codes(everything, everything, everything), Codes(*blind))
    )
    assert min(apart[name] for name in ("dci_disentanglement", "dci_completeness", "mig", "sap", "swap")) > 0.8
    assert max(entangled[name] for name in ("dci_disentanglement", "dci_completeness", "mig", "sap")) < 0.2
    assert entangled["dci_informativeness"] > 0.9
    assert max(noise[name] for name in ("dci_informativeness", "mig", "sap", "orthogonality_residual")) < 0.2
    assert entangled["orthogonality_residual"] > 0.5
