"""Inside a forest: trunks all round, ferns, logs and a floor of leaves or needles."""

import math

import numpy as np

from spotdiff10k.engines.rendered.scenes.colours import linear, mixed, plus, scaled, times
from spotdiff10k.engines.rendered.scenes.daylight import weather
from spotdiff10k.engines.rendered.scenes.grass import tufts
from spotdiff10k.engines.rendered.scenes.horizon import far_ridges
from spotdiff10k.engines.rendered.scenes.looks import GroundKind, RegionShape, Rgb
from spotdiff10k.engines.rendered.scenes.placing import in_view, spread
from spotdiff10k.engines.rendered.scenes.props import PropBuilder, Surface
from spotdiff10k.engines.rendered.scenes.rocks import log, rocks
from spotdiff10k.engines.rendered.scenes.round_shapes import lathe
from spotdiff10k.engines.rendered.scenes.scene import OPEN_COUNTRY, Scene, ground, plan, region, scatter
from spotdiff10k.engines.rendered.scenes.vegetation import broadleaf, bush, conifer, plant
from spotdiff10k.traits import Traits

WOODS: dict[str, tuple[tuple[float, float, float], tuple[float, float, float], tuple[float, float, float]]] = {
    # light leaves, dark leaves, bark
    "spruce": ((0.36, 0.42, 0.50), (0.39, 0.55, 0.26), (0.06, 0.38, 0.36)),
    "birch": ((0.20, 0.62, 0.78), (0.25, 0.62, 0.44), (0.10, 0.05, 0.88)),
    "beech": ((0.24, 0.62, 0.66), (0.29, 0.62, 0.34), (0.10, 0.12, 0.50)),
    "golden": ((0.125, 0.80, 0.92), (0.07, 0.80, 0.58), (0.09, 0.10, 0.62)),
    "maple": ((0.035, 0.82, 0.86), (0.0, 0.80, 0.50), (0.07, 0.30, 0.36)),
}
FLOORS: dict[str, list[tuple[float, float, float]]] = {
    "spruce": [(0.07, 0.5, 0.34), (0.09, 0.45, 0.46), (0.24, 0.5, 0.40)],
    "birch": [(0.13, 0.65, 0.80), (0.10, 0.55, 0.62), (0.2, 0.5, 0.55)],
    "beech": [(0.07, 0.6, 0.52), (0.06, 0.55, 0.42), (0.09, 0.5, 0.62)],
    "golden": [(0.12, 0.80, 0.90), (0.09, 0.80, 0.82), (0.06, 0.7, 0.6)],
    "maple": [(0.02, 0.82, 0.80), (0.05, 0.82, 0.85), (0.08, 0.75, 0.8)],
}


def make(traits: Traits, rng: np.random.Generator) -> Scene:
    """The scene of a forest level."""
    wood = str(traits["trees"])
    light = weather(str(traits["time"]), "scattered clouds", rng, 0.006)
    leaf, deep, bark = (linear(*hsv) for hsv in WOODS[wood])
    props = PropBuilder()
    _trees(props, rng, wood, leaf, deep, bark)
    _undergrowth(props, rng, str(traits["undergrowth"]), wood, leaf, deep)
    log(
        props,
        rng,
        spread(rng, 1, 1.7, 3.4, 0.9)[0],
        rng.uniform(1.2, 2.6),
        rng.uniform(0.13, 0.2),
        scaled(bark, 0.7),
        linear(0.1, 0.4, 0.7),
    )
    mossy = mixed(linear(0.1, 0.06, 0.5), linear(0.24, 0.5, 0.4), 0.35)
    rocks(props, rng, spread(rng, 7, 1.4, 9.0), (0.05, 0.38), mossy)
    litter = [linear(*hsv) for hsv in FLOORS[wood]]
    floor = ground(
        GroundKind.SOIL,
        scaled(litter[1], 0.35),
        mixed(litter[0], litter[1], 0.5),
        linear(0.07, 0.4, 0.2),
        1.0,
        rng.uniform(0, 360),
        0.9,
        seed=rng.integers(500),
    )
    moss = ground(
        GroundKind.GRASS,
        linear(0.27, 0.62, 0.26),
        linear(0.22, 0.6, 0.5),
        linear(0.15, 0.5, 0.5),
        1.2,
        20,
        0.7,
        seed=rng.integers(500),
    )
    patches = region(RegionShape.PATCHES, half_length=rng.uniform(-0.06, 0.02), half_width=1.3, softness=0.05)
    strewn = scatter(litter, 0.075 if wood != "spruce" else 0.05, 0.75, 0.5 if wood != "spruce" else 0.16, 0.62, 0.45, 0.7)
    around = plus(scaled(light.sky.horizon, 0.4), scaled(light.sun.radiance, 0.2))
    band = times(mixed(leaf, deep, 0.4), around)
    return Scene(
        sky=light.sky,
        plan=plan(floor, moss, patches, strewn),
        props=props.build(),
        sun=light.sun,
        air=light.air,
        ridges=far_ridges("a forest", light, rng, leaf),
        exposure=1.35,
        surround=OPEN_COUNTRY._replace(band=band, band_height=0.34),
    )


def _trees(props: PropBuilder, rng: np.random.Generator, wood: str, leaf: Rgb, deep: Rgb, bark: Rgb) -> None:
    crown = conifer if wood == "spruce" else broadleaf
    kinds = [crown(rng, leaf, deep, bark) for _ in range(3)]
    tall = (3.4, 7.5) if wood == "spruce" else (4.2, 7.5)
    near = spread(rng, 16, 5.2 if wood == "spruce" else 3.2, 9.0, 1.15, 1.05)
    far = spread(rng, 40, 8.5, 26.0, 0.75, 1.3)
    for place in np.concatenate([near, far]):
        if abs(math.atan2(place[1], -place[0])) < 0.16 and place[0] > -9.0:
            continue
        plant(props, kinds[int(rng.integers(3))], place, rng.uniform(*tall), rng.uniform(0, 6.28), rng.uniform(0.75, 1.2))


def _undergrowth(props: PropBuilder, rng: np.random.Generator, kind: str, wood: str, leaf: Rgb, deep: Rgb) -> None:
    green, dark = linear(0.25, 0.62, 0.6), linear(0.3, 0.6, 0.28)
    if kind == "ferns":
        tufts(props, rng, in_view(rng, 190, 1.2, 9.0, 0.9), 0.38, dark, green, 9, 0.12)
    elif kind == "grass":
        tufts(props, rng, in_view(rng, 900, 0.9, 8.0, 0.9), 0.16, dark, green, 7, 0.04)
    elif kind == "mushrooms":
        cap, stalk = linear(0.01, 0.85, 0.75), linear(0.1, 0.1, 0.9)
        for place in in_view(rng, 34, 0.85, 4.5, 1.2):
            size = rng.uniform(0.04, 0.1)
            props.add(lathe([(size * 0.2, -0.01), (size * 0.16, size)], place, 9), stalk)
            top = [(size * 0.62, size * 0.9), (size * 0.6, size * 1.05), (size * 0.4, size * 1.3), (0.0, size * 1.42)]
            props.add(lathe(top, place, 14), cap, Surface(strength=0.1, gloss=0.4))
        tufts(props, rng, in_view(rng, 300, 1.0, 7.0, 0.9), 0.12, dark, green, 7, 0.05)
    shrub = bush(rng, mixed(leaf, green, 0.5), mixed(deep, dark, 0.5))
    for place in spread(rng, 14, 2.6, 13.0, 1.0, 0.9):
        plant(props, shrub, place, rng.uniform(0.35, 1.1), rng.uniform(0, 6.28), rng.uniform(0.7, 1.1))
    del wood
