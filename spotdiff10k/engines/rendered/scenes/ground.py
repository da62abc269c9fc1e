"""Textures of the ground: for each kind a share of the light colour, of the accent, an openness and a height."""

import math

from spotdiff10k.engines.rendered.jit import kernel
from spotdiff10k.engines.rendered.noise import hash01, smoothstep
from spotdiff10k.engines.rendered.scenes.looks import GroundKind, GroundLook
from spotdiff10k.engines.rendered.scenes.textures import cells, filtered_fbm, filtered_noise, kept, lines_of, seam

GRASS = int(GroundKind.GRASS)
PLANKS = int(GroundKind.PLANKS)
TILES = int(GroundKind.TILES)
SAND = int(GroundKind.SAND)
SNOW = int(GroundKind.SNOW)
CONCRETE = int(GroundKind.CONCRETE)
COBBLES = int(GroundKind.COBBLES)
SOIL = int(GroundKind.SOIL)
ASPHALT = int(GroundKind.ASPHALT)
CARPET = int(GroundKind.CARPET)
REGOLITH = int(GroundKind.REGOLITH)
HERRINGBONE = int(GroundKind.HERRINGBONE)
SLABS = int(GroundKind.SLABS)
PEBBLES = int(GroundKind.PEBBLES)
CRACKED = int(GroundKind.CRACKED)
RUG = int(GroundKind.RUG)

Texture = tuple[float, float, float, float]
"""Share of the light colour, share of the accent, openness to the sky (all 0..1), height (pattern units)."""


@kernel
def _blades(x: float, y: float, layer: int, footprint: float) -> float:
    """Streaks of grass blades about 0, leaning one way."""
    bend = 0.9 * filtered_noise(x * 4.0, y * 4.0, layer + 1, footprint * 4.0)
    return filtered_noise(x * 62.0 + 5.0 * bend, y * 14.0 + 3.0 * bend, layer, footprint * 40.0)


@kernel
def _grass(x: float, y: float, seed: int, footprint: float) -> Texture:
    patches = filtered_fbm(x * 0.55, y * 0.55, seed, 3, footprint * 0.55)
    clumps = filtered_fbm(x * 5.5, y * 5.5, seed + 1, 4, footprint * 5.5)
    which = filtered_noise(x * 7.0, y * 7.0, seed + 5, footprint * 7.0)
    first = _blades(x, y, seed + 20, footprint)
    second = _blades(0.5 * x + 0.866 * y, 0.5 * y - 0.866 * x, seed + 23, footprint)
    third = _blades(0.707 * x - 0.707 * y, 0.707 * y + 0.707 * x, seed + 26, footprint)
    blades = first * (0.75 + which) + second * (0.75 - which) + 0.6 * third
    dry = smoothstep(0.05, 0.3, filtered_fbm(x * 1.3 + 9.0, y * 1.3, seed + 4, 3, footprint * 1.3))
    height = 1.0 * clumps + 0.55 * blades
    light = 0.5 + 0.8 * patches + 0.55 * clumps + 0.62 * blades
    return light, dry * (0.4 + 0.7 * max(0.0, blades)), 0.92 + 0.35 * clumps + 0.4 * blades, height


@kernel
def _planks(x: float, y: float, seed: int, footprint: float, chevron: bool) -> Texture:
    row = math.floor(y * 5.0)
    if chevron:
        column = math.floor(x * 1.6)
        inside = x * 1.6 - column
        slant = inside if int(column) % 2 == 0 else 1.0 - inside
        lengthwise = column + inside * 0.3
        across = y * 6.5 + slant * 2.1
        row = math.floor(across)
        board = int(column)
        end_gap = min(inside, 1.0 - inside) / 1.6
        side_gap = lines_of(across) / 6.5
        grain_x, grain_y = lengthwise * 3.0 + 5.0 * hash01(board, int(row), seed), across * 11.0
    else:
        shifted = x * 0.62 + 5.0 * hash01(int(row), 3, seed)
        board = math.floor(shifted)
        end_gap = lines_of(shifted) / 0.62
        side_gap = lines_of(y * 5.0) / 5.0
        grain_x, grain_y = shifted * 2.2, y * 62.0
    tone = hash01(board, int(row), seed + 1)
    swirl = filtered_fbm(grain_x + 9.0 * tone, y * 7.0 + 30.0 * tone, seed + 2, 2, footprint * 7.0)
    grain = filtered_fbm(grain_x * 1.3 + 40.0 * tone, grain_y + 5.0 * swirl + 90.0 * tone, seed + 3, 3, footprint * 50.0)
    gap = max(seam(side_gap, 0.0035, footprint), seam(end_gap, 0.003, footprint))
    light = 0.22 + 0.5 * tone + 0.55 * swirl + 0.8 * grain
    return light, 0.85 * gap, 1.0 - 0.3 * gap, 0.2 * grain - 1.2 * gap


@kernel
def _tiles(x: float, y: float, seed: int, footprint: float) -> Texture:
    column = math.floor(x * 2.0)
    row = math.floor(y * 2.0)
    gap = max(seam(lines_of(x * 2.0) / 2.0, 0.006, footprint), seam(lines_of(y * 2.0) / 2.0, 0.006, footprint))
    chequered = float((int(column) + int(row)) & 1)
    sharp = kept(footprint * 2.0)
    warp = filtered_fbm(x * 2.0 + 7.0 * hash01(int(column), int(row), seed), y * 2.0, seed + 1, 4, footprint * 2.0)
    vein = smoothstep(0.06, 0.0, abs(warp)) * 0.5
    light = 0.5 + (chequered - 0.5) * 0.92 * sharp + 0.3 * warp
    return light, max(gap, 0.45 * vein * kept(footprint * 30.0)), 1.0 - 0.25 * gap, -1.0 * gap


@kernel
def _sand(x: float, y: float, seed: int, footprint: float) -> Texture:
    dunes = filtered_fbm(x * 0.32, y * 0.32, seed, 3, footprint * 0.32)
    bend = filtered_fbm(x * 0.9, y * 0.9, seed + 1, 3, footprint * 0.9)
    phase = (y * 5.5 + 5.5 * bend) * 2.0 * math.pi
    ripple = (math.sin(phase) + 0.35 * math.sin(2.0 * phase + 0.8)) * kept(footprint * 8.0) * (0.35 + 1.3 * max(0.0, dunes + 0.3))
    grain = filtered_fbm(x * 70.0, y * 70.0, seed + 2, 2, footprint * 70.0)
    dips = filtered_fbm(x * 3.2, y * 3.2, seed + 3, 3, footprint * 3.2)
    light = 0.5 + 0.9 * dunes + 0.05 * ripple + 0.55 * grain + 0.35 * dips
    return light, 0.25 * smoothstep(0.12, 0.4, grain), 1.0 + 0.03 * ripple, 0.5 * dips + 0.07 * ripple + 0.1 * grain


@kernel
def _snow(x: float, y: float, seed: int, footprint: float) -> Texture:
    drifts = filtered_fbm(x * 0.6, y * 0.6, seed, 4, footprint * 0.6)
    crust = filtered_fbm(x * 6.0, y * 6.0, seed + 1, 4, footprint * 6.0)
    grain = filtered_noise(x * 160.0, y * 160.0, seed + 2, footprint * 160.0)
    light = 0.55 + 0.7 * drifts + 0.25 * crust + 0.5 * grain
    return light, 0.0, 0.96 + 0.12 * crust, 1.0 * drifts + 0.22 * crust + 0.05 * grain


@kernel
def _concrete(x: float, y: float, seed: int, footprint: float) -> Texture:
    stains = filtered_fbm(x * 0.9, y * 0.9, seed, 5, footprint * 0.9)
    pores = filtered_noise(x * 95.0, y * 95.0, seed + 1, footprint * 95.0)
    return 0.5 + 1.1 * stains + 0.45 * pores, 0.0, 1.0, 0.2 * stains + 0.12 * pores


@kernel
def _slabs(x: float, y: float, seed: int, footprint: float) -> Texture:
    row = math.floor(y * 1.7)
    shifted = x * 1.15 + 0.5 * (int(row) & 1)
    tone = hash01(math.floor(shifted), int(row), seed)
    gap = max(seam(lines_of(y * 1.7) / 1.7, 0.009, footprint), seam(lines_of(shifted) / 1.15, 0.009, footprint))
    stains = filtered_fbm(x * 2.2 + 9.0 * tone, y * 2.2, seed + 1, 4, footprint * 2.2)
    pores = filtered_noise(x * 80.0, y * 80.0, seed + 2, footprint * 80.0)
    return 0.3 + 0.4 * tone + 0.9 * stains + 0.4 * pores, gap, 1.0 - 0.35 * gap, 0.25 * stains + 0.1 * pores - 1.3 * gap


@kernel
def _stones(x: float, y: float, seed: int, footprint: float, jitter: float, gap: float) -> Texture:
    sharp = kept(footprint * 1.1)
    wear = filtered_fbm(x * 3.0, y * 3.0, seed + 5, 3, footprint * 3.0)
    edge, tone, middle = cells(x, y, seed, jitter)
    joint = (1.0 - smoothstep(0.25 * gap, gap + 0.4 * footprint, edge)) * sharp
    dome = smoothstep(0.0, 0.34, edge) * sharp
    light = 0.5 + (0.75 * (tone - 0.5) + 0.22 * (dome - 0.5)) * sharp + 0.7 * wear
    return light, joint * 0.75, 1.0 - 0.35 * joint, 0.30 * dome + 0.12 * wear - 0.05 * middle


@kernel
def _soil(x: float, y: float, seed: int, footprint: float) -> Texture:
    patches = filtered_fbm(x * 0.8, y * 0.8, seed, 4, footprint * 0.8)
    lumps = filtered_fbm(x * 8.0, y * 8.0, seed + 1, 4, footprint * 8.0)
    twigs = abs(filtered_fbm(x * 4.0, y * 11.0, seed + 2, 2, 0.0))
    twig = (1.0 - smoothstep(0.0, 0.02 + footprint, twigs)) * kept(footprint * 25.0)
    light = 0.46 + 0.9 * patches + 1.0 * lumps
    return light, 0.5 * twig, 0.9 + 0.55 * lumps, 0.7 * lumps + 0.15 * twig


@kernel
def _asphalt(x: float, y: float, seed: int, footprint: float) -> Texture:
    patches = filtered_fbm(x * 0.5, y * 0.5, seed, 4, footprint * 0.5)
    grit = filtered_noise(x * 75.0, y * 75.0, seed + 1, footprint * 75.0)
    fine = filtered_noise(x * 150.0, y * 150.0, seed + 2, footprint * 150.0)
    mended = smoothstep(0.16, 0.2, filtered_fbm(x * 0.35 + 7.0, y * 0.35, seed + 3, 2, footprint * 0.35))
    return 0.45 + 0.8 * patches + 0.75 * grit + 0.6 * fine, 0.35 * mended, 1.0, 0.16 * grit + 0.08 * fine


@kernel
def _carpet(x: float, y: float, seed: int, footprint: float) -> Texture:
    pile = filtered_fbm(x * 90.0, y * 90.0, seed, 2, footprint * 90.0)
    brushed = filtered_fbm(x * 2.5, y * 2.5, seed + 1, 3, footprint * 2.5)
    loops = 0.5 * math.sin(x * 260.0) * math.sin(y * 260.0) * kept(footprint * 85.0)
    return 0.5 + 0.9 * pile + 0.5 * brushed + 0.25 * loops, 0.0, 0.94 + 0.4 * pile, 0.14 * pile + 0.05 * loops


@kernel
def _rug(x: float, y: float, seed: int, footprint: float) -> Texture:
    """A woven rug in one of four designs, which the seed picks: diamonds, stripes, rings, zigzags."""
    pile = filtered_fbm(x * 90.0, y * 90.0, seed, 2, footprint * 90.0)
    brushed = filtered_fbm(x * 2.5, y * 2.5, seed + 1, 3, footprint * 2.5)
    soft = 0.02 + 3.0 * footprint
    design = seed % 4
    if design == 0:
        lattice = abs(lines_of(x * 2.4) - 0.25) + abs(lines_of(y * 2.4) - 0.25)
        motif = smoothstep(0.05 + soft, 0.05, abs(lattice - 0.28)) + 0.8 * smoothstep(0.07 + soft, 0.07, lattice)
        band = smoothstep(0.25 - soft, 0.25 + soft, lattice)
    elif design == 1:
        motif = smoothstep(0.06 + soft, 0.06, lines_of(y * 2.2)) + 0.7 * smoothstep(
            0.03 + soft, 0.03, abs(lines_of(y * 2.2) - 0.16)
        )
        band = smoothstep(0.3 - soft, 0.3 + soft, lines_of(y * 2.2))
    elif design == 2:
        away = math.sqrt(x * x + y * y)
        motif = smoothstep(0.05 + soft, 0.05, abs(lines_of(away * 1.9) - 0.2))
        band = smoothstep(0.3 - soft, 0.3 + soft, lines_of(away * 1.9))
    else:
        zigzag = y * 2.6 + abs(lines_of(x * 2.2)) * 1.5
        motif = smoothstep(0.09 + soft, 0.09, lines_of(zigzag))
        band = smoothstep(0.28 - soft, 0.28 + soft, lines_of(zigzag))
    light = 0.62 - 0.42 * band + 0.7 * pile + 0.4 * brushed
    return light, 0.85 * min(1.0, motif), 0.94 + 0.4 * pile, 0.14 * pile


@kernel
def _craters(x: float, y: float, layer: int, footprint: float) -> float:
    """Height of one size of craters, one to a cell at most."""
    column = math.floor(x)
    row = math.floor(y)
    if hash01(int(column), int(row), layer) > 0.55:
        return 0.0
    radius = 0.12 + 0.26 * hash01(int(column), int(row), layer + 1)
    away_x = x - column - 0.5 - 0.2 * (hash01(int(column), int(row), layer + 2) - 0.5)
    away_y = y - row - 0.5 - 0.2 * (hash01(int(column), int(row), layer + 3) - 0.5)
    share = math.sqrt(away_x * away_x + away_y * away_y) / radius
    if share > 1.3:
        return 0.0
    bowl = -0.55 * (1.0 - smoothstep(0.35, 0.95, share)) * radius
    rim = 0.28 * smoothstep(0.65, 1.0, share) * (1.0 - smoothstep(1.0, 1.3, share)) * radius
    return (bowl + rim) * kept(footprint)


@kernel
def _regolith(x: float, y: float, seed: int, footprint: float) -> Texture:
    dust = filtered_fbm(x * 1.1, y * 1.1, seed, 5, footprint * 1.1)
    grain = filtered_fbm(x * 22.0, y * 22.0, seed + 1, 3, footprint * 22.0)
    pits = (
        _craters(x * 0.45, y * 0.45, seed, footprint * 0.45) / 0.45
        + _craters(x * 1.4 + 3.3, y * 1.4, seed + 9, footprint * 1.4) / 1.4
    )
    pits += _craters(x * 4.1 + 0.7, y * 4.1, seed + 17, footprint * 4.1) / 4.1
    return (
        0.5 + 0.8 * dust + 0.7 * grain + 0.6 * pits,
        0.0,
        1.0 + 0.6 * min(0.0, pits) + 0.2 * grain,
        1.3 * pits + 0.35 * dust + 0.18 * grain,
    )


@kernel
def ground_texture(look: GroundLook, world_x: float, world_y: float, world_footprint: float) -> Texture:
    """The texture at a place on the ground (metres) as seen through a footprint (metres)."""
    x = (look.turn_cos * world_x + look.turn_sin * world_y) * look.scale
    y = (look.turn_cos * world_y - look.turn_sin * world_x) * look.scale
    footprint = world_footprint * look.scale
    seed = int(look.seed)
    kind = look.kind
    if kind == GRASS:
        return _grass(x, y, seed, footprint)
    if kind == PLANKS:
        return _planks(x, y, seed, footprint, False)
    if kind == HERRINGBONE:
        return _planks(x, y, seed, footprint, True)
    if kind == TILES:
        return _tiles(x, y, seed, footprint)
    if kind == SAND:
        return _sand(x, y, seed, footprint)
    if kind == SNOW:
        return _snow(x, y, seed, footprint)
    if kind == CONCRETE:
        return _concrete(x, y, seed, footprint)
    if kind == COBBLES:
        return _stones(x * 7.0, y * 7.0, seed, footprint * 7.0, 0.55, 0.13)
    if kind == PEBBLES:
        return _stones(x * 17.0, y * 17.0, seed, footprint * 17.0, 0.9, 0.13)
    if kind == CRACKED:
        warp = 0.8 * filtered_fbm(x * 3.0, y * 3.0, seed + 9, 3, 0.0)
        return _stones(x * 3.2 + warp, y * 3.2 - warp, seed, footprint * 3.2, 0.9, 0.045)
    if kind == SOIL:
        return _soil(x, y, seed, footprint)
    if kind == ASPHALT:
        return _asphalt(x, y, seed, footprint)
    if kind == CARPET:
        return _carpet(x, y, seed, footprint)
    if kind == RUG:
        return _rug(x, y, seed, footprint)
    if kind == REGOLITH:
        return _regolith(x, y, seed, footprint)
    if kind == SLABS:
        return _slabs(x, y, seed, footprint)
    return 0.5, 0.0, 1.0, 0.0
