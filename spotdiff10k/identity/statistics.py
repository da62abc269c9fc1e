"""Plain statistics of a subject's opponent colours: means, spreads, quantiles, and where in the height they lie."""

import numpy as np
import numpy.typing as npt

from spotdiff10k.engines.rendered.jit import kernel
from spotdiff10k.identity.crops import F32

F64 = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

QUANTILES = (0.02, 0.05, 0.15, 0.3, 0.5, 0.7, 0.85, 0.95, 0.98)
BANDS = 6
"""Horizontal bands of the crop, from the top."""
FEWEST = 8
"""Pixels a band needs to have a colour of its own."""
TINY = 1e-9


@kernel
def _mean(values: F32) -> F64:
    """(C,) of (C, N); sums of neighbours in memory, one after the other."""
    total = np.zeros(len(values))
    for pixel in range(values.shape[1]):
        for channel in range(len(values)):
            total[channel] += values[channel, pixel]
    mean: F64 = total / values.shape[1]
    return mean


@kernel
def _covariance(values: F32, mean: F64) -> F64:
    """(C, C) of (C, N)."""
    total = np.zeros((len(values), len(values)))
    for pixel in range(values.shape[1]):
        for row in range(len(values)):
            for column in range(len(values)):
                total[row, column] += (values[row, pixel] - mean[row]) * (values[column, pixel] - mean[column])
    covariance: F64 = total / values.shape[1]
    return covariance


def moments(values: F32) -> F32:
    """(9,): means, standard deviations and correlations of (3, N) channels."""
    mean = _mean(values)
    covariance = _covariance(values, mean)
    spread = np.sqrt(np.diag(covariance))
    pairs = covariance[np.triu_indices(3, 1)] / (np.outer(spread, spread)[np.triu_indices(3, 1)] + TINY)
    return np.concatenate([mean, spread, pairs]).astype(np.float32)


def quantiles(values: F32) -> F32:
    """(3 * quantiles,) of (3, N) channels: the nearest order statistics."""
    ranked = np.sort(values, axis=1)
    places = np.rint(np.asarray(QUANTILES) * (values.shape[1] - 1)).astype(np.int64)
    return ranked[:, places].ravel()


@kernel
def _band(channels: F32, sure: Bools, start: int, end: int) -> tuple[int, F64, F64]:
    """How many sure pixels the rows from `start` to before `end` have, the mean (C,) and the standard deviation."""
    count = 0
    mean, squares = np.zeros(len(channels)), np.zeros(len(channels))
    for y in range(start, end):
        for x in range(sure.shape[1]):
            if sure[y, x]:
                count += 1
                for channel in range(len(channels)):
                    mean[channel] += channels[channel, y, x]
    mean /= count
    for y in range(start, end):
        for x in range(sure.shape[1]):
            if sure[y, x]:
                for channel in range(len(channels)):
                    apart = channels[channel, y, x] - mean[channel]
                    squares[channel] += apart * apart
    return count, mean, np.sqrt(squares / count)


def bands(channels: F32, sure: Bools) -> F32:
    """(BANDS * 6,): each band's mean colours less the subject's, and their spreads; zeros for a band with next to nothing."""
    _, whole, _ = _band(channels, sure, 0, len(sure))
    edges = np.arange(BANDS + 1) * len(sure) // BANDS
    found = np.zeros((BANDS, 2, 3))
    for band in range(BANDS):
        count, mean, spread = _band(channels, sure, edges[band], edges[band + 1])
        if count >= FEWEST:
            found[band] = mean - whole, spread
    return found.ravel().astype(np.float32)
