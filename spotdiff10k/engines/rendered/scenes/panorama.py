"""A panorama as a plate: looked at by the level's camera, with its lower half laid on the ground.

The ground-projected dome: the picture is thought to have been taken `CAPTURE_HEIGHT` above the ground in the middle of a
dome; rays that meet the ground inside the dome see what lies in the direction of that point, others see the dome.
"""

import math

import numpy as np

from spotdiff10k.engines.rendered.jit import kernel
from spotdiff10k.engines.rendered.light import AMBIENT_DIRECTIONS, AMBIENT_WEIGHT, ENVIRONMENT_HEIGHT, ENVIRONMENT_WIDTH
from spotdiff10k.engines.rendered.model import F32, U8, Camera, Lighting, Plate
from spotdiff10k.engines.rendered.scenes import environment as surroundings
from spotdiff10k.engines.rendered.scenes.covering import BLUE, CHANNELS, GREEN, GROUND, RED, SUNLIT
from spotdiff10k.engines.rendered.scenes.depth_of_field import blur, develop
from spotdiff10k.engines.rendered.scenes.looks import Rgb

CAPTURE_HEIGHT = 1.5
"""Metres above the ground at which panoramas are taken to be made."""
DOME_RADIUS = 9.0
DOME_EDGE = 0.75
"""Share of the dome's radius from which ground takes less and less of a shadow."""
TAPS = 2
"""Samples a pixel to each side."""
WHITE_LEVEL, HIGHLIGHT_GAIN = 0.90, 9.0
"""Ordinary pictures clip: what is whiter than the level may be this much brighter."""
SUN_TIMES_MEAN = 6.0
"""Radiance above this multiple of the sky's mean belongs to the sun."""
LEAST_SUN, MOST_SUN = 0.25, 6.0
"""The sun's part of the ground's light as a multiple of the sky's: overcast skies still cast soft shadows."""
LOWEST_SUN = 0.17
"""Sine of the least elevation a sun is taken to have."""
VIGNETTE, SOFTNESS, LARGEST_BLUR = 0.25, 0.005, 0.006
"""Darkening of the corners, and the lens: shares of the picture's side."""
GAMMA = 2.2
LUMINANCE = np.array([0.2126, 0.7152, 0.0722])


def linear_panorama(display: U8) -> F32:
    """Display values (H, W, 3) to radiance, with clipped highlights made brighter."""
    table = (np.arange(256) / 255.0) ** GAMMA
    gain = 1.0 + HIGHLIGHT_GAIN * np.clip((np.arange(256) / 255.0 - WHITE_LEVEL) / (1.0 - WHITE_LEVEL), 0.0, 1.0) ** 2
    white = display.min(axis=2)
    return np.asarray(table.astype(np.float32)[display] * gain.astype(np.float32)[white][..., None], np.float32)


@kernel
def look_up(panorama: F32, x: float, y: float, z: float, turn: float) -> Rgb:
    """Radiance from a unit direction, bilinear; `turn` radians about the vertical."""
    height, width, _ = panorama.shape
    column = ((math.atan2(y, x) + turn) / (2.0 * math.pi) + 0.5) * width - 0.5
    row = math.acos(max(-1.0, min(1.0, z))) / math.pi * height - 0.5
    left = math.floor(column)
    top = math.floor(row)
    u = column - left
    v = row - top
    i = int(left) % width
    j = (int(left) + 1) % width
    low = min(height - 1, max(0, int(top)))
    high = min(height - 1, max(0, int(top) + 1))
    red = (panorama[low, i, 0] * (1 - u) + panorama[low, j, 0] * u) * (1 - v) + (
        panorama[high, i, 0] * (1 - u) + panorama[high, j, 0] * u
    ) * v
    green = (panorama[low, i, 1] * (1 - u) + panorama[low, j, 1] * u) * (1 - v) + (
        panorama[high, i, 1] * (1 - u) + panorama[high, j, 1] * u
    ) * v
    blue = (panorama[low, i, 2] * (1 - u) + panorama[low, j, 2] * u) * (1 - v) + (
        panorama[high, i, 2] * (1 - u) + panorama[high, j, 2] * u
    ) * v
    return red, green, blue


@kernel
def _seen(eye: F32, dx: float, dy: float, dz: float) -> tuple[float, float, float, float, float]:
    """The point a ray meets, ground or dome: its direction from where the picture was taken, distance, share of ground."""
    if dz < -1e-6:
        along = -eye[2] / dz
        x = eye[0] + along * dx
        y = eye[1] + along * dy
        away = math.sqrt(x * x + y * y)
        if away < DOME_RADIUS:
            length = math.sqrt(x * x + y * y + CAPTURE_HEIGHT * CAPTURE_HEIGHT)
            share = min(1.0, max(0.0, (1.0 - away / DOME_RADIUS) / (1.0 - DOME_EDGE)))
            return x / length, y / length, -CAPTURE_HEIGHT / length, along, share
    rise = eye[2] - CAPTURE_HEIGHT
    radius = math.sqrt(DOME_RADIUS * DOME_RADIUS + CAPTURE_HEIGHT * CAPTURE_HEIGHT)
    half = eye[0] * dx + eye[1] * dy + rise * dz
    rest = eye[0] * eye[0] + eye[1] * eye[1] + rise * rise - radius * radius
    along = -half + math.sqrt(max(0.0, half * half - rest))
    return (eye[0] + along * dx) / radius, (eye[1] + along * dy) / radius, (rise + along * dz) / radius, along, 0.0


@kernel
def _fill(panorama: F32, turn: float, eye: F32, rotation: F32, focal: float, layer: F32, nearness: F32) -> None:
    size = layer.shape[0]
    share = 1.0 / (TAPS * TAPS)
    for row in range(size):
        for column in range(size):
            for tap in range(TAPS * TAPS):
                right = (column + (tap % TAPS + 0.5) / TAPS - size * 0.5) / focal
                down = (row + (tap // TAPS + 0.5) / TAPS - size * 0.5) / focal
                length = 1.0 / math.sqrt(1.0 + right * right + down * down)
                dx = (rotation[2, 0] + right * rotation[0, 0] + down * rotation[1, 0]) * length
                dy = (rotation[2, 1] + right * rotation[0, 1] + down * rotation[1, 1]) * length
                dz = (rotation[2, 2] + right * rotation[0, 2] + down * rotation[1, 2]) * length
                x, y, z, along, ground = _seen(eye, dx, dy, dz)
                red, green, blue = look_up(panorama, x, y, z, turn)
                layer[row, column, RED] += red * share
                layer[row, column, GREEN] += green * share
                layer[row, column, BLUE] += blue * share
                layer[row, column, GROUND] += ground * share
                layer[row, column, SUNLIT] += ground * share
                nearness[row, column] += share / (along * length)


@kernel
def _shrink(panorama: F32, turn: float, out: F32) -> None:
    """Mean radiance of each cell of a (h, w, 3) lat-long map, turned."""
    height, width, _ = out.shape
    fine = max(1, panorama.shape[1] // width)
    for row in range(height):
        for column in range(width):
            for i in range(fine):
                for j in range(fine):
                    polar = (row + (i + 0.5) / fine) / height * math.pi
                    azimuth = ((column + (j + 0.5) / fine) / width - 0.5) * 2.0 * math.pi
                    level = math.sin(polar)
                    red, green, blue = look_up(
                        panorama, level * math.cos(azimuth), level * math.sin(azimuth), math.cos(polar), turn
                    )
                    out[row, column, 0] += red / (fine * fine)
                    out[row, column, 1] += green / (fine * fine)
                    out[row, column, 2] += blue / (fine * fine)


def panorama_plate(panorama: F32, camera: Camera, seed: int) -> Plate:
    """The plate of a radiance panorama (H, W, 3), turned about the vertical by the seed."""
    turn = float(np.random.default_rng([seed, 1]).uniform(-math.pi, math.pi))
    light = panorama_light(panorama, turn)
    layer = np.zeros((camera.size, camera.size, CHANNELS), np.float32)
    nearness = np.zeros((camera.size, camera.size), np.float32)
    _fill(panorama, turn, camera.position, camera.rotation, camera.focal, layer, nearness)
    soft = np.empty_like(layer)
    focus = 1.0 / float(np.sqrt((camera.position.astype(np.float64) ** 2).sum()))
    blur(layer, nearness, focus, SOFTNESS * camera.size, LARGEST_BLUR * camera.size, soft)
    rgb = np.empty((camera.size, camera.size, 3), np.uint8)
    ground, sunlit = np.empty((2, camera.size, camera.size), np.uint8)
    develop(soft, light.exposure, VIGNETTE, rgb, ground, sunlit)
    return Plate(rgb, ground, sunlit, camera, light, VIGNETTE)


def panorama_light(panorama: F32, turn: float) -> Lighting:
    """Light from a panorama: its brightest spot is the sun, the rest the sky."""
    small = np.zeros((ENVIRONMENT_HEIGHT, ENVIRONMENT_WIDTH, 3), np.float32)
    _shrink(panorama, turn, small)
    half = ENVIRONMENT_HEIGHT // 2
    polar = (np.arange(half) + 0.5) / ENVIRONMENT_HEIGHT * math.pi
    solid = np.sin(polar)[:, None] * (math.pi / ENVIRONMENT_HEIGHT) * (2 * math.pi / ENVIRONMENT_WIDTH)
    sky = small[:half].astype(np.float64)
    brightness = (sky * LUMINANCE).sum(axis=2)
    limit = SUN_TIMES_MEAN * float((brightness * solid).sum() / solid.sum() / ENVIRONMENT_WIDTH)
    excess = np.maximum(0.0, 1.0 - limit / np.maximum(brightness, 1e-9))[..., None] * sky
    toward = _sun_direction(brightness)
    small[:half] -= excess.astype(np.float32)
    environment = surroundings.blurred_levels(small)
    ambient = surroundings.ambient_radiance(environment)
    up = (ambient.astype(np.float64) * AMBIENT_DIRECTIONS[:, 2:]).sum(axis=0) * AMBIENT_WEIGHT / math.pi
    found = (excess * (np.cos(polar)[:, None] * solid)[..., None]).sum(axis=(0, 1)) / math.pi
    sun = _sun_radiance(found, up, toward)
    ground = small[ENVIRONMENT_HEIGHT * 3 // 4 :].mean(axis=(0, 1))
    exposure = surroundings.exposure_for(tuple(map(float, up)), tuple(map(float, sun)))  # type: ignore[arg-type]
    return Lighting(toward, sun, ambient, environment, up.astype(np.float32), ground.astype(np.float32), exposure)


def _sun_direction(brightness: np.ndarray[tuple[int, int], np.dtype[np.float64]]) -> F32:
    """Towards the brightest cell of the upper half, no lower than LOWEST_SUN."""
    row, column = np.unravel_index(int(np.argmax(brightness)), brightness.shape)
    azimuth = ((column + 0.5) / ENVIRONMENT_WIDTH - 0.5) * 2 * math.pi
    height = max(LOWEST_SUN, math.cos((row + 0.5) / ENVIRONMENT_HEIGHT * math.pi))
    level = math.sqrt(max(0.0, 1.0 - height * height))
    return np.array([level * math.cos(azimuth), level * math.sin(azimuth), height], np.float32)


def _sun_radiance(found: F32, up: F32, toward: F32) -> F32:
    """The sun's radiance from what it was found to give level ground, kept within reason beside the sky's part."""
    sky_light, sun_light = float((up * LUMINANCE).sum()), float((found * LUMINANCE).sum())
    wanted = min(MOST_SUN * sky_light, max(LEAST_SUN * sky_light, sun_light))
    colour = found / sun_light if sun_light > 1e-9 else up / max(1e-9, sky_light)
    return np.asarray(colour * wanted / float(toward[2]), np.float32)
