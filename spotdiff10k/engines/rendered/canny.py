"""Edges as ControlNet's annotator finds them: Canny (1986) on the colour picture, thresholds 100 and 200, no blur.

Follows OpenCV's conventions (3 x 3 Sobel, |dx| + |dy|, the strongest colour channel, its tie rules), so the map is what a
ControlNet was trained on.
"""

import numpy as np

from spotdiff10k.engines.rendered.jit import kernel
from spotdiff10k.engines.rendered.model import I32, U8

LOW = 100
HIGH = 200
EDGE = 255
TANGENT_BITS = 15
TANGENT_22 = 13573
"""tan(22.5 degrees) in 15-bit fixed point: gradients flatter than this are horizontal."""
WEAK = 1
STRONG = 2


@kernel
def _gradients(picture: U8, slope_x: I32, slope_y: I32, strength: I32) -> None:
    """Sobel slopes; strength is one pixel larger on each side than the picture, its border stays 0."""
    height, width, _ = picture.shape
    for y in range(height):
        above = max(0, y - 1)
        below = min(height - 1, y + 1)
        for x in range(width):
            left = max(0, x - 1)
            right = min(width - 1, x + 1)
            best = -1
            for c in range(3):
                dx = (
                    int(picture[above, right, c]) + 2 * int(picture[y, right, c]) + int(picture[below, right, c])
                    - int(picture[above, left, c]) - 2 * int(picture[y, left, c]) - int(picture[below, left, c])
                )  # fmt: skip
                dy = (
                    int(picture[below, left, c]) + 2 * int(picture[below, x, c]) + int(picture[below, right, c])
                    - int(picture[above, left, c]) - 2 * int(picture[above, x, c]) - int(picture[above, right, c])
                )  # fmt: skip
                if abs(dx) + abs(dy) > best:
                    best = abs(dx) + abs(dy)
                    slope_x[y, x] = dx
                    slope_y[y, x] = dy
            strength[y + 1, x + 1] = best


@kernel
def _is_ridge(strength: I32, y: int, x: int, dx: int, dy: int) -> bool:
    """Whether a pixel (in the coordinates of strength) is the strongest across its edge."""
    here = strength[y, x]
    flat = abs(dx) * TANGENT_22
    rise = abs(dy) << TANGENT_BITS
    if rise < flat:
        return bool(here > strength[y, x - 1] and here >= strength[y, x + 1])
    if rise > flat + (abs(dx) << (TANGENT_BITS + 1)):
        return bool(here > strength[y - 1, x] and here >= strength[y + 1, x])
    step = -1 if (dx < 0) != (dy < 0) else 1
    return bool(here > strength[y - 1, x - step] and here > strength[y + 1, x + step])


@kernel
def _trace(strength: I32, slope_x: I32, slope_y: I32, edges: U8) -> None:
    height, width = edges.shape
    state = np.zeros((height + 2, width + 2), np.uint8)
    stack = np.empty(height * width, np.int32)
    waiting = 0
    for y in range(height):
        for x in range(width):
            if strength[y + 1, x + 1] > LOW and _is_ridge(strength, y + 1, x + 1, slope_x[y, x], slope_y[y, x]):
                state[y + 1, x + 1] = WEAK
                if strength[y + 1, x + 1] > HIGH:
                    state[y + 1, x + 1] = STRONG
                    stack[waiting] = y * width + x
                    waiting += 1
    while waiting > 0:
        waiting -= 1
        y = stack[waiting] // width
        x = stack[waiting] % width
        for j in range(y, y + 3):
            for i in range(x, x + 3):
                if state[j, i] == WEAK:
                    state[j, i] = STRONG
                    stack[waiting] = (j - 1) * width + i - 1
                    waiting += 1
    for y in range(height):
        for x in range(width):
            edges[y, x] = EDGE if state[y + 1, x + 1] == STRONG else 0


def canny(picture: U8) -> U8:
    """(H, W) of 0 and 255 from an RGB picture."""
    height, width, _ = picture.shape
    slope_x = np.empty((height, width), np.int32)
    slope_y = np.empty((height, width), np.int32)
    strength = np.zeros((height + 2, width + 2), np.int32)
    edges = np.empty((height, width), np.uint8)
    _gradients(picture, slope_x, slope_y, strength)
    _trace(strength, slope_x, slope_y, edges)
    return edges
