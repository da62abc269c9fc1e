"""Bounds from good values alone."""

import math

import numpy as np
import pytest

from spotdiff10k.calibration.tails import bound, pareto, share_beyond


def test_a_conformal_bound_is_passed_as_seldom_as_asked_whatever_the_distribution() -> None:
    rng = np.random.default_rng(0)
    beyond = []
    for _ in range(400):
        values = np.exp(rng.normal(size=200))
        limit = bound(values[:199], 0.05)
        beyond.append(np.exp(rng.normal(size=200)) > limit)
    assert np.mean(beyond) == pytest.approx(0.05, abs=0.006)


def test_a_bound_within_what_was_seen_is_one_of_its_values() -> None:
    values = np.arange(199.0)
    assert bound(values, 0.05) == 189.0  # the 190th of 199: ceil(200 x 0.95)


def test_a_bound_beyond_what_was_seen_follows_an_exponential_tail() -> None:
    values = np.random.default_rng(1).exponential(2.0, 5000)
    assert bound(values, 1e-5) == pytest.approx(-2.0 * math.log(1e-5), rel=0.25)


def test_a_heavy_tail_reaches_further_than_a_light_one() -> None:
    rng = np.random.default_rng(2)
    light, heavy = rng.exponential(1.0, 2000), rng.pareto(3.0, 2000)
    assert bound(heavy, 1e-5) / heavy.max() > bound(light, 1e-5) / light.max()


def test_a_pareto_tail_is_found_again() -> None:
    share = np.random.default_rng(3).uniform(size=200_000)
    over = np.sort(1.5 * (share**-0.25 - 1) / 0.25)
    assert pareto(over) == pytest.approx((0.25, 1.5), abs=0.05)


def test_too_few_groups_and_values_that_are_all_the_same_give_no_bound() -> None:
    assert math.isnan(bound(np.arange(10.0), 0.01))
    assert math.isnan(bound(np.ones(100), 0.01))


def test_a_good_group_whose_value_is_no_number_counts_as_furthest_out() -> None:
    values = np.concatenate([np.arange(195.0), np.full(4, 1e300)])
    assert bound(values, 0.05) == 189.0


def test_the_share_beyond_a_place_is_what_an_exponential_tail_says() -> None:
    values = np.random.default_rng(4).exponential(size=4_000)
    for place in (1.0, 3.0, 9.0, 12.0):
        assert 0.3 < share_beyond(values, place) / math.exp(-place) < 3.0
    assert share_beyond(values, math.inf) == 0.0


def test_what_was_seen_beyond_a_place_counts_at_least() -> None:
    values = np.append(np.linspace(0.0, 1.0, 99), 50.0)
    assert share_beyond(values, 40.0) >= 0.01
    assert share_beyond(np.ones(50), 0.5) == 1.0
