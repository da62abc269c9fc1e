"""A beach: sand, shells, the sea, palms, parasols or dunes."""

import numpy as np

from spotdiff10k.engines.rendered.scenes.colours import linear, paint, scaled
from spotdiff10k.engines.rendered.scenes.daylight import weather
from spotdiff10k.engines.rendered.scenes.furniture import Placer
from spotdiff10k.engines.rendered.scenes.grass import tufts
from spotdiff10k.engines.rendered.scenes.harbour_things import rowing_boat, sailing_boat
from spotdiff10k.engines.rendered.scenes.horizon import far_ridges
from spotdiff10k.engines.rendered.scenes.looks import GroundKind, Rgb
from spotdiff10k.engines.rendered.scenes.outdoors import ball, cabin, parasol
from spotdiff10k.engines.rendered.scenes.placing import in_view, spread
from spotdiff10k.engines.rendered.scenes.props import PropBuilder
from spotdiff10k.engines.rendered.scenes.rocks import rocks
from spotdiff10k.engines.rendered.scenes.scene import Scene, ground, plan, scatter, shore
from spotdiff10k.engines.rendered.scenes.vegetation import palm, plant
from spotdiff10k.traits import Traits

SEAS: dict[str, tuple[tuple[float, float, float], tuple[float, float, float]]] = {
    # deep, shallow
    "turquoise": ((0.53, 0.85, 0.50), (0.48, 0.62, 0.86)),
    "blue": ((0.59, 0.82, 0.42), (0.54, 0.60, 0.72)),
    "grey": ((0.57, 0.35, 0.36), (0.53, 0.22, 0.56)),
}


def make(traits: Traits, rng: np.random.Generator) -> Scene:
    """The scene of a beach level."""
    light = weather(str(traits["time"]), str(traits["sky"]), rng, 0.002)
    props = PropBuilder()
    side = 1.0 if rng.random() < 0.5 else -1.0
    toward = 180.0 + side * rng.uniform(-14, 32)
    sand = linear(rng.uniform(0.085, 0.12), rng.uniform(0.16, 0.36), 0.92)
    FEATURES[str(traits["feature"])](props, rng, side)
    rocks(props, rng, spread(rng, 6, 1.5, 4.5, 1.1), (0.03, 0.14), linear(0.1, 0.08, 0.5))
    sailing_boat(Placer(props, (-rng.uniform(24, 34), -side * rng.uniform(2, 9), 0.0), rng.uniform(0, 6.28)), rng)
    deep, shallow = (linear(*hsv) for hsv in SEAS[str(traits["sea"])])
    base = ground(
        GroundKind.SAND, scaled(sand, 0.68), sand, scaled(sand, 1.1), 1.0, rng.uniform(0, 360), 1.1, seed=rng.integers(500)
    )
    shells = scatter(
        [linear(0.06, 0.2, 0.95), linear(0.1, 0.05, 0.97), linear(0.03, 0.35, 0.85), linear(0.08, 0.3, 0.5)],
        0.21,
        0.2,
        0.7,
        0.14,
        0.6,
        0.9,
    )
    return Scene(
        sky=light.sky,
        plan=plan(base, strewn=shells, water=shore(toward, rng.uniform(3.2, 5.0), deep, shallow, 0.35, 0.95, 0.8, 1.3)),
        props=props.build(),
        sun=light.sun,
        air=light.air,
        ridges=far_ridges("hills", light, rng, linear(0.45, 0.4, 0.45))[:2] if rng.random() < 0.35 else [],
        mirrors=True,
    )


def _palms(props: PropBuilder, rng: np.random.Generator, side: float) -> None:
    tree = palm(rng, linear(0.23, 0.6, 0.6), linear(0.28, 0.62, 0.28), linear(0.08, 0.3, 0.5))
    for x, y in ((-2.4, 1.7), (-3.1, 2.9), (-2.2, 3.9), (-3.0, -3.1), (-1.2, 4.4)):
        place = (x + rng.uniform(-0.3, 0.3), side * y + rng.uniform(-0.3, 0.3), 0.0)
        plant(props, tree, place, rng.uniform(1.5, 2.5), rng.uniform(0, 6.28), rng.uniform(0.85, 1.1))


def _parasols(props: PropBuilder, rng: np.random.Generator, side: float) -> None:
    for x, y in ((-2.3, side * 1.25), (-3.3, -side * 1.9), (-2.9, side * 3.3)):
        pair = [
            paint(str(name), rng)
            for name in rng.choice(["red", "white", "blue", "lemon yellow", "coral", "teal"], size=2, replace=False)
        ]
        parasol(Placer(props, (x, y + rng.uniform(-0.2, 0.2), 0.0), rng.uniform(0, 3)), pair[0], pair[1], rng.uniform(1.9, 2.2))
    colours: list[Rgb] = [paint("red"), paint("white"), paint("blue"), paint("white"), paint("lemon yellow"), paint("white")]
    ball(Placer(props, (0, 0, 0), 0.0), (-1.2, -side * 1.0, 0.0), 0.17, colours)


def _boats(props: PropBuilder, rng: np.random.Generator, side: float) -> None:
    rowing_boat(Placer(props, (-2.2, side * 1.35, 0.0), rng.uniform(0.3, 1.2) * side), rng)
    rowing_boat(Placer(props, (-2.9, -side * 1.9, 0.0), -rng.uniform(0.2, 1.0) * side), rng)


def _dunes(props: PropBuilder, rng: np.random.Generator, side: float) -> None:
    del side
    tufts(props, rng, in_view(rng, 240, 1.1, 3.4, 0.9), 0.42, linear(0.2, 0.4, 0.4), linear(0.15, 0.42, 0.75), 9, 0.022)


def _huts(props: PropBuilder, rng: np.random.Generator, side: float) -> None:
    for index, y in enumerate((1.9, 3.9, 5.9)):
        tone = paint(str(rng.choice(["coral", "sky blue", "lemon yellow", "mint green", "rose pink", "teal"])), rng)
        cabin(
            Placer(props, (-2.6 - 0.8 * index, side * y, 0.0), -side * 0.9), rng, tone, linear(0.1, 0.05, 0.85), 0.0, (1.6, 1.5)
        )


FEATURES = {"palms": _palms, "parasols": _parasols, "rowing boats": _boats, "dune grass": _dunes, "beach huts": _huts}
