"""Blame, margins and variety from distances alone."""

import numpy as np
import pytest

from spotdiff10k.checks._levels import excess, held, medoids, variety

LABELS = np.repeat(np.arange(2), 3)
CONTEXTS = np.tile(np.arange(3), 2)


def distances(near: float = 0.1, far: float = 0.8) -> np.ndarray:
    found = np.where(LABELS[:, None] == LABELS[None, :], near, far)
    np.fill_diagonal(found, 0.0)
    return found


def looks_like(table: np.ndarray, sample: int, level: int) -> np.ndarray:
    """The distances when one sample shows another level."""
    changed = table.copy()
    changed[sample] = changed[:, sample] = np.where(level == LABELS, 0.1, 0.8)
    changed[sample, sample] = 0.0
    return changed


def test_good_samples_are_near_their_own_level_and_far_from_the_other() -> None:
    found = held(distances(), LABELS, CONTEXTS)
    assert found.error == pytest.approx(np.full(6, 0.1))
    assert found.margin == pytest.approx(np.full(6, 0.7))
    assert found.nearest.tolist() == LABELS.tolist()


@pytest.mark.parametrize("spoilt", range(6))
def test_of_three_the_spoilt_one_is_blamed_alone(spoilt: int) -> None:
    found = held(looks_like(distances(), spoilt, 1 - LABELS[spoilt]), LABELS, CONTEXTS)
    assert [i for i in range(6) if found.error[i] > 0.5] == [spoilt]
    assert [i for i in range(6) if found.margin[i] < 0] == [spoilt]
    assert found.nearest[spoilt] == 1 - LABELS[spoilt]


def test_of_two_both_are_blamed() -> None:
    keep = np.array([0, 1, 3, 4])
    spoilt = looks_like(distances(), 1, 1)[np.ix_(keep, keep)]
    found = held(spoilt, LABELS[keep], CONTEXTS[keep])
    assert [i for i in range(4) if found.error[i] > 0.5] == [0, 1]


def test_a_sample_that_is_alone_has_no_error_and_says_so() -> None:
    keep = np.array([0, 3, 4, 5])
    found = held(distances()[np.ix_(keep, keep)], LABELS[keep], CONTEXTS[keep])
    assert found.alone.tolist() == [True, False, False, False]
    assert found.error[0] == 0.0


def test_a_shared_context_makes_nothing_nearer() -> None:
    """Levels that look alike but for the context: the same context on the other side must not win."""
    table = np.where(CONTEXTS[:, None] == CONTEXTS[None, :], 0.0, 0.3)
    found = held(table, LABELS, CONTEXTS)
    assert found.margin == pytest.approx(np.zeros(6))
    assert found.nearest.tolist() == LABELS.tolist()


def test_variety_is_the_distance_of_the_two_levels_that_are_nearest() -> None:
    assert variety(distances(), LABELS, CONTEXTS) == pytest.approx(0.8)
    assert variety(distances(far=0.0), LABELS, CONTEXTS) == 0.0
    assert variety(distances(), np.zeros(6, np.int64), np.arange(6)) == float("inf")


def test_one_odd_context_does_not_hide_that_a_level_repeats_another() -> None:
    table = distances(far=0.0)
    table[0, 3] = table[3, 0] = 0.9
    assert variety(table, LABELS, CONTEXTS) == 0.0


def test_the_medoid_is_the_one_in_the_middle() -> None:
    places = np.array([0.0, 1.0, 5.0, 0.0, 0.0, 0.0])
    assert medoids(np.abs(places[:, None] - places[None, :]), LABELS)[0] == 1


def test_what_two_contexts_do_to_every_level_is_no_excess() -> None:
    """The third context makes everything look different; one sample differs beyond that."""
    high = CONTEXTS == 2
    table = distances(near=0.1) + 0.3 * (high[:, None] != high[None, :])
    found = held(table, LABELS, CONTEXTS)
    assert excess(table, LABELS, CONTEXTS, found) == pytest.approx(np.zeros(6))
    table[2, :] += 0.25
    table[:, 2] += 0.25
    table[2, 2] = 0.0
    found = held(table, LABELS, CONTEXTS)
    assert excess(table, LABELS, CONTEXTS, found) == pytest.approx(np.array([0, 0, 0.25, 0, 0, 0]))
