"""Triangle shapes that props are made of: boxes, turned profiles, blobs, tubes, cards.

All are arrays built by whole-array sums (no matrix products), so their bytes do not depend on a BLAS.
Texture coordinates (u, v) are metres along the surface where a pattern needs them.
"""

import math
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

F64 = npt.NDArray[np.float64]
I64 = npt.NDArray[np.int64]
Point = Sequence[float] | F64

GOLDEN_ANGLE = math.pi * (3.0 - math.sqrt(5.0))


class Shape(NamedTuple):
    """V vertices and F triangles."""

    positions: F64  # (V, 3)
    normals: F64  # (V, 3) unit
    faces: I64  # (F, 3)
    uv: F64  # (V, 2)


def unit(vectors: F64) -> F64:
    """Rows scaled to length one; a zero row stays zero."""
    length = np.sqrt((vectors * vectors).sum(axis=-1, keepdims=True))
    scaled: F64 = vectors / np.maximum(length, 1e-12)
    return scaled


def turned(vectors: F64, yaw: float) -> F64:
    """Rows turned about the vertical by `yaw` radians."""
    cosine, sine = math.cos(yaw), math.sin(yaw)
    x, y = vectors[..., 0], vectors[..., 1]
    return np.stack([cosine * x - sine * y, sine * x + cosine * y, vectors[..., 2]], axis=-1)


def placed(shape: Shape, at: Point = (0.0, 0.0, 0.0), yaw: float = 0.0, scale: float = 1.0) -> Shape:
    """The shape scaled, turned about the vertical and moved."""
    positions = turned(shape.positions * scale, yaw) + np.asarray(at, dtype=np.float64)
    return Shape(positions, turned(shape.normals, yaw), shape.faces, shape.uv * scale)


def merged(shapes: Sequence[Shape]) -> Shape:
    """Several shapes as one."""
    starts = np.cumsum([0] + [len(shape.positions) for shape in shapes])
    return Shape(
        np.concatenate([shape.positions for shape in shapes]),
        np.concatenate([shape.normals for shape in shapes]),
        np.concatenate([shape.faces + start for shape, start in zip(shapes, starts[:-1], strict=True)]),
        np.concatenate([shape.uv for shape in shapes]),
    )


BOX_AXES = ((0, 1, 2), (1, 2, 0), (2, 0, 1))


@cache
def _unit_box() -> tuple[F64, F64, I64, I64]:
    """Corners (±.5), normals, faces of a box with flat sides, and which two axes are each side's u and v."""
    corners: list[list[float]] = []
    normals: list[list[float]] = []
    faces: list[list[int]] = []
    axes: list[tuple[int, int]] = []
    for along, across, up in BOX_AXES:
        for sign in (-1.0, 1.0):
            start = len(corners)
            for first, second in ((-1, -1), (1, -1), (1, 1), (-1, 1)):
                corner = [0.0, 0.0, 0.0]
                corner[along], corner[across], corner[up] = 0.5 * sign, 0.5 * first, 0.5 * second
                corners.append(corner)
                normal = [0.0, 0.0, 0.0]
                normal[along] = sign
                normals.append(normal)
                axes.append((up, across) if up != 2 and along != 2 else (across, up))
            order = (0, 1, 2, 3) if sign > 0 else (0, 3, 2, 1)
            faces += [
                [start + order[0], start + order[1], start + order[2]],
                [start + order[0], start + order[2], start + order[3]],
            ]
    return np.array(corners), np.array(normals), np.array(faces), np.array(axes)


def box(center: Point, size: Point, yaw: float = 0.0) -> Shape:
    """A box of full `size` about `center`; on its sides v is the height where there is one."""
    corners, normals, faces, axes = _unit_box()
    local = corners * np.asarray(size, dtype=np.float64)
    uv = np.take_along_axis(local, axes, axis=1)
    return Shape(turned(local, yaw) + np.asarray(center, dtype=np.float64), turned(normals, yaw), faces, uv)


def boxes(centers: F64, sizes: F64) -> Shape:
    """Many upright boxes at once, (N, 3) each; 24 vertices a box."""
    corners, normals, faces, axes = _unit_box()
    local = corners[None] * sizes[:, None]
    count = len(centers)
    uv = np.take_along_axis(local, np.broadcast_to(axes, (count, *axes.shape)), axis=2)
    offsets = (np.arange(count) * len(corners))[:, None, None]
    positions = (local + centers[:, None]).reshape(-1, 3)
    return Shape(positions, np.tile(normals, (count, 1)), (faces[None] + offsets).reshape(-1, 3), uv.reshape(-1, 2))


BOX_CORNERS = 24


def standing_box(at: Point, size: Point, yaw: float = 0.0) -> Shape:
    """A box that stands on the height of `at`."""
    return box((at[0], at[1], at[2] + size[2] / 2), size, yaw)


def smooth_normals(positions: F64, faces: I64) -> F64:
    """Area-weighted vertex normals."""
    a, b, c = (positions[faces[:, k]] for k in range(3))
    face_normals = np.cross(b - a, c - a)
    normals = np.zeros_like(positions)
    for corner in range(3):
        np.add.at(normals, faces[:, corner], face_normals)
    return unit(normals)


def flat_shaded(shape: Shape) -> Shape:
    """The shape with a normal of its own for every face: facets of stone and paper."""
    positions = shape.positions[shape.faces].reshape(-1, 3)
    a, b, c = positions[0::3], positions[1::3], positions[2::3]
    normals = np.repeat(unit(np.cross(b - a, c - a)), 3, axis=0)
    return Shape(positions, normals, np.arange(len(positions)).reshape(-1, 3), shape.uv[shape.faces].reshape(-1, 2))


def cards(centers: F64, lengthwise: F64, sidewise: F64, normals: F64) -> Shape:
    """One diamond of two triangles about each center, with half axes as given (N, 3): leaves."""
    count = len(centers)
    corners = np.stack([centers - lengthwise, centers + sidewise, centers + lengthwise, centers - sidewise], axis=1)
    start = np.arange(count)[:, None] * 4
    faces = np.concatenate([start + np.array([[0, 1, 2]]), start + np.array([[0, 2, 3]])])
    uv = np.tile(np.array([[0.0, -1.0], [1.0, 0.0], [0.0, 1.0], [-1.0, 0.0]]), (count, 1))
    return Shape(corners.reshape(-1, 3), np.repeat(normals, 4, axis=0), faces, uv)


def triangles(first: F64, second: F64, third: F64, normals: F64) -> Shape:
    """Free triangles (N, 3) each: blades, flags, fronds."""
    positions = np.stack([first, second, third], axis=1).reshape(-1, 3)
    uv = np.tile(np.array([[-1.0, 0.0], [1.0, 0.0], [0.0, 1.0]]), (len(first), 1))
    return Shape(positions, np.repeat(normals, 3, axis=0), np.arange(len(positions)).reshape(-1, 3), uv)


def panel(center: Point, right: Point, up: Point, width: float, height: float) -> Shape:
    """A flat rectangle seen from its right × up side; uv in metres from its centre."""
    along, above = np.asarray(right, dtype=np.float64), np.asarray(up, dtype=np.float64)
    corners = np.array([[-0.5, -0.5], [0.5, -0.5], [0.5, 0.5], [-0.5, 0.5]]) * np.array([width, height])
    positions = np.asarray(center, dtype=np.float64) + corners[:, :1] * along + corners[:, 1:] * above
    normals = np.repeat(np.cross(along, above)[None], 4, axis=0)
    return Shape(positions, normals, np.array([[0, 1, 2], [0, 2, 3]]), corners)
