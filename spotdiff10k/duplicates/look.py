"""What a subject looks like in a few hundred numbers, without a neural network: its colours from top to bottom.

A soft histogram over height, brightness and two opponent colours that do not change with brightness. The square roots of
a histogram have the Bhattacharyya coefficient as their product (F. Aherne et al., Kybernetika 34, 1998).
"""

import base64
import binascii

import numpy as np
import numpy.typing as npt

from spotdiff10k.duplicates.cutting import OPAQUE, Cells
from spotdiff10k.duplicates.shrink import STEPS
from spotdiff10k.engines.rendered.jit import kernel

HEIGHTS, BRIGHTS, REDS, YELLOWS = 3, 3, 5, 5
"""Bins from top to bottom, of brightness, of red against green, of yellow against blue."""
NUMBERS = HEIGHTS * BRIGHTS * REDS * YELLOWS
DARK, LIGHT = 0.05 * 255, 0.95 * 255
GREENEST, REDDEST = -0.45, 0.6
BLUEST, YELLOWEST = -0.35, 0.5
"""What lies beyond counts as what lies at the end."""
DIMMEST = 30.0
"""Levels that the sum of two channels is raised by before colours are divided by it, so that noise in the dark is no colour."""
COVERED = OPAQUE * STEPS // 4
"""Cells with less alpha are left out: their colour is a guess."""
CODE_LARGEST = 127

Look = npt.NDArray[np.int8]
"""(NUMBERS,) what a subject looks like; only its direction counts."""


@kernel
def _place(value: float, low: float, high: float, bins: int) -> tuple[int, float]:
    """The lower of the two bins about a value, and the share of the upper one."""
    at = min(max((value - low) / (high - low), 0.0), 1.0) * (bins - 1)
    lower = min(int(at), bins - 2)
    return lower, at - lower


@kernel
def _histogram(cells: npt.NDArray[np.int64], out: npt.NDArray[np.float64]) -> None:
    side = cells.shape[0]
    top, bottom = side, 0
    for y in range(side):
        for x in range(side):
            if cells[y, x, 3] >= COVERED:
                top, bottom = min(top, y), y
    for y in range(top, bottom + 1):
        high, high_share = _place(float(y), float(top), bottom + 1.0, HEIGHTS)
        for x in range(side):
            alpha = float(cells[y, x, 3])
            if alpha < COVERED:
                continue
            red = cells[y, x, 0] * OPAQUE / alpha
            green = cells[y, x, 1] * OPAQUE / alpha
            blue = cells[y, x, 2] * OPAQUE / alpha
            both = red + green + DIMMEST
            bright, bright_share = _place(0.299 * red + 0.587 * green + 0.114 * blue, DARK, LIGHT, BRIGHTS)
            ruddy, ruddy_share = _place((red - green) / both, GREENEST, REDDEST, REDS)
            yellow, yellow_share = _place(((red + green) / 2 - blue) / (both + blue), BLUEST, YELLOWEST, YELLOWS)
            for corner in range(16):
                weight = alpha
                weight *= high_share if corner & 1 else 1 - high_share
                weight *= bright_share if corner & 2 else 1 - bright_share
                weight *= ruddy_share if corner & 4 else 1 - ruddy_share
                weight *= yellow_share if corner & 8 else 1 - yellow_share
                row = high + (corner & 1)
                level = bright + ((corner >> 1) & 1)
                hue = ruddy + ((corner >> 2) & 1)
                out[row, level, hue, yellow + (corner >> 3)] += weight


def look_of(cells: Cells) -> Look:
    """What the subject in these cells looks like; zeros without a subject."""
    counts = np.zeros((HEIGHTS, BRIGHTS, REDS, YELLOWS))
    _histogram(cells, counts)
    roots = np.sqrt(counts.ravel())
    largest = roots.max()
    return np.rint(roots * (CODE_LARGEST / largest if largest else 0.0)).astype(np.int8)


def to_text(look: Look) -> str:
    """A look as text for `facts`."""
    return base64.b64encode(look.tobytes()).decode("ascii")


def from_text(text: str) -> Look:
    """A look from its text. Raises ValueError when it is none."""
    try:
        return np.frombuffer(base64.b64decode(text, validate=True), np.int8)
    except binascii.Error as error:
        raise ValueError(f"a look is base64, found {text[:20]!r}") from error
