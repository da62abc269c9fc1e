"""Far layers at the horizon under a weather: mountains, hills, woods, dunes, roofs."""

import numpy as np

from spotdiff10k.engines.rendered.scenes.colours import linear, mixed, scaled, times
from spotdiff10k.engines.rendered.scenes.daylight import Weather
from spotdiff10k.engines.rendered.scenes.looks import Rgb, Ridge, RidgeShape


def layer(
    light: Weather,
    shape: RidgeShape,
    height: float,
    frequency: float,
    albedo: Rgb,
    haze: float,
    amount: float = 0.0,
    detail: Rgb | None = None,
) -> Ridge:
    """A far layer of an albedo, lit by this weather; `haze` 0..1 of the horizon's colour lies over it."""
    horizon = light.sky.horizon
    sunny = [0.7 * sky + 0.45 * sun for sky, sun in zip(horizon, light.sun.radiance, strict=True)]
    lit: Rgb = (sunny[0], sunny[1], sunny[2])
    bright = mixed(times(albedo, lit), horizon, haze)
    shade = mixed(scaled(times(albedo, horizon), 0.45), horizon, haze)
    shown = detail if detail is not None else mixed(scaled(lit, 0.8), horizon, haze * 0.6)
    return Ridge(shape, height, frequency, bright, shade, shown, amount)


def far_ridges(kind: str, light: Weather, rng: np.random.Generator, green: Rgb) -> list[Ridge]:
    """Layers by name: "mountains", "hills", "a forest", "conifers", "dunes", "mesas", "a skyline" or "open fields"."""
    rock, woods = linear(0.6, 0.18, 0.52), scaled(mixed(green, linear(0.38, 0.5, 0.36), 0.6), 0.7)
    tall, wide = rng.uniform(0.8, 1.25), rng.uniform(0.85, 1.2)
    layers: dict[str, list[tuple[RidgeShape, float, float, Rgb, float, float]]] = {
        "mountains": [
            (RidgeShape.MOUNTAINS, 0.21, 1.7, rock, 0.42, rng.uniform(0.35, 0.6)),
            (RidgeShape.HILLS, 0.065, 1.6, mixed(green, rock, 0.3), 0.42, 0.0),
            (RidgeShape.CONIFERS, 0.042, 3.4, woods, 0.2, 0.0),
        ],
        "hills": [
            (RidgeShape.HILLS, 0.15, 1.1, mixed(green, rock, 0.4), 0.5, 0.0),
            (RidgeShape.HILLS, 0.09, 1.5, mixed(green, linear(0.2, 0.5, 0.6), 0.4), 0.3, 0.0),
            (RidgeShape.TREES, 0.032, 2.6, woods, 0.2, 0.0),
        ],
        "a forest": [
            (RidgeShape.HILLS, 0.11, 1.2, woods, 0.5, 0.0),
            (RidgeShape.TREES, 0.1, 3.0, woods, 0.22, 0.0),
            (RidgeShape.CONIFERS, 0.07, 3.0, scaled(woods, 0.8), 0.1, 0.0),
        ],
        "conifers": [
            (RidgeShape.MOUNTAINS, 0.13, 2.2, mixed(rock, woods, 0.5), 0.5, 0.3),
            (RidgeShape.CONIFERS, 0.1, 2.6, woods, 0.3, 0.0),
            (RidgeShape.CONIFERS, 0.065, 3.1, scaled(woods, 0.8), 0.12, 0.0),
        ],
        "dunes": [
            (RidgeShape.HILLS, 0.1, 1.0, green, 0.45, 0.0),
            (RidgeShape.HILLS, 0.055, 1.6, green, 0.25, 0.0),
        ],
        "mesas": [
            (RidgeShape.MOUNTAINS, 0.15, 1.9, linear(0.03, 0.5, 0.6), 0.45, 0.0),
            (RidgeShape.SKYLINE, 0.085, 0.9, linear(0.035, 0.55, 0.56), 0.3, 0.0),
            (RidgeShape.HILLS, 0.03, 2.2, linear(0.06, 0.5, 0.6), 0.2, 0.0),
        ],
        "a skyline": [
            (RidgeShape.SKYLINE, 0.17, 1.6, linear(0.6, 0.12, 0.62), 0.55, 0.0),
            (RidgeShape.SKYLINE, 0.1, 2.4, linear(0.58, 0.12, 0.55), 0.35, 0.25),
        ],
        "open fields": [
            (RidgeShape.HILLS, 0.036, 1.2, mixed(green, rock, 0.3), 0.55, 0.0),
            (RidgeShape.TREES, 0.016, 2.4, woods, 0.35, 0.0),
        ],
        "nothing": [],
    }
    glow = (1.6, 1.05, 0.5) if light.time in ("dusk", "night") else None
    return [
        layer(light, shape, height * tall, frequency * wide, albedo, haze, amount, glow if shape == RidgeShape.SKYLINE else None)
        for shape, height, frequency, albedo, haze, amount in layers[kind]
    ]
