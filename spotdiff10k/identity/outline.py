"""Outline: proportions and thickness of a subject's silhouette."""

import numpy as np
import numpy.typing as npt

from spotdiff10k.engines.rendered.jit import kernel
from spotdiff10k.identity.crops import F32, Crop

HALF = 0.5
"""Cover from which a pixel of a crop is part of the silhouette."""
SLICES = 8
"""Horizontal slices whose widths are measured."""
DEPTHS = (1, 2, 3, 5, 7, 10, 14, 19, 24)
"""Pixels of a crop; the share of the silhouette that lies deeper than each says how thick its parts are."""


@kernel
def _depths(cover: F32, half: float) -> npt.NDArray[np.int32]:
    """Distance to the outside in city blocks, by two passes (Rosenfeld and Pfaltz 1966)."""
    height, width = cover.shape
    depth = np.zeros((height + 2, width + 2), np.int32)  # with a frame that is outside
    for y in range(height):
        for x in range(width):
            if cover[y, x] >= half:
                depth[y + 1, x + 1] = min(depth[y, x + 1], depth[y + 1, x]) + 1
    for y in range(height, 0, -1):
        for x in range(width, 0, -1):
            depth[y, x] = min(depth[y, x], min(depth[y + 1, x], depth[y, x + 1]) + 1)
    return depth[1:-1, 1:-1]


def outline(crop: Crop) -> F32:
    """(3 + slices + depths,): height and width by the longer of them, fill of the box, widths of slices, shares by depth."""
    depth = _depths(crop.cover, HALF)
    inside = depth > 0
    area = int(np.count_nonzero(inside))
    rows = np.flatnonzero(inside.any(axis=1))
    if not area or crop.is_empty:
        return np.zeros(3 + SLICES + len(DEPTHS), np.float32)
    height, width = crop.box
    longer = max(height, width)
    counts = np.count_nonzero(inside[rows[0] : rows[-1] + 1], axis=1) / len(inside)
    slices = np.add.reduceat(counts, np.arange(SLICES) * len(counts) // SLICES) if len(counts) >= SLICES else np.zeros(SLICES)
    widths = slices * SLICES / len(counts)
    box_area = len(rows) * int(np.count_nonzero(inside.any(axis=0)))
    deeper = [np.count_nonzero(depth > limit) / area for limit in DEPTHS]
    return np.array([height / longer, width / longer, area / box_area, *widths, *deeper], np.float32)
