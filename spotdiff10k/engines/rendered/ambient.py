"""How much of the sky each vertex and the ground around a posed subject can see: forty small nearness maps.

Depends on subject and pose alone; a background level's sky is multiplied in afterwards.
"""

from dataclasses import dataclass

import numpy as np

from spotdiff10k.engines.rendered.jit import kernel
from spotdiff10k.engines.rendered.light import AMBIENT_COUNT, AMBIENT_DIRECTIONS, AMBIENT_WEIGHT
from spotdiff10k.engines.rendered.model import F32, U8, Lighting, PosedSubject
from spotdiff10k.engines.rendered.raster import rasterise
from spotdiff10k.engines.rendered.shadow_map import light_matrix, to_light

MAP_RESOLUTION = 144
GRID_SIDE = 88
GRID_REACH = 0.55
"""Metres beyond the subject's sphere that the ground grid covers; what the subject takes from the sky there is little."""
GRID_FADE = 0.25
"""Share of the grid's half side over which the effect is faded out towards its border."""
LIFT = 0.012
"""Metres along the normal from which a vertex looks out, so that it does not see itself."""
VERTEX_BIAS = 0.016
GROUND_BIAS = 0.008
FULL = 255
GROUND_BOUNCE = 0.75
"""Share of the lit ground's light that comes back to a subject which stands on it."""
BOUNCE_AT_GROUND = 0.25
BOUNCE_PER_METRE = 1.6
"""Near the ground a subject shades what would light it from below: the bounce grows with height."""
BOUNCE_OPEN = 0.45
"""Share of the bounce that is kept in a crevice."""


@dataclass(frozen=True, slots=True)
class Ambient:
    """Visibility of AMBIENT_DIRECTIONS from a posed subject's vertices and from a grid on the ground."""

    vertex: F32  # (V, 40) visibility x cosine to the normal
    openness: F32  # (V,) visible share of the sky above the vertex, 0..1, weighted with the cosine
    ground: U8  # (GRID_SIDE, GRID_SIDE, 40) visibility, 0..255; first index along x
    corner_x: float  # metres
    corner_y: float
    spacing: float  # metres between grid points


@kernel
def _lit(matrix: F32, depth: F32, x: float, y: float, z: float, bias: float) -> float:
    """Visibility 0..1 of a direction from a point, bilinear in the four nearest texels."""
    last = depth.shape[0] - 1
    u = matrix[0, 0] * x + matrix[0, 1] * y + matrix[0, 2] * z + matrix[0, 3] - 0.5
    v = matrix[1, 0] * x + matrix[1, 1] * y + matrix[1, 2] * z + matrix[1, 3] - 0.5
    if u < 0.0 or v < 0.0 or u >= last or v >= last:
        return 1.0
    near = matrix[2, 0] * x + matrix[2, 1] * y + matrix[2, 2] * z + matrix[2, 3] + bias
    column = int(u)
    row = int(v)
    u -= column
    v -= row
    a = 1.0 if depth[row, column] <= near else 0.0
    b = 1.0 if depth[row, column + 1] <= near else 0.0
    c = 1.0 if depth[row + 1, column] <= near else 0.0
    d = 1.0 if depth[row + 1, column + 1] <= near else 0.0
    lit: float = (a + (b - a) * u) * (1.0 - v) + (c + (d - c) * u) * v
    return lit


@kernel
def _look(matrix: F32, depth: F32, direction: F32, index: int, vertices: F32, normals: F32, vertex: F32) -> None:
    """One direction's column of the vertex table."""
    for i in range(vertices.shape[0]):
        cosine = normals[i, 0] * direction[0] + normals[i, 1] * direction[1] + normals[i, 2] * direction[2]
        if cosine <= 0.0:
            vertex[i, index] = 0.0
            continue
        x = vertices[i, 0] + LIFT * normals[i, 0]
        y = vertices[i, 1] + LIFT * normals[i, 1]
        z = vertices[i, 2] + LIFT * normals[i, 2]
        vertex[i, index] = cosine * _lit(matrix, depth, x, y, z, VERTEX_BIAS)


@kernel
def _look_from_ground(matrix: F32, depth: F32, index: int, corner_x: float, corner_y: float, spacing: float, ground: U8) -> None:
    """One direction's layer of the ground grid."""
    side = ground.shape[0]
    for i in range(side):
        x = corner_x + i * spacing
        for j in range(side):
            lit = _lit(matrix, depth, x, corner_y + j * spacing, 0.0, GROUND_BIAS)
            ground[i, j, index] = np.uint8(lit * FULL + 0.5)


@kernel
def _openness(vertex: F32, normals: F32, directions: F32, openness: F32) -> None:
    for i in range(vertex.shape[0]):
        seen = 0.0
        possible = 1e-3
        for k in range(directions.shape[0]):
            cosine = normals[i, 0] * directions[k, 0] + normals[i, 1] * directions[k, 1] + normals[i, 2] * directions[k, 2]
            if cosine > 0.0:
                possible += cosine
                seen += vertex[i, k]
        openness[i] = seen / possible


def ambient_of(posed: PosedSubject) -> Ambient:
    """Look into every ambient direction from the subject's vertices and from the ground around it."""
    count = len(posed.vertices)
    vertex = np.empty((count, AMBIENT_COUNT), np.float32)
    openness = np.empty(count, np.float32)
    ground = np.empty((GRID_SIDE, GRID_SIDE, AMBIENT_COUNT), np.uint8)
    reach = posed.radius + GRID_REACH
    corner_x, corner_y = float(posed.center[0]) - reach, float(posed.center[1]) - reach
    spacing = 2.0 * reach / (GRID_SIDE - 1)
    depth = np.empty((MAP_RESOLUTION, MAP_RESOLUTION), np.float32)
    no_ids = np.empty((0, 0), np.int32)
    for index, direction in enumerate(AMBIENT_DIRECTIONS):
        matrix = light_matrix(direction, posed.center, posed.radius, MAP_RESOLUTION)
        depth.fill(0.0)
        rasterise(to_light(matrix, posed.vertices), posed.faces, depth, no_ids, 0, posed.two_sided)
        _look(matrix, depth, direction, index, posed.vertices, posed.normals, vertex)
        _look_from_ground(matrix, depth, index, corner_x, corner_y, spacing, ground)
    _openness(vertex, posed.normals, AMBIENT_DIRECTIONS, openness)
    return Ambient(vertex, openness, ground, corner_x, corner_y, spacing)


@kernel
def light_vertices(
    vertex: F32, openness: F32, vertices: F32, normals: F32, sky: F32, ground_radiance: F32, attributes: F32, first_column: int
) -> None:
    """Write irradiance / pi (3 columns) and openness (1) of each vertex under a sky into attributes."""
    weighted = sky * np.float32(AMBIENT_WEIGHT / np.pi)
    for i in range(vertex.shape[0]):
        red = np.float32(0.0)
        green = np.float32(0.0)
        blue = np.float32(0.0)
        for k in range(vertex.shape[1]):
            seen = vertex[i, k]
            red += seen * weighted[k, 0]
            green += seen * weighted[k, 1]
            blue += seen * weighted[k, 2]
        height = min(1.0, max(0.0, BOUNCE_AT_GROUND + BOUNCE_PER_METRE * vertices[i, 2]))
        facing_down = min(1.0, max(0.0, 0.5 - 0.5 * normals[i, 2]))
        bounce = GROUND_BOUNCE * facing_down * height * (1.0 - BOUNCE_OPEN + BOUNCE_OPEN * openness[i])
        attributes[i, first_column] = red + bounce * ground_radiance[0]
        attributes[i, first_column + 1] = green + bounce * ground_radiance[1]
        attributes[i, first_column + 2] = blue + bounce * ground_radiance[2]
        attributes[i, first_column + 3] = openness[i]


@kernel
def _sky_left(ground: U8, directions: F32, sky: F32, left: F32) -> None:
    side = ground.shape[0]
    full = np.zeros(3)
    weights = np.empty((directions.shape[0], 3))
    for k in range(directions.shape[0]):
        for c in range(3):
            weights[k, c] = directions[k, 2] * sky[k, c]
            full[c] += weights[k, c]
    for k in range(directions.shape[0]):
        for c in range(3):
            weights[k, c] /= max(full[c], 1e-9) * FULL
    half = 0.5 * (side - 1)
    for i in range(side):
        for j in range(side):
            red = 0.0
            green = 0.0
            blue = 0.0
            for k in range(directions.shape[0]):
                seen = ground[i, j, k]
                red += seen * weights[k, 0]
                green += seen * weights[k, 1]
                blue += seen * weights[k, 2]
            border = 1.0 - max(abs(i - half), abs(j - half)) / half
            fade = min(1.0, border / GRID_FADE)
            left[i, j, 0] = 1.0 - fade * (1.0 - red)
            left[i, j, 1] = 1.0 - fade * (1.0 - green)
            left[i, j, 2] = 1.0 - fade * (1.0 - blue)


def sky_left(ambient: Ambient, lighting: Lighting) -> F32:
    """(GRID_SIDE, GRID_SIDE, 3) share of the sky's light that the subject leaves the ground, 0..1, 1 along the border."""
    left = np.empty((GRID_SIDE, GRID_SIDE, 3), np.float32)
    _sky_left(ambient.ground, AMBIENT_DIRECTIONS, lighting.sky, left)
    return left
