"""Numbers out of records and annotations, which may hold anything that JSON can: text, truth values, 400 digits, infinity."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

LARGEST = 1e6
"""Metres, pixels or steps: beyond it nothing is measured, and squares of it are still exact enough."""

F64 = npt.NDArray[np.float64]


def number(told: object) -> float | None:
    """A finite number of a believable size; None for anything else."""
    if not isinstance(told, int | float) or isinstance(told, bool):
        return None
    return float(told) if -LARGEST <= told <= LARGEST else None


def numbers(told: object, shape: Sequence[int]) -> F64 | None:
    """An array of this shape from nested lists; None where any of them is of another length or anything in them is no number."""
    found: list[float] = []
    return np.array(found, np.float64).reshape(shape) if _filled(told, shape, found) else None


def _filled(told: object, shape: Sequence[int], found: list[float]) -> bool:
    if not shape:
        value = number(told)
        if value is not None:
            found.append(value)
        return value is not None
    if not isinstance(told, list | tuple) or len(told) != shape[0]:
        return False
    return all(_filled(one, shape[1:], found) for one in told)
