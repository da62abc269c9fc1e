"""A meadow with flowers, single trees and hills or mountains behind it."""

import numpy as np

from spotdiff10k.engines.rendered.scenes.colours import linear, mixed, scaled
from spotdiff10k.engines.rendered.scenes.daylight import weather
from spotdiff10k.engines.rendered.scenes.grass import flowers, tufts
from spotdiff10k.engines.rendered.scenes.horizon import far_ridges
from spotdiff10k.engines.rendered.scenes.looks import GroundKind, RegionShape, Rgb
from spotdiff10k.engines.rendered.scenes.placing import in_view, spread
from spotdiff10k.engines.rendered.scenes.props import PropBuilder
from spotdiff10k.engines.rendered.scenes.rocks import rocks
from spotdiff10k.engines.rendered.scenes.scene import Scene, ground, plan, region, scatter
from spotdiff10k.engines.rendered.scenes.vegetation import broadleaf, bush, plant
from spotdiff10k.traits import Traits

FLOWERS: dict[str, list[tuple[float, float, float]]] = {
    "poppies": [(0.005, 0.85, 0.88), (0.02, 0.88, 0.92)],
    "daisies": [(0.13, 0.04, 0.98), (0.13, 0.10, 0.96)],
    "bluebells": [(0.65, 0.58, 0.85), (0.68, 0.50, 0.92)],
    "buttercups": [(0.145, 0.88, 0.98), (0.13, 0.80, 0.98)],
    "pink clover": [(0.91, 0.45, 0.88), (0.88, 0.35, 0.93)],
    "mixed wild flowers": [(0.005, 0.80, 0.9), (0.14, 0.8, 0.98), (0.66, 0.5, 0.9), (0.9, 0.4, 0.95), (0.1, 0.03, 0.98)],
}
GRASSES: dict[str, tuple[tuple[float, float, float], tuple[float, float, float]]] = {
    # dark and light display colours
    "lush": ((0.29, 0.66, 0.30), (0.235, 0.62, 0.60)),
    "fresh": ((0.27, 0.62, 0.36), (0.215, 0.64, 0.70)),
    "dry": ((0.155, 0.52, 0.42), (0.125, 0.48, 0.78)),
}


def make(traits: Traits, rng: np.random.Generator) -> Scene:
    """The scene of a meadow level."""
    light = weather(str(traits["time"]), str(traits["sky"]), rng)
    dark_hsv, bright_hsv = GRASSES[str(traits["grass"])]
    dark, bright = linear(*dark_hsv), linear(*bright_hsv)
    props = PropBuilder()
    _plants(props, rng, str(traits["flowers"]), dark, bright)
    _trees(props, rng, dark, bright)
    rocks(props, rng, spread(rng, 5, 1.6, 9.0), (0.05, 0.24), linear(0.1, 0.08, 0.52))
    path = region(RegionShape.BAND, (-2.6, 0.0), rng.uniform(60, 120), 1.0, 0.4, 0.35, 0.16) if traits["path"] else None
    soil = ground(GroundKind.SOIL, linear(0.08, 0.4, 0.36), linear(0.09, 0.34, 0.62), linear(0.08, 0.4, 0.25), 1.0, 0, 1.2)
    base = ground(
        GroundKind.GRASS,
        dark,
        bright,
        linear(0.13, 0.45, 0.66),
        rng.uniform(0.9, 1.15),
        rng.uniform(0, 360),
        0.75,
        seed=rng.integers(500),
    )
    petals = [linear(*hsv) for hsv in FLOWERS[str(traits["flowers"])]]
    lying = scatter([*petals, bright, linear(0.2, 0.6, 0.55)], 0.13, 0.16, 0.6, 0.16, 0.3, 0.9)
    return Scene(
        sky=light.sky,
        plan=plan(base, soil, path, lying) if path else plan(base, strewn=lying),
        props=props.build(),
        sun=light.sun,
        air=light.air,
        ridges=far_ridges(str(traits["horizon"]), light, rng, bright),
    )


def _plants(props: PropBuilder, rng: np.random.Generator, kind: str, dark: Rgb, bright: Rgb) -> None:
    low, high = scaled(dark, 0.8), mixed(bright, linear(0.19, 0.55, 0.85), 0.25)
    tufts(props, rng, in_view(rng, 1000, 0.74, 3.0, 0.8), 0.06, low, high, 7, 0.06)
    tufts(props, rng, in_view(rng, 900, 1.15, 6.0, 0.8), 0.15, low, high, 8, 0.045)
    tufts(props, rng, in_view(rng, 800, 2.6, 12.0, 0.7), 0.24, low, high, 6, 0.05)
    colours = [linear(*hsv) for hsv in FLOWERS[kind]]
    heart = linear(0.12, 0.85, 0.75) if kind == "daisies" else linear(0.1, 0.6, 0.2)
    stem = scaled(bright, 0.7)
    centers = spread(rng, 9, 1.5, 8.0)
    centers = np.concatenate([centers, in_view(rng, 8, 1.5, 6.0)])
    drifts = centers[rng.integers(len(centers), size=330)] + rng.normal(size=(330, 3)) * np.array([0.7, 0.7, 0.0])
    drifts = drifts[(drifts[:, 0] ** 2 + drifts[:, 1] ** 2) > 0.9**2]
    flowers(props, rng, drifts, 0.19, 0.032, colours, heart, stem)
    flowers(props, rng, in_view(rng, 70, 0.85, 3.5), 0.12, 0.022, colours, heart, stem)


def _trees(props: PropBuilder, rng: np.random.Generator, dark: Rgb, bright: Rgb) -> None:
    bark = linear(0.07, 0.4, 0.34)
    crowns = [broadleaf(rng, mixed(bright, linear(0.2, 0.7, 0.7), 0.3), scaled(dark, 0.7), bark) for _ in range(2)]
    for place in spread(rng, int(rng.integers(4, 9)), 7.0, 22.0, 0.85, 2.0):
        plant(props, crowns[int(rng.integers(2))], place, rng.uniform(2.6, 5.2), rng.uniform(0, 6.28), rng.uniform(0.8, 1.2))
    shrub = bush(rng, bright, scaled(dark, 0.7))
    for place in spread(rng, int(rng.integers(4, 10)), 4.5, 16.0, 1.0, 1.0):
        plant(props, shrub, place, rng.uniform(0.4, 1.1), rng.uniform(0, 6.28), rng.uniform(0.75, 1.15))
