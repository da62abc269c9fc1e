"""What a mask's alpha says of its own extent: area, box, border, outline, softness and holes, each in one compiled pass."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from spotdiff10k.committed import INSIDE
from spotdiff10k.engines.rendered.jit import kernel

Alpha = npt.NDArray[np.uint8]

OPAQUE = 255
STEP = 48
"""Steps of alpha, of 255, that one of a soft pixel's eight neighbours is away from it where an edge runs through it."""


class Extent(NamedTuple):
    """Counts over one mask; all in pixels, but `alpha`, which is the sum of its 8-bit values."""

    alpha: int
    inside: int  # alpha of 128 and more
    left: int  # the box of the inside, right and bottom exclusive; zeros where it is empty
    top: int
    right: int
    bottom: int
    border: int  # inside, and on the picture's border
    outline: int  # inside, with one of four neighbours outside; beyond the picture counts as inside
    soft: int  # neither transparent nor opaque
    haze: int  # soft, with no step to any neighbour: what lossy coding leaves around and inside a mask
    holes: int  # outside, and shut in by the inside

    @property
    def box(self) -> tuple[int, int, int, int]:
        """Left, top, right, bottom; right and bottom exclusive."""
        return self.left, self.top, self.right, self.bottom


@kernel
def is_outline(alpha: Alpha, y: int, x: int) -> bool:
    """Whether an inside pixel has one of its four neighbours outside."""
    height, width = alpha.shape
    return bool(
        (y > 0 and alpha[y - 1, x] < INSIDE)
        or (y + 1 < height and alpha[y + 1, x] < INSIDE)
        or (x > 0 and alpha[y, x - 1] < INSIDE)
        or (x + 1 < width and alpha[y, x + 1] < INSIDE)
    )


@kernel
def _is_haze(alpha: Alpha, y: int, x: int) -> bool:
    height, width = alpha.shape
    here = np.int32(alpha[y, x])
    for row in range(max(y - 1, 0), min(y + 2, height)):
        for column in range(max(x - 1, 0), min(x + 2, width)):
            if abs(np.int32(alpha[row, column]) - here) >= STEP:
                return False
    return True


@kernel
def _occupied(alpha: Alpha) -> tuple[int, int, int, int]:
    """The box of all that is not transparent; zeros when nothing is. Plain loops, which compile to wide instructions."""
    height, width = alpha.shape
    columns = np.zeros(width, np.uint8)
    top, bottom = height, 0
    for y in range(height):
        row = alpha[y]
        any_here = np.uint8(0)
        for x in range(width):
            any_here |= row[x]
            columns[x] |= row[x]
        if any_here:
            top, bottom = min(top, y), y + 1
    filled = np.flatnonzero(columns)
    return (filled[0], top, filled[-1] + 1, bottom) if filled.size else (0, 0, 0, 0)


@kernel
def _count(alpha: Alpha) -> tuple[int, int, int, int, int, int, int, int, int, int]:
    """The fields of `Extent` but the last."""
    height, width = alpha.shape
    total = inside = border = outline = soft = haze = 0
    left, top, right, bottom = width, height, 0, 0
    from_x, from_y, to_x, to_y = _occupied(alpha)
    for y in range(from_y, to_y):
        for x in range(from_x, to_x):
            value = alpha[y, x]
            total += int(np.int64(value))
            if 0 < value < OPAQUE:
                soft += 1
                if _is_haze(alpha, y, x):
                    haze += 1
            if value >= INSIDE:
                inside += 1
                left, right = min(left, x), max(right, x + 1)
                top, bottom = min(top, y), max(bottom, y + 1)
                if y == 0 or x == 0 or y == height - 1 or x == width - 1:
                    border += 1
                if is_outline(alpha, y, x):
                    outline += 1
    if inside == 0:
        left = top = 0
    return total, inside, left, top, right, bottom, border, outline, soft, haze


@kernel
def _hole_pixels(alpha: Alpha, left: int, top: int, right: int, bottom: int) -> int:
    """Pixels of the box that are outside and not reached from its surroundings by steps to four neighbours."""
    height, width = bottom - top + 2, right - left + 2  # with a frame that is outside
    seen = np.zeros((height, width), np.bool_)
    stack = np.empty(height * width, np.int32)
    seen[0, 0] = True
    stack[0] = 0
    waiting, reached = 1, 0
    while waiting:
        waiting -= 1
        reached += 1
        y, x = divmod(stack[waiting], width)
        for dy, dx in ((-1, 0), (1, 0), (0, -1), (0, 1)):
            row, column = y + dy, x + dx
            if row < 0 or column < 0 or row >= height or column >= width or seen[row, column]:
                continue
            framed = row == 0 or column == 0 or row == height - 1 or column == width - 1
            if framed or alpha[top + row - 1, left + column - 1] < INSIDE:
                seen[row, column] = True
                stack[waiting] = row * width + column
                waiting += 1
    return height * width - reached


def extent_of(alpha: Alpha) -> Extent:
    """Count what a (H, W) mask holds."""
    alpha = np.ascontiguousarray(alpha)
    counted = _count(alpha)
    inside, box = counted[1], counted[2:6]
    return Extent(*counted, holes=_hole_pixels(alpha, *box) - inside)
