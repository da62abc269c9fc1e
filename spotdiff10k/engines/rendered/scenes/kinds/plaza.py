"""A town square: paving, café tables, a fountain, houses round it."""

import math

import numpy as np

from spotdiff10k.engines.rendered.scenes.buildings import cafe_table, fountain, house
from spotdiff10k.engines.rendered.scenes.colours import linear, mixed, paint, scaled
from spotdiff10k.engines.rendered.scenes.daylight import weather
from spotdiff10k.engines.rendered.scenes.furniture import Placer, potted_plant
from spotdiff10k.engines.rendered.scenes.horizon import far_ridges
from spotdiff10k.engines.rendered.scenes.kinds.city_street import paving
from spotdiff10k.engines.rendered.scenes.looks import Rgb
from spotdiff10k.engines.rendered.scenes.outdoors import bench, parasol, pot, street_lamp
from spotdiff10k.engines.rendered.scenes.placing import spread
from spotdiff10k.engines.rendered.scenes.props import PropBuilder, Surface
from spotdiff10k.engines.rendered.scenes.round_shapes import cushion
from spotdiff10k.engines.rendered.scenes.scene import OPEN_COUNTRY, Scene, lamps, plan
from spotdiff10k.engines.rendered.scenes.shapes import standing_box
from spotdiff10k.engines.rendered.scenes.vegetation import broadleaf, bush, plant
from spotdiff10k.traits import Traits


def make(traits: Traits, rng: np.random.Generator) -> Scene:
    """The scene of a plaza level."""
    time = str(traits["time"])
    light = weather(time, str(traits["sky"]), rng, 0.004)
    props = PropBuilder()
    dim = time in ("dusk", "sunset")
    glow = 0.9 if dim else 0.0
    _ring(props, rng, str(traits["houses"]), 0.5 if dim else 0.04, glow)
    side = 1.0 if rng.random() < 0.5 else -1.0
    FEATURES[str(traits["feature"])](props, rng, side)
    places = [
        street_lamp(Placer(props, (x, y, 0.0), 0.0), 2.9, 1.6 * glow)
        for x, y in ((-3.4, -side * 2.1), (-7.5, side * 2.8), (-9.5, -side * 4.2))
    ]
    for y in (-2.6, 2.7):
        pot(Placer(props, (-2.4, y, 0.0), 0.0), linear(0.03, 0.5, 0.55), 0.34, 0.5)
        plant(props, bush(rng, linear(0.25, 0.6, 0.55), linear(0.3, 0.6, 0.26), 240), (-2.4, y, 0.42), 0.6, 0.0)
    walls = mixed(scaled(light.sky.horizon, 0.55), scaled(light.sun.radiance, 0.2), 0.4)
    return Scene(
        sky=light.sky,
        plan=plan(paving(str(traits["paving"]), rng)),
        props=props.build(),
        sun=light.sun,
        air=light.air,
        ridges=far_ridges("a skyline", light, rng, (0.3, 0.3, 0.3)),
        surround=OPEN_COUNTRY._replace(band=walls, band_height=0.25),
        lamps=lamps([(place, scaled((1.0, 0.6, 0.28), 1.5 * glow), 1.4) for place in places if dim]),
    )


def _ring(props: PropBuilder, rng: np.random.Generator, style: str, lit: float, glow: float) -> None:
    """Houses in an arc behind the square."""
    away, turn = rng.uniform(12.0, 16.0), -1.25
    while turn < 1.25:
        width, depth = rng.uniform(4.5, 7.5), 6.0
        half = math.atan2(width / 2, away)
        at = (-(away + depth / 2) * math.cos(turn + half), (away + depth / 2) * math.sin(turn + half), 0.0)
        house(
            Placer(props, at, -(turn + half)),
            rng,
            (depth, width),
            int(rng.integers(2, 5)),
            style,
            lit,
            glow,
            bool(rng.random() < 0.65),
        )
        turn += 2 * half


def _fountain(props: PropBuilder, rng: np.random.Generator, side: float) -> None:
    fountain(Placer(props, (-rng.uniform(4.6, 6.2), side * rng.uniform(0.3, 1.4), 0.0), 0.0), linear(0.1, 0.12, 0.8))


def _cafe(props: PropBuilder, rng: np.random.Generator, side: float) -> None:
    cloth = [
        paint(str(name), rng)
        for name in rng.choice(["red", "cream", "forest green", "navy blue", "mustard yellow"], size=2, replace=False)
    ]
    for x, y in ((-2.5, 1.5), (-4.2, 2.9), (-4.6, -1.9), (-6.2, 0.6)):
        put = Placer(props, (x, side * y, 0.0), rng.uniform(0, 3))
        cafe_table(put, rng, paint(str(rng.choice(["white", "teal", "red", "cream"])), rng))
        parasol(put, cloth[0], cloth[1], 2.35, 1.35)


def _trees(props: PropBuilder, rng: np.random.Generator, side: float) -> None:
    tree = broadleaf(rng, linear(0.21, 0.62, 0.66), linear(0.28, 0.6, 0.32), linear(0.07, 0.3, 0.35))
    for place in spread(rng, 9, 4.2, 11.0, 0.95, 2.0):
        plant(props, tree, place, rng.uniform(2.6, 3.8), rng.uniform(0, 6.28), rng.uniform(0.85, 1.1))
    bench(Placer(props, (-2.3, side * 1.3, 0.0), -0.2 * side), linear(0.07, 0.55, 0.5))


def _market(props: PropBuilder, rng: np.random.Generator, side: float) -> None:
    for x, y in ((-3.0, 1.9), (-3.6, -1.9), (-6.0, 2.9), (-6.4, -0.4), (-6.6, -3.4)):
        put = Placer(props, (x, side * y, 0.0), rng.uniform(-0.4, 0.4))
        parasol(put, paint(str(rng.choice(["red", "blue", "green", "orange"])), rng), paint("white"), 2.1, 1.3)
        potted_plant(Placer(props, (x + 0.5, side * y + 0.5, 0.0), 0.0), rng, paint("terracotta", rng), rng.uniform(0.7, 1.0))
        tone = paint(str(rng.choice(["pine", "oak"])), rng)
        _stall(put, rng, tone)


def _stall(put: Placer, rng: np.random.Generator, tone: Rgb) -> None:
    """A stall's table with heaps of fruit."""
    put.add(standing_box((0.2, 0, 0), (0.8, 1.6, 0.72)), tone, Surface(scale=6.0, strength=0.3))
    for y in (-0.52, 0.0, 0.52):
        fruit = linear(float(rng.choice([0.0, 0.07, 0.13, 0.28, 0.85])), 0.75, 0.85)
        put.add(cushion((0.25, y, 0.78), (0.6, 0.48, 0.28), 0.0, 0.8, 3), fruit, Surface(scale=16.0, strength=0.9))


FEATURES = {"a fountain": _fountain, "a café": _cafe, "trees": _trees, "a market": _market}
