"""Patterns of props: wood, brick, wallpaper, storeys of windows, paintings. Looked up in metres, filtered by footprint."""

import math

from spotdiff10k.engines.rendered.jit import kernel
from spotdiff10k.engines.rendered.model import F32
from spotdiff10k.engines.rendered.noise import fbm, hash01, smoothstep, value_noise_2d
from spotdiff10k.engines.rendered.scenes.looks import Rgb
from spotdiff10k.engines.rendered.scenes.props import Pattern
from spotdiff10k.engines.rendered.scenes.textures import cells, filtered_fbm, kept, lines_of, seam

# columns of a packed Surface
PATTERN = 0
SCALE = 1
STRENGTH = 2
SECOND = 3
GLOSS = 6
TRANSLUCENCY = 7
EMISSION = 8
SEED = 9

WOOD = int(Pattern.WOOD)
BRICK = int(Pattern.BRICK)
STRIPES = int(Pattern.STRIPES)
DOTS = int(Pattern.DOTS)
FACADE = int(Pattern.FACADE)
FABRIC = int(Pattern.FABRIC)
TILES = int(Pattern.TILES)
BOARDS = int(Pattern.BOARDS)
STONE = int(Pattern.STONE)
VIEW = int(Pattern.VIEW)
PAINTING = int(Pattern.PAINTING)
BARK = int(Pattern.BARK)
SIDING = int(Pattern.SIDING)
DAMASK = int(Pattern.DAMASK)
GRADIENT = int(Pattern.GRADIENT)

BRICK_SHAPE = (0.24, 0.08)
"""Metres of a brick's face at scale 1."""
WINDOW_SHARE = (0.27, 0.30)
"""Half width of a facade's window as a share of its bay, half height as a share of its storey."""


@kernel
def _brick(u: float, v: float, seed: int, footprint: float) -> tuple[float, float]:
    row = math.floor(v / BRICK_SHAPE[1])
    shifted = u / BRICK_SHAPE[0] + 0.5 * (int(row) & 1)
    tone = hash01(math.floor(shifted), int(row), seed)
    gap = max(
        seam(lines_of(shifted) * BRICK_SHAPE[0], 0.008, footprint),
        seam(lines_of(v / BRICK_SHAPE[1]) * BRICK_SHAPE[1], 0.008, footprint),
    )
    rough = filtered_fbm(u * 20.0, v * 20.0, seed + 1, 3, footprint * 20.0)
    return 0.8 + (0.4 * tone - 0.02) * kept(footprint * 5.0) + 0.6 * rough, gap


@kernel
def _facade(u: float, v: float, seed: int, footprint: float, strength: float) -> tuple[float, float, float]:
    """Darkness of glass 0..1, lit 0..1, and brightness of the wall, in bays and storeys (u, v already scaled)."""
    bay = math.floor(u)
    storey = math.floor(v)
    away_u = abs(u - bay - 0.5)
    away_v = v - storey - 0.48
    soft = max(0.012, 0.6 * footprint)
    inside = smoothstep(-soft, soft, WINDOW_SHARE[0] - away_u) * smoothstep(-soft, soft, WINDOW_SHARE[1] - abs(away_v))
    frame = max(seam(away_u, 0.022, footprint), seam(abs(away_v - 0.1), 0.022, footprint)) * inside
    surround = smoothstep(-soft, soft, WINDOW_SHARE[0] + 0.05 - away_u) * smoothstep(
        -soft, soft, WINDOW_SHARE[1] + 0.05 - abs(away_v)
    )
    band = 1.0 - smoothstep(0.0, 0.05 + footprint, lines_of(v))
    lit = 1.0 if hash01(int(bay), int(storey), seed) < strength else 0.0
    wall = 1.0 + 0.16 * (surround - inside) + 0.1 * band - 0.2 * smoothstep(0.3, 0.36, -away_v) * (1.0 - surround)
    return inside * (1.0 - frame), lit, wall


@kernel
def _view(u: float, v: float, seed: int) -> Rgb:
    """Bright sky above soft greenery, as a window shows it; v = 0 in the window's middle."""
    rise = smoothstep(-0.3, 1.0, v)
    line = -0.12 + 0.22 * (value_noise_2d(u * 1.6 + seed, 0.5, seed) - 0.5) + 0.08 * (value_noise_2d(u * 6.0, 0.5, seed) - 0.5)
    green = smoothstep(0.05, -0.05, v - line)
    tone = 0.55 + 0.9 * value_noise_2d(u * 4.0, v * 4.0, seed + 1)
    sky = (1.0 - 0.30 * rise, 1.03 - 0.16 * rise, 1.08)
    return (
        sky[0] * (1.0 - green) + green * 0.24 * tone,
        sky[1] * (1.0 - green) + green * 0.40 * tone,
        sky[2] * (1.0 - green) + green * 0.15 * tone,
    )


@kernel
def _painting(u: float, v: float, seed: int, base: Rgb, second: Rgb) -> Rgb:
    """Broad strokes of two colours and their complements."""
    flow = value_noise_2d(u * 3.0, v * 3.0, seed) * 2.2
    first = smoothstep(0.46, 0.50, value_noise_2d(u * 2.6 + flow, v * 2.6, seed + 1))
    other = smoothstep(0.58, 0.61, value_noise_2d(u * 3.4, v * 3.4 + flow, seed + 2))
    dark = smoothstep(0.68, 0.70, value_noise_2d(u * 4.2 - flow, v * 4.2, seed + 3))
    stroke = 0.85 + 0.3 * value_noise_2d(u * 60.0, v * 14.0, seed + 4)
    red = base[0] + (second[0] - base[0]) * first
    green = base[1] + (second[1] - base[1]) * first
    blue = base[2] + (second[2] - base[2]) * first
    red = (red + (0.75 - red) * other) * (1.0 - 0.85 * dark) * stroke
    green = (green + (0.62 - green) * other) * (1.0 - 0.8 * dark) * stroke
    blue = (blue + (0.42 - blue) * other) * (1.0 - 0.65 * dark) * stroke
    return red, green, blue


@kernel
def _share_of_second(kind: int, scale: float, u: float, v: float, seed: int, footprint: float) -> float:
    """Two-colour patterns: how much of the second colour is here."""
    x = u * scale
    y = v * scale
    wide = footprint * scale
    if kind == STRIPES:
        return 0.5 + (smoothstep(0.21, 0.29, lines_of(x)) - 0.5) * kept(wide)
    if kind == DOTS:
        row = math.floor(y)
        away = math.hypot(lines_of(x + 0.5 * (int(row) & 1)), y - row - 0.5)
        return (1.0 - smoothstep(0.2, 0.2 + max(0.05, wide), away)) * kept(wide) + 0.13 * (1.0 - kept(wide))
    if kind == DAMASK:
        row = math.floor(y)
        away_u = x + 0.5 * (int(row) & 1)
        away_u = away_u - math.floor(away_u) - 0.5
        away_v = y - row - 0.5
        petals = 0.26 + 0.12 * math.cos(5.0 * math.atan2(away_v, away_u))
        flower = 1.0 - smoothstep(petals, petals + max(0.04, wide), math.hypot(away_u, away_v))
        lattice = 1.0 - smoothstep(0.02, 0.05 + wide, abs(abs(away_u) + abs(away_v) - 0.62))
        return max(flower, 0.6 * lattice) * kept(wide) + 0.2 * (1.0 - kept(wide))
    if kind == TILES:
        return max(seam(lines_of(x) / scale, 0.006, footprint), seam(lines_of(y) / scale, 0.006, footprint))
    return smoothstep(-0.5, 0.5, y)


@kernel
def surface_colour(
    surface: F32, base: Rgb, x: float, y: float, z: float, u: float, v: float, footprint: float
) -> tuple[float, float, float, float]:
    """Albedo at a place (world x, y, z; uv in metres) and how much of it shines by itself, 0..1."""
    kind = int(surface[PATTERN])
    scale = surface[SCALE]
    strength = surface[STRENGTH]
    seed = int(surface[SEED])
    second = (float(surface[SECOND]), float(surface[SECOND + 1]), float(surface[SECOND + 2]))
    tone = 1.0
    share = 0.0
    glow = 1.0
    if kind == WOOD:
        tone += strength * 1.6 * filtered_fbm(u * scale * 9.0 + seed, v * scale, seed, 3, footprint * scale * 6.0)
    elif kind == BRICK:
        tone, share = _brick(u * scale, v * scale, seed, footprint * scale)
    elif kind == FACADE:
        glass, lit, tone = _facade(u * scale, v * scale, seed, footprint * scale, strength)
        tone *= 1.0 + 0.5 * filtered_fbm(u * 1.5, v * 1.5, seed + 2, 3, footprint * 1.5)
        share = glass
        glow = glass * lit
        sheen = 0.6 + 0.8 * value_noise_2d(u * scale * 0.7, v * scale * 0.3, seed)
        second = (second[0] * sheen, second[1] * sheen, second[2] * sheen)
        if glow > 0.0:
            second = (1.0, 0.72, 0.38)
    elif kind == FABRIC:
        weave = math.sin(u * scale * 90.0) * math.sin(v * scale * 90.0) * kept(footprint * scale * 30.0)
        tone += strength * (0.35 * weave + 0.9 * filtered_fbm(u * 7.0, v * 7.0, seed, 3, footprint * 7.0))
    elif kind in (BOARDS, SIDING):
        across = u if kind == BOARDS else v
        along = v if kind == BOARDS else u
        board = math.floor(across * scale)
        grain = filtered_fbm(along * 1.5 + 9.0 * board, across * 40.0, seed, 3, footprint * 30.0)
        tone += strength * (0.7 * (hash01(int(board), 1, seed) - 0.5) + 1.2 * grain)
        tone *= 1.0 - 0.6 * seam(lines_of(across * scale) / scale, 0.008, footprint)
    elif kind == STONE:
        edge, number, _ = cells(u * scale + x, v * scale + z, seed, 0.8)
        share = 1.0 - smoothstep(0.03, 0.1 + footprint * scale, edge)
        tone += strength * (
            (number - 0.5) + 1.2 * filtered_fbm(u * scale * 5.0, v * scale * 5.0, seed + 7, 3, footprint * scale * 5.0)
        )
    elif kind == VIEW:
        view = _view(u, v, seed)
        base = (view[0] * base[0], view[1] * base[1], view[2] * base[2])
    elif kind == PAINTING:
        base = _painting(u * scale, v * scale, seed, base, second)
    elif kind == BARK:
        tone += strength * 2.0 * filtered_fbm(u * scale * 3.0 + seed, v * scale * 0.5, seed, 4, footprint * scale)
    elif kind in (STRIPES, DOTS, DAMASK, TILES, GRADIENT):
        share = strength * _share_of_second(kind, scale, u, v, seed, footprint)
        tone += 0.08 * filtered_fbm(u * 2.0, v * 2.0, seed, 3, footprint * 2.0)
    else:
        tone += strength * 2.0 * (fbm(x * scale, y * scale, z * scale, 3) - 0.5)
    tone = max(0.0, tone)
    return (
        base[0] * tone * (1.0 - share) + second[0] * share,
        base[1] * tone * (1.0 - share) + second[1] * share,
        base[2] * tone * (1.0 - share) + second[2] * share,
        glow,
    )
