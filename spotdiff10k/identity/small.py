"""A subject at half the size of its crop: what is compared with other pictures pixel by pixel."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from spotdiff10k.engines.rendered.jit import kernel
from spotdiff10k.identity.crops import F32, Crop
from spotdiff10k.identity.opponent import opponent

SURE, SEEN = 0.6, 0.4
"""Cover from which a pixel of the small crop is asked about; the second where a thin subject has next to none of the first."""
KNOWN = 0.4
"""Cover from which a pixel of a mate is an answer."""
FEWEST = 20
BLACK = 0.004
"""Added to linear light, less than descriptors add: dark parts are to have a colour, and its noise is averaged over blocks."""

Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class SmallLook:
    """A subject at half the size of its crop."""

    channels: F32  # (3, S, S) opponent colours
    sure: Bools  # (S, S)
    known: Bools  # (S, S)


@kernel
def _halve(colours: F32, cover: F32, out_colours: F32, out_cover: F32) -> None:
    height, width = out_cover.shape
    for y in range(height):
        for x in range(width):
            total = 0.0
            for v in range(2 * y, 2 * y + 2):
                for u in range(2 * x, 2 * x + 2):
                    total += cover[v, u]
                    for channel in range(3):
                        out_colours[y, x, channel] += cover[v, u] * colours[v, u, channel]
            out_cover[y, x] = total / 4
            if total > 0:
                for channel in range(3):
                    out_colours[y, x, channel] /= total


def small_look(crop: Crop) -> SmallLook:
    """Halve a crop."""
    side = len(crop.cover) // 2
    colours, cover = np.zeros((side, side, 3), np.float32), np.zeros((side, side), np.float32)
    _halve(crop.colours, crop.cover, colours, cover)
    sure = cover >= SURE
    if int(np.count_nonzero(sure)) < FEWEST:
        sure = cover >= SEEN
    return SmallLook(opponent(colours, BLACK), sure, cover >= KNOWN)
