"""What a distant light sees: a nearness map, and soft shadows from it that harden where things touch.

The look-up is percentage-closer soft shadows (Fernando 2005): search for what is between the point and the light,
estimate the width of the penumbra from how far away it is, then count the unblocked part of a disc of that width.
"""

import math
from dataclasses import dataclass

import numpy as np

from spotdiff10k.engines.rendered.jit import kernel
from spotdiff10k.engines.rendered.model import F32, I32
from spotdiff10k.engines.rendered.raster import rasterise

TILE = 16
"""Texels along the side of a tile; tiles with nothing in or beside them are fully lit without a look."""
NEARNESS_OFFSET = 8.0
"""In radii: keeps nearness positive for everything around the lit sphere."""
LIGHT_SPREAD = 0.066
"""Metres of penumbra radius per metre between blocker and receiver, at softness 1 (a hazy sun, a large window)."""
WIDEST_PENUMBRA = 0.023
"""Metres, at softness 1: how far the blocker search looks."""
SHARPEST_PENUMBRA = 0.9
"""Texels: no penumbra is thinner, or the map's texels would show."""
TAPS = 16
GOLDEN_ANGLE = math.pi * (3.0 - math.sqrt(5.0))

_TAP = np.arange(TAPS)
_TAP_RADIUS = np.sqrt((_TAP + 0.5) / TAPS)
DISC = np.stack([_TAP_RADIUS * np.cos(_TAP * GOLDEN_ANGLE), _TAP_RADIUS * np.sin(_TAP * GOLDEN_ANGLE)], axis=1)
"""(TAPS, 2) a sunflower in the unit disc; every second point covers it too."""


@dataclass(frozen=True, slots=True)
class ShadowMap:
    """What the light sees of a sphere. texel u, texel v, nearness = matrix @ (x, y, z, 1); nearness is in metres.

    depth: (resolution + resolution / TILE, resolution) nearness of the nearest surface, 0 = none; the rows after
    `resolution` hold, in their first resolution / TILE columns, whether a tile or a neighbour of it holds anything.
    """

    matrix: F32  # (3, 4)
    depth: F32
    resolution: int


def light_matrix(direction: F32, center: F32, radius: float, resolution: int) -> F32:
    """The (3, 4) matrix of a map that covers the sphere; direction points to the light and need not be of unit length."""
    toward = np.asarray(direction, np.float64)
    toward = toward / math.sqrt(float(toward[0] ** 2 + toward[1] ** 2 + toward[2] ** 2))
    sideways = np.array([-toward[1], toward[0], 0.0])
    length = math.hypot(float(sideways[0]), float(sideways[1]))
    sideways = sideways / length if length > 1e-3 else np.array([1.0, 0.0, 0.0])
    downward = np.cross(sideways, toward)  # as on a screen, so that faces toward the light are front faces
    rows = np.stack([sideways * resolution / (2 * radius), downward * resolution / (2 * radius), toward])
    offset = np.array([resolution / 2, resolution / 2, NEARNESS_OFFSET * radius])
    middle = np.asarray(center, np.float64)
    offset -= rows[:, 0] * middle[0] + rows[:, 1] * middle[1] + rows[:, 2] * middle[2]
    return np.concatenate([rows, offset[:, None]], axis=1).astype(np.float32)


def build(
    vertices: F32, faces: I32, direction: F32, center: F32, radius: float, resolution: int, two_sided: bool = True
) -> ShadowMap:
    """Draw the casters into a new map; resolution is a multiple of TILE. Casters outside the sphere are cut off."""
    matrix = light_matrix(direction, center, radius, resolution)
    depth = np.zeros((resolution + resolution // TILE, resolution), np.float32)
    fill(matrix, depth, resolution, vertices, faces, two_sided)
    return ShadowMap(matrix, depth, resolution)


@kernel
def to_light(matrix: F32, vertices: F32) -> F32:
    """(V, 3) texel u, texel v, nearness."""
    out = np.empty_like(vertices)
    for i in range(vertices.shape[0]):
        x = vertices[i, 0]
        y = vertices[i, 1]
        z = vertices[i, 2]
        for k in range(3):
            out[i, k] = matrix[k, 0] * x + matrix[k, 1] * y + matrix[k, 2] * z + matrix[k, 3]
    return out


@kernel
def fill(matrix: F32, depth: F32, resolution: int, vertices: F32, faces: I32, two_sided: bool) -> None:
    """Draw casters into an empty (zeroed) map and mark its tiles."""
    rasterise(to_light(matrix, vertices), faces, depth[:resolution], np.empty((0, 0), np.int32), 0, two_sided)
    mark_tiles(depth, resolution)


@kernel
def mark_tiles(depth: F32, resolution: int) -> None:
    """Write which tiles hold a caster, or have a neighbour that does, into the rows below the map."""
    tiles = resolution // TILE
    for tile_y in range(tiles):
        for tile_x in range(tiles):
            found = False
            for y in range(tile_y * TILE, (tile_y + 1) * TILE):
                for x in range(tile_x * TILE, (tile_x + 1) * TILE):
                    if depth[y, x] > 0.0:
                        found = True
                if found:
                    break
            if found:
                for y in range(max(0, tile_y - 1), min(tiles, tile_y + 2)):
                    for x in range(max(0, tile_x - 1), min(tiles, tile_x + 2)):
                        depth[resolution + y, x] = 1.0


@kernel
def visibility(
    matrix: F32, depth: F32, resolution: int, x: float, y: float, z: float, bias: float, rotation: float, softness: float
) -> float:
    """How much of the light reaches a world point, 0..1.

    bias: metres towards the light that a blocker must at least be away; rotation: radians, turns the taps (vary it
    from pixel to pixel); softness: times LIGHT_SPREAD, 1 is the usual. Points outside the map are lit.
    """
    u = matrix[0, 0] * x + matrix[0, 1] * y + matrix[0, 2] * z + matrix[0, 3]
    v = matrix[1, 0] * x + matrix[1, 1] * y + matrix[1, 2] * z + matrix[1, 3]
    if u < 0.0 or v < 0.0 or u >= resolution or v >= resolution:
        return 1.0
    if depth[resolution + int(v) // TILE, int(u) // TILE] == 0.0:
        return 1.0
    near = matrix[2, 0] * x + matrix[2, 1] * y + matrix[2, 2] * z + matrix[2, 3] + bias
    texels_per_metre = math.sqrt(matrix[0, 0] ** 2 + matrix[0, 1] ** 2 + matrix[0, 2] ** 2)
    widest = WIDEST_PENUMBRA * softness * texels_per_metre
    cosine = math.cos(rotation)
    sine = math.sin(rotation)
    last = resolution - 1
    blockers = 0
    distance = 0.0
    for tap in range(0, TAPS, 2):
        column = int(u + (DISC[tap, 0] * cosine - DISC[tap, 1] * sine) * widest)
        row = int(v + (DISC[tap, 0] * sine + DISC[tap, 1] * cosine) * widest)
        blocker = depth[min(last, max(0, row)), min(last, max(0, column))]
        if blocker > near:
            distance += blocker - near
            blockers += 1
    if blockers == 0:
        return 1.0
    radius = min(widest, SHARPEST_PENUMBRA + LIGHT_SPREAD * softness * texels_per_metre * distance / blockers)
    lit = 0
    for tap in range(TAPS):
        column = int(u + (DISC[tap, 0] * cosine - DISC[tap, 1] * sine) * radius)
        row = int(v + (DISC[tap, 0] * sine + DISC[tap, 1] * cosine) * radius)
        if depth[min(last, max(0, row)), min(last, max(0, column))] <= near:
            lit += 1
    return lit / TAPS
