"""Thresholds from good values alone: how far out a bound must lie for good ones to pass it with a stated chance.

Within what was seen, the bound is a split-conformal quantile: of n values the ceil((n + 1)(1 - level))-th, beyond which a new
one lies with a chance of `level` at most, whatever the distribution (Vovk, Gammerman and Shafer 2005). Beyond what was seen,
the tail over the 80 % quantile is taken for a generalised Pareto distribution (Pickands 1975), fitted by probability-weighted
moments (Hosking and Wallis 1987), never lighter than exponential, and never reaching twice as far from the middle as
anything seen. Samples of a group are alike, so n counts for somewhat less than it says: what the bound really refuses is
counted on other groups.
"""

import math

import numpy as np

from spotdiff10k.calibration.curves import Floats

TAIL_SHARE = 0.2
FURTHEST = 1.0
"""Of the way from the middle to the outermost value, that a bound lies beyond it at most, whatever the tail is taken for."""
SLACK = 0.05
"""Of the way from the innermost to the outermost value, that a bound lies beyond the outermost at least: what is equal but for
rounding must not decide."""
HEAVIEST = 0.5
"""Shape beyond which moments do not exist; few values make it look heavier than it is."""
FEWEST = 20
"""Values below which nothing is said of a tail."""


def bound(values: Floats, level: float) -> float:
    """The bound beyond which a new good value lies with a chance of `level` at most; NaN if nothing can be said.

    values: larger further out, infinite for those at the end of what is possible. It is NaN for too few, where all are the
    same (a quantile of what does not vary says nothing of what does), and where more lie at the end than may be refused.
    """
    finite = np.sort(values[np.abs(values) < 1e299])
    count = values.size
    if np.count_nonzero(np.isposinf(values)) > count * level:
        return math.nan
    if finite.size < FEWEST or finite[0] == finite[-1]:
        return math.nan
    rank = math.ceil((count + 1) * (1 - level))
    if rank <= finite.size:
        return float(finite[rank - 1])
    return _beyond(finite, level)


def _beyond(ordered: Floats, level: float) -> float:
    """The quantile of the fitted tail, at least the outermost value."""
    start = float(np.quantile(ordered, 1 - TAIL_SHARE))
    over = ordered[ordered > start] - start
    last = float(ordered[-1])
    least = last + SLACK * (last - float(ordered[0]))
    if over.size < 2:
        return least
    shape, scale = pareto(over)
    times = (over.size / ordered.size) / level
    reach = scale * math.log(times) if shape == 0 else scale * (times**shape - 1) / shape
    furthest = last + FURTHEST * (last - float(np.median(ordered)))
    return max(min(start + reach, furthest), least)


def share_beyond(values: Floats, place: float) -> float:
    """The share of new good values that lies beyond a place: what was seen, or what the fitted tail says where that is more."""
    seen = float((values > place).mean())
    finite = np.sort(values[np.abs(values) < 1e299])
    start = float(np.quantile(finite, 1 - TAIL_SHARE)) if finite.size >= FEWEST else math.inf
    over = finite[finite > start] - start
    if over.size < 2 or place <= start:
        return seen
    shape, scale = pareto(over)
    steps = (place - start) / scale
    share = math.exp(-steps) if shape == 0 else (1 + shape * steps) ** (-1 / shape)
    return max(seen, share * over.size / values.size)


def pareto(over: Floats) -> tuple[float, float]:
    """Shape (0 to 0.5) and scale of a generalised Pareto distribution of exceedances in rising order, by weighted moments."""
    size = over.size
    weights = (size - np.arange(1, size + 1)) / (size - 1)
    mean, weighted = float(over.mean()), float((weights * over).mean())
    shape = 2 - mean / (mean - 2 * weighted) if mean > 2 * weighted else HEAVIEST
    shape = min(HEAVIEST, max(0.0, shape))
    return shape, mean * (1 - shape)
