"""Shares with exact intervals: Clopper and Pearson 1934, from the binomial distribution itself."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

CONFIDENCE = 0.95
HALVINGS = 60
"""Of [0, 1] until nothing is left that a double could tell apart."""


@dataclass(frozen=True, slots=True)
class Rate:
    """So many of so many, with the interval that holds the true share in 95 of 100 cases whatever it is."""

    count: int
    of: int
    low: float
    high: float

    @property
    def share(self) -> float:
        """Of the whole; NaN when there was nothing to count."""
        return self.count / self.of if self.of else math.nan

    def __str__(self) -> str:
        if not self.of:
            return "nothing to count"
        return f"{self.share:.1%} ({self.low:.1%} to {self.high:.1%})"


@cache
def rate(count: int, of: int, confidence: float = CONFIDENCE) -> Rate:
    """The rate with its Clopper-Pearson interval. Raises ValueError unless 0 <= count <= of."""
    if not 0 <= count <= of:
        raise ValueError(f"{count} of {of} is no share")
    tail = (1 - confidence) / 2
    low = 0.0 if count == 0 else _root(lambda share: at_least(count, of, share) - tail)
    high = 1.0 if count == of else _root(lambda share: tail - at_most(count, of, share))
    return Rate(count, of, low, high)


def is_exact(found: Rate, tolerance: float, confidence: float = CONFIDENCE) -> bool:
    """Whether the ends of a rate are those of its interval to within `tolerance`: a look at either side of each, no search."""
    tail = (1 - confidence) / 2
    count, of, low, high = found.count, found.of, found.low, found.high
    if count == 0:
        low_holds = abs(low) <= tolerance
    else:
        low_holds = at_least(count, of, low - tolerance) <= tail <= at_least(count, of, low + tolerance)
    if count == of:
        return low_holds and abs(high - 1) <= tolerance
    return low_holds and at_most(count, of, high + tolerance) <= tail <= at_most(count, of, high - tolerance)


def at_least(count: int, of: int, share: float) -> float:
    """The chance of `count` or more of `of`, each with chance `share`."""
    return _mass(count, of + 1, of, share)


def at_most(count: int, of: int, share: float) -> float:
    """The chance of `count` or fewer of `of`."""
    return _mass(0, count + 1, of, share)


def _mass(start: int, stop: int, of: int, share: float) -> float:
    """The chance of start <= count < stop, summed in logarithms so that nothing vanishes too early."""
    if share <= 0.0 or share >= 1.0:
        certain = 0 if share <= 0.0 else of
        return 1.0 if start <= certain < stop else 0.0
    log_share, log_rest = math.log(share), math.log1p(-share)
    whole = math.lgamma(of + 1)
    terms = (
        whole - math.lgamma(count + 1) - math.lgamma(of - count + 1) + count * log_share + (of - count) * log_rest
        for count in range(start, stop)
    )
    return min(1.0, math.fsum(math.exp(term) for term in terms))


def _root(rising: Callable[[float], float]) -> float:
    """Where a function that rises over [0, 1] is zero."""
    low, high = 0.0, 1.0
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        if rising(middle) < 0:
            low = middle
        else:
            high = middle
    return (low + high) / 2
