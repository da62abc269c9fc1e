"""Makers of closed shapes: boxes, balls, turned profiles, tubes, lofts and extruded outlines."""

from collections.abc import Sequence
from functools import cache

import numpy as np

from spotdiff10k.engines.rendered.families._outlines import inset, triangulate
from spotdiff10k.engines.rendered.families._shapes import CRISP_DEGREES, F64, SMOOTH_DEGREES, Point, Shape, frame_along, volume
from spotdiff10k.engines.rendered.model import I32

BALL_LEVEL = 3
SMALL_BALL = 0.06
"""Metres; smaller balls have a quarter of the faces."""
TURN_SEGMENTS = 32
TUBE_SIDES = 12


def closed(vertices: F64, faces: I32, crease_degrees: float = SMOOTH_DEGREES) -> Shape:
    """A shape wound outward, whichever way its faces came."""
    if volume(vertices, faces) < 0:
        faces = np.ascontiguousarray(faces[:, ::-1])
    return Shape(np.ascontiguousarray(vertices, np.float64), faces.astype(np.int32), crease_degrees)


@cache
def _lattice(counts: tuple[int, int, int]) -> tuple[I32, I32]:
    """Surface points of a lattice of so many steps along each axis as integer coordinates, and the triangles over them."""
    index: dict[tuple[int, int, int], int] = {}
    faces: list[tuple[int, int, int]] = []
    for axis in range(3):
        across, up = (axis + 1) % 3, (axis + 2) % 3
        for side in (0, counts[axis]):
            for i in range(counts[across]):
                for j in range(counts[up]):
                    corners = []
                    for di, dj in ((0, 0), (1, 0), (1, 1), (0, 1)):
                        place = [0, 0, 0]
                        place[axis], place[across], place[up] = side, i + di, j + dj
                        corners.append(index.setdefault((place[0], place[1], place[2]), len(index)))
                    a, b, c, d = corners if side else corners[::-1]
                    faces += [(a, b, c), (a, c, d)]
    return np.array(list(index), np.int32), np.array(faces, np.int32)


def box(x: float, y: float, z: float, round_by: float = 0.008, steps: int = 1, cell: float = 0.0) -> Shape:
    """A box about the origin with rounded edges; `steps` 1 is a chamfer, 3 or more is properly round.

    `cell` cuts the flat part of each face into pieces of about so many metres, for patterns that need vertices.
    """
    half = np.array((x, y, z)) / 2
    radius = min(round_by, 0.499 * 2 * float(half.min()))
    ramp = radius * (1 - np.tan(np.linspace(np.pi / 4, 0, steps + 1)))  # distance from the outside
    cells = [max(1, round(2 * (extent - radius) / cell)) if cell else 1 for extent in half]
    coordinates, faces = _lattice((2 * steps + cells[0], 2 * steps + cells[1], 2 * steps + cells[2]))
    lines = [
        np.concatenate((-extent + ramp, np.linspace(-1, 1, count + 1)[1:-1] * (extent - radius), extent - ramp[::-1]))
        for extent, count in zip(half, cells, strict=True)
    ]
    points = np.stack([lines[axis][coordinates[:, axis]] for axis in range(3)], axis=1)
    core = np.clip(points, -(half - radius), half - radius)
    away = points - core
    length = np.sqrt((away * away).sum(axis=1, keepdims=True))
    return Shape(core + away * (radius / np.maximum(length, 1e-12)), faces)


def tapered(x: float, y: float, z: float, top_x: float, top_y: float, round_by: float = 0.008, shift_x: float = 0.0) -> Shape:
    """A box standing on z = 0 whose top is top_x by top_y, shifted by `shift_x`."""
    block = box(x, y, z, round_by).moved(z=z / 2)

    def taper(points: F64) -> F64:
        level = points[:, 2] / z
        wide = 1 + (top_x / x - 1) * level
        deep = 1 + (top_y / y - 1) * level
        return np.stack((points[:, 0] * wide + shift_x * level, points[:, 1] * deep, points[:, 2]), axis=1)

    return block.mapped(taper)


@cache
def _icosphere(level: int) -> tuple[F64, I32]:
    golden = (1 + 5**0.5) / 2
    corners = [(-1, golden, 0), (1, golden, 0), (-1, -golden, 0), (1, -golden, 0)]
    points = [np.array(c, float) for c in corners + [c[2:] + c[:2] for c in corners] + [c[1:] + c[:1] for c in corners]]
    points = [p / np.sqrt((p * p).sum()) for p in points]
    near = sorted(float(((points[0] - p) ** 2).sum()) for p in points)[1]
    near_pairs = [(i, j) for i in range(12) for j in range(12) if i < j and ((points[i] - points[j]) ** 2).sum() < near * 1.1]
    linked = set(near_pairs)
    faces = [(i, j, k) for i, j in near_pairs for k in range(j + 1, 12) if (i, k) in linked and (j, k) in linked]
    faces = [f if np.dot(np.cross(points[f[0]], points[f[1]]), points[f[2]]) > 0 else f[::-1] for f in faces]
    for _ in range(level):
        faces, points = _subdivided(faces, points)
    return np.array(points), np.array(faces, np.int32)


def _subdivided(faces: list[tuple[int, int, int]], points: list[F64]) -> tuple[list[tuple[int, int, int]], list[F64]]:
    middle: dict[tuple[int, int], int] = {}

    def halfway(i: int, j: int) -> int:
        edge = (min(i, j), max(i, j))
        if edge not in middle:
            total = points[i] + points[j]
            middle[edge] = len(points)
            points.append(total / np.sqrt((total * total).sum()))
        return middle[edge]

    finer: list[tuple[int, int, int]] = []
    for a, b, c in faces:
        ab, bc, ca = halfway(a, b), halfway(b, c), halfway(c, a)
        finer += [(a, ab, ca), (ab, b, bc), (ca, bc, c), (ab, bc, ca)]
    return finer, points


def ball(x: float, y: float | None = None, z: float | None = None, level: int = 0) -> Shape:
    """An ellipsoid about the origin with these radii; level 2 has 320 faces, 3 has 1280; 0 chooses by size."""
    small = max(x, y or 0.0, z or 0.0) < SMALL_BALL
    points, faces = _icosphere(level or (BALL_LEVEL - 1 if small else BALL_LEVEL))
    return Shape(points, faces).scaled(x, y, z)


def ellipsoid(radii: F64, level: int = 4) -> Shape:
    """A ball with these three radii."""
    return ball(float(radii[0]), float(radii[1]), float(radii[2]), level)


def turned(profile: Sequence[tuple[float, float]], segments: int = TURN_SEGMENTS, crease_degrees: float = 40.0) -> Shape:
    """A profile of (radius, z) turned about z; both ends are closed, a radius of 0 is a pole."""
    angles = np.arange(segments) * (2 * np.pi / segments)
    radius, height = np.array(profile, np.float64).T
    around = np.stack((np.cos(angles), np.sin(angles)), axis=1)
    sections = np.concatenate(
        (radius[:, None, None] * around[None], np.broadcast_to(height[:, None, None], (len(radius), segments, 1))), axis=2
    )
    return loft(sections, crease_degrees)


def softened(profile: Sequence[tuple[float, float]], steps: int = 6) -> list[tuple[float, float]]:
    """A smooth curve through the points of a profile (Catmull and Rom 1974); radii stay at or above 0."""
    points = np.array(profile, np.float64)
    before, after = points[:1] * 2 - points[1:2], points[-1:] * 2 - points[-2:-1]
    padded = np.concatenate((before, points, after))
    made = []
    for a, b, c, d in zip(padded[:-3], padded[1:-2], padded[2:-1], padded[3:], strict=True):
        for t in np.arange(steps) / steps:
            made.append(0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3))
    made.append(points[-1])
    return [(max(0.0, float(radius)), float(height)) for radius, height in made]


def cylinder(radius: float, length: float, bevel: float = 0.0, segments: int = TURN_SEGMENTS) -> Shape:
    """A cylinder along z about the origin, its rims chamfered by `bevel`."""
    half, edge = length / 2, min(bevel, 0.45 * length, 0.9 * radius)
    if edge <= 0:
        return turned(((radius, -half), (radius, half)), segments)
    return turned(((radius - edge, -half), (radius, -half + edge), (radius, half - edge), (radius - edge, half)), segments, 50.0)


def loft(sections: F64, crease_degrees: float = SMOOTH_DEGREES, ring: bool = False) -> Shape:
    """A skin over closed sections (S, N, 3); flat caps at both ends, or none when the sections form a ring."""
    count, around = sections.shape[:2]
    index = np.arange(count * around).reshape(count, around)
    spread = np.abs(sections - sections[:, :1]).max(axis=(1, 2))
    index[spread < 1e-9] = index[spread < 1e-9, :1]  # a section without extent is a pole
    rows, nexts = (index, np.roll(index, -1, axis=0)) if ring else (index[:-1], index[1:])
    a, b, c, d = rows, np.roll(rows, -1, axis=1), np.roll(nexts, -1, axis=1), nexts
    faces = np.stack((a, b, c, a, c, d), axis=2).reshape(-1, 3)
    vertices = sections.reshape(-1, 3)
    if not ring:
        ends = np.stack((sections[0].mean(axis=0), sections[-1].mean(axis=0)))
        first = np.stack((np.roll(index[0], -1), index[0], np.full(around, len(vertices))), axis=1)
        last = np.stack((index[-1], np.roll(index[-1], -1), np.full(around, len(vertices) + 1)), axis=1)
        vertices, faces = np.concatenate((vertices, ends)), np.concatenate((faces, first, last))
    distinct = (faces[:, 0] != faces[:, 1]) & (faces[:, 1] != faces[:, 2]) & (faces[:, 2] != faces[:, 0])
    return closed(vertices, faces[distinct].astype(np.int32), crease_degrees)


def tube(path: Sequence[Point] | F64, radii: float | Sequence[float], sides: int = TUBE_SIDES, ring: bool = False) -> Shape:
    """A round tube along a path of points, with one radius or one for each point; `ring` joins its ends."""
    points = np.array(path, np.float64)
    thick = np.broadcast_to(np.asarray(radii, np.float64), (len(points),))
    before, after = np.roll(points, 1, axis=0), np.roll(points, -1, axis=0)
    if not ring:
        before[0], after[-1] = points[0], points[-1]
    angles = np.arange(sides) * (2 * np.pi / sides)
    frame = frame_along(after[0] - before[0])
    sections = np.empty((len(points), sides, 3))
    for i, (point, ahead) in enumerate(zip(points, after - before, strict=True)):
        ahead = ahead / np.sqrt((ahead * ahead).sum())
        across = frame[:, 0] - ahead * float((frame[:, 0] * ahead).sum())
        across = across / np.sqrt((across * across).sum())
        frame = np.stack((across, np.cross(ahead, across), ahead), axis=1)
        spokes = np.cos(angles)[:, None] * frame[:, 0] + np.sin(angles)[:, None] * frame[:, 1]
        sections[i] = point + thick[i] * spokes
    return loft(sections, SMOOTH_DEGREES, ring)


def rod(start: Point, end: Point, radius: float, end_radius: float | None = None, sides: int = TUBE_SIDES) -> Shape:
    """A straight round bar between two points."""
    return tube((start, end), (radius, radius if end_radius is None else end_radius), sides)


def hoop(radius: float, thickness: float, segments: int = TURN_SEGMENTS, sides: int = 10) -> Shape:
    """A torus about z: `radius` to the middle of the tube."""
    angles = np.arange(segments) * (2 * np.pi / segments)
    path = np.stack((radius * np.cos(angles), radius * np.sin(angles), np.zeros(segments)), axis=1)
    return tube(path, thickness, sides, ring=True)


def extruded(outline: F64, depth: float, bevel: float = 0.0) -> Shape:
    """A plate with a simple outline (N, 2) in x and y, from z = 0 to `depth`; both rims are chamfered by `bevel`."""
    rings = [(outline, 0.0), (outline, depth)]
    if bevel > 0:
        narrow = inset(outline, bevel)
        rings = [(narrow, 0.0), (outline, bevel), (outline, depth - bevel), (narrow, depth)]
    count = len(outline)
    vertices = np.concatenate([np.column_stack((ring, np.full(count, z))) for ring, z in rings])
    index = np.arange(len(rings) * count).reshape(len(rings), count)
    a, b, c, d = index[:-1], np.roll(index[:-1], -1, axis=1), np.roll(index[1:], -1, axis=1), index[1:]
    sides = np.stack((a, b, c, a, c, d), axis=2).reshape(-1, 3)
    flat = triangulate(rings[0][0])
    caps = np.concatenate((flat[:, ::-1], flat + index[-1, 0]))
    return closed(vertices, np.concatenate((sides, caps)).astype(np.int32), CRISP_DEGREES)


def refined(shape: Shape, rounds: int = 2) -> Shape:
    """Every triangle cut into four, `rounds` times, so that a flat plate can be bent round a curve."""
    vertices, faces = shape.vertices, shape.faces.astype(np.int64)
    for _ in range(rounds):
        edges = np.sort(np.concatenate((faces[:, (0, 1)], faces[:, (1, 2)], faces[:, (2, 0)])), axis=1)
        distinct, number = np.unique(edges, axis=0, return_inverse=True)
        ab, bc, ca = number.reshape(3, -1) + len(vertices)
        a, b, c = faces.T
        quarters = ((a, ab, ca), (ab, b, bc), (ca, bc, c), (ab, bc, ca))
        vertices = np.concatenate((vertices, (vertices[distinct[:, 0]] + vertices[distinct[:, 1]]) / 2))
        faces = np.concatenate([np.stack(quarter, axis=1) for quarter in quarters])
    return Shape(vertices, faces.astype(np.int32), shape.crease_degrees)
