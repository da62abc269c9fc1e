"""Small flat things strewn on the ground, and the places where a second ground texture lies."""

import math

from spotdiff10k.engines.rendered.jit import kernel
from spotdiff10k.engines.rendered.model import F32
from spotdiff10k.engines.rendered.noise import hash01, smoothstep
from spotdiff10k.engines.rendered.scenes.looks import Region, RegionShape, Rgb, Scatter
from spotdiff10k.engines.rendered.scenes.textures import filtered_fbm, kept

HALF_PLANE = int(RegionShape.HALF_PLANE)
BAND = int(RegionShape.BAND)
RECTANGLE = int(RegionShape.RECTANGLE)
DISC = int(RegionShape.DISC)
PATCHES = int(RegionShape.PATCHES)

LAYERS = 3
"""Layers of strewn things, each on its own turned grid, so that no grid shows."""
LAYER_TURN = 0.9
COVER_OF_ONE = 0.55
"""Mean share of its box that a thing covers: the colour that far ground takes on."""


@kernel
def strewn(scatter: Scatter, colours: F32, x: float, y: float, footprint: float) -> tuple[float, float, Rgb]:
    """Cover 0..1 of a strewn thing, shade 0..1 it casts beside itself, and its albedo. colours: (N, 3) to pick from."""
    red = 0.0
    green = 0.0
    blue = 0.0
    cover = 0.0
    shade = 0.0
    near = smoothstep(0.0, max(1e-3, scatter.clearing), math.sqrt(x * x + y * y)) if scatter.clearing > 0.0 else 1.0
    density = scatter.density * (0.25 + 0.75 * near)
    kinds = colours.shape[0]
    sharp = kept(footprint / (scatter.cell * scatter.size * scatter.aspect) * 0.4)
    for layer in range(LAYERS):
        turn = LAYER_TURN * (layer + 1)
        u = (math.cos(turn) * x + math.sin(turn) * y) / scatter.cell + 0.37 * layer
        v = (math.cos(turn) * y - math.sin(turn) * x) / scatter.cell + 0.71 * layer
        column = math.floor(u)
        row = math.floor(v)
        if hash01(column, row, 31 + layer) > density:
            continue
        away_u = u - column - 0.5 - 0.4 * (hash01(column, row, 41 + layer) - 0.5)
        away_v = v - row - 0.5 - 0.4 * (hash01(column, row, 51 + layer) - 0.5)
        spin = 6.2832 * hash01(column, row, 61 + layer)
        half = scatter.size * 0.5 * (0.65 + 0.5 * hash01(column, row, 71 + layer))
        along = (math.cos(spin) * away_u + math.sin(spin) * away_v) / half
        across = (math.cos(spin) * away_v - math.sin(spin) * away_u) / half
        if abs(along) > 1.35 or abs(across) > 1.35:
            continue
        edge = footprint / (scatter.cell * half) + 0.04
        belly = scatter.aspect * (1.0 - along * along)
        inside = smoothstep(-edge, edge, (belly - abs(across)) * 0.9)
        around = smoothstep(-0.5, 0.1, scatter.aspect * (1.2 - along * along) - abs(across + 0.18))
        shade = max(shade, scatter.relief * around * (1.0 - inside))
        if inside > cover:
            pick = int(hash01(column, row, 81 + layer) * kinds)
            tone = (
                (0.8 + 0.4 * hash01(column, row, 91 + layer))
                * (1.0 + 0.25 * across)
                * (1.0 - 0.2 * smoothstep(0.12, 0.0, abs(across)))
            )
            red = colours[pick, 0] * tone
            green = colours[pick, 1] * tone
            blue = colours[pick, 2] * tone
            cover = inside
    if sharp < 1.0:
        mean = min(0.9, LAYERS * density * scatter.size * scatter.size * scatter.aspect * COVER_OF_ONE)
        cover = cover * sharp + mean * (1.0 - sharp)
        shade *= sharp
        if sharp < 0.5:
            red = 0.0
            green = 0.0
            blue = 0.0
            for kind in range(kinds):
                red += colours[kind, 0] / kinds
                green += colours[kind, 1] / kinds
                blue += colours[kind, 2] / kinds
    return cover, shade, (red, green, blue)


@kernel
def region_share(region: Region, x: float, y: float, footprint: float) -> tuple[float, float]:
    """How much of a place has the second ground texture, and how much of that is the region's border, both 0..1."""
    if region.shape == 0:
        return 0.0, 0.0
    along = region.turn_cos * (x - region.x) + region.turn_sin * (y - region.y)
    across = region.turn_cos * (y - region.y) - region.turn_sin * (x - region.x)
    if region.wobble > 0.0:
        across += region.wobble * 2.0 * filtered_fbm(x * 1.1, y * 1.1, 77, 4, footprint * 1.1)
        along += region.wobble * 2.0 * filtered_fbm(x * 1.1 + 31.0, y * 1.1, 78, 4, footprint * 1.1)
    soft = max(region.softness, 0.7 * footprint)
    if region.shape == PATCHES:
        field = filtered_fbm(x / region.half_width, y / region.half_width, 79, 4, footprint / region.half_width)
        return smoothstep(-0.02, 0.02 + soft, field + region.half_length), 0.0
    if region.shape == HALF_PLANE:
        depth = -across
    elif region.shape == BAND:
        depth = region.half_width - abs(across)
    elif region.shape == RECTANGLE:
        depth = min(region.half_width - abs(across), region.half_length - abs(along))
    else:
        depth = region.half_width - math.sqrt(along * along + across * across)
    share = smoothstep(-soft, soft, depth)
    if region.border <= 0.0 or share <= 0.0:
        return share, 0.0
    rim = smoothstep(-soft, soft, depth - 0.6 * region.border) * (1.0 - smoothstep(-soft, soft, depth - 1.6 * region.border))
    return share, rim


@kernel
def corner_shade(half_x: float, half_y: float, x: float, y: float, z: float, reach: float) -> float:
    """Openness of a place in a box room: darker towards the walls and, on the walls, towards the floor."""
    to_wall = min(half_x - abs(x), half_y - abs(y))
    other = max(half_x - abs(x), half_y - abs(y))
    openness = 1.0 - 0.42 * math.exp(-max(0.0, to_wall) / reach) * (1.0 if z < 0.02 else 0.0)
    if z >= 0.02:
        openness *= 1.0 - 0.32 * math.exp(-z / reach)
        openness *= 1.0 - 0.3 * math.exp(-max(0.0, other) / reach)
    return openness
