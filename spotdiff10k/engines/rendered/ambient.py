"""How much of the sky each vertex and the ground around a posed subject can see: forty small nearness maps.

Depends on subject and pose alone; a background level's sky is multiplied in afterwards (ambient_light). The maps are coarse,
so most of a mesh is drawn as points: a vertex covers the four texels around it, and only faces larger than
that are rasterised.
"""

from dataclasses import dataclass

import numpy as np

from spotdiff10k.engines.rendered.jit import inlined, kernel
from spotdiff10k.engines.rendered.light import AMBIENT_COUNT, AMBIENT_DIRECTIONS
from spotdiff10k.engines.rendered.model import F32, I32, U8, PosedSubject
from spotdiff10k.engines.rendered.raster import rasterise
from spotdiff10k.engines.rendered.shadow_map import light_matrix, to_light

MAP_RESOLUTION = 96
SMALL_FACE = 1.7
"""Texels: faces whose edges are all shorter are covered by their vertices."""
GRID_SIDE = 96
GRID_REACH = 0.45
"""Metres beyond the subject's sphere that the ground grid covers; what the subject takes from the sky there is little."""
LIFT = 0.012
"""Metres along the normal from which a vertex looks out, so that it does not see itself."""
VERTEX_BIAS = 0.018
GROUND_BIAS = 0.008
FULL = 255


@dataclass(frozen=True, slots=True)
class Ambient:
    """Visibility of AMBIENT_DIRECTIONS from a posed subject's vertices and from a grid on the ground."""

    vertex: F32  # (V, 40) visibility x cosine to the normal
    openness: F32  # (V,) visible share of the sky above the vertex, 0..1, weighted with the cosine
    ground: U8  # (40, GRID_SIDE, GRID_SIDE) visibility, 0..255; second index along x, third along y
    corner_x: float  # metres
    corner_y: float
    spacing: float  # metres between grid points


@kernel
def large_faces(vertices: F32, faces: I32, longest: float) -> I32:
    """The faces with an edge longer than `longest` metres."""
    kept = np.empty_like(faces)
    count = 0
    limit = longest * longest
    for face in range(faces.shape[0]):
        for corner in range(3):
            a = faces[face, corner]
            b = faces[face, (corner + 1) % 3]
            square = 0.0
            for k in range(3):
                square += (vertices[a, k] - vertices[b, k]) ** 2
            if square > limit:
                kept[count] = faces[face]
                count += 1
                break
    return kept[:count].copy()


@kernel
def _splat(points: F32, depth: F32) -> None:
    """Draw points (texel u, texel v, nearness) over the four texels around each."""
    last = depth.shape[0] - 1
    for i in range(points.shape[0]):
        column = int(points[i, 0] - 0.5)
        row = int(points[i, 1] - 0.5)
        if column < 0 or row < 0 or column >= last or row >= last:
            continue
        near = points[i, 2]
        for y in range(row, row + 2):
            for x in range(column, column + 2):
                if near > depth[y, x]:
                    depth[y, x] = near


@kernel
def _draw_maps(matrices: F32, vertices: F32, large: I32, maps: F32, two_sided: bool) -> None:
    no_ids = np.empty((0, 0), np.int32)
    for k in range(matrices.shape[0]):
        points = to_light(matrices[k], vertices)
        _splat(points, maps[k])
        rasterise(points, large, maps[k], no_ids, 0, two_sided)


@inlined
def _lit(matrices: F32, maps: F32, k: int, x: float, y: float, z: float, bias: float) -> float:
    """Visibility 0..1 of direction k from a point, bilinear in the four nearest texels."""
    last = maps.shape[1] - 1
    u = matrices[k, 0, 0] * x + matrices[k, 0, 1] * y + matrices[k, 0, 2] * z + matrices[k, 0, 3] - 0.5
    v = matrices[k, 1, 0] * x + matrices[k, 1, 1] * y + matrices[k, 1, 2] * z + matrices[k, 1, 3] - 0.5
    if u < 0.0 or v < 0.0 or u >= last or v >= last:
        return 1.0
    near = matrices[k, 2, 0] * x + matrices[k, 2, 1] * y + matrices[k, 2, 2] * z + matrices[k, 2, 3] + bias
    column = int(u)
    row = int(v)
    u -= column
    v -= row
    a = 1.0 if maps[k, row, column] <= near else 0.0
    b = 1.0 if maps[k, row, column + 1] <= near else 0.0
    c = 1.0 if maps[k, row + 1, column] <= near else 0.0
    d = 1.0 if maps[k, row + 1, column + 1] <= near else 0.0
    lit: float = (a + (b - a) * u) * (1.0 - v) + (c + (d - c) * u) * v
    return lit


@kernel
def _look_from_vertices(
    matrices: F32, maps: F32, directions: F32, vertices: F32, normals: F32, vertex: F32, openness: F32
) -> None:
    for i in range(vertices.shape[0]):
        x = vertices[i, 0] + LIFT * normals[i, 0]
        y = vertices[i, 1] + LIFT * normals[i, 1]
        z = vertices[i, 2] + LIFT * normals[i, 2]
        seen = 0.0
        possible = 1e-3
        for k in range(directions.shape[0]):
            cosine = normals[i, 0] * directions[k, 0] + normals[i, 1] * directions[k, 1] + normals[i, 2] * directions[k, 2]
            vertex[i, k] = 0.0
            if cosine > 0.0:
                vertex[i, k] = cosine * _lit(matrices, maps, k, x, y, z, VERTEX_BIAS)
                possible += cosine
                seen += vertex[i, k]
        openness[i] = seen / possible


@kernel
def _look_from_ground(matrices: F32, maps: F32, corner_x: float, corner_y: float, spacing: float, ground: U8) -> None:
    side = ground.shape[1]
    for k in range(matrices.shape[0]):
        for i in range(side):
            x = corner_x + i * spacing
            for j in range(side):
                lit = _lit(matrices, maps, k, x, corner_y + j * spacing, 0.0, GROUND_BIAS)
                ground[k, i, j] = np.uint8(lit * FULL + 0.5)


def ambient_of(posed: PosedSubject) -> Ambient:
    """Look into every ambient direction from the subject's vertices and from the ground around it."""
    count = len(posed.vertices)
    matrices = np.stack([light_matrix(d, posed.center, posed.radius, MAP_RESOLUTION) for d in AMBIENT_DIRECTIONS])
    maps = np.zeros((AMBIENT_COUNT, MAP_RESOLUTION, MAP_RESOLUTION), np.float32)
    texel = 2.0 * posed.radius / MAP_RESOLUTION
    large = large_faces(posed.vertices, posed.faces, SMALL_FACE * texel)
    _draw_maps(matrices, posed.vertices, large, maps, posed.two_sided)
    vertex = np.empty((count, AMBIENT_COUNT), np.float32)
    openness = np.empty(count, np.float32)
    _look_from_vertices(matrices, maps, AMBIENT_DIRECTIONS, posed.vertices, posed.normals, vertex, openness)
    ground = np.empty((AMBIENT_COUNT, GRID_SIDE, GRID_SIDE), np.uint8)
    reach = posed.radius + GRID_REACH
    corner_x, corner_y = float(posed.center[0]) - reach, float(posed.center[1]) - reach
    spacing = 2.0 * reach / (GRID_SIDE - 1)
    _look_from_ground(matrices, maps, corner_x, corner_y, spacing, ground)
    return Ambient(vertex, openness, ground, corner_x, corner_y, spacing)
