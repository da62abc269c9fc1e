"""Colours by name, as captions say them, and the few colour sums that scenes need."""

import colorsys

import numpy as np

from spotdiff10k.engines.rendered.scenes.looks import Rgb

DISPLAY_GAMMA = 2.2
"""Named colours are what a screen shows; albedos and radiances are linear."""

Hsv = tuple[float, float, float]

PAINTS: dict[str, Hsv] = {
    "white": (0.10, 0.03, 0.93),
    "cream": (0.11, 0.18, 0.93),
    "beige": (0.09, 0.25, 0.84),
    "grey": (0.60, 0.05, 0.66),
    "charcoal": (0.62, 0.12, 0.28),
    "sage green": (0.29, 0.22, 0.68),
    "mint green": (0.42, 0.28, 0.86),
    "forest green": (0.40, 0.55, 0.36),
    "olive": (0.18, 0.45, 0.55),
    "teal": (0.50, 0.62, 0.52),
    "sky blue": (0.56, 0.42, 0.88),
    "powder blue": (0.57, 0.22, 0.86),
    "navy blue": (0.62, 0.62, 0.36),
    "lavender": (0.73, 0.24, 0.86),
    "plum": (0.83, 0.42, 0.46),
    "rose pink": (0.96, 0.30, 0.90),
    "coral": (0.02, 0.55, 0.92),
    "terracotta": (0.04, 0.60, 0.74),
    "brick red": (0.01, 0.65, 0.58),
    "mustard yellow": (0.12, 0.66, 0.84),
    "lemon yellow": (0.15, 0.50, 0.95),
    "peach": (0.06, 0.34, 0.95),
    "orange": (0.07, 0.75, 0.93),
    "red": (0.99, 0.75, 0.76),
    "purple": (0.76, 0.50, 0.62),
    "blue": (0.60, 0.65, 0.70),
    "green": (0.35, 0.55, 0.58),
    "brown": (0.06, 0.50, 0.42),
}

WOODS: dict[str, Hsv] = {
    "oak": (0.095, 0.48, 0.74),
    "pine": (0.105, 0.42, 0.88),
    "walnut": (0.065, 0.55, 0.42),
    "cherry": (0.045, 0.58, 0.58),
    "birch": (0.105, 0.26, 0.90),
    "ebony": (0.06, 0.35, 0.22),
    "grey oak": (0.09, 0.14, 0.60),
    "teak": (0.075, 0.58, 0.58),
}


def linear(hue: float, saturation: float, value: float) -> Rgb:
    """A display colour (hue, saturation, value, each 0..1; hue wraps) as linear RGB."""
    red, green, blue = colorsys.hsv_to_rgb(hue % 1.0, min(1.0, max(0.0, saturation)), max(0.0, value))
    return (red**DISPLAY_GAMMA, green**DISPLAY_GAMMA, blue**DISPLAY_GAMMA)


def paint(name: str, rng: np.random.Generator | None = None, jitter: float = 0.04) -> Rgb:
    """The paint, or wood, of that name in linear RGB, varied a little when a generator is given."""
    hue, saturation, value = PAINTS[name] if name in PAINTS else WOODS[name]
    if rng is not None:
        hue += jitter * 0.3 * rng.uniform(-1, 1)
        saturation *= 1 + jitter * 2 * rng.uniform(-1, 1)
        value *= 1 + jitter * rng.uniform(-1, 1)
    return linear(hue, saturation, value)


def scaled(colour: Rgb, factor: float) -> Rgb:
    """The colour made brighter or darker."""
    return (colour[0] * factor, colour[1] * factor, colour[2] * factor)


def mixed(first: Rgb, second: Rgb, share: float) -> Rgb:
    """`share` of the second colour in the first, 0..1."""
    return (
        first[0] + (second[0] - first[0]) * share,
        first[1] + (second[1] - first[1]) * share,
        first[2] + (second[2] - first[2]) * share,
    )


def times(first: Rgb, second: Rgb) -> Rgb:
    """Channel by channel product: an albedo under a light."""
    return (first[0] * second[0], first[1] * second[1], first[2] * second[2])


def plus(first: Rgb, second: Rgb) -> Rgb:
    """Channel by channel sum."""
    return (first[0] + second[0], first[1] + second[1], first[2] + second[2])


def luminance(colour: Rgb) -> float:
    """Rec. 709 luminance of a linear colour."""
    return 0.2126 * colour[0] + 0.7152 * colour[1] + 0.0722 * colour[2]
