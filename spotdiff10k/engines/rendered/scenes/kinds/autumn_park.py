"""A city park in autumn: coloured trees, a path, benches, lamps and fallen leaves."""

import numpy as np

from spotdiff10k.engines.rendered.scenes.colours import linear, mixed, scaled
from spotdiff10k.engines.rendered.scenes.daylight import weather
from spotdiff10k.engines.rendered.scenes.furniture import Placer
from spotdiff10k.engines.rendered.scenes.grass import tufts
from spotdiff10k.engines.rendered.scenes.horizon import far_ridges
from spotdiff10k.engines.rendered.scenes.looks import GroundKind, RegionShape
from spotdiff10k.engines.rendered.scenes.outdoors import bench, street_lamp
from spotdiff10k.engines.rendered.scenes.placing import in_view, spread
from spotdiff10k.engines.rendered.scenes.props import PropBuilder
from spotdiff10k.engines.rendered.scenes.scene import Scene, ground, lamps, plan, region, scatter
from spotdiff10k.engines.rendered.scenes.vegetation import broadleaf, bush, plant
from spotdiff10k.traits import Traits

LEAVES: dict[str, list[tuple[float, float, float]]] = {
    "red": [(0.005, 0.82, 0.80), (0.03, 0.84, 0.86), (0.98, 0.75, 0.55)],
    "orange": [(0.06, 0.86, 0.94), (0.08, 0.84, 0.90), (0.04, 0.84, 0.80)],
    "yellow": [(0.13, 0.80, 0.95), (0.115, 0.84, 0.90), (0.15, 0.70, 0.85)],
    "many-coloured": [(0.01, 0.82, 0.82), (0.07, 0.86, 0.92), (0.13, 0.80, 0.95), (0.2, 0.55, 0.62)],
}


def make(traits: Traits, rng: np.random.Generator) -> Scene:
    """The scene of an autumn-park level."""
    light = weather(str(traits["time"]), str(traits["sky"]), rng)
    tones = [linear(*hsv) for hsv in LEAVES[str(traits["leaves"])]]
    grass_dark, grass_light = linear(0.24, 0.5, 0.28), linear(0.18, 0.52, 0.56)
    props = PropBuilder()
    bark = linear(0.07, 0.3, 0.30)
    crowns = [broadleaf(rng, mixed(tone, (0.9, 0.6, 0.2), 0.1), scaled(tone, 0.42), bark) for tone in tones]
    for place in np.concatenate([spread(rng, 7, 4.2, 9.0, 1.1, 2.0), spread(rng, 15, 9.0, 26.0, 0.8, 2.0)]):
        plant(
            props,
            crowns[int(rng.integers(len(crowns)))],
            place,
            rng.uniform(3.0, 5.4),
            rng.uniform(0, 6.28),
            rng.uniform(0.85, 1.15),
        )
    hedge = bush(rng, linear(0.22, 0.5, 0.46), linear(0.28, 0.5, 0.22))
    for place in spread(rng, 10, 5.0, 14.0, 1.0, 1.0):
        plant(props, hedge, place, rng.uniform(0.5, 0.9), rng.uniform(0, 6.28))
    side = 1.0 if rng.random() < 0.5 else -1.0
    timber = linear(0.06, 0.6, rng.uniform(0.4, 0.65))
    bench(Placer(props, (-rng.uniform(1.7, 2.4), side * rng.uniform(0.9, 1.3), 0.0), rng.uniform(-0.4, 0.4)), timber)
    if rng.random() < 0.7:
        bench(Placer(props, (-rng.uniform(4.0, 5.5), -side * rng.uniform(1.2, 2.4), 0.0), rng.uniform(-0.5, 0.5)), timber)
    glow = 1.5 if traits["time"] in ("dusk", "sunset") else 0.0
    spots = [(-3.2, -side * 1.15), (-7.5, side * 1.9), (-12.0, -side * 2.4)]
    lights = [street_lamp(Placer(props, (x, y, 0.0), 0.0), 2.3, glow) for x, y in spots]
    tufts(props, rng, in_view(rng, 700, 0.95, 8.0, 0.8), 0.09, scaled(grass_dark, 0.8), grass_light, 7, 0.06)
    lawn = ground(
        GroundKind.GRASS, grass_dark, grass_light, linear(0.12, 0.5, 0.55), 1.0, rng.uniform(0, 360), 0.75, seed=rng.integers(500)
    )
    gravel = {
        "gravel": ground(
            GroundKind.PEBBLES, linear(0.09, 0.12, 0.45), linear(0.1, 0.10, 0.78), linear(0.08, 0.2, 0.3), 2.2, 0, 0.8
        ),
        "cobbled": ground(
            GroundKind.COBBLES, linear(0.07, 0.1, 0.36), linear(0.08, 0.08, 0.62), linear(0.08, 0.16, 0.32), 0.9, 15, 1.0
        ),
        "grassy": lawn,
    }[str(traits["path"])]
    path = region(RegionShape.BAND, (0.0, rng.uniform(-0.3, 0.3)), rng.uniform(-28, 28), 1.0, rng.uniform(1.0, 1.5), 0.08, 0.05)
    lying = scatter(tones, 0.095, rng.uniform(0.55, 0.85), 0.62, 0.66, 0.5, 1.1)
    glowing = [(place, scaled((1.0, 0.62, 0.28), 0.9 * glow), 1.2) for place in lights if glow > 0]
    return Scene(
        sky=light.sky,
        plan=plan(lawn, gravel, path, lying),
        props=props.build(),
        sun=light.sun,
        air=light.air,
        ridges=far_ridges("a skyline" if rng.random() < 0.4 else "a forest", light, rng, mixed(tones[0], grass_dark, 0.5)),
        lamps=lamps(glowing),
    )
