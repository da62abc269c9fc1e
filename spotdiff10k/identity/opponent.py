"""Colours as the light changes them least: logarithms of linear light, in opponent channels.

Light of another strength moves only the first channel, light of another colour moves all of them by constants
(von Kries' rule), and both leave differences inside a subject alone.
"""

from functools import cache

import numpy as np

from spotdiff10k.engines.rendered.jit import kernel
from spotdiff10k.identity.crops import F32

GAMMA = 2.2
BLACK = 0.01
"""Added to linear light (0..1) before the logarithm, so that dark noise stays small."""
SURE = 0.75
"""Cover from which a pixel of a crop shows the subject alone."""


@cache
def _logarithms(black: float) -> F32:
    """Of linear light, by display value."""
    return np.log((np.arange(256) / 255) ** GAMMA + black).astype(np.float32)


@kernel
def _opponent(colours: F32, logarithms: F32, out: F32) -> None:
    height, width, _ = colours.shape
    for y in range(height):
        for x in range(width):
            red = logarithms[int(colours[y, x, 0] + 0.5)]
            green = logarithms[int(colours[y, x, 1] + 0.5)]
            blue = logarithms[int(colours[y, x, 2] + 0.5)]
            out[0, y, x] = (red + green + blue) / 3
            out[1, y, x] = red - green
            out[2, y, x] = (red + green) / 2 - blue


def opponent(colours: F32, black: float = BLACK) -> F32:
    """(3, S, S) of (S, S, 3) colours 0..255: mean log light (-4.6 to 0), red against green, yellow against blue (-4.6 to 4.6)."""
    out = np.empty((3, *colours.shape[:2]), np.float32)
    _opponent(colours, _logarithms(black), out)
    return out
