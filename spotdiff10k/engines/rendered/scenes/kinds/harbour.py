"""A wooden quay in a harbour: bollards, crates, boats on the water."""

import math

import numpy as np

from spotdiff10k.engines.rendered.scenes.buildings import house
from spotdiff10k.engines.rendered.scenes.colours import linear, paint, scaled
from spotdiff10k.engines.rendered.scenes.daylight import weather
from spotdiff10k.engines.rendered.scenes.furniture import Placer
from spotdiff10k.engines.rendered.scenes.harbour_things import (
    barrel,
    bollard,
    crate,
    fishing_boat,
    lighthouse,
    rowing_boat,
    sailing_boat,
)
from spotdiff10k.engines.rendered.scenes.horizon import far_ridges
from spotdiff10k.engines.rendered.scenes.kinds.city_street import paving
from spotdiff10k.engines.rendered.scenes.looks import GroundKind
from spotdiff10k.engines.rendered.scenes.outdoors import street_lamp
from spotdiff10k.engines.rendered.scenes.props import PropBuilder
from spotdiff10k.engines.rendered.scenes.scene import Scene, ground, lamps, plan, shore
from spotdiff10k.traits import Traits


def make(traits: Traits, rng: np.random.Generator) -> Scene:
    """The scene of a harbour level."""
    time = str(traits["time"])
    light = weather(time, str(traits["sky"]), rng, 0.0025)
    props = PropBuilder()
    side = 1.0 if rng.random() < 0.5 else -1.0
    edge = rng.uniform(2.1, 2.9)
    dim = time in ("dusk", "sunset")
    glow = 0.9 if dim else 0.0
    _quay(props, rng, edge, side)
    _boats(props, rng, str(traits["boats"]), edge, side)
    places = [street_lamp(Placer(props, (-edge + 0.5, -side * 2.2, 0.0), 0.0), 2.7, 1.6 * glow)]
    if traits["shore"] == "a lighthouse":
        tone = paint(str(rng.choice(["red", "navy blue", "charcoal"])), rng)
        lighthouse(Placer(props, (-rng.uniform(26, 34), side * rng.uniform(3, 8), 0.0), 0.0), tone)
    elif traits["shore"] == "a fishing village":
        for index, y in enumerate(np.arange(-16, 17, 4.4)):
            at = (-30.0 - 2.0 * math.sin(index * 1.7), y, -0.2)
            house(
                Placer(props, at, rng.uniform(-0.15, 0.15)),
                rng,
                (5.0, 4.2),
                int(rng.integers(1, 4)),
                "pastel",
                0.5 if dim else 0.05,
                glow,
                False,
            )
    if traits["quay"] == "wooden":
        timber = paint(str(rng.choice(["grey oak", "teak", "oak", "walnut"])), rng)
        floor = ground(
            GroundKind.PLANKS,
            scaled(timber, 0.4),
            scaled(timber, 0.95),
            scaled(timber, 0.06),
            0.9,
            90 + rng.uniform(-6, 6),
            0.7,
            0.06,
            seed=rng.integers(500),
        )
    else:
        floor = paving("cobbled" if traits["quay"] == "cobbled" else "slabs", rng)
    return Scene(
        sky=light.sky,
        plan=plan(floor, water=shore(180.0, edge, linear(0.54, 0.65, 0.26), linear(0.52, 0.6, 0.34), 0.0, 0.0, 0.4, 1.1)),
        props=props.build(),
        sun=light.sun,
        air=light.air,
        ridges=far_ridges("hills" if traits["shore"] != "a lighthouse" else "nothing", light, rng, linear(0.35, 0.35, 0.5)),
        lamps=lamps([(place, scaled((1.0, 0.6, 0.28), 1.5 * glow), 1.4) for place in places if dim]),
        mirrors=True,
    )


def _quay(props: PropBuilder, rng: np.random.Generator, edge: float, side: float) -> None:
    """Bollards along the edge, cargo beside the stage."""
    timber = linear(0.075, 0.4, 0.4)
    for y in (-3.4, -1.5, 1.4, 3.3):
        bollard(Placer(props, (-edge + 0.25, y + rng.uniform(-0.2, 0.2), 0.0), 0.0), timber)
    at = np.array([-1.25, side * 1.45, 0.0])
    crate(Placer(props, at, rng.uniform(-0.3, 0.3)), linear(0.09, 0.4, 0.66), 0.56)
    crate(Placer(props, at + [0.0, side * 0.7, 0.0], rng.uniform(-0.3, 0.3)), linear(0.08, 0.42, 0.58), 0.5)
    crate(Placer(props, at + [0.0, side * 0.1, 0.57], rng.uniform(-0.5, 0.5)), linear(0.1, 0.38, 0.7), 0.42)
    for shift in (0.0, 0.62):
        barrel(Placer(props, (-1.5 - 0.3 * shift, -side * (1.35 + shift), 0.0), 0.0), linear(0.07, 0.5, 0.42))


def _boats(props: PropBuilder, rng: np.random.Generator, kind: str, edge: float, side: float) -> None:
    """Boats of one kind moored near and far."""
    for index, (away, across) in enumerate(((2.6, 1.3), (5.5, -3.2), (9.0, 3.8), (14.0, -5.5), (17.0, 1.5))):
        put = Placer(
            props, (-edge - away, side * across, -0.22), rng.uniform(-0.5, 0.5) + (math.pi if rng.random() < 0.5 else 0.0)
        )
        if kind == "rowing boats" or (kind == "fishing boats" and index == 1):
            rowing_boat(put, rng)
        elif kind == "fishing boats":
            fishing_boat(put, rng)
        else:
            sailing_boat(put, rng, rng.uniform(3.6, 5.5))
