"""Another world: craters, boulders, a planet in a dark or a coloured sky."""

import math

import numpy as np

from spotdiff10k.engines.rendered.scenes.colours import linear, mixed, scaled
from spotdiff10k.engines.rendered.scenes.furniture import LACQUER, Placer
from spotdiff10k.engines.rendered.scenes.looks import Air, GroundKind, Rgb, Ridge, RidgeShape, SkyLook
from spotdiff10k.engines.rendered.scenes.placing import in_view, spread
from spotdiff10k.engines.rendered.scenes.props import Pattern, PropBuilder, Surface
from spotdiff10k.engines.rendered.scenes.rocks import rocks
from spotdiff10k.engines.rendered.scenes.round_shapes import blob, lathe, sphere, tube
from spotdiff10k.engines.rendered.scenes.scene import Scene, direction, ground, plan, scatter, sunshine
from spotdiff10k.engines.rendered.scenes.shapes import flat_shaded, panel
from spotdiff10k.traits import Traits

WORLDS: dict[str, tuple[tuple[float, float, float], tuple[float, float, float], tuple[float, float, float]]] = {
    # ground, zenith, horizon
    "grey moon": ((0.10, 0.05, 0.72), (0.62, 0.5, 0.05), (0.62, 0.4, 0.12)),
    "red planet": ((0.045, 0.55, 0.76), (0.06, 0.35, 0.70), (0.07, 0.38, 0.92)),
    "violet planet": ((0.77, 0.32, 0.66), (0.72, 0.65, 0.32), (0.90, 0.50, 0.80)),
    "teal planet": ((0.47, 0.26, 0.66), (0.50, 0.65, 0.34), (0.42, 0.42, 0.80)),
    "golden planet": ((0.11, 0.50, 0.84), (0.55, 0.35, 0.50), (0.12, 0.45, 0.95)),
    "ice moon": ((0.55, 0.10, 0.92), (0.62, 0.6, 0.10), (0.58, 0.45, 0.32)),
}


def make(traits: Traits, rng: np.random.Generator) -> Scene:
    """The scene of a moon level."""
    world = str(traits["world"])
    soil, zenith, horizon = (linear(*hsv) for hsv in WORLDS[world])
    airless = world in ("grey moon", "ice moon")
    side = 1.0 if rng.random() < 0.5 else -1.0
    toward = direction(side * rng.uniform(40, 115), rng.uniform(18, 40))
    key = scaled(linear(0.11, 0.08 if airless else 0.2, 1.0), 3.3 if airless else 2.7)
    props = PropBuilder()
    FEATURES[str(traits["feature"])](props, rng, soil)
    rocks(props, rng, spread(rng, 22, 1.3, 16.0), (0.05, 0.75), scaled(soil, 0.8))
    rocks(props, rng, in_view(rng, 40, 0.85, 6.0), (0.012, 0.06), scaled(soil, 0.85))
    if traits["planet"] != "none":
        _planet(props, rng, str(traits["planet"]), side)
    sky = SkyLook(
        zenith, scaled(horizon, 1.3), 0.5, toward, linear(0.1, 0.2, 0.5), 12.0, 0.0 if airless else 0.3, 1.2,
        scaled(horizon, 1.4), zenith, 0.9 if airless else 0.35, float(rng.integers(1, 900)),
    )  # fmt: skip
    lit = mixed(scaled(soil, 1.6), scaled(horizon, 1.2), 0.15)
    ridges = [
        Ridge(
            RidgeShape.MOUNTAINS,
            rng.uniform(0.1, 0.18),
            1.6,
            mixed(lit, scaled(horizon, 1.3), 0.1 if airless else 0.5),
            scaled(soil, 0.16),
        ),
        Ridge(
            RidgeShape.HILLS,
            rng.uniform(0.04, 0.07),
            2.0,
            mixed(lit, scaled(horizon, 1.3), 0.05 if airless else 0.25),
            scaled(soil, 0.25),
        ),
    ]
    pebbles = scatter([scaled(soil, 0.6), scaled(soil, 1.15), scaled(soil, 0.8)], 0.12, 0.25, 0.8, 0.14, 0.6, 0.7)
    base = ground(
        GroundKind.REGOLITH,
        scaled(soil, 0.55),
        soil,
        scale=rng.uniform(0.7, 1.2),
        turn_degrees=rng.uniform(0, 360),
        bump=1.7,
        seed=rng.integers(500),
    )
    return Scene(
        sky=sky,
        plan=plan(base, strewn=pebbles),
        props=props.build(),
        sun=sunshine(toward, key, 0.8),
        air=Air(0.0005 if airless else 0.012, 4.0, scaled(horizon, 1.2), 0.0),
        ridges=ridges,
        exposure=1.0 if not airless else 0.85,
    )


def _planet(props: PropBuilder, rng: np.random.Generator, kind: str, side: float) -> None:
    """A big ball low in the sky, lit by the same sun."""
    away, radius = 130.0, rng.uniform(9.0, 15.0)
    at = (-away, -side * rng.uniform(8, 26), rng.uniform(14.0, 24.0))
    colour, second = {
        "blue": (linear(0.58, 0.7, 0.75), (0.75, 0.8, 0.85)),
        "ringed": (linear(0.1, 0.4, 0.85), linear(0.06, 0.5, 0.6)),
    }[kind]
    look = (
        Surface(pattern=Pattern.PAINTING, scale=0.05, second=second)
        if kind == "blue"
        else Surface(scale=0.12, strength=0.3, second=second)
    )
    props.add(sphere(at, radius, 3), colour, look, 0.15, casts=False)
    if kind == "ringed":
        tilt = rng.uniform(0.15, 0.4) * side
        for inner, tone in ((1.35, 1.0), (1.62, 0.7), (1.85, 0.9)):
            ring = lathe([(radius * inner, 0.0), (radius * (inner + 0.2), 0.0)], (0, 0, 0), 48)
            x, y = ring.positions[:, 0], ring.positions[:, 1]
            turned = np.stack([x * 0.97 + at[0], y * math.cos(tilt) + at[1], y * math.sin(tilt) - x * 0.24 + at[2]], axis=1)
            facing = np.tile(np.array([[0.45, 0.0, 0.9]]), (len(turned), 1))
            props.add(
                ring._replace(positions=turned, normals=facing),
                scaled(second, tone * 1.2),
                Surface(strength=0.0),
                0.3,
                casts=False,
            )


def _nothing(props: PropBuilder, rng: np.random.Generator, soil: Rgb) -> None:
    del props, rng, soil


def _spires(props: PropBuilder, rng: np.random.Generator, soil: Rgb) -> None:
    for place in spread(rng, 9, 4.0, 15.0, 1.0, 1.4):
        tall = rng.uniform(1.2, 4.5)
        shape = blob(rng, (place[0], place[1], tall * 0.1), tall * 0.5, 0.22, 3, (0.4, 0.45, 1.8))
        props.add(flat_shaded(shape), scaled(soil, rng.uniform(0.6, 0.9)), Surface(scale=2.0, strength=0.5))


def _crystals(props: PropBuilder, rng: np.random.Generator, soil: Rgb) -> None:
    del soil
    tone = linear(rng.random(), 0.55, 0.95)
    for place in spread(rng, 26, 1.5, 11.0, 1.1, 0.5):
        tall, lean = rng.uniform(0.25, 1.5), rng.normal(size=2) * 0.22
        tip = place + np.array([lean[0] * tall, lean[1] * tall, tall])
        shape = tube([place - [0, 0, 0.1], place * 0.25 + tip * 0.75, tip], [0.13 * tall, 0.12 * tall, 0.0], 6)
        props.add(
            flat_shaded(shape),
            scaled(tone, rng.uniform(0.7, 1.2)),
            Surface(strength=0.15, gloss=0.8, translucency=0.4, emission=0.25),
        )


def _lander(props: PropBuilder, rng: np.random.Generator, soil: Rgb) -> None:
    """A landing craft with legs, a dish and a flag."""
    del soil
    side = 1.0 if rng.random() < 0.5 else -1.0
    put = Placer(props, (-rng.uniform(4.2, 5.5), side * rng.uniform(1.0, 1.7), 0.0), rng.uniform(0, 6))
    foil, white = linear(0.11, 0.65, 0.85), (0.8, 0.8, 0.82)
    put.add(lathe([(0.8, 0.7), (1.0, 0.9), (1.0, 1.4), (0.8, 1.55)], (0, 0, 0), 8), foil, LACQUER)
    put.add(lathe([(0.7, 1.55), (0.75, 1.9), (0.5, 2.35), (0.0, 2.45)], (0, 0, 0), 10), white, LACQUER)
    put.add(lathe([(0.3, 0.45), (0.16, 0.75)], (0, 0, 0), 14), (0.06, 0.06, 0.07), LACQUER)
    for index in range(4):
        turn = index * math.pi / 2 + 0.4
        out = np.array([math.cos(turn), math.sin(turn), 0.0])
        put.add(tube([out * 0.9 + [0, 0, 1.0], out * 1.6 + [0, 0, 0.06]], [0.05, 0.04], 7), white, LACQUER)
        put.add(lathe([(0.2, 0.0), (0.2, 0.05), (0.0, 0.07)], out * 1.62, 12), foil, LACQUER)
    put.add(tube([(0.2, 0.2, 2.3), (0.3, 0.3, 3.0)], [0.02, 0.02], 6), white)
    put.add(lathe([(0.0, 2.9), (0.25, 2.98), (0.38, 3.12)], (0.3, 0.3, 0.05), 16), white, LACQUER)
    pole = (-2.6, -side * 1.25)
    props.add(tube([(*pole, 0.0), (*pole, 1.5)], [0.015, 0.012], 6), white)
    cloth = linear(rng.random(), 0.7, 0.85)
    props.add(
        panel((pole[0], pole[1] + 0.3, 1.28), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0), 0.6, 0.4),
        cloth,
        Surface(pattern=Pattern.STRIPES, scale=3.5, strength=1.0, second=(0.85, 0.85, 0.85)),
    )


FEATURES = {"boulders": _nothing, "rock spires": _spires, "crystals": _crystals, "a landing craft": _lander}
