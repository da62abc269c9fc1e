"""What a scene sends to the stage: an environment map with blurred levels, ambient radiances, exposure."""

import math

import numpy as np

from spotdiff10k.engines.rendered.jit import kernel
from spotdiff10k.engines.rendered.light import (
    AMBIENT_DIRECTIONS,
    AMBIENT_WEIGHT,
    ENVIRONMENT_HEIGHT,
    ENVIRONMENT_LEVELS,
    ENVIRONMENT_WIDTH,
    environment_lookup,
)
from spotdiff10k.engines.rendered.model import F32
from spotdiff10k.engines.rendered.noise import smoothstep
from spotdiff10k.engines.rendered.scenes.looks import GroundPlan, Rgb, Sky3, SkyLook
from spotdiff10k.engines.rendered.scenes.scene import Surround
from spotdiff10k.engines.rendered.scenes.shade_ground import look_albedo
from spotdiff10k.engines.rendered.scenes.sky import sky_radiance
from spotdiff10k.engines.rendered.scenes.strewn import region_share

COARSE_PIXEL = 0.1
"""Angle of an environment pixel in radians: asks the sky for its coarse look."""
BAND_SOFTNESS = 0.12
GROUND_EDGE = 0.12
"""Sine of the angle below the horizon at which the map shows ground only."""
BLUR_RADII = (0, 2, 6)
"""Pixels of box blur, twice over, of each level."""
AMBIENT_BLUR = 0.5
STAGE_GLANCE = 0.5
"""Footprint in metres at which the ground's mean colour is looked up."""
KEY = 0.62
"""Exposed luminance of white in the usual light: albedo 0.18 comes out near display 105."""
SKY_PART, SUN_PART = 0.85, 0.55
"""How much of the sky and of the sun a subject usually receives."""
EYE = (0.30, 0.55, 0.15)
"""Weights of red, green, blue when exposure is set; more red than luminance, so that warm light is not overexposed."""


@kernel
def fill_environment(sky: SkyLook, ridges: F32, surround: Surround, ground: Rgb, out: F32) -> None:
    """Radiance of the surroundings into out (32, 64, 3), without the sun's disc."""
    for row in range(ENVIRONMENT_HEIGHT):
        polar = (row + 0.5) / ENVIRONMENT_HEIGHT * math.pi
        for column in range(ENVIRONMENT_WIDTH):
            azimuth = ((column + 0.5) / ENVIRONMENT_WIDTH - 0.5) * 2.0 * math.pi
            dx = math.sin(polar) * math.cos(azimuth)
            dy = math.sin(polar) * math.sin(azimuth)
            dz = math.cos(polar)
            if surround.indoor:
                red, green, blue = surround.ceiling
                cover = 1.0 - smoothstep(surround.band_height - BAND_SOFTNESS, surround.band_height + BAND_SOFTNESS, dz)
            else:
                red, green, blue = sky_radiance(sky, ridges, dx, dy, max(0.0, dz), COARSE_PIXEL)
                cover = 0.0
                if surround.band_height > 0.0:
                    cover = 1.0 - smoothstep(surround.band_height - BAND_SOFTNESS, surround.band_height + BAND_SOFTNESS, dz)
            red += (surround.band[0] - red) * cover
            green += (surround.band[1] - green) * cover
            blue += (surround.band[2] - blue) * cover
            window = surround.window_direction
            facing = dx * window[0] + dy * window[1] + dz * window[2]
            bright = smoothstep(surround.window_cosine - 0.05, surround.window_cosine + 0.02, facing)
            red += bright * surround.window[0]
            green += bright * surround.window[1]
            blue += bright * surround.window[2]
            below = smoothstep(0.0, GROUND_EDGE, -dz)
            out[row, column, 0] = red + (ground[0] - red) * below
            out[row, column, 1] = green + (ground[1] - green) * below
            out[row, column, 2] = blue + (ground[2] - blue) * below


@kernel
def box_blur(source: F32, radius: int, out: F32) -> None:
    """Mean over (2 radius + 1) rows, clamped, and (4 radius + 1) columns, wrapped."""
    height, width, _ = source.shape
    for row in range(height):
        for column in range(width):
            for channel in range(3):
                total = 0.0
                for i in range(-radius, radius + 1):
                    at_row = min(height - 1, max(0, row + i))
                    for j in range(-2 * radius, 2 * radius + 1):
                        total += source[at_row, (column + j) % width, channel]
                out[row, column, channel] = total / ((2 * radius + 1) * (4 * radius + 1))


def blurred_levels(sharp: F32) -> F32:
    """(3, 32, 64, 3): the map and two blurs of it."""
    levels = np.empty((ENVIRONMENT_LEVELS, *sharp.shape), np.float32)
    levels[0] = sharp
    for level, radius in enumerate(BLUR_RADII[1:], start=1):
        box_blur(levels[level - 1], radius, levels[level])
    return levels


def ambient_radiance(environment: F32) -> F32:
    """(D, 3) radiance along light.AMBIENT_DIRECTIONS."""
    looked_up = [environment_lookup(environment, float(x), float(y), float(z), AMBIENT_BLUR) for x, y, z in AMBIENT_DIRECTIONS]
    return np.maximum(np.array(looked_up, np.float32), 0.0)


def irradiances(radiance: F32, ground: Rgb) -> Sky3:
    """Irradiance / pi of surfaces that look up, sideways and down."""
    rise = AMBIENT_DIRECTIONS[:, 2].astype(np.float64)
    level = np.sqrt(np.maximum(0.0, 1.0 - rise * rise))
    sky = radiance.astype(np.float64)
    up = (sky * rise[:, None]).sum(axis=0) * AMBIENT_WEIGHT / math.pi
    side = (sky * level[:, None]).sum(axis=0) * AMBIENT_WEIGHT / math.pi**2 + 0.5 * np.asarray(ground)
    return Sky3(_rgb(up), _rgb(side), ground)


def _rgb(values: np.ndarray[tuple[int], np.dtype[np.float64]]) -> Rgb:
    return (float(values[0]), float(values[1]), float(values[2]))


def stage_albedo(plan: GroundPlan) -> Rgb:
    """Mean albedo of the ground about the stage."""
    share, _ = region_share(plan.region, 0.0, 0.0, STAGE_GLANCE)
    red, green, blue, _, _ = look_albedo(plan.other if share > 0.5 else plan.base, 0.0, 0.0, STAGE_GLANCE)
    return (float(red), float(green), float(blue))


def exposure_for(up: Rgb, sun: Rgb) -> float:
    """The exposure that puts an average subject at middle tones."""
    return KEY / sum(weight * (SKY_PART * sky + SUN_PART * key) for weight, sky, key in zip(EYE, up, sun, strict=True))
