"""Intervals: subjects are drawn with replacement, and every figure is computed anew from those drawn.

All figures of all arms see the same draws, so that differences are paired. Seeds of trainings are averaged, not drawn.
"""

from collections.abc import Callable, Sequence

import numpy as np

from spotdiff10k.seeds import seed_for
from spotdiff10k.training.evidence.by_subject import Float64
from spotdiff10k.training.evidence.measuring import Measured
from spotdiff10k.training.results import Figure

RESAMPLES = 2000
CONFIDENCE = 0.95
Statistic = Callable[[Measured, Float64], Float64]
"""(R,) the figure under (R, S) weights of the subjects; NaN where it is not known."""


def draws(subjects: int, seed: int, resamples: int = RESAMPLES) -> Float64:
    """(1 + R, S) weights: first every subject once, then how often each resample drew each subject."""
    random = np.random.default_rng(seed_for(seed, "bootstrap", subjects))
    chosen = random.integers(0, subjects, (resamples, subjects))
    counts = np.zeros((resamples + 1, subjects))
    counts[0] = 1.0
    np.add.at(counts, (np.arange(1, resamples + 1)[:, None], chosen), 1.0)
    return counts


def weighted_mean(values: Float64, weights: Float64) -> Float64:
    """(R,) the mean of the known values under (R, S) weights; NaN where none of them was drawn."""
    known = ~np.isnan(values)
    total = np.einsum("rs->r", weights[:, known])
    sums = np.einsum("rs,s->r", weights[:, known], values[known])
    found = np.full(len(weights), np.nan)
    np.divide(sums, total, out=found, where=total > 0)
    return found


def figure(by_seed: Sequence[Float64]) -> Figure | None:
    """Of (1 + R,) values for each seed, the first without resampling; None where it is not known."""
    if not by_seed or any(np.isnan(values[0]) for values in by_seed):
        return None
    mean = np.mean(by_seed, axis=0)
    resampled = mean[1:][~np.isnan(mean[1:])]
    tail = (1.0 - CONFIDENCE) / 2.0
    low, high = np.quantile(resampled, (tail, 1.0 - tail)) if resampled.size else (mean[0], mean[0])
    return Figure(float(mean[0]), float(low), float(high), tuple(float(values[0]) for values in by_seed))
