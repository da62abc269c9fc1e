"""Plain statistics of a subject's opponent colours: means, spreads, quantiles, and where in the height they lie."""

import numpy as np
import numpy.typing as npt

from spotdiff10k.identity.crops import F32

QUANTILES = (0.02, 0.05, 0.15, 0.3, 0.5, 0.7, 0.85, 0.95, 0.98)
BANDS = 6
"""Horizontal bands of the crop, from the top."""
FEWEST = 8
"""Pixels a band needs to have a colour of its own."""
TINY = 1e-9


def moments(values: F32) -> F32:
    """(9,): means, standard deviations and correlations of (3, N) channels."""
    centred = values - values.mean(axis=1, keepdims=True, dtype=np.float64)
    covariance = np.einsum("in,jn->ij", centred, centred) / values.shape[1]
    spread = np.sqrt(np.diag(covariance))
    pairs = covariance[np.triu_indices(3, 1)] / (np.outer(spread, spread)[np.triu_indices(3, 1)] + TINY)
    return np.concatenate([values.mean(axis=1, dtype=np.float64), spread, pairs]).astype(np.float32)


def quantiles(values: F32) -> F32:
    """(3 * quantiles,) of (3, N) channels: the nearest order statistics."""
    ranked = np.sort(values, axis=1)
    places = np.rint(np.asarray(QUANTILES) * (values.shape[1] - 1)).astype(np.int64)
    return ranked[:, places].ravel()


def bands(channels: F32, sure: npt.NDArray[np.bool_]) -> F32:
    """(BANDS * 6,): each band's mean colours less the subject's, and their spreads; zeros for a band with next to nothing."""
    whole = channels[:, sure].mean(axis=1, dtype=np.float64)
    edges = np.arange(BANDS + 1) * channels.shape[1] // BANDS
    found = np.zeros((BANDS, 2, 3))
    for band in range(BANDS):
        rows = slice(edges[band], edges[band + 1])
        inside = channels[:, rows][:, sure[rows]]
        if inside.shape[1] >= FEWEST:
            found[band] = inside.mean(axis=1, dtype=np.float64) - whole, inside.std(axis=1, dtype=np.float64)
    return found.ravel().astype(np.float32)
