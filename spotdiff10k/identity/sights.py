"""Sights: where in the world the pixels of a small crop lie, and which way they face, by their picture's depth and camera."""

from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from spotdiff10k.engines.rendered.jit import inlined, kernel
from spotdiff10k.eyes import Eye
from spotdiff10k.identity.crops import F32, F64, INSIDE, SIDE, U8

CELLS = SIDE // 2
"""Pixels of a small crop's side, here called cells, since each covers many of the picture."""
SPOTS = 2
"""Spots of a cell, along each side, that are looked at."""
NO_DEPTH = 0

I64 = npt.NDArray[np.int64]
U16 = npt.NDArray[np.uint16]
Kind = TypeVar("Kind", np.uint8, np.uint16)


@dataclass(frozen=True, slots=True)
class Sight:
    """One picture with its depth and camera, and what they say of its subject's surface. Made by `sight`."""

    picture: U8  # (H, W, 3)
    mask: U8  # (H, W)
    depth: U16  # (H, W) steps of `metres` along the camera's axis, NO_DEPTH where nothing is
    metres: float
    projection: F64  # (3, 4) from the world (x, y, z, 1) to pixels from the middle of the first, times camera z, and camera z
    colour_map: F64 | None  # (3, 4), see `cut_out`
    points: F64  # (3, N) of the world in metres, of all spots that are on the subject and have depth, row by row
    cells: I64  # (N,) the cell of each, row by row
    spots: F32  # (CELLS²,) how many there are of each cell
    normals: F64  # (CELLS, CELLS, 3) of the world, out of the surface, of length 1, or 0 where none can be told


@kernel
def _points(
    mask: U8, depth: U16, metres: float, square: F64, focal: float, size: int, position: F64, rotation: F64, spots: F32
) -> tuple[F64, I64]:
    """Where the spots of every cell lie, by the depth of the pixel that each is in, as `Eye.world` has it; the cell of each."""
    height, width = mask.shape
    along_side = CELLS * SPOTS
    points, cells, count = np.empty((3, along_side**2)), np.empty(along_side**2, np.int64), 0
    for row in range(along_side):
        down = square[1] + (row + 0.5) * square[2] / along_side
        y = int(np.floor(down))
        for column in range(along_side):
            right = square[0] + (column + 0.5) * square[2] / along_side
            x = int(np.floor(right))
            if 0 <= x < width and 0 <= y < height and mask[y, x] >= INSIDE and depth[y, x] != NO_DEPTH:
                away = depth[y, x] * metres
                across, along = (right - size / 2) * away / focal, (down - size / 2) * away / focal
                for axis in range(3):
                    turned = across * rotation[0, axis] + along * rotation[1, axis] + away * rotation[2, axis]
                    points[axis, count] = turned + position[axis]
                cells[count] = row // SPOTS * CELLS + column // SPOTS
                spots[cells[count]] += 1.0
                count += 1
    return points[:, :count].copy(), cells[:count].copy()


@inlined
def _slope(mask: U8, depth: U16, x: int, y: int, right: int, down: int) -> float:
    """How much deeper a pixel's neighbour is on that side of the two where depth changes less, per step; NaN without any."""
    height, width = mask.shape
    slope, least = np.nan, np.inf
    for side in (-1, 1):
        u, v = x + side * right, y + side * down
        if 0 <= u < width and 0 <= v < height and mask[v, u] >= INSIDE and depth[v, u] != NO_DEPTH:
            change = float(depth[v, u]) - float(depth[y, x])
            if abs(change) < least:
                slope, least = side * change, abs(change)
    return slope


@kernel
def _normals(mask: U8, depth: U16, square: F64, focal: float, size: int, rotation: F64, normals: F64) -> None:
    """The normal at the middle of every cell, from the slopes of depth over half a cell.

    A surface z(x, y) of depth over pixels from the middle has the normal (f z_x, f z_y, -(z + x z_x + y z_y)) in its camera.
    """
    height, width = mask.shape
    step = square[2] / len(normals)
    reach = max(1, int(step / 2 + 0.5))
    for row in range(len(normals)):
        y = int(np.floor(square[1] + (row + 0.5) * step))
        for column in range(len(normals)):
            x = int(np.floor(square[0] + (column + 0.5) * step))
            if not (0 <= x < width and 0 <= y < height and mask[y, x] >= INSIDE and depth[y, x] != NO_DEPTH):
                continue
            across = _slope(mask, depth, x, y, reach, 0) / reach
            along = _slope(mask, depth, x, y, 0, reach) / reach
            away = -(depth[y, x] + (x + 0.5 - size / 2) * across + (y + 0.5 - size / 2) * along)
            across *= focal
            along *= focal
            length = np.sqrt(across**2 + along**2 + away**2)
            if length > 0.0:
                for axis in range(3):
                    turned = across * rotation[0, axis] + along * rotation[1, axis] + away * rotation[2, axis]
                    normals[row, column, axis] = turned / length


def projection_of(eye: Eye) -> F64:
    """The camera's matrix, see `Sight`."""
    middle, projection = eye.size / 2 - 0.5, np.empty((3, 4))
    for row in range(2):
        projection[row, :3] = eye.focal * eye.rotation[row] + middle * eye.rotation[2]
    projection[2, :3] = eye.rotation[2]
    projection[:, 3] = -(projection[:, :3] * eye.position).sum(axis=1)
    return projection


def sight(
    picture: npt.NDArray[np.generic],
    mask: npt.NDArray[np.generic],
    depth: npt.NDArray[np.generic],
    metres: float,
    eye: Eye,
    square: tuple[float, float, float],
    colour_map: F64 | None = None,
) -> Sight:
    """Look at a picture whose depth, in steps of `metres`, and camera are known; `square` is what its crop was cut out of."""
    alpha, steps = _fixed(mask, np.uint8), _fixed(depth, np.uint16)
    normals, spots, frame = np.zeros((CELLS, CELLS, 3)), np.zeros(CELLS**2, np.float32), np.array(square)
    points, cells = _points(alpha, steps, metres, frame, eye.focal, eye.size, eye.position, eye.rotation, spots)
    _normals(alpha, steps, frame, eye.focal, eye.size, eye.rotation, normals)
    return Sight(_fixed(picture, np.uint8), alpha, steps, metres, projection_of(eye), colour_map, points, cells, spots, normals)


def _fixed(pixels: npt.NDArray[np.generic], kind: type[Kind]) -> npt.NDArray[Kind]:
    """Not to be written to, whatever it was: of arrays that can be written to a kernel would be compiled anew."""
    fixed: npt.NDArray[Kind] = np.ascontiguousarray(pixels, kind).view()
    fixed.flags.writeable = False
    return fixed
