"""Colours of water: depth, waves, foam at the shore, what it mirrors."""

import math

from spotdiff10k.engines.rendered.jit import kernel
from spotdiff10k.engines.rendered.noise import smoothstep
from spotdiff10k.engines.rendered.scenes.lights import ambient
from spotdiff10k.engines.rendered.scenes.looks import Rgb, Water, World
from spotdiff10k.engines.rendered.scenes.textures import filtered_fbm

SHALLOWS = 3.5
"""Metres over which water gets deep."""
HEAD_ON, GRAZING = 0.03, 0.75
"""Share that is reflected head on, and added to it at grazing angles."""
BODY_SUN = 0.6
"""How much of the sun on the water comes back out of it, beside the sky's light."""
WHITEST = 0.8
"""How much of the water foam can hide."""
LOWEST_SUN = 0.1
"""Foam and the water's body are lit as if the sun stood at least this high (sine)."""


@kernel
def shore_distance(water: Water, x: float, y: float, footprint: float) -> float:
    """Metres into the water (negative on land)."""
    if water.present == 0:
        return -1e6
    into = water.normal_x * x + water.normal_y * y - water.offset
    if water.wobble > 0.0:
        into += 2.0 * water.wobble * filtered_fbm(x * 0.35, y * 0.35, 91, 4, footprint * 0.35)
    return into


@kernel
def _foam(x: float, y: float, into: float, depth: float, footprint: float) -> float:
    """Foam at the water's edge and on the first waves, 0..1."""
    swash = filtered_fbm(x * 1.6, y * 1.6, 92, 4, footprint * 1.6)
    edge = smoothstep(0.34, 0.0, abs(into - 0.12 + 0.5 * swash))
    crest = smoothstep(0.09, 0.2, math.sin(into * 2.6 + 5.0 * swash) * 0.12 + swash) * (1.0 - 0.75 * depth)
    bubbles = 0.85 + 0.9 * filtered_fbm(x * 9.0, y * 9.0, 97, 3, footprint * 9.0)
    return min(1.0, edge + 0.65 * crest) * bubbles


@kernel
def wave_slope(water: Water, x: float, y: float, footprint: float) -> float:
    """Slope of the waves at a place, about 0."""
    scale = water.wave_scale
    return water.waves * filtered_fbm(x * scale, y * scale, 90, 4, footprint * scale * 0.6)


@kernel
def water_radiance(
    water: Water, world: World, x: float, y: float, into: float, footprint: float, dz: float, reflected: Rgb, wave: float
) -> Rgb:
    """Linear radiance of water `into` metres from its shore, seen along a ray that falls by dz < 0."""
    depth = smoothstep(0.0, SHALLOWS, into)
    fresnel = HEAD_ON + GRAZING * (1.0 + dz) ** 4
    light = ambient(world.ambient, 1.0)
    sun = max(LOWEST_SUN, world.sun.direction[2])
    white = 0.0
    if water.foam > 0.0:
        white = WHITEST * min(1.0, max(0.0, water.foam * _foam(x, y, into, depth, footprint)))
    strength = (0.75 + 0.9 * wave) * (1.0 - fresnel) * (1.0 - white)
    mirrored = fresnel * (1.0 - white)
    red = water.shallow[0] + (water.deep[0] - water.shallow[0]) * depth
    green = water.shallow[1] + (water.deep[1] - water.shallow[1]) * depth
    blue = water.shallow[2] + (water.deep[2] - water.shallow[2]) * depth
    key = world.sun.radiance
    return (
        red * strength * (light[0] + BODY_SUN * sun * key[0]) + mirrored * reflected[0] + white * (light[0] + sun * key[0]),
        green * strength * (light[1] + BODY_SUN * sun * key[1]) + mirrored * reflected[1] + white * (light[1] + sun * key[1]),
        blue * strength * (light[2] + BODY_SUN * sun * key[2]) + mirrored * reflected[2] + white * (light[2] + sun * key[2]),
    )
