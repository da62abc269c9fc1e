"""Sights: where in the world the pixels of a small crop lie, and which way they face, by their picture's depth and camera."""

from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from spotdiff10k.engines.rendered.jit import inlined, kernel
from spotdiff10k.eyes import Eye
from spotdiff10k.identity.crops import F64, INSIDE, SIDE, U8

CELLS = SIDE // 2
"""Pixels of a small crop's side, here called cells, since each covers many of the picture."""
SPOTS = 2
"""Spots of a cell, along each side, that are looked at."""
NO_DEPTH = 0

Bools = npt.NDArray[np.bool_]
U16 = npt.NDArray[np.uint16]
Kind = TypeVar("Kind", np.uint8, np.uint16)


@dataclass(frozen=True, slots=True)
class Sight:
    """One picture with its depth and camera, and what they say of its subject's surface. Made by `sight`."""

    picture: U8  # (H, W, 3)
    mask: U8  # (H, W)
    depth: U16  # (H, W) steps of `metres` along the camera's axis, NO_DEPTH where nothing is
    metres: float
    eye: Eye
    colour_map: F64 | None  # (3, 4), see `cut_out`
    deep: Bools  # (CELLS, CELLS): where some spot of a cell has depth
    points: F64  # (CELLS · SPOTS, CELLS · SPOTS, 3) metres of the world, NaN where no subject is
    normals: F64  # (CELLS, CELLS, 3) of the world, out of the surface, of length 1, or 0 where none can be told


@kernel
def _points(
    mask: U8,
    depth: U16,
    metres: float,
    square: F64,
    focal: float,
    size: int,
    position: F64,
    rotation: F64,
    deep: Bools,
    points: F64,
) -> None:
    """Where the spots of every cell lie, by the depth of the pixel that each is in; as `Eye.world` has it."""
    spots = len(points) // len(deep)
    height, width = mask.shape
    step = square[2] / len(points)
    for row in range(len(points)):
        down = square[1] + (row + 0.5) * step
        y = int(np.floor(down))
        for column in range(len(points)):
            right = square[0] + (column + 0.5) * step
            x = int(np.floor(right))
            if 0 <= x < width and 0 <= y < height and mask[y, x] >= INSIDE and depth[y, x] != NO_DEPTH:
                deep[row // spots, column // spots] = True
                away = depth[y, x] * metres
                across, along = (right - size / 2) * away / focal, (down - size / 2) * away / focal
                for axis in range(3):
                    turned = across * rotation[0, axis] + along * rotation[1, axis] + away * rotation[2, axis]
                    points[row, column, axis] = turned + position[axis]


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
    points, normals = np.full((CELLS * SPOTS, CELLS * SPOTS, 3), np.nan), np.zeros((CELLS, CELLS, 3))
    frame, deep = np.array(square), np.zeros((CELLS, CELLS), np.bool_)
    _points(alpha, steps, metres, frame, eye.focal, eye.size, eye.position, eye.rotation, deep, points)
    _normals(alpha, steps, frame, eye.focal, eye.size, eye.rotation, normals)
    return Sight(_fixed(picture, np.uint8), alpha, steps, metres, eye, colour_map, deep, points, normals)


def _fixed(pixels: npt.NDArray[np.generic], kind: type[Kind]) -> npt.NDArray[Kind]:
    """Not to be written to, whatever it was: of arrays that can be written to a kernel would be compiled anew."""
    fixed: npt.NDArray[Kind] = np.ascontiguousarray(pixels, kind).view()
    fixed.flags.writeable = False
    return fixed
