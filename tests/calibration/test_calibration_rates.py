"""Rates and their exact intervals."""

import math
from dataclasses import replace

import pytest

from spotdiff10k.calibration.rates import at_least, at_most, is_exact, rate


@pytest.mark.parametrize(
    ("count", "of", "low", "high"),
    [(0, 10, 0.0, 0.30849710781876083), (10, 10, 0.6915028921812392, 1.0), (3, 100, 0.006229971538306394, 0.08517605297427952)],
)
def test_intervals_are_those_of_clopper_and_pearson(count: int, of: int, low: float, high: float) -> None:
    found = rate(count, of)
    assert (found.low, found.high) == pytest.approx((low, high), abs=1e-12)


@pytest.mark.parametrize(("count", "of"), [(1, 5), (17, 18), (123, 456), (9_990, 10_000)])
def test_intervals_agree_with_the_beta_distribution(count: int, of: int) -> None:
    beta = pytest.importorskip("scipy.stats").beta
    found = rate(count, of)
    assert found.low == pytest.approx(beta.ppf(0.025, count, of - count + 1), abs=1e-9)
    assert found.high == pytest.approx(beta.ppf(0.975, count + 1, of - count), abs=1e-9)


def test_an_end_of_an_interval_is_where_the_tail_holds_two_and_a_half_percent() -> None:
    found = rate(7, 40)
    assert at_least(7, 40, found.low) == pytest.approx(0.025)
    assert at_most(7, 40, found.high) == pytest.approx(0.025)


def test_nothing_counted_is_no_share() -> None:
    nothing = rate(0, 0)
    assert math.isnan(nothing.share)
    assert (nothing.low, nothing.high) == (0.0, 1.0)
    assert str(nothing) == "nothing to count"


@pytest.mark.parametrize(("count", "of"), [(-1, 5), (6, 5)])
def test_what_is_no_share_is_refused(count: int, of: int) -> None:
    with pytest.raises(ValueError, match="no share"):
        rate(count, of)


@pytest.mark.parametrize(("count", "of"), [(0, 0), (0, 200), (200, 200), (1, 200), (193, 200), (1797, 1800), (1, 1)])
def test_an_interval_is_known_by_its_ends_without_a_search(count: int, of: int) -> None:
    right = rate(count, of)
    assert is_exact(right, 1e-4)
    for wrong in (replace(right, low=right.low + 3e-4), replace(right, high=right.high - 3e-4)):
        assert not is_exact(wrong, 1e-4)
    assert count == 0 or not is_exact(replace(right, low=right.low - 3e-4), 1e-4)
    assert count == of or not is_exact(replace(right, high=right.high + 3e-4), 1e-4)
