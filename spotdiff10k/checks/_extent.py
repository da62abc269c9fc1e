"""What a mask's alpha says of its own extent: area, box, border, outline, softness and holes."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from spotdiff10k.boxes import box_of
from spotdiff10k.checks._marks import Places, outline_pixels, soft_pixels
from spotdiff10k.checks._shapes import hole_pixels
from spotdiff10k.committed import INSIDE
from spotdiff10k.engines.rendered.jit import kernel

Alpha = npt.NDArray[np.uint8]

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
def _sums(alpha: Alpha) -> tuple[int, int]:
    """All of alpha, and the pixels inside. Plain loops, which compile to wide instructions."""
    total = inside = 0
    for y in range(len(alpha)):
        row = alpha[y]
        here, count = np.int32(0), np.int32(0)
        for x in range(row.size):
            here += np.int32(row[x])
            count += np.int32(row[x] >= INSIDE)
        total += int(here)
        inside += int(count)
    return total, inside


@kernel
def _on_border(alpha: Alpha) -> int:
    height, width = alpha.shape
    count = 0
    for y in range(height):
        step = 1 if y == 0 or y == height - 1 else max(1, width - 1)
        for x in range(0, width, step):
            count += int(alpha[y, x] >= INSIDE)
    return count


@kernel
def _hazy(alpha: Alpha, soft: Places) -> int:
    """How many of these pixels are haze."""
    count = 0
    for number in range(len(soft)):
        count += int(_is_haze(alpha, soft[number, 0], soft[number, 1]))
    return count


def extent_of(alpha: Alpha) -> Extent:
    """Count what a (H, W) mask holds."""
    alpha = np.ascontiguousarray(alpha)
    total, inside = _sums(alpha)
    left, top, right, bottom = box = box_of(alpha, INSIDE)
    _, first, _, last = box_of(alpha, 1)
    soft = soft_pixels(alpha, first, last)
    return Extent(
        total,
        inside,
        *box,
        border=_on_border(alpha),
        outline=len(outline_pixels(alpha, top, bottom)),
        soft=len(soft),
        haze=_hazy(alpha, soft),
        holes=hole_pixels(alpha[top:bottom, left:right] >= INSIDE),
    )
