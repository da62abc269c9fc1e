"""A street between two rows of houses; by day or by night."""

import math

import numpy as np

from spotdiff10k.engines.rendered.scenes.buildings import car, house
from spotdiff10k.engines.rendered.scenes.colours import linear, paint
from spotdiff10k.engines.rendered.scenes.furniture import Placer
from spotdiff10k.engines.rendered.scenes.outdoors import pot, street_lamp
from spotdiff10k.engines.rendered.scenes.props import MATT, PropBuilder, Surface
from spotdiff10k.engines.rendered.scenes.round_shapes import lathe
from spotdiff10k.engines.rendered.scenes.shapes import F64, box, turned
from spotdiff10k.engines.rendered.scenes.vegetation import broadleaf, plant

HALF_STREET = 5.2
"""Metres from the street's middle to the houses."""
HALF_ROAD = 2.6


def along_street(turn: float, away: float, across: float, height: float = 0.0) -> F64:
    """A place `away` metres down the street behind the stage and `across` metres to the picture's right of its middle."""
    return turned(np.array([-away, across, height]), turn)


def build_street(
    props: PropBuilder, rng: np.random.Generator, turn: float, style: str, lit: float, glow: float
) -> list[tuple[float, float, float]]:
    """Houses, trees, lamps and cars along a street turned by `turn` radians; returns the places of its lamps."""
    for side in (-1.0, 1.0):
        away = -1.5
        while away < 46.0:
            width, depth = rng.uniform(4.5, 8.0), rng.uniform(5.0, 8.0)
            at = along_street(turn, away + width / 2, side * (HALF_STREET + depth / 2))
            put = Placer(props, at, turn - side * math.pi / 2)
            house(put, rng, (depth, width - 0.05), int(rng.integers(2, 5)), style, lit, glow, bool(rng.random() < 0.7))
            away += width
    end = along_street(turn, 52.0, 0.0)
    house(Placer(props, end, turn), rng, (8.0, 14.0), 4, style, lit, glow, True)
    lamps = _kerb(props, rng, turn, glow)
    _cars(props, rng, turn, glow)
    _people_things(props, rng, turn)
    return lamps


def _kerb(props: PropBuilder, rng: np.random.Generator, turn: float, glow: float) -> list[tuple[float, float, float]]:
    """Lamps and trees along the pavements."""
    tree = broadleaf(rng, linear(0.22, 0.6, 0.62), linear(0.28, 0.6, 0.3), linear(0.07, 0.3, 0.35), 900)
    places = []
    for index, away in enumerate(np.arange(3.2, 40.0, 4.2)):
        for side in (-1.0, 1.0):
            at = along_street(turn, float(away) + 0.7 * side, side * (HALF_ROAD + 0.75))
            if (index + (side > 0)) % 2:
                places.append(street_lamp(Placer(props, at, 0.0), 3.0, glow))
            else:
                plant(props, tree, at, rng.uniform(3.2, 4.4), rng.uniform(0, 6.28), rng.uniform(0.85, 1.1))
                props.add(lathe([(0.55, 0.0), (0.55, 0.03), (0.0, 0.03)], at, 16), linear(0.07, 0.4, 0.25), MATT)
    return places


def _cars(props: PropBuilder, rng: np.random.Generator, turn: float, glow: float) -> None:
    for away in np.arange(7.0, 34.0, 5.2):
        for side in (-1.0, 1.0):
            if rng.random() < 0.55:
                at = along_street(turn, float(away) + rng.uniform(-0.5, 0.5), side * (HALF_ROAD - 0.95))
                tone = paint(
                    str(rng.choice(["red", "white", "charcoal", "blue", "teal", "mustard yellow", "grey", "cream"])), rng
                )
                car(Placer(props, at, turn + (0.0 if rng.random() < 0.5 else math.pi)), tone, glow)


def _people_things(props: PropBuilder, rng: np.random.Generator, turn: float) -> None:
    """Planters, a hydrant, a post box and signs near the stage."""
    for away, across in ((1.6, -2.0), (2.0, 2.2), (4.0, -4.3), (4.4, 4.4)):
        at = along_street(turn, away + rng.uniform(-0.3, 0.3), across)
        if rng.random() < 0.5:
            tone = paint(str(rng.choice(["red", "mustard yellow", "navy blue", "forest green"])), rng)
            put = Placer(props, at, turn)
            put.add(
                lathe([(0.14, 0), (0.14, 0.08), (0.1, 0.1), (0.1, 0.5), (0.12, 0.52), (0.08, 0.66), (0.0, 0.7)], (0, 0, 0), 14),
                tone,
                Surface(gloss=0.4),
            )
            put.add(box((0.0, 0.0, 0.4), (0.12, 0.32, 0.12)), tone, Surface(gloss=0.4))
        else:
            pot(Placer(props, at, 0.0), paint(str(rng.choice(["charcoal", "terracotta", "white"])), rng), 0.26, 0.5)
            bloom = linear(rng.uniform(-0.1, 0.9), 0.5, 0.85)
            for _ in range(14):
                spot = at + rng.normal(size=3) * np.array([0.12, 0.12, 0.05]) + np.array([0, 0, 0.56])
                props.add(
                    lathe([(0.0, -0.05), (0.06, 0.0), (0.05, 0.05), (0.0, 0.08)], spot, 7),
                    bloom if rng.random() < 0.5 else linear(0.3, 0.6, 0.4),
                    MATT,
                )
