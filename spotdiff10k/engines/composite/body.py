"""A body for a flat cut-out, so that light can be kept from the ground: its mask, blown up like a cushion, on the ground.

The outline is the photograph's; thickness grows from it with the distance to the outline (T. Igarashi, S. Matsuoka and
H. Tanaka, "Teddy", SIGGRAPH 1999, blew up drawings so). Only shadows are taken from it, never colours.
"""

import numpy as np
import numpy.typing as npt

from spotdiff10k.engines.composite.placing import HALF, Placed
from spotdiff10k.engines.rendered.jit import kernel
from spotdiff10k.engines.rendered.model import F32, I32, Camera, PosedSubject

F64 = npt.NDArray[np.float64]
Cells = npt.NDArray[np.bool_]

MOST_CELLS = 56
"""Along the longer side of the mask."""
THICKNESS = 0.75
"""Of half the depth by half the width, in the middle."""
STANDING = 0.2
"""Share of the height above the lowest point in which the outline may touch the ground ..."""
TOUCHING = 0.02
"""... where its bottom is this near to a string that is pulled tight under it."""
DEEPEST_FOOT = 0.6
"""Metres by which a foot may stand behind the lowest one."""
STRAIGHT, DIAGONAL = 1.0, 2.0**0.5
NOTHING = np.zeros((0, 3), np.float32)


def body_of(placed: Placed, foot: tuple[float, float], camera: Camera) -> PosedSubject | None:
    """The body that stands at `foot` (pixels) before a camera; None where the foot is not on the ground or nothing is left."""
    step = max(1, -(-max(placed.alpha.shape) // MOST_CELLS))
    cells = _covered(placed.alpha, step)
    stands_at = _ground_depth(camera, foot[1])
    if not cells.any() or stands_at is None:
        return None
    half_depth = _corner_mean(_inflated(cells))
    x = placed.left + step * np.arange(cells.shape[1] + 1, dtype=np.float64)
    y = np.minimum(placed.top + step * np.arange(cells.shape[0] + 1, dtype=np.float64), foot[1])
    behind = _behind(placed, cells, step, foot, camera, stands_at)
    vertices, faces = _closed(cells, _lifted(x, y, stands_at - behind, half_depth * step, camera))
    low, high = vertices.min(axis=0), vertices.max(axis=0)
    center = ((low + high) / 2).astype(np.float32)
    radius = float(np.sqrt(((vertices - center).astype(np.float64) ** 2).sum(axis=1).max()))
    return _as_posed(vertices, faces, center, radius)


def _covered(alpha: npt.NDArray[np.uint8], step: int) -> Cells:
    """(rows, columns) squares of `step` pixels that are at least half covered."""
    height, width = (-(-side // step) for side in alpha.shape)
    padded = np.zeros((height * step, width * step), np.int64)
    padded[: alpha.shape[0], : alpha.shape[1]] = alpha
    return np.asarray(padded.reshape(height, step, width, step).sum(axis=(1, 3)) >= HALF * step * step)


def _ray(camera: Camera, column: float, row: float) -> F64:
    """World direction of a pixel's ray, at camera depth 1."""
    local = np.array([(column - camera.size / 2) / camera.focal, (row - camera.size / 2) / camera.focal, 1.0])
    return np.asarray((camera.rotation.astype(np.float64) * local[:, None]).sum(axis=0))


def _ground_depth(camera: Camera, row: float) -> float | None:
    """World x at which the ray of the middle column in a row meets the ground; None above the horizon."""
    ray = _ray(camera, camera.size / 2, row)
    if ray[2] >= -1e-6:
        return None
    return float(camera.position[0] - camera.position[2] / ray[2] * ray[0])


@kernel
def _distances(cells: Cells, out: F64) -> None:
    """Chamfer distance in cells from each covered cell's middle to the outline; out is padded by one."""
    height, width = cells.shape
    for y in range(height):
        for x in range(width):
            if cells[y, x]:
                near = min(out[y, x + 1] + STRAIGHT, out[y + 1, x] + STRAIGHT)
                out[y + 1, x + 1] = min(near, min(out[y, x], out[y, x + 2]) + DIAGONAL)
    for y in range(height - 1, -1, -1):
        for x in range(width - 1, -1, -1):
            if cells[y, x]:
                near = min(out[y + 2, x + 1] + STRAIGHT, out[y + 1, x + 2] + STRAIGHT)
                near = min(near, min(out[y + 2, x + 2], out[y + 2, x]) + DIAGONAL)
                out[y + 1, x + 1] = min(out[y + 1, x + 1], near)


def _inflated(cells: Cells) -> F64:
    """Half the depth of each cell, in cells: half an ellipse over the distance to the outline."""
    padded = np.zeros((cells.shape[0] + 2, cells.shape[1] + 2))
    _distances(cells, padded)
    distance = padded[1:-1, 1:-1]
    most = float(distance.max())
    return np.asarray(THICKNESS * np.sqrt(distance * np.maximum(0.0, 2 * most - distance)))


def _corner_mean(values: F64) -> F64:
    """(rows + 1, columns + 1) at the cells' corners: 0 where a cell about it is not covered."""
    padded = np.pad(values, 1)
    around = np.stack([padded[:-1, :-1], padded[1:, :-1], padded[:-1, 1:], padded[1:, 1:]])
    return np.where(around.min(axis=0) > 0, around.mean(axis=0), 0.0)


def _behind(placed: Placed, cells: Cells, step: int, foot: tuple[float, float], camera: Camera, stands_at: float) -> F64:
    """(columns + 1,) metres by which each column of corners stands behind the foot: feet higher in the picture are farther."""
    bottom = placed.top + step * (cells.shape[0] - np.argmax(cells[::-1], axis=0)).astype(np.float64)
    columns = np.flatnonzero(cells.any(axis=0))
    columns = columns[_touching(columns, bottom[columns], placed.alpha.shape[0])]
    depths = np.array([_ground_depth(camera, min(foot[1], float(bottom[column]))) or -np.inf for column in columns])
    farther = np.clip(stands_at - depths, 0.0, DEEPEST_FOOT)
    corners = np.arange(cells.shape[1] + 1) - 0.5
    return np.asarray(np.interp(corners, columns, farther))


def _touching(columns: npt.NDArray[np.intp], bottom: F64, height: int) -> Cells:
    """Which columns stand on the ground: near the lower hull of the outline (Andrew's monotone chain), and not far up."""
    hull: list[int] = []
    for place in range(len(columns)):
        while len(hull) > 1 and _sags(columns, bottom, hull[-2], hull[-1], place):
            hull.pop()
        hull.append(place)
    string = np.interp(columns, columns[hull], bottom[hull])
    return np.asarray((string - bottom <= TOUCHING * height) & (float(bottom.max()) - bottom <= STANDING * height))


def _sags(columns: npt.NDArray[np.intp], bottom: F64, before: int, middle: int, after: int) -> bool:
    """Whether the middle lies above the string from before to after; rows count downwards."""
    run, rise = columns[after] - columns[before], bottom[after] - bottom[before]
    return bool((bottom[middle] - bottom[before]) * run <= rise * (columns[middle] - columns[before]))


def _lifted(x: F64, y: F64, at: F64, half_depth: F64, camera: Camera) -> F64:
    """(2, rows + 1, columns + 1, 3) the front and the back of the body in the world, nowhere below the ground."""
    across = (x[None, :] - camera.size / 2) / camera.focal
    down = (y[:, None] - camera.size / 2) / camera.focal
    turn, eye = camera.rotation.astype(np.float64), camera.position.astype(np.float64)
    rays = np.stack([turn[0, k] * across + turn[1, k] * down + turn[2, k] for k in range(3)], axis=2)
    depth = (at[None, :] - eye[0]) / rays[..., 0]
    points = eye + depth[..., None] * rays
    thick = half_depth * depth / camera.focal
    front, back = points.copy(), points.copy()
    front[..., 0] += thick
    back[..., 0] -= thick
    both = np.stack([front, back])
    both[..., 2] = np.maximum(0.0, both[..., 2])
    return both


def _closed(cells: Cells, points: F64) -> tuple[F32, I32]:
    """Vertices and the triangles of the covered cells, front and back."""
    columns = cells.shape[1] + 1
    sheet = points.shape[1] * columns
    rows, places = np.nonzero(cells)
    corner = rows * columns + places
    quad = np.stack([corner, corner + 1, corner + columns, corner + columns + 1], axis=1)
    upper, lower = quad[:, [0, 1, 2]], quad[:, [1, 3, 2]]
    faces = np.concatenate([upper, lower, upper + sheet, lower + sheet])
    used, numbered = np.unique(faces, return_inverse=True)
    vertices = np.ascontiguousarray(points.reshape(-1, 3)[used], np.float32)
    return vertices, np.ascontiguousarray(numbered.reshape(faces.shape), np.int32)


def _as_posed(vertices: F32, faces: I32, center: F32, radius: float) -> PosedSubject:
    """As the rendered engine's shadows know bodies; what only shading looks at is left empty."""
    up = np.zeros_like(vertices)
    up[:, 2] = 1.0
    return PosedSubject(
        vertices=vertices,
        normals=up,
        faces=faces,
        rest=vertices,
        fields=NOTHING,
        face_material=np.zeros(0, np.int32),
        materials=NOTHING,
        uv=np.zeros((0, 2), np.float32),
        atlas=np.zeros((1, 1, 3), np.uint8),
        keypoints=NOTHING,
        keypoint_names=(),
        keypoint_schema="",
        joints=NOTHING,
        joint_names=(),
        joint_parents=(),
        joint_rotations=np.zeros((0, 4), np.float32),
        center=center,
        radius=radius,
        two_sided=True,
    )
