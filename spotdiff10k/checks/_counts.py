"""Medians of what compiled loops counted in bins, without sorting."""

import numpy as np
import numpy.typing as npt


def median_of(counts: npt.NDArray[np.int64], start: float = 0.0) -> float:
    """The median, in bins, of at least one value, as if those of each bin lay evenly inside it; the first begins at `start`."""
    up_to = np.cumsum(counts)
    half = up_to[-1] / 2
    middle = int(np.searchsorted(up_to, half))
    before = float(up_to[middle - 1]) if middle else 0.0
    return float(middle + start + (half - before) / float(counts[middle]))
