"""Textures of floors and roads: boards, tiles, slabs, stones, concrete, asphalt.

The numbers are the look itself: frequencies in features a pattern unit (a metre at scale 1), weights, thresholds; chosen by eye.
What each function returns is described at ground_grown.Texture.
"""

import math

from spotdiff10k.engines.rendered.jit import kernel
from spotdiff10k.engines.rendered.noise import hash01, smoothstep
from spotdiff10k.engines.rendered.scenes.ground_grown import Texture
from spotdiff10k.engines.rendered.scenes.textures import cells, filtered_fbm, filtered_noise, kept, lines_of, seam


@kernel
def planks(x: float, y: float, seed: int, footprint: float, chevron: bool) -> Texture:
    """Boards with grain, each of its own tone; laid in rows, or as chevrons."""
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
def tiles(x: float, y: float, seed: int, footprint: float) -> Texture:
    """Square tiles in two tones with veins and joints."""
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
def concrete(x: float, y: float, seed: int, footprint: float) -> Texture:
    """Stained, porous concrete."""
    stains = filtered_fbm(x * 0.9, y * 0.9, seed, 5, footprint * 0.9)
    pores = filtered_noise(x * 95.0, y * 95.0, seed + 1, footprint * 95.0)
    return 0.5 + 1.1 * stains + 0.45 * pores, 0.0, 1.0, 0.2 * stains + 0.12 * pores


@kernel
def slabs(x: float, y: float, seed: int, footprint: float) -> Texture:
    """Oblong slabs in staggered rows."""
    row = math.floor(y * 1.7)
    shifted = x * 1.15 + 0.5 * (int(row) & 1)
    tone = hash01(math.floor(shifted), int(row), seed)
    gap = max(seam(lines_of(y * 1.7) / 1.7, 0.009, footprint), seam(lines_of(shifted) / 1.15, 0.009, footprint))
    stains = filtered_fbm(x * 2.2 + 9.0 * tone, y * 2.2, seed + 1, 4, footprint * 2.2)
    pores = filtered_noise(x * 80.0, y * 80.0, seed + 2, footprint * 80.0)
    return 0.3 + 0.4 * tone + 0.9 * stains + 0.4 * pores, gap, 1.0 - 0.35 * gap, 0.25 * stains + 0.1 * pores - 1.3 * gap


@kernel
def stones(x: float, y: float, seed: int, footprint: float, jitter: float, gap: float) -> Texture:
    """Domed stones of a jittered grid; `gap` is the joint, as a share of a stone."""
    sharp = kept(footprint * 1.1)
    wear = filtered_fbm(x * 3.0, y * 3.0, seed + 5, 3, footprint * 3.0)
    edge, tone, middle = cells(x, y, seed, jitter)
    joint = (1.0 - smoothstep(0.25 * gap, gap + 0.4 * footprint, edge)) * sharp
    dome = smoothstep(0.0, 0.34, edge) * sharp
    light = 0.5 + (0.75 * (tone - 0.5) + 0.22 * (dome - 0.5)) * sharp + 0.7 * wear
    return light, joint * 0.75, 1.0 - 0.35 * joint, 0.30 * dome + 0.12 * wear - 0.05 * middle


@kernel
def asphalt(x: float, y: float, seed: int, footprint: float) -> Texture:
    """Grit, with mended patches."""
    patches = filtered_fbm(x * 0.5, y * 0.5, seed, 4, footprint * 0.5)
    grit = filtered_noise(x * 75.0, y * 75.0, seed + 1, footprint * 75.0)
    fine = filtered_noise(x * 150.0, y * 150.0, seed + 2, footprint * 150.0)
    mended = smoothstep(0.16, 0.2, filtered_fbm(x * 0.35 + 7.0, y * 0.35, seed + 3, 2, footprint * 0.35))
    return 0.45 + 0.8 * patches + 0.75 * grit + 0.6 * fine, 0.35 * mended, 1.0, 0.16 * grit + 0.08 * fine
