"""Maps of colours as an engine records them: a picture's colours are a matrix times the subject's own plus an offset."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

F64 = npt.NDArray[np.float64]

COLOUR_MAP = "colour_map"
"""The annotation: 12 numbers, the rows of a 3 x 4 matrix; its fourth column is the offset in grey levels."""
ROUNDING = 0.5
"""Grey levels by which a stored colour may be off."""
SMALLEST_DETERMINANT = 1e-6


class NoColourMapError(ValueError):
    """What is recorded is no map of colours; the sentence tells why."""


@dataclass(frozen=True, slots=True)
class ColourMap:
    """From one picture's colours, in grey levels, to another's."""

    matrix: F64  # (3, 3)
    offset: F64  # (3,)

    @property
    def determinant(self) -> float:
        """How much room the map leaves to colours; what shrinks them cannot be undone exactly."""
        a, b, c = self.matrix
        return float(a[0] * (b[1] * c[2] - b[2] * c[1]) - a[1] * (b[0] * c[2] - b[2] * c[0]) + a[2] * (b[0] * c[1] - b[1] * c[0]))

    @property
    def allowance(self) -> F64:
        """Grey levels, by channel, by which mapped colours may be off since both pictures are rounded; 0 when nothing changes."""
        if np.array_equal(self.matrix, np.eye(3)) and not self.offset.any():
            return np.zeros(3)
        return np.asarray(ROUNDING + ROUNDING * np.abs(self.matrix).sum(axis=1))

    def inverse(self) -> "ColourMap":
        """The way back. Only for maps with a determinant."""
        columns = self.matrix.T
        rows = np.stack([np.cross(columns[1], columns[2]), np.cross(columns[2], columns[0]), np.cross(columns[0], columns[1])])
        matrix = rows / self.determinant
        return ColourMap(matrix, -(matrix * self.offset).sum(axis=1))

    def after(self, first: "ColourMap") -> "ColourMap":
        """This map of what another map made."""
        matrix = (self.matrix[:, :, None] * first.matrix[None]).sum(axis=1)
        return ColourMap(matrix, (self.matrix * first.offset).sum(axis=1) + self.offset)


def read_colour_map(annotations: Mapping[str, Any]) -> ColourMap:
    """The map from a subject's own colours to a picture's; none recorded means that they are the same.

    Raises NoColourMapError.
    """
    if COLOUR_MAP not in annotations:
        return ColourMap(np.eye(3), np.zeros(3))
    try:
        numbers = np.asarray(annotations[COLOUR_MAP], np.float64).reshape(3, 4)
    except (TypeError, ValueError, OverflowError) as error:
        raise NoColourMapError("colour_map should be the 12 numbers of a 3 x 4 matrix") from error
    found = ColourMap(numbers[:, :3], numbers[:, 3])
    with np.errstate(over="ignore", invalid="ignore"):
        traceable = np.isfinite(numbers).all() and SMALLEST_DETERMINANT <= abs(found.determinant) < np.inf
    if not traceable:
        raise NoColourMapError("colour_map maps different colours to the same one, so no pixel can be traced back")
    return found
