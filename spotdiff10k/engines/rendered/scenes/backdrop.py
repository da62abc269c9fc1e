"""The picture behind the props, pixel by pixel: sky or ground, with reflections; then the props over it."""

import math

from spotdiff10k.engines.rendered.jit import kernel
from spotdiff10k.engines.rendered.light import environment_lookup
from spotdiff10k.engines.rendered.model import F32, I32
from spotdiff10k.engines.rendered.noise import smoothstep
from spotdiff10k.engines.rendered.scenes.covering import BLUE, GREEN, GROUND, RED, SAMPLES, SUNLIT
from spotdiff10k.engines.rendered.scenes.lights import hazed
from spotdiff10k.engines.rendered.scenes.looks import GroundPlan, Rgb, SkyLook, World
from spotdiff10k.engines.rendered.scenes.shade_ground import ground_radiance, pixel_turn, shore_distance, water_radiance
from spotdiff10k.engines.rendered.scenes.sky import sky_radiance
from spotdiff10k.engines.rendered.scenes.textures import filtered_fbm

FARTHEST = 900.0
"""Metres: ground beyond is horizon."""
HORIZON_BLEND = 0.014
"""Sine of the angle below the horizon over which ground melts into what stands at the horizon."""
WAVE_ALONG, WAVE_ACROSS = 0.10, 0.03
"""Shares of the picture by which a wave of slope 1 shifts a reflection."""
FLOOR_SMEAR = 0.07
"""Share of the picture's height over which floors smear what they mirror."""
SMEAR_TAPS = 7
REFLECTION_PIXEL = 0.02
"""Reflections look the sky up without its finest detail."""


@kernel
def _mirrored(
    world: World,
    environment: F32,
    sky: SkyLook,
    ridges: F32,
    mirror: F32,
    size: int,
    column: int,
    row: int,
    ray: Rgb,
    wave: float,
    rough: float,
) -> Rgb:
    """What a level surface reflects at a pixel: the mirrored props where they are, else the sky or the room.

    wave: slope that shifts the reflection; rough: share of the picture's height over which it is smeared upright.
    """
    rise = max(0.002, -ray[2] + 0.25 * abs(wave))
    if world.room.present:
        open_red, open_green, open_blue = environment_lookup(environment, ray[0], ray[1], rise, 0.4)
    else:
        open_red, open_green, open_blue = sky_radiance(sky, ridges, ray[0], ray[1], rise, REFLECTION_PIXEL)
    if mirror.shape[0] == 0:
        return open_red, open_green, open_blue
    height = mirror.shape[0]
    width = mirror.shape[1]
    at_column = min(width - 1, max(0, int((column + 0.5) * width / size + wave * width * WAVE_ACROSS)))
    taps = SMEAR_TAPS if rough > 0.0 else 1
    red = 0.0
    green = 0.0
    blue = 0.0
    for tap in range(taps):
        shift = wave * WAVE_ALONG + rough * ((tap + 0.5) / taps - 0.5)
        at_row = min(height - 1, max(0, int((row + 0.5) * height / size + shift * height)))
        cover = mirror[at_row, at_column, 3]
        red += mirror[at_row, at_column, 0] * cover + open_red * (1.0 - cover)
        green += mirror[at_row, at_column, 1] * cover + open_green * (1.0 - cover)
        blue += mirror[at_row, at_column, 2] * cover + open_blue * (1.0 - cover)
    return red / taps, green / taps, blue / taps


@kernel
def _ground_pixel(
    out: F32,
    plan: GroundPlan,
    world: World,
    strewn_colours: F32,
    lamps: F32,
    environment: F32,
    shadow_matrix: F32,
    shadow_depth: F32,
    sky: SkyLook,
    ridges: F32,
    contact: F32,
    mirror: F32,
    size: int,
    column: int,
    row: int,
    ray: Rgb,
    distance: float,
) -> None:
    """Fill one pixel of the layer where its ray meets the ground plane."""
    dx, dy, dz = ray
    x = world.eye[0] + distance * dx
    y = world.eye[1] + distance * dy
    footprint = distance / world.focal / math.sqrt(-dz)
    into = shore_distance(plan.water, x, y, footprint)
    if into > 0.0:
        scale = plan.water.wave_scale
        wave = plan.water.waves * filtered_fbm(x * scale, y * scale, 90, 4, footprint * scale * 0.6)
        seen = _mirrored(world, environment, sky, ridges, mirror, size, column, row, ray, wave, 0.0)
        red, green, blue = water_radiance(plan.water, world, x, y, into, footprint, dz, seen, wave)
        land = 0.0
        sunlit = 0.0
    else:
        red, green, blue, sunlit, gloss = ground_radiance(
            plan, world, strewn_colours, contact, lamps, shadow_matrix, shadow_depth, x, y, footprint, pixel_turn(column, row)
        )
        land = 1.0
        if gloss > 0.0:
            wave = 0.05 * filtered_fbm(x * 3.0, y * 3.0, 89, 3, footprint * 3.0)
            seen = _mirrored(world, environment, sky, ridges, mirror, size, column, row, ray, wave, FLOOR_SMEAR)
            fresnel = gloss * (0.04 + 0.7 * (1.0 + dz) ** 4)
            red += seen[0] * fresnel
            green += seen[1] * fresnel
            blue += seen[2] * fresnel
    red, green, blue = hazed(world.air, red, green, blue, distance)
    if -dz < HORIZON_BLEND and world.room.present == 0:
        melt = 1.0 - smoothstep(0.0, HORIZON_BLEND, -dz)
        beyond = sky_radiance(sky, ridges, dx, dy, 0.001, 0.002)
        red += (beyond[0] - red) * melt
        green += (beyond[1] - green) * melt
        blue += (beyond[2] - blue) * melt
    out[RED] = red
    out[GREEN] = green
    out[BLUE] = blue
    out[GROUND] = land
    out[SUNLIT] = land * sunlit


@kernel
def shade_backdrop(
    layer: F32,
    nearness: F32,
    ids: I32,
    rotation: F32,
    plan: GroundPlan,
    world: World,
    strewn_colours: F32,
    lamps: F32,
    environment: F32,
    shadow_matrix: F32,
    shadow_depth: F32,
    sky: SkyLook,
    ridges: F32,
    contact: F32,
    mirror: F32,
) -> None:
    """Fill layer (H, W, CHANNELS) and nearness (H, W; 1 / camera z) wherever a sample is not covered by a prop.

    ids: (H * SAMPLES, W) of the props. mirror: (H, W, 4) radiance and cover of the mirrored props, or empty.
    """
    size = layer.shape[0]
    for row in range(size):
        for column in range(size):
            covered = True
            for sample in range(SAMPLES):
                if ids[row * SAMPLES + sample, column] < 0:
                    covered = False
            if covered:
                continue
            right = (column + 0.5 - size * 0.5) / world.focal
            down = (row + 0.5 - size * 0.5) / world.focal
            length = 1.0 / math.sqrt(1.0 + right * right + down * down)
            dx = (rotation[2, 0] + right * rotation[0, 0] + down * rotation[1, 0]) * length
            dy = (rotation[2, 1] + right * rotation[0, 1] + down * rotation[1, 1]) * length
            dz = (rotation[2, 2] + right * rotation[0, 2] + down * rotation[1, 2]) * length
            distance = -world.eye[2] / dz if dz < -1e-6 else 1e9
            if distance < FARTHEST:
                _ground_pixel(
                    layer[row, column],
                    plan,
                    world,
                    strewn_colours,
                    lamps,
                    environment,
                    shadow_matrix,
                    shadow_depth,
                    sky,
                    ridges,
                    contact,
                    mirror,
                    size,
                    column,
                    row,
                    (dx, dy, dz),
                    distance,
                )
                nearness[row, column] = 1.0 / (distance * length)
                continue
            nearness[row, column] = 1.0 / FARTHEST
            if world.room.present:
                layer[row, column, RED] = world.ambient.side[0]
                layer[row, column, GREEN] = world.ambient.side[1]
                layer[row, column, BLUE] = world.ambient.side[2]
                continue
            red, green, blue = sky_radiance(sky, ridges, dx, dy, dz, 1.0 / world.focal)
            layer[row, column, RED] = red
            layer[row, column, GREEN] = green
            layer[row, column, BLUE] = blue
