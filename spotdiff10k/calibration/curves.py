"""How far planted values lie from good ones: area under the curve, the curve itself, quantiles."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from spotdiff10k.calibration.values import QUANTILES, ROC_POINTS

Floats = npt.NDArray[np.float64]
BEYOND = 1e300
"""Stands for a value that is no number: it is refused whatever the threshold."""


def outward(values: Sequence[float] | Floats, side: str) -> Floats:
    """Values turned so that larger means further out on that side; what is no number is furthest out."""
    found = np.asarray(values, np.float64)
    return np.where(np.isfinite(found), found if side == "high" else -found, BEYOND)


def auc(good: Sequence[float], planted: Sequence[float], side: str) -> float:
    """The chance that a planted value lies further out than a good one; ties count half, nothing at all counts as 0.5.

    Mann and Whitney 1947.
    """
    inner, outer = np.sort(outward(good, side)), outward(planted, side)
    if not inner.size or not outer.size:
        return 0.5
    below = np.searchsorted(inner, outer, "left") + np.searchsorted(inner, outer, "right")
    return float(below.mean() / (2 * inner.size))


def roc(good: Sequence[float], planted: Sequence[float], side: str, points: int = ROC_POINTS) -> tuple[tuple[float, float], ...]:
    """(share of good values, share of planted values) at or beyond each threshold, strictest last, from (0, 0) to (1, 1).

    Of more corners than `points`, those are kept that split the curve's length evenly.
    """
    inner, outer = outward(good, side), outward(planted, side)
    thresholds = np.unique(np.concatenate([inner, outer]))[::-1]
    refused = 1 - np.searchsorted(np.sort(inner), thresholds, "left") / max(1, inner.size)
    caught = 1 - np.searchsorted(np.sort(outer), thresholds, "left") / max(1, outer.size)
    x, y = np.concatenate([[0.0], refused]), np.concatenate([[0.0], caught])
    if x.size > points:
        length = np.concatenate([[0.0], np.cumsum(np.abs(np.diff(x)) + np.abs(np.diff(y)))])
        keep = np.unique(np.searchsorted(length, np.linspace(0, length[-1], points)))
        x, y = x[keep], y[keep]
    return tuple(zip(x.tolist(), y.tolist(), strict=True))


def quantiles(values: Sequence[float]) -> tuple[float, ...]:
    """Evenly spaced quantiles of the finite values; empty when there is none."""
    found = np.asarray([value for value in values if np.isfinite(value)], np.float64)
    if not found.size:
        return ()
    return tuple(np.quantile(found, np.linspace(0, 1, QUANTILES)).tolist())
