"""Areas under curves, curves and quantiles, against closed forms."""

import math

import numpy as np
import pytest

from spotdiff10k.calibration.curves import auc, quantiles, roc
from spotdiff10k.calibration.values import QUANTILES, ROC_POINTS


def test_the_area_of_two_shifted_normal_distributions_is_the_closed_form() -> None:
    rng = np.random.default_rng(1)
    good, planted = rng.normal(0, 1, 20_000), rng.normal(1, 1, 20_000)
    assert auc(good, planted, "high") == pytest.approx(0.5 * (1 + math.erf(0.5)), abs=0.01)


def test_the_area_is_the_share_of_pairs_in_order_with_ties_counting_half() -> None:
    rng = np.random.default_rng(2)
    good, planted = rng.integers(0, 5, 40), rng.integers(1, 7, 30)
    pairs = [(1.0 if b > a else 0.5 if a == b else 0.0) for a in good for b in planted]
    assert auc(good, planted, "high") == pytest.approx(np.mean(pairs))
    assert auc(good, planted, "low") == pytest.approx(1 - np.mean(pairs))


def test_the_curve_encloses_the_area() -> None:
    rng = np.random.default_rng(3)
    good, planted = rng.normal(0, 1, 20), rng.normal(1, 1, 15)
    x, y = np.array(roc(good, planted, "high", points=1000)).T
    assert np.trapezoid(y, x) == pytest.approx(auc(good, planted, "high"))


def test_a_curve_goes_from_corner_to_corner_and_has_few_points() -> None:
    rng = np.random.default_rng(4)
    points = roc(rng.normal(0, 1, 900), rng.normal(0.5, 1, 900), "low")
    assert len(points) <= ROC_POINTS
    assert (points[0], points[-1]) == ((0.0, 0.0), (1.0, 1.0))
    assert list(points) == sorted(points)


def test_what_is_no_number_lies_furthest_out_on_both_sides() -> None:
    assert auc([0.0, 1e9], [math.nan], "high") == 1.0
    assert auc([0.0, -1e9], [math.nan, math.inf], "low") == 1.0


def test_nothing_to_compare_is_blind() -> None:
    assert auc([], [1.0], "high") == auc([1.0], [], "high") == 0.5


def test_quantiles_begin_and_end_at_the_extremes() -> None:
    found = quantiles([3.0, math.nan, 1.0, 2.0])
    assert len(found) == QUANTILES
    assert (found[0], found[QUANTILES // 2], found[-1]) == (1.0, 2.0, 3.0)
    assert quantiles([math.nan]) == ()
