"""Means over the pictures of each subject: the unit that is resampled."""

import numpy as np
import numpy.typing as npt

from spotdiff10k.training.views import Indices

Float64 = npt.NDArray[np.float64]


def mean_by_subject(values: Float64, subject: Indices, subjects: int) -> Float64:
    """(S,) the mean of each subject's known values; NaN for a subject without one.

    `values` is (N,), with NaN where a picture could not be asked.
    """
    known = ~np.isnan(values)
    sums = np.bincount(subject[known], values[known], subjects)
    counts = np.bincount(subject[known], minlength=subjects)
    found = np.full(subjects, np.nan)
    np.divide(sums, counts, out=found, where=counts > 0)
    return found
