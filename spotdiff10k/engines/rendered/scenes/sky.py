"""The sky: gradient, glow of the sun, clouds, stars, and far layers of mountains, trees and roofs at the horizon.

Azimuths are measured from -x, the way the camera looks, so that the seam is behind it.
"""

import math

from spotdiff10k.engines.rendered.jit import kernel
from spotdiff10k.engines.rendered.model import F32
from spotdiff10k.engines.rendered.noise import fbm_2d, hash01, smoothstep
from spotdiff10k.engines.rendered.scenes.looks import Rgb, SkyLook
from spotdiff10k.engines.rendered.scenes.ridges import COLOUR, DETAIL, HEIGHT, SHADE, ridge_detail, ridge_light, ridge_top

CLOUD_FLATNESS = 0.14
"""Added to the sine of the elevation before the flat cloud layer is projected: keeps far clouds from shrinking to nothing."""
CLOUD_FOOT = (0.005, 0.14)
"""Clouds fade in between these sines of elevation."""
HIGHEST_RIDGE = 2.2
"""A ridge never rises above this many times its height."""
MIST, MIST_HEIGHT = 0.55, 0.6
"""How much haze lies at the foot of a far layer, and up to which share of its height."""
STAR_CELLS = 150.0
DISC_COSINE = (0.99925, 0.99965)
"""Cosines of the angle between which the sun's disc begins; about 1.7 degrees wide, a photographed sun."""


@kernel
def _clouds(sky: SkyLook, dx: float, dy: float, dz: float, octaves: int) -> tuple[float, float]:
    """Cover 0..1 and how much the clouds are in the light 0..1."""
    spread = sky.cloud_scale / (dz + CLOUD_FLATNESS)
    layer = int(sky.seed)
    x = dx * spread + sky.seed
    y = dy * spread
    warp = fbm_2d(x * 0.7, y * 0.7, layer + 5, 2) - 0.5
    x += 1.1 * warp
    y -= 0.9 * warp
    thickness = fbm_2d(x, y, layer, octaves)
    threshold = 0.70 - 0.46 * sky.clouds
    cover = smoothstep(threshold, threshold + 0.22, thickness) * smoothstep(CLOUD_FOOT[0], CLOUD_FOOT[1], dz)
    if cover <= 0.0:
        return 0.0, 0.0
    toward = 0.22
    behind = fbm_2d(x + toward * sky.sun_direction[0], y + toward * sky.sun_direction[1], layer, 3)
    light = 0.62 + 1.9 * (thickness - behind) - 0.45 * smoothstep(threshold, threshold + 0.5, thickness)
    return cover, min(1.0, max(0.0, light))


@kernel
def _stars(sky: SkyLook, dx: float, dy: float, dz: float) -> float:
    azimuth = math.atan2(dy, -dx)
    u = azimuth * STAR_CELLS * 0.5
    v = math.asin(min(1.0, dz)) * STAR_CELLS
    column = math.floor(u)
    row = math.floor(v)
    chance = hash01(int(column), int(row), int(sky.seed))
    if chance > 0.13:
        return 0.0
    away_x = u - column - 0.5 - 0.5 * (hash01(int(column), int(row), 3) - 0.5)
    away_y = v - row - 0.5 - 0.5 * (hash01(int(column), int(row), 4) - 0.5)
    size = 0.006 + 0.02 * hash01(int(column), int(row), 5) ** 3
    return sky.stars * math.exp(-(away_x * away_x + away_y * away_y) / size) * (0.25 + 5.0 * chance)


@kernel
def open_sky(sky: SkyLook, dx: float, dy: float, dz: float, octaves: int, with_disc: bool) -> Rgb:
    """Radiance of the sky without anything at the horizon, from a unit direction with dz >= 0."""
    rise = math.sqrt(smoothstep(-0.02, sky.gradient, dz))
    red = sky.horizon[0] + (sky.zenith[0] - sky.horizon[0]) * rise
    green = sky.horizon[1] + (sky.zenith[1] - sky.horizon[1]) * rise
    blue = sky.horizon[2] + (sky.zenith[2] - sky.horizon[2]) * rise
    cosine = max(0.0, dx * sky.sun_direction[0] + dy * sky.sun_direction[1] + dz * sky.sun_direction[2])
    near_sun = 0.22 * cosine**4 + 0.45 * cosine**24 + 0.6 * cosine**220
    if with_disc and sky.disc > 0.0:
        near_sun += sky.disc * smoothstep(DISC_COSINE[0], DISC_COSINE[1], cosine)
    if sky.stars > 0.0 and octaves > 3:
        twinkle = _stars(sky, dx, dy, dz)
        red += twinkle
        green += twinkle
        blue += twinkle
    red += sky.glow[0] * near_sun
    green += sky.glow[1] * near_sun
    blue += sky.glow[2] * near_sun
    if sky.clouds > 0.0 and dz > CLOUD_FOOT[0]:
        cover, light = _clouds(sky, dx, dy, dz, octaves)
        cover *= 0.96
        lining = 0.35 * cosine**8
        red += cover * (sky.cloud_shade[0] + (sky.cloud_light[0] - sky.cloud_shade[0]) * light + lining * sky.glow[0] - red)
        green += cover * (sky.cloud_shade[1] + (sky.cloud_light[1] - sky.cloud_shade[1]) * light + lining * sky.glow[1] - green)
        blue += cover * (sky.cloud_shade[2] + (sky.cloud_light[2] - sky.cloud_shade[2]) * light + lining * sky.glow[2] - blue)
    return red, green, blue


@kernel
def sky_radiance(sky: SkyLook, ridges: F32, dx: float, dy: float, dz: float, pixel: float) -> Rgb:
    """Radiance of the sky and the far layers from a unit direction; `pixel` is a pixel's angle in radians (edges)."""
    octaves = 5 if pixel < 0.01 else 3
    dz = max(0.0, dz)
    red, green, blue = open_sky(sky, dx, dy, dz, octaves, pixel < 0.01)
    if ridges.shape[0] == 0:
        return red, green, blue
    azimuth = math.atan2(dy, -dx)
    sun_azimuth = math.atan2(sky.sun_direction[1], -sky.sun_direction[0])
    for layer in range(ridges.shape[0]):
        ridge = ridges[layer]
        if dz > ridge[HEIGHT] * HIGHEST_RIDGE:
            continue
        seed = int(sky.seed) + 11 * layer + 1
        top = ridge_top(ridge, azimuth, seed)
        cover = smoothstep(-0.8 * pixel, 0.8 * pixel, top - dz)
        if cover <= 0.0:
            continue
        light = ridge_light(ridge, azimuth, dz, top, seed, sun_azimuth)
        detail = ridge_detail(ridge, azimuth, dz, top, seed, pixel)
        lit_detail = detail * (0.55 + 0.45 * light)
        red += cover * (
            (ridge[SHADE] + (ridge[COLOUR] - ridge[SHADE]) * light) * (1.0 - detail) + ridge[DETAIL] * lit_detail - red
        )
        green += cover * (
            (ridge[SHADE + 1] + (ridge[COLOUR + 1] - ridge[SHADE + 1]) * light) * (1.0 - detail)
            + ridge[DETAIL + 1] * lit_detail
            - green
        )
        blue += cover * (
            (ridge[SHADE + 2] + (ridge[COLOUR + 2] - ridge[SHADE + 2]) * light) * (1.0 - detail)
            + ridge[DETAIL + 2] * lit_detail
            - blue
        )
    return red, green, blue
