"""Intervals on shares and means: what a number measured on a few says about the many."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from spotdiff10k.seeds import seed_for

TWO_SIDED_95 = 1.959963984540054
"""Standard normal quantile of 0.975."""
RESAMPLES = 2000


@dataclass(frozen=True, slots=True)
class Interval:
    """A value with the bounds of its 95 % interval."""

    value: float
    low: float
    high: float

    def times(self, factor: float) -> "Interval":
        """The interval of this many times the value."""
        return Interval(self.value * factor, self.low * factor, self.high * factor)


def share(successes: float, trials: int) -> Interval:
    """A share with Wilson's score interval (J. Am. Stat. Assoc. 22, 1927), which holds at few trials and at shares of 0 and 1.

    Where samples come in groups, a trial is a group and its success the share of its samples: what is alike counts once.
    Without a trial nothing is known: the interval is 0 to 1.
    """
    if not trials:
        return Interval(math.nan, 0.0, 1.0)
    z2 = TWO_SIDED_95**2
    found = successes / trials
    center = (found + z2 / (2 * trials)) / (1 + z2 / trials)
    half = TWO_SIDED_95 / (1 + z2 / trials) * math.sqrt(found * (1 - found) / trials + z2 / (4 * trials**2))
    return Interval(found, max(0.0, min(found, center - half)), min(1.0, max(found, center + half)))


def mean(values: Sequence[float], *address: str) -> Interval:
    """A mean with its percentile bootstrap interval; `address` seeds the resampling. Raises ValueError without values."""
    if not values:
        raise ValueError("the mean of nothing is not known")
    found = np.asarray(values, np.float64)
    rng = np.random.default_rng(seed_for(0, "bootstrap", *address))
    means = found[rng.integers(0, len(found), (RESAMPLES, len(found)))].mean(axis=1)
    low, high = np.quantile(means, (0.025, 0.975))
    return Interval(float(found.mean()), float(low), float(high))
