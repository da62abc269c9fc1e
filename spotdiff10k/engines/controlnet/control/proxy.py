"""A posed subject as one camera sees it, standing on nothing: what its control maps are drawn from.

Sampled at the centres of a finer grid than the picture's, so that maps made from it can be averaged down without stairs.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from spotdiff10k.engines.rendered.attributes import COLUMNS, NORMAL, POSITION, pack_attributes, project
from spotdiff10k.engines.rendered.jit import kernel
from spotdiff10k.engines.rendered.microfacet import unit
from spotdiff10k.engines.rendered.model import F32, I32, Camera, PosedSubject
from spotdiff10k.engines.rendered.raster import rasterise
from spotdiff10k.engines.rendered.sampling import interpolate
from spotdiff10k.engines.rendered.shade import facing_normal

FINE = 2
"""Grid points along each side of a pixel."""
NOTHING = -1
WHITE = 255.0


@dataclass(frozen=True, slots=True)
class Proxy:
    """What is seen at each point of a grid of FINE x FINE points a pixel; S = FINE * size."""

    posed: PosedSubject
    camera: Camera  # of the picture; its size is the picture's
    nearness: F32  # (S, S) 1 / metres in front of the camera; 0 where nothing is
    normal: F32  # (S, S, 3) unit, camera axes: x right, y down, z away from the viewer; zeros where nothing is
    material: I32  # (S, S) which of the subject's materials; NOTHING where nothing is

    @property
    def inside(self) -> npt.NDArray[np.bool_]:
        """(S, S) where the subject is."""
        return np.asarray(self.nearness > 0.0)


@kernel
def _measure(
    screen: F32,
    faces: I32,
    attributes: F32,
    ids: I32,
    face_material: I32,
    position: F32,
    rotation: F32,
    normal: F32,
    material: I32,
) -> None:
    height, width = ids.shape
    row = np.empty(COLUMNS, np.float32)
    for y in range(height):
        for x in range(width):
            face = ids[y, x]
            if face < 0:
                continue
            interpolate(screen, faces, attributes, face, x + 0.5, y + 0.5, row)
            view = unit((position[0] - row[POSITION], position[1] - row[POSITION + 1], position[2] - row[POSITION + 2]))
            nx, ny, nz = facing_normal((row[NORMAL], row[NORMAL + 1], row[NORMAL + 2]), view)
            for k in range(3):
                normal[y, x, k] = rotation[k, 0] * nx + rotation[k, 1] * ny + rotation[k, 2] * nz
            material[y, x] = face_material[face]


def make_proxy(posed: PosedSubject, camera: Camera) -> Proxy:
    """Look at a posed subject."""
    side = FINE * camera.size
    screen = np.empty_like(posed.vertices)
    project(posed.vertices, camera.position, camera.rotation, FINE * camera.focal, side, screen)
    nearness = np.zeros((side, side), np.float32)
    ids = np.full((side, side), NOTHING, np.int32)
    rasterise(screen, posed.faces, nearness, ids, 0, posed.two_sided)
    normal = np.zeros((side, side, 3), np.float32)
    material = np.full((side, side), NOTHING, np.int32)
    _measure(
        screen, posed.faces, pack_attributes(posed), ids, posed.face_material, camera.position, camera.rotation, normal, material
    )  # fmt: skip
    return Proxy(posed, camera, nearness, normal, material)


def averaged(fine: F32) -> F32:
    """(S, S) or (S, S, C) of a proxy's grid to the picture's pixels, each the mean of its points."""
    height, width = fine.shape[0] // FINE, fine.shape[1] // FINE
    total = np.zeros((height, width, *fine.shape[2:]), np.float32)
    for row in range(FINE):
        for column in range(FINE):
            total += fine[row::FINE, column::FINE]
    return np.asarray(total / np.float32(FINE * FINE), np.float32)


def coverage(proxy: Proxy) -> npt.NDArray[np.uint8]:
    """(H, W) soft mask of the subject, 0..255: the region that it will take."""
    return np.asarray(np.rint(averaged(proxy.inside.astype(np.float32)) * WHITE), np.uint8)
