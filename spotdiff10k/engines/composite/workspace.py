"""The work arrays of one engine, allocated once and reused for every picture."""

import numpy as np

from spotdiff10k.engines.rendered.model import F32, I32, U8
from spotdiff10k.engines.rendered.shadow_map import TILE

SUN_RESOLUTION = 384
"""Texels along the side of a body's sun map: its outline is known to a few pixels only."""


class Workspace:
    """Arrays for pictures of one size; each picture overwrites the one before."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.sun_depth: F32 = np.empty((SUN_RESOLUTION + SUN_RESOLUTION // TILE, SUN_RESOLUTION), np.float32)
        self.sums: I32 = np.empty((2, SUN_RESOLUTION + 1, SUN_RESOLUTION + 1), np.int32)
        self.shadow: U8 = np.empty((size, size, 3), np.uint8)
        self.alpha: U8 = np.empty((size, size), np.uint8)
        self.picture: U8 = np.empty((size, size, 3), np.uint8)
