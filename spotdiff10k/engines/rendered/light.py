"""The sky as a few fixed directions, and small environment maps for reflections."""

import math

import numpy as np

from spotdiff10k.engines.rendered.jit import kernel
from spotdiff10k.engines.rendered.model import F32

AMBIENT_COUNT = 40
AMBIENT_WEIGHT = 2.0 * math.pi / AMBIENT_COUNT
"""Steradians that each direction stands for; the hemisphere is shared out evenly."""
GOLDEN_TURN = math.pi * (1.0 + math.sqrt(5.0))

ENVIRONMENT_LEVELS = 3
ENVIRONMENT_HEIGHT = 32
ENVIRONMENT_WIDTH = 64


def _spread_directions() -> F32:
    """(AMBIENT_COUNT, 3) unit directions above the horizon on a Fibonacci spiral, even in solid angle."""
    step = np.arange(AMBIENT_COUNT) + 0.5
    height = 1.0 - step / AMBIENT_COUNT
    across = np.sqrt(1.0 - height * height)
    turn = GOLDEN_TURN * step
    return np.stack([across * np.cos(turn), across * np.sin(turn), height], axis=1).astype(np.float32)


AMBIENT_DIRECTIONS = _spread_directions()
"""(40, 3) unit; sum of height x AMBIENT_WEIGHT is pi: an even sky of radiance 1 gives irradiance pi."""


@kernel
def environment_lookup(environment: F32, x: float, y: float, z: float, blur: float) -> tuple[float, float, float]:
    """Radiance from a unit direction, bilinear in the level nearest to blur 0..1.

    environment: (3, 32, 64, 3) lat-long: rows from the zenith down, columns from azimuth -180 degrees to 180.
    """
    level = min(ENVIRONMENT_LEVELS - 1, max(0, int(blur * ENVIRONMENT_LEVELS)))
    column = (math.atan2(y, x) / (2.0 * math.pi) + 0.5) * ENVIRONMENT_WIDTH - 0.5
    row = math.acos(max(-1.0, min(1.0, z))) / math.pi * ENVIRONMENT_HEIGHT - 0.5
    left = math.floor(column)
    top = math.floor(row)
    u = column - left
    v = row - top
    right = (left + 1) % ENVIRONMENT_WIDTH
    left = left % ENVIRONMENT_WIDTH
    bottom = min(ENVIRONMENT_HEIGHT - 1, top + 1)
    top = max(0, top)
    a = (1.0 - u) * (1.0 - v)
    b = u * (1.0 - v)
    c = (1.0 - u) * v
    d = u * v
    e = environment[level]
    red = e[top, left, 0] * a + e[top, right, 0] * b + e[bottom, left, 0] * c + e[bottom, right, 0] * d
    green = e[top, left, 1] * a + e[top, right, 1] * b + e[bottom, left, 1] * c + e[bottom, right, 1] * d
    blue = e[top, left, 2] * a + e[top, right, 2] * b + e[bottom, left, 2] * c + e[bottom, right, 2] * d
    return red, green, blue
