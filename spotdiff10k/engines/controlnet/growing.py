"""How far pixels are from those that are set, in one pass there and one back; what grows and fades by it."""

import numpy as np
import numpy.typing as npt

from spotdiff10k.engines.rendered.jit import kernel

Flags = npt.NDArray[np.bool_]
Distances = npt.NDArray[np.float32]

FAR = np.float32(1e6)
SLACK = 1e-4
"""What sums of steps may be off by."""


@kernel
def _spread(distances: Distances, across: float, down: float, diagonal: float) -> None:
    """Lower every distance to the least over its neighbours, one step more. A chamfer: exact along rows and columns."""
    height, width = distances.shape
    for y in range(height):
        for x in range(width):
            least = distances[y, x]
            if x > 0:
                least = min(least, distances[y, x - 1] + across)
            if y > 0:
                least = min(least, distances[y - 1, x] + down)
                if x > 0:
                    least = min(least, distances[y - 1, x - 1] + diagonal)
                if x + 1 < width:
                    least = min(least, distances[y - 1, x + 1] + diagonal)
            distances[y, x] = least
    for y in range(height - 1, -1, -1):
        for x in range(width - 1, -1, -1):
            least = distances[y, x]
            if x + 1 < width:
                least = min(least, distances[y, x + 1] + across)
            if y + 1 < height:
                least = min(least, distances[y + 1, x] + down)
                if x > 0:
                    least = min(least, distances[y + 1, x - 1] + diagonal)
                if x + 1 < width:
                    least = min(least, distances[y + 1, x + 1] + diagonal)
            distances[y, x] = least


def distances_to(flags: Flags, down: float = 1.0, across: float = 1.0) -> Distances:
    """(H, W) how far each pixel is from the nearest that is set, in lengths of `down` and `across` pixels; far where none is."""
    found = np.where(flags, np.float32(0.0), FAR)
    right, below = (1.0 / length if length > 0 else float(FAR) for length in (across, down))
    _spread(found, right, below, float(np.hypot(right, below)))
    return found


def dilated(flags: Flags, down: int, across: int) -> Flags:
    """Grown by about an ellipse that reaches so many pixels up and down, and to the sides."""
    return np.asarray(distances_to(flags, down, across) <= 1.0 + SLACK)


def faded(flags: Flags, width: int) -> Distances:
    """(H, W) 0 outside, rising to 1 over `width` pixels inside; borders of the picture do not count as outside."""
    share: Distances = np.minimum(distances_to(~flags) / np.float32(width), np.float32(1.0))
    return share
