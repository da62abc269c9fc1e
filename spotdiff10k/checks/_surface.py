"""The visible surface of a subject as points in the world, and whether two pictures can show one and the same thing.

A point that one camera sees must not lie where another camera looks through free space (space carving, Kutulakos and
Seitz 2000). So two pictures of one pose agree whatever their cameras, and two poses do not, unless they look alike.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt

from spotdiff10k.checks._numbers import number, numbers
from spotdiff10k.committed import SampleView
from spotdiff10k.engines.rendered.jit import kernel
from spotdiff10k.eyes import Eye

GRID = 128
"""Cells along a picture's side, at most one a pixel: a surface is sampled once a cell, whatever the size of the picture."""
MATRIX = 9
DEPTH = "depth.png"
INSIDE = 128
NO_DEPTH = "the release has no depth layer"
NO_CAMERA = "the records tell no camera"
NO_SCALE = "the records tell no scale of depth"
EMPTY = 0.0
LOOSE = 0.008
"""How far a point may lie in front of another picture's surface, as a share of its distance from the camera."""

F64 = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Surface:
    """What one picture shows of its subject."""

    points: F64  # (N, 3) metres of the world
    nearest: F64  # (cells, cells) least camera z about each cell in metres, EMPTY where no subject is
    eye: Eye


def eye_of(sample: SampleView) -> Eye | None:
    """The camera that the record tells; None when it tells none that can be."""
    record = sample.record
    position, rotation = numbers(record.get("camera_position"), (3,)), numbers(record.get("camera_rotation"), (MATRIX,))
    focal, size = number(record.get("focal")), number(record.get("width"))
    if position is None or rotation is None or focal is None or size is None:
        return None
    return Eye(position, rotation.reshape(3, 3), focal, int(size)) if min(focal, size) >= 1.0 else None


def scale_of(sample: SampleView) -> float | None:
    """Metres of a step of the depth layer, as the record tells; None when it tells none that can be."""
    scale = number(sample.record.get("depth_scale"))
    return scale if scale is not None and scale > 0.0 else None


@kernel
def _cells(depth: npt.NDArray[np.uint16], alpha: npt.NDArray[np.uint8], cells: F64, inside: int) -> None:
    """Sample depth at the middle of every cell, in its own steps; EMPTY outside the mask."""
    grid = cells.shape[0]
    height, width = depth.shape
    for row in range(grid):
        y = (2 * row + 1) * height // (2 * grid)
        for column in range(grid):
            x = (2 * column + 1) * width // (2 * grid)
            cells[row, column] = float(depth[y, x]) if alpha[y, x] >= inside else 0.0


@kernel
def _nearest(cells: F64, nearest: F64) -> None:
    """The least depth of each cell and its eight neighbours; EMPTY where none of them has any."""
    grid = cells.shape[0]
    beside = np.empty((grid, grid))
    for row in range(grid):
        here, found = cells[row], beside[row]
        for column in range(grid):
            found[column] = here[column] if here[column] > EMPTY else np.inf
        before = np.inf
        for column in range(grid):
            own = found[column]
            after = found[column + 1] if column + 1 < grid else np.inf
            found[column] = min(min(before, own), after)
            before = own
    for row in range(grid):
        above, here, below = beside[max(0, row - 1)], beside[row], beside[min(grid - 1, row + 1)]
        for column in range(grid):
            least = min(min(above[column], below[column]), here[column])
            nearest[row, column] = least if least < np.inf else EMPTY


@kernel
def _world(metres: F64, size: int, focal: float, position: F64, rotation: F64) -> F64:
    """(N, 3) in the world of the middles of all cells that are not empty, row by row; as `Eye.world` has it."""
    grid = metres.shape[0]
    points = np.empty((grid * grid, 3))
    count = 0
    for row in range(grid):
        for column in range(grid):
            depth = metres[row, column]
            if depth > EMPTY:
                across = ((column + 0.5) * size / grid - size / 2) * depth / focal
                along = ((row + 0.5) * size / grid - size / 2) * depth / focal
                for axis in range(3):
                    turned = across * rotation[0, axis] + along * rotation[1, axis] + depth * rotation[2, axis]
                    points[count, axis] = turned + position[axis]
                count += 1
    return points[:count].copy()


@kernel
def _strays(points: F64, position: F64, rotation: F64, focal: float, nearest: F64, loose: float) -> float:
    """The share of points that lie where the camera sees free space. focal: in sides of the picture."""
    grid = nearest.shape[0]
    count = points.shape[0]
    strays = 0
    for i in range(count):
        x = points[i, 0] - position[0]
        y = points[i, 1] - position[1]
        z = points[i, 2] - position[2]
        depth = rotation[2, 0] * x + rotation[2, 1] * y + rotation[2, 2] * z
        if depth <= 0.0:
            strays += 1
            continue
        across = 0.5 + focal * (rotation[0, 0] * x + rotation[0, 1] * y + rotation[0, 2] * z) / depth
        along = 0.5 + focal * (rotation[1, 0] * x + rotation[1, 1] * y + rotation[1, 2] * z) / depth
        column = int(np.floor(across * grid))
        row = int(np.floor(along * grid))
        if column < 0 or row < 0 or column >= grid or row >= grid:
            strays += 1
            continue
        seen = nearest[row, column]
        if seen == 0.0 or depth < seen * (1.0 - loose):
            strays += 1
    return strays / count if count else 1.0


def back_project(depth: npt.NDArray[np.uint16], alpha: npt.NDArray[np.uint8], scale: float, eye: Eye) -> Surface:
    """The surface inside a mask (H, W) whose depth map (H, W) is in steps of `scale` metres."""
    grid = min(GRID, len(depth))
    metres, nearest = np.empty((grid, grid)), np.empty((grid, grid))
    _cells(depth, alpha, metres, INSIDE)
    metres *= scale
    _nearest(metres, nearest)
    return Surface(_world(metres, eye.size, eye.focal, eye.position, eye.rotation), nearest, eye)


def astray(places: F64, surface: Surface) -> float:
    """The share of points in the world (N, 3) that lie where the surface's camera sees free space."""
    camera = surface.eye
    share = _strays(
        np.ascontiguousarray(places), camera.position, camera.rotation, camera.focal / camera.size, surface.nearest, LOOSE
    )
    return float(share)


def disagreement(first: Surface, second: Surface) -> float:
    """How much of what one picture shows cannot be where the other looks through: 0 for one pose, to 1 for nothing in common."""
    return (astray(first.points, second) + astray(second.points, first)) / 2


def disagreements(surfaces: Sequence[Surface]) -> F64:
    """(N, N), symmetric, zeros on the diagonal."""
    found = np.zeros((len(surfaces), len(surfaces)))
    for i, first in enumerate(surfaces):
        for j in range(i):
            found[i, j] = found[j, i] = disagreement(first, surfaces[j])
    return found


def _surface(sample: SampleView, scale: float, eye: Eye) -> Surface:
    return back_project(np.asarray(sample.pixels(DEPTH), np.uint16), np.asarray(sample.mask, np.uint8), scale, eye)


def surfaces_of_all(samples: Sequence[SampleView]) -> tuple[Surface, ...] | str:
    """What every sample shows, or why that cannot be had."""
    found = []
    for sample in samples:
        eye, scale = eye_of(sample), scale_of(sample)
        if DEPTH not in sample.members:
            return NO_DEPTH
        if eye is None or scale is None:
            return NO_CAMERA if eye is None else NO_SCALE
        found.append(sample.once("surface", partial(_surface, sample, scale, eye)))
    return tuple(found)
