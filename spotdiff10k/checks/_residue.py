"""How much of the subject is left in a plate: whether the plate steps where the subject's outline is, towards its colours.

On a short line across the outline the plate may differ between the inner and the outer end for the scene's own reasons,
and over all lines these differences point anywhere. What is left of a subject makes most of them point towards its
colours, by the share to which it is left.
"""

import numpy as np
import numpy.typing as npt

from spotdiff10k.checks._counts import median_of
from spotdiff10k.engines.rendered.jit import kernel

Picture = npt.NDArray[np.uint8]
Counts = npt.NDArray[np.int64]

SHORT, LONG = 1 / 64, 1 / 16
"""Lengths of lines across the outline, shares of the picture's side: on long ones a subject shows that is left a little
beside where it stands, on short ones the scene itself changes less."""
SHORTEST_LINE = 2
"""Pixels."""
GRID = 256
"""Lines start at the points of a grid with at most this many rows and columns; there are thousands even so."""
LEAST_CONTRAST = 3 * 16.0 * 16.0
"""Squared distance in RGB between subject and plate from which a line can tell anything."""
LEAST_LINES = 16
"""Fewer telling lines tell nothing."""
BINS = 512
LOWEST, HIGHEST = -2.0, 2.0
"""The steps that bins are for, so that the median is found without sorting."""
OPAQUE = 255


@kernel
def _count(picture: Picture, plate: Picture, inner: tuple[int, int], outer: tuple[int, int], counts: Counts) -> None:
    """Count the plate's step on one line, in shares of the way from the plate to the subject's colour.

    The way starts half way between the plate's two colours: from either of them alone, every texture would look like a step
    towards the subject. So a subject of share a steps by a / (1 - a / 2).
    """
    along = 0.0
    contrast = 0.0
    for channel in range(3):
        inside = float(plate[inner[0], inner[1], channel])
        outside = float(plate[outer[0], outer[1], channel])
        towards = picture[inner[0], inner[1], channel] - 0.5 * (inside + outside)
        along += (inside - outside) * towards
        contrast += towards * towards
    if contrast >= LEAST_CONTRAST:
        place = int((along / contrast - LOWEST) * (BINS / (HIGHEST - LOWEST)))
        counts[min(BINS - 1, max(0, place))] += 1


@kernel
def _count_steps(picture: Picture, plate: Picture, mask: Picture, length: int, stride: int, counts: Counts) -> None:
    """Count the steps on all lines to the right and down from the grid's points that have one end in, one end out."""
    height, width = mask.shape
    for y in range(0, height - length, stride):
        for x in range(0, width - length, stride):
            here = mask[y, x]
            if 0 < here < OPAQUE:
                continue
            if mask[y, x + length] == OPAQUE - here:
                if here:
                    _count(picture, plate, (y, x), (y, x + length), counts)
                else:
                    _count(picture, plate, (y, x + length), (y, x), counts)
            if mask[y + length, x] == OPAQUE - here:
                if here:
                    _count(picture, plate, (y, x), (y + length, x), counts)
                else:
                    _count(picture, plate, (y + length, x), (y, x), counts)


def residue(picture: Picture, plate: Picture, mask: Picture, line: float = SHORT) -> float | None:
    """The share, about 0 to 1, to which the subject is left in the plate; None where no line across its outline can tell.

    picture, plate: (H, W, 3); mask: (H, W), soft; line: SHORT or LONG. 1 means that the plate shows the subject as it is.
    """
    counts = np.zeros(BINS, np.int64)
    side = min(mask.shape)
    length = max(SHORTEST_LINE, round(side * line))
    _count_steps(picture, plate, mask, length, max(1, side // GRID), counts)
    if counts.sum() < LEAST_LINES:
        return None
    step = LOWEST + median_of(counts) * (HIGHEST - LOWEST) / BINS
    return step / (1 + abs(step) / 2)
