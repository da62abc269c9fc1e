"""A desert: sand or cracked earth, cactuses, red rocks, mesas or dunes at the horizon."""

import numpy as np

from spotdiff10k.engines.rendered.scenes.colours import linear, scaled
from spotdiff10k.engines.rendered.scenes.daylight import weather
from spotdiff10k.engines.rendered.scenes.furniture import Placer
from spotdiff10k.engines.rendered.scenes.grass import tufts
from spotdiff10k.engines.rendered.scenes.horizon import far_ridges
from spotdiff10k.engines.rendered.scenes.looks import GroundKind
from spotdiff10k.engines.rendered.scenes.outdoors import cactus
from spotdiff10k.engines.rendered.scenes.placing import in_view, spread
from spotdiff10k.engines.rendered.scenes.props import Pattern, PropBuilder, Surface
from spotdiff10k.engines.rendered.scenes.rocks import rocks
from spotdiff10k.engines.rendered.scenes.round_shapes import blob
from spotdiff10k.engines.rendered.scenes.scene import Scene, ground, plan, scatter
from spotdiff10k.engines.rendered.scenes.shapes import flat_shaded
from spotdiff10k.engines.rendered.scenes.vegetation import palm, plant
from spotdiff10k.traits import Traits

SANDS: dict[str, tuple[float, float, float]] = {
    "golden": (0.095, 0.45, 0.90),
    "red": (0.045, 0.50, 0.80),
    "pale": (0.11, 0.20, 0.93),
    "ochre": (0.08, 0.55, 0.78),
}
STRATA = Surface(pattern=Pattern.SIDING, scale=2.2, strength=0.5)


def make(traits: Traits, rng: np.random.Generator) -> Scene:
    """The scene of a desert level."""
    light = weather(str(traits["time"]), "clear" if rng.random() < 0.6 else "scattered clouds", rng, 0.006)
    sand = linear(*SANDS[str(traits["sand"])])
    props = PropBuilder()
    feature = str(traits["feature"])
    if feature == "cactuses":
        for place in spread(rng, 15, 3.2, 18.0, 1.0, 1.2):
            green = linear(rng.uniform(0.27, 0.36), 0.45, rng.uniform(0.36, 0.5))
            cactus(Placer(props, place, rng.uniform(-0.6, 0.6)), rng, rng.uniform(0.8, 2.6), green)
    elif feature == "rock towers":
        for place in spread(rng, 7, 6.0, 20.0, 0.85, 2.5):
            tall = rng.uniform(1.5, 5.0)
            shape = blob(rng, (place[0], place[1], tall * 0.2), tall * 0.55, 0.2, 3, (0.55, 0.7, 1.4))
            props.add(
                flat_shaded(shape), scaled(linear(0.035, 0.58, 0.68), rng.uniform(0.85, 1.15)), Surface(scale=2.2, strength=0.6)
            )
    elif feature == "palms":
        tree = palm(rng, linear(0.24, 0.55, 0.55), linear(0.28, 0.6, 0.28), linear(0.08, 0.35, 0.45))
        for place in spread(rng, 11, 6.0, 14.0, 0.85, 1.2):
            plant(props, tree, place, rng.uniform(2.0, 3.2), rng.uniform(0, 6.28), rng.uniform(0.85, 1.1))
        tufts(props, rng, spread(rng, 120, 3.8, 11.0, 0.9), 0.4, linear(0.25, 0.5, 0.25), linear(0.2, 0.5, 0.6), 8, 0.05)
    tufts(props, rng, in_view(rng, 60, 1.1, 12.0, 0.9), 0.2, linear(0.12, 0.4, 0.35), linear(0.13, 0.4, 0.72), 11, 0.025)
    stone = linear(0.05, 0.42, rng.uniform(0.5, 0.65))
    rocks(props, rng, spread(rng, 16, 1.3, 13.0), (0.04, 0.42), stone)
    rocks(props, rng, in_view(rng, 18, 0.85, 4.0), (0.015, 0.05), scaled(stone, 1.1))
    base = ground(
        GroundKind.SAND,
        scaled(sand, 0.62),
        sand,
        scaled(sand, 1.1),
        rng.uniform(0.85, 1.2),
        rng.uniform(0, 360),
        1.6,
        seed=rng.integers(500),
    )
    if traits["ground"] == "cracked earth":
        base = ground(
            GroundKind.CRACKED,
            scaled(sand, 0.72),
            scaled(sand, 0.98),
            scaled(sand, 0.32),
            1.0,
            rng.uniform(0, 360),
            1.0,
            seed=rng.integers(500),
        )
    gravel = scatter([scaled(stone, 0.9), scaled(sand, 0.7), scaled(stone, 1.3)], 0.16, 0.22, 0.75, 0.16, 0.6, 0.8)
    return Scene(
        sky=light.sky,
        plan=plan(base, strewn=gravel),
        props=props.build(),
        sun=light.sun,
        air=light.air,
        ridges=far_ridges(str(traits["horizon"]), light, rng, scaled(sand, 0.9)),
    )
