"""A street in a town by day."""

import math

import numpy as np

from spotdiff10k.engines.rendered.scenes.colours import linear, mixed, scaled
from spotdiff10k.engines.rendered.scenes.daylight import weather
from spotdiff10k.engines.rendered.scenes.horizon import far_ridges
from spotdiff10k.engines.rendered.scenes.looks import GroundKind, GroundLook, RegionShape
from spotdiff10k.engines.rendered.scenes.props import PropBuilder
from spotdiff10k.engines.rendered.scenes.scene import OPEN_COUNTRY, Scene, ground, plan, region
from spotdiff10k.engines.rendered.scenes.streets import HALF_ROAD, build_street
from spotdiff10k.traits import Traits


def paving(kind: str, rng: np.random.Generator, gloss: float = 0.0) -> GroundLook:
    """The pavement: slabs, cobbles, brick or plain concrete."""
    seed = float(rng.integers(500))
    warm = rng.uniform(0.04, 0.16)
    if kind == "cobbled":
        return ground(
            GroundKind.COBBLES,
            linear(0.09, warm, 0.40),
            linear(0.09, warm, 0.70),
            linear(0.08, 0.15, 0.36),
            rng.uniform(0.75, 1.0),
            rng.uniform(0, 90),
            1.1,
            gloss,
            seed,
        )
    if kind == "brick":
        return ground(
            GroundKind.SLABS,
            linear(0.03, 0.45, 0.42),
            linear(0.04, 0.45, 0.70),
            linear(0.1, 0.15, 0.4),
            3.0,
            rng.uniform(0, 90),
            0.7,
            gloss,
            seed,
        )
    if kind == "concrete":
        return ground(
            GroundKind.CONCRETE,
            linear(0.1, 0.05, 0.56),
            linear(0.1, 0.05, 0.78),
            linear(0.1, 0.05, 0.3),
            1.0,
            0,
            0.8,
            gloss,
            seed,
        )
    return ground(
        GroundKind.SLABS,
        linear(0.1, warm, 0.54),
        linear(0.1, warm, 0.80),
        linear(0.1, 0.1, 0.3),
        rng.uniform(0.8, 1.2),
        rng.uniform(0, 45),
        0.8,
        gloss,
        seed,
    )


def road(rng: np.random.Generator, gloss: float = 0.0) -> GroundLook:
    """Asphalt."""
    tone = rng.uniform(0.36, 0.52)
    return ground(
        GroundKind.ASPHALT,
        linear(0.6, 0.05, tone * 0.8),
        linear(0.6, 0.04, tone * 1.25),
        linear(0.6, 0.1, 0.14),
        1.0,
        0,
        1.0,
        gloss,
        float(rng.integers(500)),
    )


def make(traits: Traits, rng: np.random.Generator) -> Scene:
    """The scene of a city-street level."""
    time = str(traits["time"])
    light = weather(time, str(traits["sky"]), rng, 0.0045)
    props = PropBuilder()
    turn = math.radians(rng.uniform(4, 24) * (1.0 if rng.random() < 0.5 else -1.0))
    dim = time in ("dusk", "sunset")
    build_street(props, rng, turn, str(traits["houses"]), 0.45 if dim else 0.04, 0.8 if dim else 0.0)
    lane = region(RegionShape.BAND, (0.0, 0.0), math.degrees(turn), 1.0, HALF_ROAD, 0.0, 0.01, 0.0)
    walls = mixed(scaled(light.sky.horizon, 0.55), scaled(light.sun.radiance, 0.2), 0.4)
    return Scene(
        sky=light.sky,
        plan=plan(paving("slabs", rng), road(rng) if traits["road"] == "asphalt" else paving("cobbled", rng), lane),
        props=props.build(),
        sun=light.sun,
        air=light.air,
        ridges=far_ridges("a skyline", light, rng, (0.3, 0.3, 0.3)),
        surround=OPEN_COUNTRY._replace(band=walls, band_height=0.4),
        exposure=1.1,
    )
