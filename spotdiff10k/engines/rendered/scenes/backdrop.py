"""The picture behind the props, row by row: land, water, what they mirror, and the sky."""

import numpy as np

from spotdiff10k.engines.rendered.jit import kernel
from spotdiff10k.engines.rendered.light import environment_lookup
from spotdiff10k.engines.rendered.model import F32, I32
from spotdiff10k.engines.rendered.noise import smoothstep
from spotdiff10k.engines.rendered.scenes.covering import BLUE, GREEN, RED
from spotdiff10k.engines.rendered.scenes.lights import hazed
from spotdiff10k.engines.rendered.scenes.looks import GroundPlan, Rgb, Water, World
from spotdiff10k.engines.rendered.scenes.rays import (
    BEYOND,
    DISTANCE,
    DX,
    DY,
    DZ,
    F64,
    FOOTPRINT,
    GLOSS,
    HIDDEN,
    INTO,
    LAND,
    RAY_COLUMNS,
    WATER,
    X,
    Y,
    trace_row,
)
from spotdiff10k.engines.rendered.scenes.shade_ground import land_row
from spotdiff10k.engines.rendered.scenes.shade_water import water_radiance, wave_slope
from spotdiff10k.engines.rendered.scenes.sky_table import sky_seen
from spotdiff10k.engines.rendered.scenes.textures import filtered_fbm

HORIZON_BLEND = 0.014
"""Sine of the angle below the horizon over which ground melts into what stands at the horizon."""
WAVE_ALONG, WAVE_ACROSS = 0.10, 0.03
"""Shares of the picture by which a wave of slope 1 shifts a reflection."""
FLOOR_SMEAR = 0.07
"""Share of the picture's height over which floors smear what they mirror."""
FLOOR_WAVES = 0.05
"""Slope of a floor's unevenness."""
HEAD_ON, GRAZING = 0.04, 0.7
"""Share that a polished floor reflects head on, and adds to it at grazing angles."""
SMEAR_TAPS = 7
ROOM_BLUR = 0.4
"""Blur at which a floor looks up the room's surroundings."""


@kernel
def _open(indoors: bool, environment: F32, sky: F32, reach: float, highest: float, dx: float, dy: float, rise: float) -> Rgb:
    """What is seen in a rising direction where no prop is."""
    if indoors:
        return environment_lookup(environment, dx, dy, rise, ROOM_BLUR)
    return sky_seen(sky, reach, highest, dx, dy, rise)


@kernel
def _mirrored(mirror: F32, size: int, column: int, row: int, open_sky: Rgb, wave: float, smear: float) -> Rgb:
    """What a level surface reflects at a pixel: the mirrored props where they are, else what is behind them.

    wave: slope that shifts the reflection; smear: share of the picture's height over which it is drawn out upright.
    """
    height = mirror.shape[0]
    if height == 0:
        return open_sky
    width = mirror.shape[1]
    at_column = min(width - 1, max(0, int((column + 0.5) * width / size + wave * width * WAVE_ACROSS)))
    taps = SMEAR_TAPS if smear > 0.0 else 1
    red = 0.0
    green = 0.0
    blue = 0.0
    for tap in range(taps):
        shift = wave * WAVE_ALONG + smear * ((tap + 0.5) / taps - 0.5)
        at_row = min(height - 1, max(0, int((row + 0.5) * height / size + shift * height)))
        cover = mirror[at_row, at_column, 3]
        red += mirror[at_row, at_column, 0] * cover + open_sky[0] * (1.0 - cover)
        green += mirror[at_row, at_column, 1] * cover + open_sky[1] * (1.0 - cover)
        blue += mirror[at_row, at_column, 2] * cover + open_sky[2] * (1.0 - cover)
    return red / taps, green / taps, blue / taps


@kernel
def _water_row(
    row: int,
    water: Water,
    world: World,
    environment: F32,
    sky: F32,
    reach: float,
    highest: float,
    mirror: F32,
    rays: F64,
    meets: I32,
    out: F32,
) -> None:
    """Shade the pixels of a row that meet water."""
    indoors = world.room.present == 1
    size = rays.shape[0]
    for column in range(size):
        if meets[column] != WATER:
            continue
        x = rays[column, X]
        y = rays[column, Y]
        dz = rays[column, DZ]
        wave = wave_slope(water, x, y, rays[column, FOOTPRINT])
        rise = max(0.002, -dz + 0.25 * abs(wave))
        beyond = _open(indoors, environment, sky, reach, highest, rays[column, DX], rays[column, DY], rise)
        seen = _mirrored(mirror, size, column, row, beyond, wave, 0.0)
        red, green, blue = water_radiance(water, world, x, y, rays[column, INTO], rays[column, FOOTPRINT], dz, seen, wave)
        out[column, RED] = red
        out[column, GREEN] = green
        out[column, BLUE] = blue


@kernel
def _gloss_row(
    row: int,
    indoors: bool,
    environment: F32,
    sky: F32,
    reach: float,
    highest: float,
    mirror: F32,
    rays: F64,
    meets: I32,
    out: F32,
) -> None:
    """Add what polished or wet land mirrors."""
    size = rays.shape[0]
    for column in range(size):
        if meets[column] != LAND or rays[column, GLOSS] <= 0.0:
            continue
        x = rays[column, X]
        y = rays[column, Y]
        dz = rays[column, DZ]
        wave = FLOOR_WAVES * filtered_fbm(x * 3.0, y * 3.0, 89, 3, rays[column, FOOTPRINT] * 3.0)
        rise = max(0.002, -dz + 0.25 * abs(wave))
        beyond = _open(indoors, environment, sky, reach, highest, rays[column, DX], rays[column, DY], rise)
        seen = _mirrored(mirror, size, column, row, beyond, wave, FLOOR_SMEAR)
        fresnel = rays[column, GLOSS] * (HEAD_ON + GRAZING * (1.0 + dz) ** 4)
        out[column, RED] += seen[0] * fresnel
        out[column, GREEN] += seen[1] * fresnel
        out[column, BLUE] += seen[2] * fresnel


@kernel
def _air_row(world: World, sky: F32, reach: float, highest: float, rays: F64, meets: I32, out: F32) -> None:
    """Haze over land and water, the blend into the horizon, and the sky itself."""
    air = world.air
    outdoors = world.room.present == 0
    for column in range(rays.shape[0]):
        if meets[column] == HIDDEN:
            continue
        dx = rays[column, DX]
        dy = rays[column, DY]
        dz = rays[column, DZ]
        if meets[column] == BEYOND:
            seen = world.ambient.side
            if outdoors:
                seen = sky_seen(sky, reach, highest, dx, dy, dz)
            out[column, RED], out[column, GREEN], out[column, BLUE] = seen
            continue
        red, green, blue = hazed(air, out[column, RED], out[column, GREEN], out[column, BLUE], rays[column, DISTANCE])
        if -dz < HORIZON_BLEND and outdoors:
            melt = 1.0 - smoothstep(0.0, HORIZON_BLEND, -dz)
            beyond = sky_seen(sky, reach, highest, dx, dy, 0.001)
            red += (beyond[0] - red) * melt
            green += (beyond[1] - green) * melt
            blue += (beyond[2] - blue) * melt
        out[column, RED] = red
        out[column, GREEN] = green
        out[column, BLUE] = blue


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
    sky: F32,
    reach: float,
    highest: float,
    contact: F32,
    mirror: F32,
) -> None:
    """Fill layer (H, W, CHANNELS) and nearness (H, W; 1 / camera z) wherever a sample is not covered by a prop.

    ids: (H * SAMPLES, W) of the props. sky, reach, highest: see sky_table.SkyTable.
    mirror: (h, w, 4) radiance and cover of the mirrored props, or empty.
    """
    size = layer.shape[0]
    rays = np.zeros((size, RAY_COLUMNS))
    meets = np.zeros(size, np.int32)
    for row in range(size):
        out = layer[row]
        trace_row(row, ids, rotation, world, plan.water, rays, meets, nearness[row])
        land_row(row, plan, world, strewn_colours, contact, lamps, shadow_matrix, shadow_depth, rays, meets, out)
        if plan.water.present:
            _water_row(row, plan.water, world, environment, sky, reach, highest, mirror, rays, meets, out)
        _gloss_row(row, world.room.present == 1, environment, sky, reach, highest, mirror, rays, meets, out)
        _air_row(world, sky, reach, highest, rays, meets, out)
