"""The work arrays of one engine, allocated once and reused for every picture."""

import numpy as np
import numpy.typing as npt

from spotdiff10k.engines.rendered.model import F32, I32, U8
from spotdiff10k.engines.rendered.sampling import SAMPLES
from spotdiff10k.engines.rendered.shadow_map import TILE

SUN_RESOLUTION = 768
"""Texels along the side of the subject's sun map, about two millimetres each."""


class Workspace:
    """Arrays for pictures of one size; what a method returns is overwritten by its next call."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.depth_samples = np.empty(size * size * SAMPLES, np.float32)
        self.id_samples = np.empty(size * size * SAMPLES, np.int32)
        self.colour = np.empty(size * size * 3, np.float32)
        self.sun_depth: F32 = np.empty((SUN_RESOLUTION + SUN_RESOLUTION // TILE, SUN_RESOLUTION), np.float32)
        self.sums: I32 = np.empty((2, SUN_RESOLUTION + 1, SUN_RESOLUTION + 1), np.int32)
        self.shadow: U8 = np.empty((size, size, 3), np.uint8)
        self.alpha: U8 = np.empty((size, size), np.uint8)
        self.picture: U8 = np.empty((size, size, 3), np.uint8)
        self.normal: U8 = np.empty((size, size, 3), np.uint8)
        self.depth: npt.NDArray[np.uint16] = np.empty((size, size), np.uint16)

    def lattice(self, height: int, width: int) -> tuple[F32, I32, F32]:
        """Empty nearness and ids of the samples of a rectangle, (height * SAMPLES, width), and its colours (height, width, 3)."""
        count = height * width * SAMPLES
        depth = self.depth_samples[:count].reshape(height * SAMPLES, width)
        ids = self.id_samples[:count].reshape(height * SAMPLES, width)
        depth.fill(0.0)
        ids.fill(-1)
        return depth, ids, self.colour[: height * width * 3].reshape(height, width, 3)
