"""A lens that is sharp about the stage and softens what is far behind it; then the picture's display values."""

import math

import numpy as np

from spotdiff10k.engines.rendered.jit import kernel
from spotdiff10k.engines.rendered.model import F32, U8
from spotdiff10k.engines.rendered.scenes.covering import BLUE, CHANNELS, GREEN, GROUND, RED, SUNLIT
from spotdiff10k.engines.rendered.tone import to_display

SHARP_ZONE = 0.27
"""Relative difference of nearness to the stage's that stays in focus."""
NEAR_SHARE = 0.35
"""What is nearer than the stage blurs this much less."""
SHARP_PIXELS = 0.55
"""Circles smaller than this are not gathered."""
FEWEST_TAPS, MOST_TAPS = 8, 44
TAPS_PER_SQUARE_PIXEL = 0.8
SPREAD = 1.1
GOLDEN_ANGLE = math.pi * (3.0 - math.sqrt(5.0))
TAP_COSINES = np.cos(np.arange(MOST_TAPS) * GOLDEN_ANGLE)
TAP_SINES = np.sin(np.arange(MOST_TAPS) * GOLDEN_ANGLE)


@kernel
def circle(near: float, focus: float, strength: float, largest: float) -> float:
    """Radius in pixels of the blur of something at this nearness (1 / camera z)."""
    away = (focus - near) / focus
    if away < 0.0:
        away = -away * NEAR_SHARE
    return min(largest, max(0.0, away - SHARP_ZONE) * strength)


@kernel
def blur(layer: F32, nearness: F32, focus: float, strength: float, largest: float, out: F32) -> None:
    """Gather each pixel's circle; what is sharp does not bleed into what is not."""
    height = layer.shape[0]
    width = layer.shape[1]
    sums = np.empty(CHANNELS)
    for row in range(height):
        for column in range(width):
            radius = circle(nearness[row, column], focus, strength, largest)
            if radius < SHARP_PIXELS:
                for channel in range(CHANNELS):
                    out[row, column, channel] = layer[row, column, channel]
                continue
            for channel in range(CHANNELS):
                sums[channel] = layer[row, column, channel]
            weight = 1.0
            taps = min(MOST_TAPS, FEWEST_TAPS + int(TAPS_PER_SQUARE_PIXEL * radius * radius))
            for tap in range(taps):
                away = math.sqrt((tap + 0.5) / taps) * radius * SPREAD
                at_column = min(width - 1, max(0, int(column + away * TAP_COSINES[tap] + 0.5)))
                at_row = min(height - 1, max(0, int(row + away * TAP_SINES[tap] + 0.5)))
                reach = circle(nearness[at_row, at_column], focus, strength, largest) * SPREAD
                share = 1.0 if reach + 0.8 >= away else 0.03
                for channel in range(CHANNELS):
                    sums[channel] += share * layer[at_row, at_column, channel]
                weight += share
            for channel in range(CHANNELS):
                out[row, column, channel] = sums[channel] / weight


@kernel
def develop(layer: F32, exposure: float, vignette: float, rgb: U8, ground: U8, sunlit: U8) -> None:
    """Linear layer to display values, and the two shares to 0..255."""
    height = layer.shape[0]
    width = layer.shape[1]
    for row in range(height):
        for column in range(width):
            across = (column + 0.5) / width - 0.5
            along = (row + 0.5) / height - 0.5
            brightness = exposure * (1.0 - vignette * (across * across + along * along))
            rgb[row, column, 0] = int(min(255.0, to_display(layer[row, column, RED] * brightness) + 0.5))
            rgb[row, column, 1] = int(min(255.0, to_display(layer[row, column, GREEN] * brightness) + 0.5))
            rgb[row, column, 2] = int(min(255.0, to_display(layer[row, column, BLUE] * brightness) + 0.5))
            share = min(1.0, max(0.0, layer[row, column, GROUND]))
            ground[row, column] = int(share * 255.0 + 0.5)
            lit = min(1.0, layer[row, column, SUNLIT] / share) if share > 1e-4 else 1.0
            sunlit[row, column] = int(lit * 255.0 + 0.5)
