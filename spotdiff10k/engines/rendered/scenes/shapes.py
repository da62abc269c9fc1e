"""Triangle shapes that props are made of: boxes, turned profiles, blobs, tubes, cards.

All are arrays built by whole-array sums (no matrix products), so their bytes do not depend on a BLAS.
Texture coordinates (u, v) are metres along the surface where a pattern needs them.
"""

import math
from collections.abc import Sequence
from functools import cache
from itertools import pairwise
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


def lathe(profile: Sequence[tuple[float, float]], at: Point = (0.0, 0.0, 0.0), segments: int = 16) -> Shape:
    """A surface of revolution about the vertical through `at`; profile of (radius, height) from bottom to top.

    Normals are smooth around and flat between rings, so that edges of pots and posts stay crisp.
    """
    angles = np.arange(segments + 1) * (2 * math.pi / segments)
    ring = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    positions: list[F64] = []
    normals: list[F64] = []
    uv: list[F64] = []
    faces: list[I64] = []
    for (r0, z0), (r1, z1) in pairwise(profile):
        start = sum(len(part) for part in positions)
        slope = math.hypot(r1 - r0, z1 - z0) or 1.0
        outward, upward = (z1 - z0) / slope, (r0 - r1) / slope
        for radius, height in ((r0, z0), (r1, z1)):
            positions.append(np.column_stack([ring * radius, np.full(segments + 1, height)]))
            normals.append(np.column_stack([ring * outward, np.full(segments + 1, upward)]))
            uv.append(np.column_stack([angles * max(r0, r1), np.full(segments + 1, height)]))
        low = start + np.arange(segments)
        high = low + segments + 1
        faces.append(np.stack([low, low + 1, high + 1], axis=1))
        faces.append(np.stack([low, high + 1, high], axis=1))
    return Shape(np.concatenate(positions) + np.asarray(at), np.concatenate(normals), np.concatenate(faces), np.concatenate(uv))


@cache
def _sphere(level: int) -> tuple[F64, I64]:
    """An icosphere: unit vertices and faces; 12, 42, 162, 642 vertices for levels 0 to 3."""
    golden = (1 + math.sqrt(5)) / 2
    base = [(-1, golden, 0), (1, golden, 0), (-1, -golden, 0), (1, -golden, 0)]
    points = [list(p) for p in base] + [[p[2], p[0], p[1]] for p in base] + [[p[1], p[2], p[0]] for p in base]
    vertices = [list(v) for v in unit(np.array(points, dtype=np.float64))]
    faces = [(0, 11, 5), (0, 5, 1), (0, 1, 7), (0, 7, 10), (0, 10, 11), (1, 5, 9), (5, 11, 4), (11, 10, 2), (10, 7, 6), (7, 1, 8)]
    faces += [(3, 9, 4), (3, 4, 2), (3, 2, 6), (3, 6, 8), (3, 8, 9), (4, 9, 5), (2, 4, 11), (6, 2, 10), (8, 6, 7), (9, 8, 1)]
    for _ in range(level):
        middle: dict[tuple[int, int], int] = {}
        finer = []
        for a, b, c in faces:
            mids = [_midpoint(vertices, middle, *pair) for pair in ((a, b), (b, c), (c, a))]
            finer += [(a, mids[0], mids[2]), (b, mids[1], mids[0]), (c, mids[2], mids[1]), (mids[0], mids[1], mids[2])]
        faces = finer
    return np.array(vertices), np.array(faces)


def _midpoint(vertices: list[list[float]], known: dict[tuple[int, int], int], a: int, b: int) -> int:
    key = (min(a, b), max(a, b))
    if key not in known:
        known[key] = len(vertices)
        middle = unit(np.array([[vertices[a][k] + vertices[b][k] for k in range(3)]]))[0]
        vertices.append(list(middle))
    return known[key]


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


def blob(
    rng: np.random.Generator, center: Point, radius: float, rough: float = 0.2, level: int = 2, stretch: Point = (1.0, 1.0, 1.0)
) -> Shape:
    """A lumpy ball: `rough` is the size of its lumps as a share of the radius."""
    directions, faces = _sphere(level)
    lumps = np.zeros(len(directions))
    for frequency in (1.7, 3.1, 5.3):
        axis, phase = unit(rng.normal(size=(1, 3)))[0], rng.uniform(0, 2 * math.pi)
        other = unit(rng.normal(size=(1, 3)))[0]
        along = (directions * axis).sum(axis=1)
        across = (directions * other).sum(axis=1)
        lumps += np.sin(frequency * 2 * along + phase) * np.cos(frequency * 2 * across) / frequency * 1.6
    positions = directions * (radius * (1 + rough * lumps))[:, None] * np.asarray(stretch, dtype=np.float64)
    normals = smooth_normals(positions, faces)
    uv = np.stack([np.arctan2(directions[:, 1], directions[:, 0]), directions[:, 2]], axis=1) * radius
    return Shape(positions + np.asarray(center, dtype=np.float64), normals, faces, uv)


def sphere(center: Point, radius: float, level: int = 2) -> Shape:
    """A ball."""
    directions, faces = _sphere(level)
    uv = np.stack([np.arctan2(directions[:, 1], directions[:, 0]), directions[:, 2]], axis=1) * radius
    return Shape(directions * radius + np.asarray(center, dtype=np.float64), directions, faces, uv)


def cushion(center: Point, size: Point, yaw: float = 0.0, roundness: float = 0.35, level: int = 3) -> Shape:
    """A soft box: a superellipsoid of full `size`; roundness 1 is an ellipsoid, 0.1 nearly a box."""
    directions, faces = _sphere(level)
    power = 2.0 / max(0.08, roundness)
    norm = (np.abs(directions) ** power).sum(axis=1) ** (1.0 / power)
    local = directions / norm[:, None] * (np.asarray(size, dtype=np.float64) / 2)
    normals = smooth_normals(local, faces)
    return Shape(turned(local, yaw) + np.asarray(center, dtype=np.float64), turned(normals, yaw), faces, local[:, [0, 2]])


def tube(points: Sequence[Point], radii: Sequence[float], segments: int = 7) -> Shape:
    """A bent tube through the points: trunks, branches, pipes, ropes."""
    path = np.asarray(points, dtype=np.float64)
    ahead = unit(np.gradient(path, axis=0))
    helper = np.array([0.0, 0.0, 1.0]) if abs(ahead[0, 2]) < 0.9 else np.array([1.0, 0.0, 0.0])
    side = unit(np.cross(ahead, helper))
    over = np.cross(side, ahead)
    angles = np.arange(segments + 1) * (2 * math.pi / segments)
    ring = np.cos(angles)[None, :, None] * side[:, None] + np.sin(angles)[None, :, None] * over[:, None]
    positions = path[:, None] + ring * np.asarray(radii)[:, None, None]
    rows = np.arange(len(path) - 1)[:, None] * (segments + 1) + np.arange(segments)[None]
    low, high = rows.ravel(), rows.ravel() + segments + 1
    faces = np.concatenate([np.stack([low, low + 1, high + 1], axis=1), np.stack([low, high + 1, high], axis=1)])
    lengths = np.concatenate([[0.0], np.cumsum(np.sqrt((np.diff(path, axis=0) ** 2).sum(axis=1)))])
    around = angles[None] * np.asarray(radii)[:, None]
    uv = np.stack([around, np.broadcast_to(lengths[:, None], around.shape)], axis=-1)
    return Shape(positions.reshape(-1, 3), ring.reshape(-1, 3), faces, uv.reshape(-1, 2))


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
