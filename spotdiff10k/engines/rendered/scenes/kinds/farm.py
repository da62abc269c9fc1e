"""Farmland: stubble or tall grain, hay bales, fences, a barn."""

import numpy as np

from spotdiff10k.engines.rendered.scenes.colours import linear, mixed, paint, scaled
from spotdiff10k.engines.rendered.scenes.daylight import weather
from spotdiff10k.engines.rendered.scenes.furniture import Placer
from spotdiff10k.engines.rendered.scenes.grass import flowers, tufts
from spotdiff10k.engines.rendered.scenes.horizon import far_ridges
from spotdiff10k.engines.rendered.scenes.looks import GroundKind, GroundLook, RegionShape, Rgb
from spotdiff10k.engines.rendered.scenes.outdoors import cabin, fence, hay_bale
from spotdiff10k.engines.rendered.scenes.placing import in_view, spread
from spotdiff10k.engines.rendered.scenes.props import PropBuilder
from spotdiff10k.engines.rendered.scenes.scene import Scene, ground, plan, region, scatter
from spotdiff10k.engines.rendered.scenes.vegetation import broadleaf, plant
from spotdiff10k.traits import Traits

CROPS: dict[str, tuple[tuple[float, float, float], tuple[float, float, float]]] = {
    # dark, light
    "wheat": ((0.10, 0.55, 0.55), (0.12, 0.52, 0.92)),
    "barley": ((0.17, 0.45, 0.48), (0.15, 0.40, 0.86)),
    "lavender": ((0.74, 0.42, 0.42), (0.75, 0.48, 0.85)),
    "sunflowers": ((0.28, 0.55, 0.34), (0.24, 0.55, 0.62)),
}
HORIZONS = ["hills", "open fields", "a forest"]


def make(traits: Traits, rng: np.random.Generator) -> Scene:
    """The scene of a farm level."""
    light = weather(str(traits["time"]), str(traits["sky"]), rng)
    dark, bright = (linear(*hsv) for hsv in CROPS[str(traits["crop"])])
    side = 1.0 if rng.random() < 0.5 else -1.0
    props = PropBuilder()
    _crop(props, rng, str(traits["crop"]))
    straw = linear(0.115, 0.5, 0.85)
    if traits["bales"]:
        for place in spread(rng, 9, 3.4, 16.0, 0.95, 2.2):
            hay_bale(Placer(props, place, rng.uniform(0, 3.1)), scaled(straw, rng.uniform(0.85, 1.1)), rng.uniform(0.5, 0.68))
    if traits["barn"]:
        _barn(props, rng, side, 0.8 if traits["time"] in ("dusk", "sunset") else 0.0)
    where = Placer(props, (-rng.uniform(2.6, 3.6), -side * 2.2, 0.0), rng.uniform(-0.15, 0.15))
    fence(where, linear(0.08, 0.25, 0.6), 4.8, bool(rng.random() < 0.5))
    tree = broadleaf(rng, linear(0.22, 0.6, 0.6), linear(0.28, 0.6, 0.3), linear(0.07, 0.3, 0.35))
    for place in spread(rng, 6, 9.0, 24.0, 0.8, 2.5):
        plant(props, tree, place, rng.uniform(2.8, 4.6), rng.uniform(0, 6.28), rng.uniform(0.8, 1.1))
    stubble, earth = _grounds(rng, dark, bright)
    track = region(RegionShape.BAND, (0.0, 0.0), rng.uniform(-20, 20), 1.0, rng.uniform(0.85, 1.2), 0.2, 0.12)
    chaff = scatter([straw, scaled(straw, 0.7), scaled(bright, 0.8)], 0.06, 0.5, 0.09, 0.75, 0.3, 0.3)
    return Scene(
        sky=light.sky,
        plan=plan(stubble, earth, track, chaff),
        props=props.build(),
        sun=light.sun,
        air=light.air,
        ridges=far_ridges(str(rng.choice(HORIZONS)), light, rng, mixed(dark, linear(0.25, 0.5, 0.5), 0.5)),
    )


def _barn(props: PropBuilder, rng: np.random.Generator, side: float, lit: float) -> None:
    """A barn at the back, its windows shining so much."""
    wall = paint(str(rng.choice(["brick red", "white", "brown", "teal"])), rng)
    at = (-rng.uniform(13, 17), side * rng.uniform(1.5, 4.5), 0.0)
    cabin(Placer(props, at, rng.uniform(-0.5, 0.5)), rng, wall, linear(0.6, 0.06, 0.4), lit, (4.5, 6.5))


def _grounds(rng: np.random.Generator, dark: Rgb, bright: Rgb) -> tuple[GroundLook, GroundLook]:
    """Stubble, and the earth of the track."""
    stubble = scaled(dark, 0.75), mixed(dark, bright, 0.8), linear(0.09, 0.45, 0.5)
    earth = linear(0.075, 0.45, 0.32), linear(0.085, 0.38, 0.6), linear(0.08, 0.4, 0.2)
    return (
        ground(GroundKind.GRASS, *stubble, 0.8, rng.uniform(0, 360), 0.8, seed=rng.integers(500)),
        ground(GroundKind.SOIL, *earth, 1.0, 0, 1.2, seed=rng.integers(500)),
    )


def _crop(props: PropBuilder, rng: np.random.Generator, crop: str) -> None:
    """What grows on both sides of the track."""
    dark, bright = (linear(*hsv) for hsv in CROPS[crop])
    places = in_view(rng, 1500, 1.35, 10.0, 0.75)
    places = places[np.abs(places[:, 1]) > 0.95 + 0.1 * rng.random(len(places))]
    if crop == "sunflowers":
        tufts(props, rng, places[::3], 0.7, dark, bright, 6, 0.09)
        flowers(
            props,
            rng,
            places[::4],
            0.85,
            0.13,
            [linear(0.13, 0.9, 0.98), linear(0.115, 0.9, 0.95)],
            linear(0.06, 0.7, 0.25),
            bright,
        )
    elif crop == "lavender":
        tufts(props, rng, places, 0.36, linear(0.3, 0.3, 0.4), bright, 9, 0.035)
    else:
        tufts(props, rng, places, 0.62, dark, bright, 8, 0.02)
        tufts(props, rng, in_view(rng, 500, 0.85, 4.0, 0.9), 0.07, dark, bright, 6, 0.06)
