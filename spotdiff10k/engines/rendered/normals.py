"""Vertex normals: smooth where faces meet gently, split where they meet at a sharp edge."""

import numpy as np

from spotdiff10k.engines.rendered.geometry import F64, Mesh
from spotdiff10k.engines.rendered.jit import kernel
from spotdiff10k.engines.rendered.model import F32, I32

DEFAULT_CREASE_DEGREES = 48.0
"""Two faces that meet at a sharper angle keep their own normals."""


@kernel
def _face_normals(vertices: F64, faces: I32) -> F64:
    """Unit normals (F, 3)."""
    normals = np.zeros((len(faces), 3))
    for f in range(len(faces)):
        a, b, c = vertices[faces[f, 0]], vertices[faces[f, 1]], vertices[faces[f, 2]]
        ux, uy, uz = b[0] - a[0], b[1] - a[1], b[2] - a[2]
        vx, vy, vz = c[0] - a[0], c[1] - a[1], c[2] - a[2]
        nx, ny, nz = uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx
        length = np.sqrt(nx * nx + ny * ny + nz * nz)
        if length > 0.0:
            normals[f, 0] = nx / length
            normals[f, 1] = ny / length
            normals[f, 2] = nz / length
    return normals


@kernel
def _corner_angle(vertices: F64, faces: I32, f: int, corner: int) -> float:
    a, b, c = vertices[faces[f, corner]], vertices[faces[f, (corner + 1) % 3]], vertices[faces[f, (corner + 2) % 3]]
    dot, first, second = 0.0, 0.0, 0.0
    for axis in range(3):
        p, q = b[axis] - a[axis], c[axis] - a[axis]
        dot += p * q
        first += p * p
        second += q * q
    if first <= 0.0 or second <= 0.0:
        return 0.0
    return float(np.arccos(min(1.0, max(-1.0, dot / np.sqrt(first * second)))))


@kernel
def _corners_by_vertex(count: int, faces: I32) -> tuple[I32, I32]:
    """Corners (3 * face + corner) sorted by vertex, and where each vertex's begin (count + 1,)."""
    starts = np.zeros(count + 1, np.int32)
    for f in range(len(faces)):
        for corner in range(3):
            starts[faces[f, corner] + 1] += 1
    for v in range(count):
        starts[v + 1] += starts[v]
    fill = starts.copy()
    corners = np.empty(3 * len(faces), np.int32)
    for f in range(len(faces)):
        for corner in range(3):
            v = faces[f, corner]
            corners[fill[v]] = 3 * f + corner
            fill[v] += 1
    return corners, starts


@kernel
def _split(vertices: F64, faces: I32, face_normals: F64, cosine: float) -> tuple[I32, I32, F64, int]:
    """New faces, the old vertex of every new one, and normals: corners about a vertex are grouped greedily by crease."""
    corners, count = _corners_by_vertex(len(vertices), faces)
    new_faces = np.empty_like(faces)
    source = np.empty(3 * len(faces), np.int32)
    normals = np.zeros((3 * len(faces), 3))
    made = 0
    for v in range(len(vertices)):
        first_made = made
        for i in range(count[v], count[v + 1]):
            f, corner = corners[i] // 3, corners[i] % 3
            nx, ny, nz = 0.0, 0.0, 0.0
            for j in range(count[v], count[v + 1]):
                other = face_normals[corners[j] // 3]
                if other[0] * face_normals[f, 0] + other[1] * face_normals[f, 1] + other[2] * face_normals[f, 2] >= cosine:
                    angle = _corner_angle(vertices, faces, corners[j] // 3, corners[j] % 3)
                    nx += angle * other[0]
                    ny += angle * other[1]
                    nz += angle * other[2]
            length = np.sqrt(nx * nx + ny * ny + nz * nz)
            if length > 0.0:
                nx, ny, nz = nx / length, ny / length, nz / length
            else:
                nx, ny, nz = 0.0, 0.0, 1.0
            match = -1
            for k in range(first_made, made):
                if normals[k, 0] * nx + normals[k, 1] * ny + normals[k, 2] * nz > 0.9999:
                    match = k
                    break
            if match < 0:
                match = made
                source[made] = v
                normals[made, 0], normals[made, 1], normals[made, 2] = nx, ny, nz
                made += 1
            new_faces[f, corner] = match
    return new_faces, source, normals, made


def creased(mesh: Mesh, crease_degrees: float = DEFAULT_CREASE_DEGREES) -> tuple[Mesh, F32, I32]:
    """Split vertices where faces meet at more than `crease_degrees`.

    Returns the split mesh, its unit normals (V', 3), and for every new vertex the old one (V',), to carry attributes over.
    """
    vertices = np.ascontiguousarray(mesh.vertices, np.float64)
    faces = np.ascontiguousarray(mesh.faces, np.int32)
    cosine = float(np.cos(np.radians(crease_degrees)))
    new_faces, source, normals, made = _split(vertices, faces, _face_normals(vertices, faces), cosine)
    return Mesh(vertices[source[:made]], new_faces), normals[:made].astype(np.float32), source[:made].copy()
