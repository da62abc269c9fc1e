"""From exposed linear radiance to display values and back: one curve for subjects and plates.

The curve is Narkowicz's fit of the ACES filmic response followed by gamma 2.2. Radiance is looked up by its square
root, which spends the table where the eye looks.
"""

import math

import numpy as np
import numpy.typing as npt

from spotdiff10k.engines.rendered.jit import kernel
from spotdiff10k.engines.rendered.model import F32

GAMMA = 2.2
BRIGHTEST = 12.0
"""Exposed radiance that is as white as can be; more is clipped."""
STEPS = 4096
FILMIC = (2.51, 0.03, 2.43, 0.59, 0.14)
WHITE = 255


def display_of(linear: npt.ArrayLike) -> F32:
    """The exact curve, for tables and tests: exposed linear radiance to display 0..1."""
    a, b, c, d, e = FILMIC
    value = np.clip(np.asarray(linear, np.float64), 0.0, BRIGHTEST)
    filmic = value * (a * value + b) / (value * (c * value + d) + e)
    return np.asarray(np.clip(filmic, 0.0, 1.0) ** (1.0 / GAMMA), np.float32)


def linear_of(display: npt.ArrayLike) -> F32:
    """The curve backwards: display 0..1 to the least exposed linear radiance that gives it."""
    a, b, c, d, e = FILMIC
    filmic = np.clip(np.asarray(display, np.float64), 0.0, 1.0) ** GAMMA
    # filmic = x(ax+b) / (x(cx+d)+e)  <=>  (a - c f) x^2 + (b - d f) x - e f = 0
    square, slope, constant = a - c * filmic, b - d * filmic, -e * filmic
    return np.asarray((-slope + np.sqrt(slope * slope - 4.0 * square * constant)) / (2.0 * square), np.float32)


DISPLAY_TABLE = np.asarray(display_of((np.arange(STEPS + 2, dtype=np.float32) / STEPS) ** 2 * BRIGHTEST) * WHITE, np.float32)
"""Display 0..255 by sqrt(radiance / BRIGHTEST) * STEPS, one entry more than is ever looked up."""
LINEAR_TABLE = linear_of(np.arange(WHITE + 1, dtype=np.float32) / WHITE)
"""(256,) exposed linear radiance of each display value."""


@kernel
def to_display(linear: float) -> float:
    """Exposed linear radiance to display 0..255, not rounded."""
    if linear <= 0.0:
        return 0.0
    place = math.sqrt(min(linear, BRIGHTEST) * (1.0 / BRIGHTEST)) * STEPS
    step = int(place)
    low = DISPLAY_TABLE[step]
    return float(low + (DISPLAY_TABLE[step + 1] - low) * (place - step))


@kernel
def to_linear(display: int) -> float:
    """A display value 0..255 to exposed linear radiance."""
    return float(LINEAR_TABLE[display])
