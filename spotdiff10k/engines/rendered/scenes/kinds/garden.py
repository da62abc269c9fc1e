"""A back garden: lawn or terrace, flower beds, a fence or hedge, a house or a greenhouse wall."""

import math

import numpy as np

from spotdiff10k.engines.rendered.scenes.colours import linear, paint, scaled
from spotdiff10k.engines.rendered.scenes.daylight import weather
from spotdiff10k.engines.rendered.scenes.furniture import Placer, potted_plant
from spotdiff10k.engines.rendered.scenes.grass import flowers, tufts
from spotdiff10k.engines.rendered.scenes.horizon import far_ridges
from spotdiff10k.engines.rendered.scenes.looks import GroundKind, GroundLook
from spotdiff10k.engines.rendered.scenes.outdoors import bench, fence, pot
from spotdiff10k.engines.rendered.scenes.placing import in_view, spread
from spotdiff10k.engines.rendered.scenes.props import MATT, Pattern, PropBuilder, Surface
from spotdiff10k.engines.rendered.scenes.scene import Scene, ground, plan, scatter
from spotdiff10k.engines.rendered.scenes.shapes import box, standing_box
from spotdiff10k.engines.rendered.scenes.vegetation import broadleaf, bush, plant
from spotdiff10k.traits import Traits

BLOOMS = {
    "roses": [(0.97, 0.65, 0.85), (0.0, 0.75, 0.75), (0.95, 0.35, 0.95)],
    "tulips": [(0.13, 0.8, 0.97), (0.0, 0.8, 0.85), (0.07, 0.8, 0.95)],
    "hydrangeas": [(0.62, 0.45, 0.9), (0.72, 0.4, 0.88), (0.85, 0.3, 0.92)],
    "white flowers": [(0.12, 0.04, 0.98), (0.15, 0.12, 0.97)],
}


def make(traits: Traits, rng: np.random.Generator) -> Scene:
    """The scene of a garden level."""
    light = weather(str(traits["time"]), str(traits["sky"]), rng)
    dark, bright = linear(0.28, 0.64, 0.30), linear(0.23, 0.62, 0.62)
    props = PropBuilder()
    back = -rng.uniform(3.4, 4.6)
    _boundary(props, rng, str(traits["boundary"]), back)
    _beds(props, rng, str(traits["flowers"]), back)
    tree = broadleaf(rng, bright, scaled(dark, 0.8), linear(0.07, 0.3, 0.35))
    for place in spread(rng, 7, -back + 2.0, 15.0, 0.9, 2.0):
        plant(props, tree, place, rng.uniform(3.0, 5.0), rng.uniform(0, 6.28), rng.uniform(0.8, 1.15))
    side = 1.0 if rng.random() < 0.5 else -1.0
    bench(
        Placer(props, (back + 1.0, side * rng.uniform(0.6, 1.2), 0.0), rng.uniform(-0.2, 0.2)),
        paint(str(rng.choice(["white", "brown", "teal", "sage green"])), rng),
    )
    for y in (-1.5, 1.6):
        put = Placer(props, (-rng.uniform(1.3, 2.2), y, 0.0), rng.uniform(0, 6))
        potted_plant(put, rng, paint(str(rng.choice(["terracotta", "white", "navy blue", "teal"])), rng), rng.uniform(0.8, 1.1))
    pot(Placer(props, (-1.1, -side * 1.15, 0.0), 0.0), paint("terracotta", rng), 0.17, 0.26)
    floor = _floor(str(traits["floor"]), rng)
    if traits["floor"] == "lawn":
        tufts(props, rng, in_view(rng, 900, 0.8, 6.0, 0.8), 0.06, scaled(dark, 0.8), bright, 7, 0.06)
    petals = [linear(*hsv) for hsv in BLOOMS[str(traits["flowers"])]]
    return Scene(
        sky=light.sky,
        plan=plan(floor, strewn=scatter([*petals, scaled(bright, 1.2)], 0.15, 0.22, 0.6, 0.2, 0.4, 0.9)),
        props=props.build(),
        sun=light.sun,
        air=light.air,
        ridges=far_ridges("a forest", light, rng, dark),
    )


def _floor(kind: str, rng: np.random.Generator) -> GroundLook:
    seed, turn = float(rng.integers(500)), rng.uniform(-20, 20)
    if kind == "lawn":
        return ground(
            GroundKind.GRASS,
            linear(0.28, 0.64, 0.33),
            linear(0.23, 0.62, 0.64),
            linear(0.16, 0.5, 0.66),
            1.1,
            turn,
            0.7,
            seed=seed,
        )
    if kind == "brick terrace":
        clay = linear(0.03, rng.uniform(0.45, 0.6), 0.68)
        return ground(GroundKind.SLABS, scaled(clay, 0.55), clay, (0.3, 0.27, 0.24), 3.2, 45 + turn, 0.6, seed=seed)
    if kind == "wooden deck":
        timber = paint(str(rng.choice(["teak", "grey oak", "pine"])), rng)
        return ground(GroundKind.PLANKS, scaled(timber, 0.45), timber, scaled(timber, 0.08), 1.3, turn, 0.5, 0.08, seed)
    stone = linear(0.1, 0.1, 0.74)
    return ground(GroundKind.SLABS, scaled(stone, 0.6), stone, linear(0.25, 0.35, 0.3), 0.9, turn, 0.7, seed=seed)


def _boundary(props: PropBuilder, rng: np.random.Generator, kind: str, back: float) -> None:
    """What closes the garden behind the beds."""
    if kind == "hedge":
        leafy = bush(rng, linear(0.25, 0.6, 0.5), linear(0.31, 0.6, 0.24), 420)
        for row in range(2):
            for y in np.arange(-4.5, 4.6, 0.62):
                plant(props, leafy, (back - 0.5 - 0.2 * row, y, 0.55 * row), rng.uniform(0.85, 1.0), rng.uniform(0, 6.28))
    elif kind == "white fence":
        fence(Placer(props, (back, 0.0, 0.0), 0.0), linear(0.1, 0.03, 0.92), 9.0, True)
    elif kind == "wooden fence":
        boards = Surface(pattern=Pattern.BOARDS, scale=7.0, strength=0.4)
        props.add(box((back - 0.2, 0.0, 0.85), (0.05, 10.0, 1.7)), linear(0.08, 0.45, rng.uniform(0.45, 0.65)), boards)
    else:
        brick = Surface(pattern=Pattern.BRICK, scale=1.0, second=(0.5, 0.47, 0.43))
        props.add(box((back - 0.3, 0.0, 0.9), (0.25, 10.0, 1.8)), linear(0.03, 0.5, rng.uniform(0.5, 0.65)), brick)
        props.add(box((back - 0.3, 0.0, 1.84), (0.34, 10.1, 0.09)), (0.45, 0.43, 0.4), MATT)


def _beds(props: PropBuilder, rng: np.random.Generator, kind: str, back: float) -> None:
    """Flowering shrubs along the boundary and down both sides."""
    props.add(standing_box((back + 0.35, 0.0, 0.0), (0.75, 9.0, 0.07)), linear(0.07, 0.4, 0.26), Surface(scale=9.0, strength=0.5))
    shrub = bush(rng, linear(0.25, 0.6, 0.55), linear(0.3, 0.6, 0.26), 420)
    ys = np.arange(-4.0, 4.1, 0.5)
    spots = np.array([(back + rng.uniform(0.15, 0.5), y + rng.uniform(-0.15, 0.15), 0.05) for y in ys])
    wings = np.array([(x, sign * rng.uniform(1.9, 2.3), 0.0) for x in np.arange(back + 0.6, -0.4, 0.55) for sign in (-1, 1)])
    colours, heart, stem = [linear(*hsv) for hsv in BLOOMS[kind]], linear(0.13, 0.7, 0.8), linear(0.28, 0.5, 0.35)
    for place in np.concatenate([spots, wings]):
        size = rng.uniform(0.38, 0.62)
        plant(props, shrub, place, size, rng.uniform(0, 6.28), rng.uniform(0.8, 1.15))
        turn, up = rng.uniform(0, 2 * math.pi, size=14), rng.uniform(0.25, 1.0, size=14)
        around = np.stack([np.cos(turn), np.sin(turn), np.zeros(14)], axis=1) * (0.62 * size * np.sqrt(1.05 - up**2))[:, None]
        flowers(
            props, rng, place + around + np.array([0.0, 0.0, 1.0]) * (size * 0.78 * up)[:, None], 0.06, 0.05, colours, heart, stem
        )
