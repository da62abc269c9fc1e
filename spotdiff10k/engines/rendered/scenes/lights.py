"""How light and haze reach a place: the key light's pool, lamps, the sky, air."""

import math

from spotdiff10k.engines.rendered.jit import kernel
from spotdiff10k.engines.rendered.model import F32
from spotdiff10k.engines.rendered.noise import smoothstep
from spotdiff10k.engines.rendered.scenes.looks import Air, Rgb, Sky3, Sunshine

# columns of a lamp
LAMP_RADIANCE = 3
LAMP_REACH = 6
LAMP_COLUMNS = 7


@kernel
def spot(sun: Sunshine, x: float, y: float) -> float:
    """Share of the key light that its cone or window lets through to a place."""
    if sun.spot_radius <= 0.0:
        return 1.0
    away = math.sqrt(x * x + y * y)
    return sun.spot_floor + (1.0 - sun.spot_floor) * (1.0 - smoothstep(sun.spot_radius, sun.spot_radius + sun.spot_fade, away))


@kernel
def lamp_light(lamps: F32, x: float, y: float, z: float, nx: float, ny: float, nz: float) -> Rgb:
    """Irradiance / pi from the scene's lamps, without shadows. lamps: (N, 7) position, radiance, reach in metres."""
    red = 0.0
    green = 0.0
    blue = 0.0
    for i in range(lamps.shape[0]):
        to_x = lamps[i, 0] - x
        to_y = lamps[i, 1] - y
        to_z = lamps[i, 2] - z
        squared = to_x * to_x + to_y * to_y + to_z * to_z
        reach = lamps[i, LAMP_REACH]
        if squared > 36.0 * reach * reach:
            continue
        facing = (nx * to_x + ny * to_y + nz * to_z) / math.sqrt(squared + 1e-6)
        fall = max(0.0, 0.25 + 0.75 * facing) / (1.0 + squared / (reach * reach)) ** 2
        red += lamps[i, LAMP_RADIANCE] * fall
        green += lamps[i, LAMP_RADIANCE + 1] * fall
        blue += lamps[i, LAMP_RADIANCE + 2] * fall
    return red, green, blue


@kernel
def ambient(sky: Sky3, nz: float) -> Rgb:
    """Irradiance / pi of a surface whose normal rises by nz."""
    up = max(0.0, nz)
    down = max(0.0, -nz)
    side = 1.0 - up - down
    return (
        sky.up[0] * up + sky.side[0] * side + sky.down[0] * down,
        sky.up[1] * up + sky.side[1] * side + sky.down[1] * down,
        sky.up[2] * up + sky.side[2] * side + sky.down[2] * down,
    )


@kernel
def hazed(air: Air, red: float, green: float, blue: float, distance: float) -> Rgb:
    """The colour behind `distance` metres of air."""
    haze = 1.0 - math.exp(-max(0.0, distance - air.start) * air.density)
    return (
        red + (air.colour[0] - red) * haze,
        green + (air.colour[1] - green) * haze,
        blue + (air.colour[2] - blue) * haze,
    )
