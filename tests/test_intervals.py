"""intervals: closed forms and coverage."""

import math

import numpy as np
import pytest
from scipy import stats

from spotdiff10k import intervals


@pytest.mark.parametrize(("successes", "trials"), [(0, 10), (10, 10), (3, 50), (49, 50), (500, 1000), (1, 1)])
def test_a_share_has_the_interval_that_scipy_gives_it(successes: int, trials: int) -> None:
    known = stats.binomtest(successes, trials).proportion_ci(method="wilson")
    found = intervals.share(successes, trials)
    assert found.value == successes / trials
    assert (found.low, found.high) == pytest.approx((known.low, known.high), abs=1e-12)


def test_nothing_is_known_without_a_trial() -> None:
    found = intervals.share(0, 0)
    assert math.isnan(found.value)
    assert (found.low, found.high) == (0.0, 1.0)


def test_a_mean_lies_in_its_interval_about_95_times_in_100() -> None:
    rng = np.random.default_rng(5)
    held = 0
    for trial in range(300):
        found = intervals.mean([float(v) for v in rng.exponential(2.0, 60)], str(trial))
        held += found.low <= 2.0 <= found.high
    assert 270 <= held <= 294


def test_a_mean_is_the_same_twice() -> None:
    assert intervals.mean([1.0, 2.0, 4.0], "x") == intervals.mean([1.0, 2.0, 4.0], "x")
    with pytest.raises(ValueError, match="nothing"):
        intervals.mean([])
