"""What is measured at the exact centres of pixels: depth and normals."""

import math

import numpy as np
import numpy.typing as npt

from spotdiff10k.engines.rendered.attributes import COLUMNS, NORMAL, POSITION
from spotdiff10k.engines.rendered.jit import kernel
from spotdiff10k.engines.rendered.model import F32, I32, U8
from spotdiff10k.engines.rendered.sampling import SAMPLES, interpolate
from spotdiff10k.engines.rendered.shade import EYE, facing_normal

DEPTH_STEPS_PER_METRE = 5000
"""Depth is stored in fifths of a millimetre: up to 13.1 m."""
DEEPEST = 65535
NO_NORMAL = 128
"""Where there is no subject, all three channels of the normal map: the code of the zero vector."""


@kernel
def measure_centres(
    left: int,
    top: int,
    screen: F32,
    faces: I32,
    attributes: F32,
    depth: F32,
    ids: I32,
    light: F32,
    rotation: F32,
    depth_map: npt.NDArray[np.uint16],
    normal_map: U8,
) -> None:
    """Write depth and normals of a rectangle at pixel centres into whole-picture maps; 0 and NO_NORMAL where there is nothing."""
    row = np.empty(COLUMNS, np.float32)
    height = depth.shape[0] // SAMPLES
    width = depth.shape[1]
    for y in range(height):
        sample = y * SAMPLES + SAMPLES // 2
        for x in range(width):
            face = ids[sample, x]
            if face < 0:
                continue
            z = DEPTH_STEPS_PER_METRE / depth[sample, x] + 0.5
            depth_map[top + y, left + x] = np.uint16(min(float(DEEPEST), z))
            interpolate(screen, faces, attributes, face, x + 0.5, y + 0.5, row)
            view_x = light[EYE, 0] - row[POSITION]
            view_y = light[EYE, 1] - row[POSITION + 1]
            view_z = light[EYE, 2] - row[POSITION + 2]
            scale = 1.0 / math.sqrt(view_x * view_x + view_y * view_y + view_z * view_z)
            nx, ny, nz = facing_normal(
                row[NORMAL], row[NORMAL + 1], row[NORMAL + 2], view_x * scale, view_y * scale, view_z * scale
            )
            for k in range(3):
                component = rotation[k, 0] * nx + rotation[k, 1] * ny + rotation[k, 2] * nz
                normal_map[top + y, left + x, k] = np.uint8((component * 0.5 + 0.5) * 255.0 + 0.5)
