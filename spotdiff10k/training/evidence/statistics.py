"""From a measurement and weights of its subjects to a figure: means, and what is made of the table of probes."""

from collections.abc import Callable

import numpy as np

from spotdiff10k.training.evidence import disentanglement as parts
from spotdiff10k.training.evidence.bootstrap import weighted_mean
from spotdiff10k.training.evidence.by_subject import Float64
from spotdiff10k.training.evidence.measuring import Measured
from spotdiff10k.training.evidence.probes import PARTS

TINY = 1e-12
Statistic = Callable[[Measured, Float64], Float64]
"""(R,) the figure under (R, S) weights of the subjects; NaN where it is not known."""

LEVELS = "levels"
TABLE = tuple(f"mean/probe/{part}/{factor}" for part in PARTS for factor in PARTS)
RESIDUALS = ("mean/residual/error", "mean/residual/spread")
COSINES = ("mean/cosine/pose", "mean/cosine/background")


def mean_of(name: str) -> Statistic:
    """The mean over subjects of one entry of the measurement."""
    return lambda measured, weights: weighted_mean(measured[name], weights)


def disentangled(measured: Measured, weights: Float64) -> Float64:
    """DCI's D."""
    return parts.dci(_importance(measured, weights))[0]


def complete(measured: Measured, weights: Float64) -> Float64:
    """DCI's C."""
    return parts.dci(_importance(measured, weights))[1]


def informative(measured: Measured, weights: Float64) -> Float64:
    """DCI's I: the mean over factors of what the best part tells."""
    return np.asarray(_importance(measured, weights).max(-2).mean(-1), np.float64)


def information_gap(measured: Measured, weights: Float64) -> Float64:
    """MIG."""
    return parts.mig(_table(measured, weights), measured[LEVELS])


def predictability_gap(measured: Measured, weights: Float64) -> Float64:
    """SAP."""
    return parts.sap(_table(measured, weights), measured[LEVELS])


def unorthogonal(measured: Measured, weights: Float64) -> Float64:
    """1 - SSE / SST; see `residual`."""
    error, spread = (weighted_mean(measured[name], weights) for name in RESIDUALS)
    return np.clip(1.0 - error / np.maximum(spread, TINY), 0.0, 1.0)


def squared_cosine(measured: Measured, weights: Float64) -> Float64:
    """Of the subject code with the two others, averaged."""
    return np.asarray(np.mean([weighted_mean(measured[name], weights) for name in COSINES], axis=0), np.float64)


def _table(measured: Measured, weights: Float64) -> Float64:
    """(R, parts, factors) accuracies of linear probes."""
    columns = [weighted_mean(measured[name], weights) for name in TABLE]
    return np.stack(columns, -1).reshape(len(weights), len(PARTS), len(PARTS))


def _importance(measured: Measured, weights: Float64) -> Float64:
    return parts.above_chance(_table(measured, weights), measured[LEVELS])
