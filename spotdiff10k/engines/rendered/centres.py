"""What is measured at the exact centres of pixels: depth and normals.

Normals are unit vectors in OpenCV camera axes (x right, y down, z away from the viewer), coded as round((n / 2 + 1 / 2) * 255):
a ball is dark red on its left, dark green on its top and without blue where it faces the viewer. ControlNet's normal
models (normalbae) want blue in front, red left and green on top, which is 255 minus this map.
"""

import numpy as np
import numpy.typing as npt

from spotdiff10k.engines.rendered.attributes import COLUMNS, NORMAL, POSITION
from spotdiff10k.engines.rendered.drawing import Drawn, Seen
from spotdiff10k.engines.rendered.jit import kernel
from spotdiff10k.engines.rendered.microfacet import unit
from spotdiff10k.engines.rendered.model import F32, U8
from spotdiff10k.engines.rendered.sampling import SAMPLES, interpolate
from spotdiff10k.engines.rendered.shade import EYE, facing_normal

DEPTH_STEPS_PER_METRE = 5000
"""Depth is stored in fifths of a millimetre: up to 13.1 m."""
DEEPEST = 65535
NO_NORMAL = 128
"""Where there is no subject, all three channels of the normal map: the code of the zero vector."""


@kernel
def measure_centres(
    drawn: Drawn, seen: Seen, light: F32, rotation: F32, depth_map: npt.NDArray[np.uint16], normal_map: U8
) -> None:
    """Write depth and normals of a rectangle at pixel centres into whole-picture maps; 0 and NO_NORMAL where there is nothing."""
    screen, faces, attributes, depth, ids = drawn.screen, drawn.faces, drawn.attributes, seen.depth, seen.ids
    left, top = seen.left, seen.top
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
            view = unit((light[EYE, 0] - row[POSITION], light[EYE, 1] - row[POSITION + 1], light[EYE, 2] - row[POSITION + 2]))
            nx, ny, nz = facing_normal((row[NORMAL], row[NORMAL + 1], row[NORMAL + 2]), view)
            for k in range(3):
                component = rotation[k, 0] * nx + rotation[k, 1] * ny + rotation[k, 2] * nz
                normal_map[top + y, left + x, k] = np.uint8((component * 0.5 + 0.5) * 255.0 + 0.5)
