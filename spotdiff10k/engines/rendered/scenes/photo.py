"""A photo as a plate: the picture is what it is, the ground is where the level's camera puts it, the light is estimated.

The estimate is modest: how bright and which colour the picture is above and below, on which side it is brighter, how hard
its contrasts are. It gives a soft sun whose shadow has a believable side, depth and tint.
"""

import math

import numpy as np
from PIL import Image

from spotdiff10k.engines.rendered.light import AMBIENT_DIRECTIONS, AMBIENT_WEIGHT, ENVIRONMENT_HEIGHT, ENVIRONMENT_WIDTH
from spotdiff10k.engines.rendered.model import F32, U8, Camera, Lighting, Plate
from spotdiff10k.engines.rendered.scenes import environment as surroundings
from spotdiff10k.engines.rendered.scenes.scene import direction
from spotdiff10k.engines.rendered.tone import LINEAR_TABLE

GLANCE = 64
"""Pixels a side at which a photo is judged."""
SKY_ROWS, STAGE_ROWS = (0.0, 0.45), (0.6, 0.95)
"""Shares of the height whose colours stand for what is above, and for the ground about the stage."""
TYPICAL_ALBEDO = 0.38
"""Of ground: what it is lit with is its radiance divided by this."""
SUN_SHARE = (0.30, 0.62)
"""Of the ground's light that comes from the sun, from flat to contrasty pictures."""
CONTRAST = (1.6, 5.0)
"""Brightest fifth over darkest fifth (linear) of a flat and of a contrasty picture."""
LIGHT_TINT = 0.5
"""How much of the picture's mean colour the light takes on; the rest is the things' own colour."""
SUN_AZIMUTHS = (30.0, 80.0)
"""Degrees from the camera's side: little and strong difference between left and right."""
SUN_ELEVATION = 44.0
WARM, COOL = np.array([1.06, 1.0, 0.92]), np.array([0.94, 1.0, 1.08])
"""The sun is a little warmer and the sky a little cooler than their mean."""
FAR_GROUND = (7.0, 14.0)
"""Metres over which ground stops to take shadows: what looks like ground farther away may be a wall."""
LUMINANCE = np.array([0.2126, 0.7152, 0.0722])


def photo_plate(picture: U8, camera: Camera, seed: int) -> Plate:
    """The plate of a display picture (H, W, 3) of any shape: its middle square, `camera.size` pixels a side."""
    rgb = _square(picture, camera.size)
    return Plate(
        rgb, ground_mask(camera, FAR_GROUND), np.full(rgb.shape[:2], 255, np.uint8), camera, estimate_light(rgb, seed), 0.0
    )


def _square(picture: U8, size: int) -> U8:
    """The middle square, resampled with a filter that is free of aliasing."""
    height, width = picture.shape[:2]
    side = min(height, width)
    left, top = (width - side) / 2, (height - side) / 2
    resized = Image.fromarray(picture).resize((size, size), Image.Resampling.LANCZOS, box=(left, top, left + side, top + side))
    return np.array(resized, dtype=np.uint8)


def ground_mask(camera: Camera, fade: tuple[float, float]) -> U8:
    """How much of each pixel is ground: where its ray falls to z = 0, less and less between the distances of `fade`."""
    steps = (np.arange(camera.size) + 0.5 - camera.size / 2) / camera.focal
    fall = -(camera.rotation[2, 2] + steps[:, None] * camera.rotation[1, 2] + steps[None, :] * camera.rotation[0, 2])
    depth = np.where(fall > 0, camera.position[2] / np.maximum(fall, 1e-6), np.inf)
    share = np.clip((fade[1] - depth) / (fade[1] - fade[0]), 0.0, 1.0)
    return (share * 255 + 0.5).astype(np.uint8)


def _mean(linear: F32, rows: tuple[float, float]) -> F32:
    size = len(linear)
    return np.asarray(linear[int(rows[0] * size) : int(rows[1] * size)].mean(axis=(0, 1)), np.float32)


def estimate_light(rgb: U8, seed: int) -> Lighting:
    """The light in a square picture; exposure is 1, so its linear values are the tone curve's."""
    small = np.array(Image.fromarray(rgb).resize((GLANCE, GLANCE), Image.Resampling.BOX))
    linear = LINEAR_TABLE[small]
    lit = _mean(linear, STAGE_ROWS)
    mean = linear.mean(axis=(0, 1)).astype(np.float64) + 1e-4
    tint = (1 - LIGHT_TINT) + LIGHT_TINT * mean / (mean * LUMINANCE).sum()
    whole = max(0.02, float((lit * LUMINANCE).sum())) / TYPICAL_ALBEDO
    brightness = np.sort((linear * LUMINANCE).sum(axis=2).ravel())
    fifth = len(brightness) // 5
    contrast = float(brightness[-fifth:].mean() / max(1e-3, brightness[:fifth].mean()))
    hard = min(1.0, max(0.0, (contrast - CONTRAST[0]) / (CONTRAST[1] - CONTRAST[0])))
    share = SUN_SHARE[0] + (SUN_SHARE[1] - SUN_SHARE[0]) * hard
    toward = direction(_sun_azimuth(linear, seed), SUN_ELEVATION)
    up = whole * (1 - share) * tint * COOL
    sun = whole * share * tint * WARM / toward[2]
    environment = _environment(linear, lit, up)
    return Lighting(
        sun_direction=np.array(toward, np.float32),
        sun_radiance=sun.astype(np.float32),
        sky=surroundings.ambient_radiance(environment),
        environment=environment,
        up_irradiance=up.astype(np.float32),
        ground_radiance=lit,
        exposure=1.0,
    )


def _sun_azimuth(linear: F32, seed: int) -> float:
    """From the side on which the upper part of the picture is brighter; the seed's parity where both are alike."""
    columns = (linear[: int(0.6 * len(linear))] * LUMINANCE).sum(axis=2).mean(axis=0)
    places = np.linspace(-1.0, 1.0, len(columns))
    lean = float((columns * places).sum() / max(1e-6, columns.sum()))
    side = math.copysign(1.0, lean) if abs(lean) > 0.01 else (1.0 if seed % 2 else -1.0)
    return side * (SUN_AZIMUTHS[0] + (SUN_AZIMUTHS[1] - SUN_AZIMUTHS[0]) * min(1.0, 4.0 * abs(lean)))


def _environment(linear: F32, ground: F32, up: F32) -> F32:
    """The picture wrapped about the stage, mirrored towards the camera, scaled so that the sky gives `up`."""
    rows = np.minimum(np.arange(ENVIRONMENT_HEIGHT) * 2, ENVIRONMENT_HEIGHT - 1) * (GLANCE * SKY_ROWS[1] / ENVIRONMENT_HEIGHT)
    azimuth = (np.arange(ENVIRONMENT_WIDTH) + 0.5) / ENVIRONMENT_WIDTH * 2 * math.pi - math.pi
    across = 0.5 + 0.5 * np.sin(azimuth)
    columns = np.minimum(GLANCE - 1, (across * GLANCE).astype(int))
    wrapped = linear[rows.astype(int)][:, columns].astype(np.float32)
    wrapped[ENVIRONMENT_HEIGHT // 2 :] = ground
    levels = surroundings.blurred_levels(wrapped)
    sky = surroundings.ambient_radiance(levels).astype(np.float64)
    found = (sky * AMBIENT_DIRECTIONS[:, 2:].astype(np.float64)).sum(axis=0) * AMBIENT_WEIGHT / math.pi
    scale = np.ones((ENVIRONMENT_HEIGHT, 1, 3))
    scale[: ENVIRONMENT_HEIGHT // 2] = np.asarray(up, np.float64) / np.maximum(found, 1e-6)
    return surroundings.blurred_levels((wrapped * scale).astype(np.float32))
