"""Where keypoints are in the picture, and whether they can be seen there."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from spotdiff10k.engines.rendered.centres import DEPTH_STEPS_PER_METRE
from spotdiff10k.engines.rendered.model import F32, Camera

OUTSIDE = 0
OCCLUDED = 1
VISIBLE = 2
JOINT_DEPTH = 0.09
"""Metres that a joint may lie under the surface and still count as seen: joints are inside limbs."""


@dataclass(frozen=True, slots=True)
class SeenPoint:
    """A named point in the picture; x and y are pixels, z is metres in front of the camera."""

    name: str
    x: float
    y: float
    z: float
    visibility: int


def seen_points(names: Sequence[str], points: F32, camera: Camera, depth: npt.NDArray[np.uint16]) -> list[SeenPoint]:
    """Project points and compare them with the depth map; one whose pixel shows no subject is visible."""
    seen = []
    for name, (x, y, z) in zip(names, camera.project(points).tolist(), strict=True):
        visibility = OUTSIDE
        if z > 0.0 and 0.0 <= x < camera.size and 0.0 <= y < camera.size:
            surface = int(depth[int(y), int(x)]) / DEPTH_STEPS_PER_METRE
            visibility = OCCLUDED if surface > 0.0 and z > surface + JOINT_DEPTH else VISIBLE
        seen.append(SeenPoint(name, x, y, z, visibility))
    return seen
