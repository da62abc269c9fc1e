"""Textures of grown and blown ground: grass, sand, snow, soil, dust with craters.

The numbers are the look itself: frequencies in features a pattern unit (a metre at scale 1), weights, thresholds; chosen by eye.
What each function returns is described at Texture.
"""

import math

from spotdiff10k.engines.rendered.jit import kernel
from spotdiff10k.engines.rendered.noise import hash01, smoothstep
from spotdiff10k.engines.rendered.scenes.textures import filtered_fbm, filtered_noise, kept

Texture = tuple[float, float, float, float]
"""Share of the light colour, share of the accent, openness to the sky (all 0..1), height (pattern units)."""


@kernel
def _blades(x: float, y: float, layer: int, footprint: float) -> float:
    """Streaks of grass blades about 0, leaning one way."""
    bend = 0.9 * filtered_noise(x * 4.0, y * 4.0, layer + 1, footprint * 4.0)
    return filtered_noise(x * 62.0 + 5.0 * bend, y * 14.0 + 3.0 * bend, layer, footprint * 40.0)


@kernel
def grass(x: float, y: float, seed: int, footprint: float) -> Texture:
    """Blades leaning three ways over clumps and patches; some are dry."""
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
def sand(x: float, y: float, seed: int, footprint: float) -> Texture:
    """Dunes with wind ripples, dips and grains."""
    dunes = filtered_fbm(x * 0.32, y * 0.32, seed, 3, footprint * 0.32)
    bend = filtered_fbm(x * 0.9, y * 0.9, seed + 1, 3, footprint * 0.9)
    phase = (y * 5.5 + 5.5 * bend) * 2.0 * math.pi
    ripple = (math.sin(phase) + 0.35 * math.sin(2.0 * phase + 0.8)) * kept(footprint * 8.0) * (0.35 + 1.3 * max(0.0, dunes + 0.3))
    grain = filtered_fbm(x * 70.0, y * 70.0, seed + 2, 2, footprint * 70.0)
    dips = filtered_fbm(x * 3.2, y * 3.2, seed + 3, 3, footprint * 3.2)
    light = 0.5 + 0.9 * dunes + 0.05 * ripple + 0.55 * grain + 0.35 * dips
    return light, 0.25 * smoothstep(0.12, 0.4, grain), 1.0 + 0.03 * ripple, 0.5 * dips + 0.07 * ripple + 0.1 * grain


@kernel
def snow(x: float, y: float, seed: int, footprint: float) -> Texture:
    """Drifts under a thin crust."""
    drifts = filtered_fbm(x * 0.6, y * 0.6, seed, 4, footprint * 0.6)
    crust = filtered_fbm(x * 6.0, y * 6.0, seed + 1, 4, footprint * 6.0)
    grain = filtered_noise(x * 160.0, y * 160.0, seed + 2, footprint * 160.0)
    light = 0.55 + 0.7 * drifts + 0.25 * crust + 0.5 * grain
    return light, 0.0, 0.96 + 0.12 * crust, 1.0 * drifts + 0.22 * crust + 0.05 * grain


@kernel
def soil(x: float, y: float, seed: int, footprint: float) -> Texture:
    """Lumpy earth with twigs."""
    patches = filtered_fbm(x * 0.8, y * 0.8, seed, 4, footprint * 0.8)
    lumps = filtered_fbm(x * 8.0, y * 8.0, seed + 1, 4, footprint * 8.0)
    twigs = abs(filtered_fbm(x * 4.0, y * 11.0, seed + 2, 2, 0.0))
    twig = (1.0 - smoothstep(0.0, 0.02 + footprint, twigs)) * kept(footprint * 25.0)
    light = 0.46 + 0.9 * patches + 1.0 * lumps
    return light, 0.5 * twig, 0.9 + 0.55 * lumps, 0.7 * lumps + 0.15 * twig


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
def regolith(x: float, y: float, seed: int, footprint: float) -> Texture:
    """Dust with craters of three sizes."""
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
