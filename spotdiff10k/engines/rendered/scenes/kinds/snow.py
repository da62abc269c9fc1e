"""Deep snow: laden spruces, mountains, sometimes a cabin."""

import numpy as np

from spotdiff10k.engines.rendered.scenes.colours import linear, mixed, paint, scaled
from spotdiff10k.engines.rendered.scenes.daylight import weather
from spotdiff10k.engines.rendered.scenes.furniture import Placer
from spotdiff10k.engines.rendered.scenes.horizon import far_ridges
from spotdiff10k.engines.rendered.scenes.looks import GroundKind, Rgb
from spotdiff10k.engines.rendered.scenes.outdoors import cabin, fence
from spotdiff10k.engines.rendered.scenes.placing import spread
from spotdiff10k.engines.rendered.scenes.props import PropBuilder, Surface
from spotdiff10k.engines.rendered.scenes.rocks import rocks
from spotdiff10k.engines.rendered.scenes.round_shapes import blob, lathe, sphere, tube
from spotdiff10k.engines.rendered.scenes.scene import Scene, ground, lamps, plan
from spotdiff10k.engines.rendered.scenes.vegetation import conifer, plant
from spotdiff10k.traits import Traits

SNOW: Rgb = (0.80, 0.85, 0.92)
POWDER = Surface(scale=3.0, strength=0.05)


def make(traits: Traits, rng: np.random.Generator) -> Scene:
    """The scene of a snow level."""
    time = str(traits["time"])
    light = weather(time, str(traits["sky"]), rng)
    props = PropBuilder()
    laden = {"bare": 0.0, "dusted": 0.45, "laden": 1.0}[str(traits["trees"])]
    spruces = [conifer(rng, linear(0.38, 0.36, 0.42), linear(0.41, 0.5, 0.2), linear(0.06, 0.4, 0.3), laden) for _ in range(3)]
    crowd = 26 if traits["place"] == "forest" else 12
    for place in np.concatenate([spread(rng, crowd // 2, 4.0, 9.0, 1.1, 1.1), spread(rng, crowd, 8.0, 26.0, 0.85, 1.2)]):
        plant(props, spruces[int(rng.integers(3))], place, rng.uniform(1.6, 4.8), rng.uniform(0, 6.28), rng.uniform(0.85, 1.15))
    for place in spread(rng, 9, 1.9, 9.0):
        size = rng.uniform(0.15, 0.6)
        props.add(blob(rng, (place[0], place[1], -size * 0.2), size, 0.06, 3, (1.5, 1.5, 0.42)), SNOW, POWDER)
    rocks(props, rng, spread(rng, 5, 1.6, 8.0), (0.08, 0.3), linear(0.6, 0.08, 0.45))
    glow = {"dusk": 0.9, "night": 1.0, "sunset": 1.0}.get(time, 0.0)
    bulbs = []
    if traits["place"] == "cabin":
        side = 1.0 if rng.random() < 0.5 else -1.0
        at = (-rng.uniform(8.0, 10.0), side * rng.uniform(0.9, 2.4), 0.0)
        yaw = -0.3 * side + rng.uniform(-0.2, 0.2)
        cabin(
            Placer(props, at, yaw),
            rng,
            paint(str(rng.choice(["brick red", "brown", "terracotta", "navy blue"])), rng),
            SNOW,
            glow,
        )
        bulbs.append(((at[0] + 2.4, at[1], 1.2), scaled((1.0, 0.55, 0.2), glow), 1.6))
        fence(Placer(props, (-4.2, -side * 2.2, 0.0), rng.uniform(-0.2, 0.2)), linear(0.07, 0.4, 0.4), 4.0, False)
    elif traits["place"] == "snowman":
        _snowman(props, rng)
    shade = linear(0.6, 0.12 if time not in ("dusk", "night") else 0.2, 0.86)
    return Scene(
        sky=light.sky,
        plan=plan(ground(GroundKind.SNOW, shade, mixed(shade, (0.95, 0.96, 0.98), 0.8), bump=0.75, seed=rng.integers(500))),
        props=props.build(),
        sun=light.sun,
        air=light.air,
        ridges=far_ridges("mountains" if traits["place"] != "forest" else "conifers", light, rng, linear(0.5, 0.2, 0.5)),
        lamps=lamps(bulbs),
        exposure=0.86,
    )


def _snowman(props: PropBuilder, rng: np.random.Generator) -> None:
    """A snowman beside the stage's back."""
    side = 1.0 if rng.random() < 0.5 else -1.0
    x, y = -rng.uniform(1.6, 2.2), side * rng.uniform(0.95, 1.2)
    for radius, height in ((0.34, 0.28), (0.25, 0.74), (0.18, 1.1)):
        props.add(blob(rng, (x, y, height), radius, 0.04, 3), SNOW, POWDER)
    coal: Rgb = (0.02, 0.02, 0.02)
    for dy in (-0.06, 0.06):
        props.add(sphere((x + 0.165, y + dy, 1.15), 0.02, 1), coal)
    for height in (0.66, 0.76, 0.86):
        props.add(sphere((x + 0.245, y, height), 0.022, 1), coal)
    props.add(tube([(x + 0.16, y, 1.1), (x + 0.36, y, 1.08)], [0.03, 0.003], 8), linear(0.07, 0.85, 0.95))
    hat = paint(str(rng.choice(["red", "navy blue", "charcoal", "forest green"])), rng)
    props.add(lathe([(0.24, 1.25), (0.24, 1.27), (0.15, 1.28), (0.14, 1.48), (0.0, 1.49)], (x, y, 0), 20), hat)
    for end in (-1.0, 1.0):
        props.add(tube([(x, y + end * 0.2, 0.8), (x + 0.05, y + end * 0.55, 1.05)], [0.015, 0.008], 6), linear(0.07, 0.4, 0.25))
