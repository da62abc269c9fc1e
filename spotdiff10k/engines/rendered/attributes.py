"""Everything shading interpolates over a face, packed so that a vertex is one cache line of sixteen float32."""

import numpy as np

from spotdiff10k.engines.rendered.jit import kernel
from spotdiff10k.engines.rendered.model import F32, I32, PosedSubject

POSITION = 0
NORMAL = 3
REST = 6
FIELDS = 9
AMBIENT = 12  # irradiance / pi (3), openness (1); belongs to the light
COLUMNS = 16


def pack_attributes(posed: PosedSubject) -> F32:
    """(V, COLUMNS); the ambient columns are zero until a light fills them."""
    table = np.zeros((len(posed.vertices), COLUMNS), np.float32)
    table[:, POSITION : POSITION + 3] = posed.vertices
    table[:, NORMAL : NORMAL + 3] = posed.normals
    table[:, REST : REST + 3] = posed.rest
    table[:, FIELDS : FIELDS + 3] = posed.fields
    return table


@kernel
def face_normals(vertices: F32, faces: I32) -> F32:
    """(F, 3) unit normals by winding; zeros for faces without area."""
    normals = np.zeros((faces.shape[0], 3), np.float32)
    for face in range(faces.shape[0]):
        a = faces[face, 0]
        b = faces[face, 1]
        c = faces[face, 2]
        x0 = float(vertices[b, 0] - vertices[a, 0])
        y0 = float(vertices[b, 1] - vertices[a, 1])
        z0 = float(vertices[b, 2] - vertices[a, 2])
        x1 = float(vertices[c, 0] - vertices[a, 0])
        y1 = float(vertices[c, 1] - vertices[a, 1])
        z1 = float(vertices[c, 2] - vertices[a, 2])
        x = y0 * z1 - z0 * y1
        y = z0 * x1 - x0 * z1
        z = x0 * y1 - y0 * x1
        length = np.sqrt(x * x + y * y + z * z)
        if length > 0.0:
            normals[face, 0] = x / length
            normals[face, 1] = y / length
            normals[face, 2] = z / length
    return normals


@kernel
def project(vertices: F32, position: F32, rotation: F32, focal: float, size: int, screen: F32) -> None:
    """Write pixel x, pixel y and 1 / camera z of each vertex; 0 for what is behind the camera."""
    for i in range(vertices.shape[0]):
        x = float(vertices[i, 0]) - position[0]
        y = float(vertices[i, 1]) - position[1]
        z = float(vertices[i, 2]) - position[2]
        depth = rotation[2, 0] * x + rotation[2, 1] * y + rotation[2, 2] * z
        near = 1.0 / depth if depth > 0.0 else 0.0
        screen[i, 0] = 0.5 * size + focal * near * (rotation[0, 0] * x + rotation[0, 1] * y + rotation[0, 2] * z)
        screen[i, 1] = 0.5 * size + focal * near * (rotation[1, 0] * x + rotation[1, 1] * y + rotation[1, 2] * z)
        screen[i, 2] = near
