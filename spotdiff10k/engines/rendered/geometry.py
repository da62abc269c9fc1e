"""Closed triangle meshes to build rigid parts from, and the turns and moves that place them.

Every maker returns a closed mesh wound outward (counter-clockwise seen from outside) with shared vertices;
the builder splits vertices at sharp edges when it computes normals, so makers need not.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from spotdiff10k.engines.rendered.model import F32, I32

F64 = npt.NDArray[np.float64]
Point = Sequence[float] | F64 | F32
"""Three numbers, metres."""

SMALLEST_LENGTH = 1e-9
ROUND_CAP_RINGS = 4


@dataclass(frozen=True, slots=True)
class Mesh:
    """Vertices (V, 3) in metres and faces (F, 3)."""

    vertices: F64
    faces: I32

    def moved(self, offset: Point) -> "Mesh":
        return Mesh(self.vertices + np.asarray(offset, np.float64), self.faces)

    def scaled(self, factors: float | Point) -> "Mesh":
        """Scale about the origin; a negative factor mirrors and keeps the winding outward."""
        sizes = np.broadcast_to(np.asarray(factors, np.float64), (3,))
        faces = self.faces[:, ::-1].copy() if np.prod(sizes) < 0 else self.faces
        return Mesh(self.vertices * sizes, faces)

    def rotated(self, degrees: Point) -> "Mesh":
        """Turn about the origin by Euler angles, x first."""
        return self.transformed(euler(degrees))

    def transformed(self, matrix: F64) -> "Mesh":
        """Apply a rotation matrix (3, 3)."""
        return Mesh(apply(matrix, self.vertices), self.faces)


def euler(degrees: Point) -> F64:
    """The rotation matrix (3, 3) of Euler angles in degrees, x first, then y, then z about the fixed axes."""
    (cx, cy, cz), (sx, sy, sz) = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    return np.array(
        [
            [cy * cz, sx * sy * cz - cx * sz, cx * sy * cz + sx * sz],
            [cy * sz, sx * sy * sz + cx * cz, cx * sy * sz - sx * cz],
            [-sy, sx * cy, cx * cy],
        ]
    )


def apply(matrix: F64, points: F64) -> F64:
    """Multiply every row by the matrix, written out so that no BLAS kernel decides the last bit."""
    x, y, z = points[:, 0:1], points[:, 1:2], points[:, 2:3]
    return x * matrix[:, 0] + y * matrix[:, 1] + z * matrix[:, 2]


def vector(x: float, y: float, z: float) -> F64:
    """Three numbers to add to points."""
    return np.array([x, y, z], np.float64)


def unit(direction: Point) -> F64:
    """The direction with length 1; the zero vector stays zero."""
    values = np.asarray(direction, np.float64)
    return values / max(float(np.sqrt((values * values).sum())), SMALLEST_LENGTH)


def align(direction: Point, up: Point = (0.0, 0.0, 1.0)) -> F64:
    """A rotation matrix that takes z to `direction`, and x as near to `up` as it can."""
    z = unit(direction)
    guide = np.asarray(up, np.float64)
    if abs(float((z * unit(guide)).sum())) > 0.98:
        guide = np.array([1.0, 0.0, 0.0])
    y = unit(np.cross(z, guide))
    return np.stack([np.cross(y, z), y, z], axis=1)


def join(meshes: Sequence[Mesh]) -> Mesh:
    """One mesh of many, in order."""
    starts = np.cumsum([0] + [len(mesh.vertices) for mesh in meshes])
    vertices = np.concatenate([mesh.vertices for mesh in meshes])
    faces = np.concatenate([mesh.faces + start for mesh, start in zip(meshes, starts, strict=False)])
    return Mesh(vertices, faces.astype(np.int32))


def signed_volume(mesh: Mesh) -> float:
    """Cubic metres; negative when the mesh is wound inward."""
    a, b, c = (mesh.vertices[mesh.faces[:, corner]] for corner in range(3))
    return float((a * np.cross(b, c)).sum() / 6.0)


def outward(mesh: Mesh) -> Mesh:
    """The closed mesh, wound outward."""
    return Mesh(mesh.vertices, mesh.faces[:, ::-1].copy()) if signed_volume(mesh) < 0 else mesh


@cache
def icosphere(level: int = 2) -> Mesh:
    """The unit sphere with 20 * 4**level faces of nearly the same size."""
    golden = (1.0 + 5.0**0.5) / 2.0
    corners = [
        (-1, golden, 0), (1, golden, 0), (-1, -golden, 0), (1, -golden, 0),
        (0, -1, golden), (0, 1, golden), (0, -1, -golden), (0, 1, -golden),
        (golden, 0, -1), (golden, 0, 1), (-golden, 0, -1), (-golden, 0, 1),
    ]  # fmt: skip
    faces = [
        (0, 11, 5), (0, 5, 1), (0, 1, 7), (0, 7, 10), (0, 10, 11), (1, 5, 9), (5, 11, 4), (11, 10, 2), (10, 7, 6), (7, 1, 8),
        (3, 9, 4), (3, 4, 2), (3, 2, 6), (3, 6, 8), (3, 8, 9), (4, 9, 5), (2, 4, 11), (6, 2, 10), (8, 6, 7), (9, 8, 1),
    ]  # fmt: skip
    points = [unit(corner) for corner in corners]
    for _ in range(level):
        faces = _subdivided(points, faces)
    return Mesh(np.array(points), np.array(faces, np.int32))


def _subdivided(points: list[F64], faces: list[tuple[int, int, int]]) -> list[tuple[int, int, int]]:
    middles: dict[tuple[int, int], int] = {}

    def middle(a: int, b: int) -> int:
        key = (min(a, b), max(a, b))
        if key not in middles:
            middles[key] = len(points)
            points.append(unit(points[a] + points[b]))
        return middles[key]

    finer = []
    for a, b, c in faces:
        ab, bc, ca = middle(a, b), middle(b, c), middle(c, a)
        finer += [(a, ab, ca), (b, bc, ab), (c, ca, bc), (ab, bc, ca)]
    return finer


def ellipsoid(center: Point, radii: Point, rotation: Point = (0.0, 0.0, 0.0), level: int = 3) -> Mesh:
    """An ellipsoid about `center`, turned by Euler degrees."""
    return icosphere(level).scaled(radii).rotated(rotation).moved(center)


def box(size: Point) -> Mesh:
    """A box about the origin with its full edge lengths."""
    signs = np.array([[x, y, z] for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)], np.float64)
    quads = [(0, 1, 3, 2), (4, 6, 7, 5), (0, 4, 5, 1), (2, 3, 7, 6), (0, 2, 6, 4), (1, 5, 7, 3)]
    faces = np.array([face for a, b, c, d in quads for face in ((a, b, c), (a, c, d))], np.int32)
    return outward(Mesh(signs * np.asarray(size, np.float64) / 2.0, faces))


def rounded_box(size: Point, radius: float, steps: int = 3) -> Mesh:
    """A box about the origin with full edge lengths `size`, edges and corners rounded by `radius` in `steps` facets."""
    half = np.asarray(size, np.float64) / 2.0
    round_by = min(radius, float(half.min()))
    count = 2 * (steps + 1)
    index = np.stack(np.meshgrid(*[np.arange(count)] * 3, indexing="ij"), axis=-1).reshape(-1, 3)
    on_surface = ((index == 0) | (index == count - 1)).any(axis=1)
    index = index[on_surface]
    low = index <= steps
    towards = np.tan(np.radians(45.0 * np.where(low, index / steps - 1.0, (index - steps - 1) / steps)))
    direction = towards / np.sqrt((towards * towards).sum(axis=1, keepdims=True))
    vertices = np.where(low, -1.0, 1.0) * (half - round_by) + round_by * direction
    numbers = np.full((count, count, count), -1, np.int32)
    numbers[tuple(index.T)] = np.arange(len(index))
    sheets = [np.moveaxis(numbers, axis, 0)[end] for axis in range(3) for end in (0, -1)]
    faces = [_grid_faces(sheet if i % 2 else sheet.T) for i, sheet in enumerate(sheets)]
    faces[2], faces[3] = faces[2][:, ::-1], faces[3][:, ::-1]  # the middle axis leaves its two others in odd order
    return outward(Mesh(vertices, np.ascontiguousarray(np.concatenate(faces), np.int32)))


def _grid_faces(numbers: I32) -> I32:
    """Two triangles for every square of a grid of vertex numbers."""
    a, b, c, d = numbers[:-1, :-1], numbers[1:, :-1], numbers[1:, 1:], numbers[:-1, 1:]
    return np.concatenate([np.stack([a, b, c], -1).reshape(-1, 3), np.stack([a, c, d], -1).reshape(-1, 3)])


def lathe(profile: Sequence[tuple[float, float]], segments: int = 32, loop: bool = False) -> Mesh:
    """Turn a profile of (radius, z) about the z axis.

    A radius of 0 at an end makes a pole; other open ends are closed with a flat cap, unless `loop`
    joins the last point to the first (a ring, a pipe wall).
    """
    points = [(float(r), float(z)) for r, z in profile]
    if not loop:
        points = ([(0.0, points[0][1])] if points[0][0] > 0 else []) + points
        points += [(0.0, points[-1][1])] if points[-1][0] > 0 else []
    angles = 2.0 * np.pi * np.arange(segments) / segments
    circle = np.stack([np.cos(angles), np.sin(angles), np.ones(segments)], axis=1)
    rings = [circle * (r, r, z) if r > 0 else np.array([[0.0, 0.0, z]]) for r, z in points]
    return _rings_to_mesh(rings, loop)


def _rings_to_mesh(rings: Sequence[F64], loop: bool) -> Mesh:
    """Join rings of the same number of vertices, or of one vertex (a pole), one to the next."""
    starts = np.cumsum([0] + [len(ring) for ring in rings])
    pairs = [(i, i + 1) for i in range(len(rings) - 1)] + ([(len(rings) - 1, 0)] if loop else [])
    faces = []
    for lower, upper in pairs:
        count = max(len(rings[lower]), len(rings[upper]))
        here, after = np.arange(count), (np.arange(count) + 1) % count
        a, b = starts[lower] + here % len(rings[lower]), starts[lower] + after % len(rings[lower])
        d, c = starts[upper] + here % len(rings[upper]), starts[upper] + after % len(rings[upper])
        if len(rings[lower]) > 1:
            faces.append(np.stack([a, b, c], axis=1))
        if len(rings[upper]) > 1:
            faces.append(np.stack([a, c, d], axis=1))
    return outward(Mesh(np.concatenate(rings), np.concatenate(faces).astype(np.int32)))


def loft(rings: Sequence[F64]) -> Mesh:
    """Join closed rings (n, 3) of the same number of points; the first and last may be single points (1, 3)."""
    return _rings_to_mesh(rings, loop=False)


def tube(path: Sequence[Point] | F64, radii: float | Sequence[float] | F64, segments: int = 12, rounded: bool = False) -> Mesh:
    """A tube along a path of points (N, 3), N >= 2, one radius for all or one a point; ends flat or rounded."""
    points = np.asarray(path, np.float64)
    sizes = np.broadcast_to(np.asarray(radii, np.float64), (len(points),)).copy()
    if rounded:
        points, sizes = _with_round_ends(points, sizes)
    steps = np.diff(points, axis=0)
    tangents = np.concatenate([steps[:1], steps[1:] + steps[:-1], steps[-1:]])
    frame = align(tangents[0])
    angles = 2.0 * np.pi * np.arange(segments) / segments
    rings = [points[:1]]
    for point, tangent, size in zip(points, tangents, sizes, strict=True):
        frame = align(tangent, up=frame[:, 0])
        rings.append(point + size * (np.cos(angles)[:, None] * frame[:, 0] + np.sin(angles)[:, None] * frame[:, 1]))
    return _rings_to_mesh([*rings, points[-1:]], loop=False)


def _with_round_ends(points: F64, sizes: F64) -> tuple[F64, F64]:
    angles = np.radians(np.linspace(8.0, 90.0, ROUND_CAP_RINGS + 1)[:-1])
    first, last = unit(points[0] - points[1]), unit(points[-1] - points[-2])
    start = points[0] + first * (sizes[0] * np.cos(angles))[:, None]
    end = (points[-1] + last * (sizes[-1] * np.cos(angles))[:, None])[::-1]
    grown = np.sin(angles)
    return np.concatenate([start, points, end]), np.concatenate([sizes[0] * grown, sizes, (sizes[-1] * grown)[::-1]])


def cylinder(start: Point, end: Point, radius: float, end_radius: float | None = None, segments: int = 20) -> Mesh:
    """A cylinder, or a cut cone where `end_radius` differs, between two points."""
    return tube([start, end], [radius, radius if end_radius is None else end_radius], segments)


def torus(radius: float, thickness: float, segments: int = 32, sides: int = 10) -> Mesh:
    """A ring about the z axis: `radius` to the middle of a wall of radius `thickness`."""
    angles = 2.0 * np.pi * np.arange(sides) / sides
    return lathe([(radius + thickness * np.cos(a), thickness * np.sin(a)) for a in angles], segments, loop=True)


def dome(radius: float, opening_degrees: float, thickness: float, segments: int = 24, rings: int = 7) -> Mesh:
    """A shell about +z that covers the directions within `opening_degrees` of it: an eyelid, a cap."""
    angles = np.radians(np.linspace(0.0, opening_degrees, rings))
    outer = [(radius * np.sin(a), radius * np.cos(a)) for a in angles]
    inner = [((radius - thickness) * np.sin(a), (radius - thickness) * np.cos(a)) for a in angles[::-1]]
    return lathe(outer + inner, segments)
