"""A street at night: lit windows, lamps, wet ground that mirrors them."""

import math

import numpy as np

from spotdiff10k.engines.rendered.scenes.colours import linear, scaled
from spotdiff10k.engines.rendered.scenes.daylight import weather
from spotdiff10k.engines.rendered.scenes.horizon import far_ridges
from spotdiff10k.engines.rendered.scenes.kinds.city_street import paving, road
from spotdiff10k.engines.rendered.scenes.looks import RegionShape, Rgb
from spotdiff10k.engines.rendered.scenes.props import PropBuilder
from spotdiff10k.engines.rendered.scenes.scene import OPEN_COUNTRY, Scene, direction, lamps, plan, region, sunshine
from spotdiff10k.engines.rendered.scenes.streets import HALF_ROAD, build_street
from spotdiff10k.traits import Traits

LAMPLIGHT: dict[str, tuple[float, float, float]] = {
    "warm": (0.075, 0.55, 1.0),
    "cool": (0.57, 0.22, 1.0),
    "pink neon": (0.91, 0.34, 1.0),
    "green neon": (0.43, 0.30, 1.0),
}


def make(traits: Traits, rng: np.random.Generator) -> Scene:
    """The scene of a night-street level."""
    light = weather("night", "scattered clouds" if traits["ground"] == "wet" else "clear", rng, 0.004)
    props = PropBuilder()
    turn = math.radians(rng.uniform(0, 20) * (1.0 if rng.random() < 0.5 else -1.0))
    tone: Rgb = linear(*LAMPLIGHT[str(traits["light"])])
    places = build_street(props, rng, turn, str(traits["houses"]), rng.uniform(0.35, 0.6), 1.7)
    wet = 0.85 if traits["ground"] == "wet" else 0.12
    lane = region(RegionShape.BAND, (0.0, 0.0), math.degrees(turn), 1.0, HALF_ROAD, 0.0, 0.01)
    side = 1.0 if rng.random() < 0.5 else -1.0
    key = sunshine(
        direction(side * rng.uniform(25, 80), rng.uniform(48, 62)), scaled(tone, 2.6), 1.6, rng.uniform(1.0, 1.5), 2.2, 0.12
    )
    fill: Rgb = scaled(linear(0.66 if traits["light"] != "cool" else 0.08, 0.35, 1.0), 0.22)
    return Scene(
        sky=light.sky,
        plan=plan(paving("slabs" if rng.random() < 0.5 else "cobbled", rng, wet), road(rng, wet), lane),
        props=props.build(),
        sun=key,
        air=light.air,
        ridges=far_ridges("a skyline", light, rng, (0.05, 0.05, 0.07)),
        surround=OPEN_COUNTRY._replace(band=fill, band_height=0.5),
        lamps=lamps([(place, scaled(tone, 3.2), 1.5) for place in places]),
        exposure=0.92,
        softness=1.6,
        vignette=0.55,
        mirrors=True,
    )
