"""Solid shapes as values: moved, turned, bent, joined, and given normals that are crisp where an edge is sharp."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from spotdiff10k.engines.rendered.jit import kernel
from spotdiff10k.engines.rendered.model import F32, I32

F64 = npt.NDArray[np.float64]
Point = Sequence[float] | F64

SMOOTH_DEGREES = 60.0
"""Faces that meet at less than this share a normal; a chamfer of 45 degrees then shades like a rounded edge."""
CRISP_DEGREES = 28.0
"""For shapes whose every visible edge is meant to be seen."""
SAME_NORMAL = 0.9995
"""Corners of a vertex whose normals agree to this cosine become one vertex."""
TINY = 1e-12


@dataclass(frozen=True, slots=True)
class Shape:
    """A closed surface: welded vertices (V, 3) in metres, faces (F, 3) counter-clockwise seen from outside."""

    vertices: F64
    faces: I32
    crease_degrees: float = SMOOTH_DEGREES
    fields: F64 | None = None
    """Pattern fields (V, 3) of its own, see Material."""

    def moved(self, x: float = 0.0, y: float = 0.0, z: float = 0.0) -> "Shape":
        return replace(self, vertices=self.vertices + np.array((x, y, z)))

    def at(self, point: Point) -> "Shape":
        return replace(self, vertices=self.vertices + np.asarray(point, np.float64))

    def scaled(self, x: float, y: float | None = None, z: float | None = None) -> "Shape":
        """Scaled about the origin; one number scales all three axes. A mirroring keeps the outside outside."""
        factors = np.array((x, x if y is None else y, x if z is None else z))
        return outward(self, self.vertices * factors, float(np.prod(factors)) < 0)

    def turned(self, x: float = 0.0, y: float = 0.0, z: float = 0.0) -> "Shape":
        """Turned about the origin by degrees about x, then y, then z."""
        return replace(self, vertices=product(self.vertices, rotation(x, y, z)))

    def aimed(self, direction: Point) -> "Shape":
        """Turned so that its z axis points along `direction`."""
        return replace(self, vertices=product(self.vertices, frame_along(direction)))

    def mapped(self, bend: Callable[[F64], F64]) -> "Shape":
        """Vertices moved by a function that keeps the orientation."""
        return replace(self, vertices=bend(self.vertices))

    def mirrored(self) -> "Shape":
        """Its reflection from left to right (y to -y)."""
        return self.scaled(1.0, -1.0, 1.0)

    def creased(self, degrees: float) -> "Shape":
        return replace(self, crease_degrees=degrees)

    def tinted(self, fields: F64) -> "Shape":
        """The shape with pattern fields (V, 3) of its own."""
        return replace(self, fields=fields)

    def split(self) -> tuple[F64, F32, I32, I32]:
        """Vertices doubled along creases, their unit normals, the faces that have an area, and each vertex's source."""
        sources, normals, faces = crease(self.vertices, self.faces, self.crease_degrees)
        return self.vertices[sources], normals, faces, sources


def outward(shape: Shape, vertices: F64, flipped: bool) -> Shape:
    """The shape on other vertices, its faces wound the other way when that mirrored it."""
    faces = np.ascontiguousarray(shape.faces[:, ::-1]) if flipped else shape.faces
    return replace(shape, vertices=vertices, faces=faces)


def joined(shapes: Sequence[Shape]) -> Shape:
    """Several shapes as one; they keep their own vertices and take the first one's crease."""
    offsets = np.cumsum([0] + [len(shape.vertices) for shape in shapes[:-1]])
    faces = np.concatenate([shape.faces + offset for shape, offset in zip(shapes, offsets, strict=True)])
    fields = [np.zeros((len(shape.vertices), 3)) if shape.fields is None else shape.fields for shape in shapes]
    vertices = np.concatenate([shape.vertices for shape in shapes])
    return Shape(vertices, faces.astype(np.int32), shapes[0].crease_degrees, np.concatenate(fields))


def pair(shape: Shape) -> Shape:
    """A shape and its mirror image, left and right."""
    return joined((shape, shape.mirrored()))


def rotation(x: float, y: float, z: float) -> F64:
    """The matrix that turns by degrees about x, then y, then z."""
    (cx, cy, cz), (sx, sy, sz) = np.cos(np.radians((x, y, z))), np.sin(np.radians((x, y, z)))
    return np.array(
        (
            (cz * cy, cz * sy * sx - sz * cx, cz * sy * cx + sz * sx),
            (sz * cy, sz * sy * sx + cz * cx, sz * sy * cx - cz * sx),
            (-sy, cy * sx, cy * cx),
        )
    )


def euler_of(matrix: F64) -> tuple[float, float, float]:
    """Degrees about x, then y, then z that make up a rotation matrix."""
    y = np.arcsin(-min(1.0, max(-1.0, float(matrix[2, 0]))))
    x, z = np.arctan2(matrix[2, 1], matrix[2, 2]), np.arctan2(matrix[1, 0], matrix[0, 0])
    return float(np.degrees(x)), float(np.degrees(y)), float(np.degrees(z))


def tilt(azimuth: float, degrees: float) -> tuple[float, float, float]:
    """Euler angles that tip what points up by `degrees` towards an azimuth (degrees about z, 0 is +x)."""
    turned = product(rotation(0.0, degrees, 0.0), rotation(0.0, 0.0, -azimuth).T)
    matrix = product(rotation(0.0, 0.0, azimuth), turned.T)
    return euler_of(matrix)


def frame_along(direction: Point) -> F64:
    """A rotation whose third column is the unit `direction`."""
    forward = np.asarray(direction, np.float64)
    forward = forward / np.sqrt(forward[0] ** 2 + forward[1] ** 2 + forward[2] ** 2)
    helper = np.array((0.0, 1.0, 0.0)) if abs(forward[1]) < 0.9 else np.array((1.0, 0.0, 0.0))
    side = np.cross(helper, forward)
    side = side / np.sqrt(side[0] ** 2 + side[1] ** 2 + side[2] ** 2)
    return np.stack((side, np.cross(forward, side), forward), axis=1)


def product(points: F64, matrix: F64) -> F64:
    """Each point times the matrix, written out so that no linear-algebra library decides the last bit."""
    x, y, z = points[:, 0:1], points[:, 1:2], points[:, 2:3]
    return x * matrix[:, 0] + y * matrix[:, 1] + z * matrix[:, 2]


def volume(vertices: F64, faces: I32) -> float:
    """The signed volume of a closed surface; negative when it is wound inside out."""
    a, b, c = (vertices[faces[:, corner]] for corner in range(3))
    return float((a * np.cross(b, c)).sum() / 6.0)


def crease(vertices: F64, faces: I32, degrees: float) -> tuple[I32, F32, I32]:
    """Area-weighted normals that do not cross edges sharper than `degrees`.

    Area weights keep large flat faces flat beside a narrow chamfer. Returns the source of every new vertex (V'),
    their unit normals (V', 3) and faces; faces without area are left out.
    """
    points = np.ascontiguousarray(vertices, np.float64)
    corners = np.ascontiguousarray(faces, np.int32)
    sources, normals, wound = _crease(points, corners, float(np.cos(np.radians(degrees))))
    return sources, normals.astype(np.float32), wound


@kernel
def _face_normals(points: F64, faces: I32) -> F64:
    """Normals as long as twice the face's area."""
    normals = np.empty((len(faces), 3))
    for face in range(len(faces)):
        a, b, c = faces[face, 0], faces[face, 1], faces[face, 2]
        ux, uy, uz = points[b, 0] - points[a, 0], points[b, 1] - points[a, 1], points[b, 2] - points[a, 2]
        vx, vy, vz = points[c, 0] - points[a, 0], points[c, 1] - points[a, 1], points[c, 2] - points[a, 2]
        normals[face, 0] = uy * vz - uz * vy
        normals[face, 1] = uz * vx - ux * vz
        normals[face, 2] = ux * vy - uy * vx
    return normals


@kernel
def _faces_of_vertices(faces: I32, kept: npt.NDArray[np.bool_], count: int) -> tuple[I32, I32]:
    """For each vertex the faces it is in, as (starts, faces) in compressed rows."""
    starts = np.zeros(count + 1, np.int32)
    for face in range(len(faces)):
        if kept[face]:
            for corner in range(3):
                starts[faces[face, corner] + 1] += 1
    for vertex in range(count):
        starts[vertex + 1] += starts[vertex]
    filled = starts.copy()
    around = np.empty(starts[count], np.int32)
    for face in range(len(faces)):
        if kept[face]:
            for corner in range(3):
                vertex = faces[face, corner]
                around[filled[vertex]] = face
                filled[vertex] += 1
    return starts, around


@kernel
def _crease(points: F64, faces: I32, cosine: float) -> tuple[I32, F64, I32]:
    scaled = _face_normals(points, faces)
    area = np.sqrt(scaled[:, 0] ** 2 + scaled[:, 1] ** 2 + scaled[:, 2] ** 2)
    kept = area > TINY
    starts, around = _faces_of_vertices(faces, kept, len(points))
    sources = np.empty(len(around), np.int32)
    normals = np.empty((len(around), 3))
    wound = np.empty((int(kept.sum()), 3), np.int32)
    made, row = 0, 0
    first = np.full(len(points), -1, np.int32)
    following = np.full(len(around), -1, np.int32)  # chains the vertices made from one source
    for face in range(len(faces)):
        if not kept[face]:
            continue
        ax, ay, az = scaled[face, 0], scaled[face, 1], scaled[face, 2]
        for corner in range(3):
            vertex = faces[face, corner]
            x, y, z = 0.0, 0.0, 0.0
            for place in range(starts[vertex], starts[vertex + 1]):
                other = around[place]
                bx, by, bz = scaled[other, 0], scaled[other, 1], scaled[other, 2]
                if ax * bx + ay * by + az * bz >= cosine * area[face] * area[other]:
                    x, y, z = x + bx, y + by, z + bz
            length = np.sqrt(x * x + y * y + z * z) + TINY
            x, y, z = x / length, y / length, z / length
            found = first[vertex]
            while found >= 0 and normals[found, 0] * x + normals[found, 1] * y + normals[found, 2] * z < SAME_NORMAL:
                found = following[found]
            if found < 0:
                sources[made] = vertex
                normals[made, 0], normals[made, 1], normals[made, 2] = x, y, z
                following[made] = first[vertex]
                first[vertex] = made
                found = made
                made += 1
            wound[row, corner] = found
        row += 1
    return sources[:made], normals[:made], wound
