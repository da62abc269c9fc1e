"""Round shapes: turned profiles, balls, lumps, cushions, tubes."""

import math
from collections.abc import Sequence
from functools import cache
from itertools import pairwise

import numpy as np

from spotdiff10k.engines.rendered.scenes.shapes import F64, I64, Point, Shape, smooth_normals, turned, unit


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
def unit_sphere(level: int) -> tuple[F64, I64]:
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


def blob(
    rng: np.random.Generator, center: Point, radius: float, rough: float = 0.2, level: int = 2, stretch: Point = (1.0, 1.0, 1.0)
) -> Shape:
    """A lumpy ball: `rough` is the size of its lumps as a share of the radius."""
    directions, faces = unit_sphere(level)
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
    directions, faces = unit_sphere(level)
    uv = np.stack([np.arctan2(directions[:, 1], directions[:, 0]), directions[:, 2]], axis=1) * radius
    return Shape(directions * radius + np.asarray(center, dtype=np.float64), directions, faces, uv)


def cushion(center: Point, size: Point, yaw: float = 0.0, roundness: float = 0.35, level: int = 3) -> Shape:
    """A soft box: a superellipsoid of full `size`; roundness 1 is an ellipsoid, 0.1 nearly a box."""
    directions, faces = unit_sphere(level)
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
