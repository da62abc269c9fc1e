"""The shore of a mountain lake."""

import numpy as np

from spotdiff10k.engines.rendered.scenes.colours import linear, mixed, scaled
from spotdiff10k.engines.rendered.scenes.daylight import weather
from spotdiff10k.engines.rendered.scenes.furniture import TIMBER, Placer
from spotdiff10k.engines.rendered.scenes.grass import tufts
from spotdiff10k.engines.rendered.scenes.harbour_things import rowing_boat
from spotdiff10k.engines.rendered.scenes.horizon import far_ridges
from spotdiff10k.engines.rendered.scenes.looks import GroundKind, RegionShape
from spotdiff10k.engines.rendered.scenes.placing import in_view, spread
from spotdiff10k.engines.rendered.scenes.props import PropBuilder
from spotdiff10k.engines.rendered.scenes.rocks import rocks
from spotdiff10k.engines.rendered.scenes.scene import Scene, ground, plan, region, shore
from spotdiff10k.engines.rendered.scenes.shapes import box, standing_box
from spotdiff10k.engines.rendered.scenes.vegetation import broadleaf, conifer, plant
from spotdiff10k.traits import Traits


def make(traits: Traits, rng: np.random.Generator) -> Scene:
    """The scene of a lake level."""
    light = weather(str(traits["time"]), str(traits["sky"]), rng, 0.003)
    props = PropBuilder()
    side = 1.0 if rng.random() < 0.5 else -1.0
    start = rng.uniform(3.0, 4.2)
    dark, bright = linear(0.27, 0.58, 0.30), linear(0.21, 0.58, 0.62)
    _trees(props, rng, str(traits["trees"]), side)
    rocks(props, rng, spread(rng, 16, 1.6, 6.5, 1.0), (0.05, 0.5), linear(0.6, 0.06, 0.5))
    if traits["jetty"]:
        _jetty(props, rng, -side, start)
    if traits["boat"]:
        rowing_boat(Placer(props, (-start - 2.2, side * rng.uniform(0.8, 1.6), -0.08), rng.uniform(0, 3)), rng)
    tufts(props, rng, in_view(rng, 500, 0.95, start + 1.0, 0.9), 0.11, scaled(dark, 0.8), bright, 7, 0.06)
    reeds = in_view(rng, 150, start - 0.6, start + 2.2, 0.6)
    tufts(props, rng, reeds[reeds[:, 0] < -start + 0.9], 0.6, linear(0.2, 0.5, 0.35), linear(0.16, 0.5, 0.7), 6, 0.018)
    grass = ground(GroundKind.GRASS, dark, bright, linear(0.14, 0.4, 0.6), 1.0, rng.uniform(0, 360), 0.75, seed=rng.integers(500))
    stones = ground(
        GroundKind.PEBBLES, linear(0.6, 0.05, 0.38), linear(0.1, 0.08, 0.72), linear(0.08, 0.15, 0.32), 1.5, 0, 1.0, seed=3
    )
    beach = region(RegionShape.HALF_PLANE, (-start + rng.uniform(0.6, 2.4), 0.0), 90.0, 1.0, 1.0, 0.4, 0.1)
    beach = beach._replace(turn_cos=0.0, turn_sin=-1.0) if beach.turn_sin > 0 else beach
    everywhere = traits["shore"] == "pebble"
    return Scene(
        sky=light.sky,
        plan=plan(
            stones if everywhere else grass,
            stones,
            beach if not everywhere else region(RegionShape.NOWHERE),
            water=shore(180.0, start, linear(0.55, 0.7, 0.22), linear(0.47, 0.5, 0.45), 0.5, 0.12, 0.22, 1.2),
        ),
        props=props.build(),
        sun=light.sun,
        air=light.air,
        ridges=far_ridges(str(traits["horizon"]), light, rng, mixed(dark, bright, 0.4)),
        mirrors=True,
    )


def _trees(props: PropBuilder, rng: np.random.Generator, kind: str, side: float) -> None:
    if kind == "spruces":
        tree = [conifer(rng, linear(0.34, 0.42, 0.46), linear(0.38, 0.55, 0.22), linear(0.06, 0.4, 0.32)) for _ in range(2)]
    else:
        autumn = kind == "autumn trees"
        leaf, deep = (
            (linear(0.1, 0.8, 0.9), linear(0.05, 0.8, 0.5)) if autumn else (linear(0.22, 0.6, 0.66), linear(0.28, 0.6, 0.32))
        )
        tree = [broadleaf(rng, leaf, deep, linear(0.08, 0.2, 0.4)) for _ in range(2)]
    for place in spread(rng, 26, 5.0, 16.0, 1.2, 1.0):
        if abs(place[1]) > 0.30 * (2.7 - place[0]) or place[1] * side > 0.2 * (2.7 - place[0]):
            plant(props, tree[int(rng.integers(2))], place, rng.uniform(1.8, 3.8), rng.uniform(0, 6.28), rng.uniform(0.8, 1.15))


def _jetty(props: PropBuilder, rng: np.random.Generator, side: float, start: float) -> None:
    """A wooden pier out into the water."""
    timber = linear(0.08, 0.35, rng.uniform(0.45, 0.6))
    y = side * rng.uniform(0.9, 1.6)
    for index in range(34):
        props.add(box((-start + 0.8 - 0.17 * index, y, 0.26), (0.15, 1.1, 0.035)), scaled(timber, rng.uniform(0.8, 1.15)), TIMBER)
    for index in range(5):
        for end in (-0.5, 0.5):
            props.add(standing_box((-start + 0.5 - 1.35 * index, y + end, -0.3), (0.1, 0.1, 0.9)), scaled(timber, 0.7), TIMBER)
