"""The floor of a shallow sea: sand under nets of light, corals, weed, stones, all in blue haze."""

import numpy as np

from spotdiff10k.engines.rendered.scenes.colours import linear, mixed, scaled
from spotdiff10k.engines.rendered.scenes.furniture import Placer
from spotdiff10k.engines.rendered.scenes.harbour_things import barrel, hull
from spotdiff10k.engines.rendered.scenes.looks import Air, GroundKind, Rgb, SkyLook
from spotdiff10k.engines.rendered.scenes.placing import spread
from spotdiff10k.engines.rendered.scenes.props import Pattern, PropBuilder, Surface
from spotdiff10k.engines.rendered.scenes.rocks import rocks
from spotdiff10k.engines.rendered.scenes.round_shapes import blob, lathe
from spotdiff10k.engines.rendered.scenes.scene import Scene, direction, ground, plan, scatter, sunshine
from spotdiff10k.engines.rendered.scenes.shapes import flat_shaded, triangles
from spotdiff10k.engines.rendered.scenes.undersea import coral, seaweed
from spotdiff10k.traits import Traits

WATERS: dict[str, tuple[tuple[float, float, float], tuple[float, float, float]]] = {
    # above, far away
    "turquoise": ((0.50, 0.45, 0.95), (0.52, 0.72, 0.70)),
    "deep blue": ((0.56, 0.60, 0.75), (0.61, 0.80, 0.45)),
    "green": ((0.40, 0.40, 0.80), (0.42, 0.65, 0.45)),
}
CORALS = [(0.97, 0.6, 0.9), (0.06, 0.75, 0.95), (0.83, 0.5, 0.75), (0.13, 0.7, 0.92), (0.0, 0.7, 0.8), (0.47, 0.5, 0.7)]


def make(traits: Traits, rng: np.random.Generator) -> Scene:
    """The scene of a seabed level."""
    above, far = (linear(*hsv) for hsv in WATERS[str(traits["water"])])
    toward = direction(rng.uniform(-80, 80), rng.uniform(58, 74))
    props = PropBuilder()
    feature = str(traits["feature"])
    if feature in ("corals", "a wreck"):
        for place in np.concatenate([spread(rng, 20, 1.35, 5.0, 1.2, 0.45), spread(rng, 26, 4.0, 11.0, 1.0, 0.6)]):
            coral(
                Placer(props, place, rng.uniform(0, 6)),
                rng,
                rng.uniform(0.2, 0.75),
                linear(*CORALS[int(rng.integers(len(CORALS)))]),
            )
    if feature in ("kelp", "corals"):
        green, count = linear(0.2, 0.6, 0.5), 110 if feature == "kelp" else 40
        weeds = spread(rng, count, 1.7, 9.0, 1.1)
        props.add(
            seaweed(weeds, rng, 2.2 if feature == "kelp" else 0.8), green, Surface(scale=3.0, strength=0.3, translucency=0.6), 0.9
        )
    if feature == "ruins":
        _ruins(props, rng)
    if feature == "a wreck":
        _wreck(props, rng)
    rocks(props, rng, spread(rng, 12, 1.5, 10.0), (0.08, 0.7), mixed(linear(0.4, 0.15, 0.45), far, 0.2))
    _fish(props, rng)
    sand = linear(0.12, 0.25, 0.85)
    shells = scatter([linear(0.05, 0.3, 0.95), linear(0.1, 0.08, 0.95), linear(0.9, 0.25, 0.85)], 0.2, 0.25, 0.7, 0.16, 0.6, 0.8)
    base = ground(
        GroundKind.SAND, scaled(sand, 0.6), sand, scaled(sand, 1.1), 0.8, rng.uniform(0, 360), 1.3, seed=rng.integers(500)
    )
    glow = scaled(above, 0.9)
    sky = SkyLook(scaled(above, 1.3), far, 0.7, toward, glow, 0.0, 0.0, 1.0, above, far, 0.0, float(rng.integers(900)))
    return Scene(
        sky=sky,
        plan=plan(base, strewn=shells),
        props=props.build(),
        sun=sunshine(toward, scaled(mixed(above, (1.0, 1.0, 0.95), 0.55), 2.4), 2.2),
        air=Air(0.10, 2.2, far, 0.6),
        exposure=1.05,
        vignette=0.55,
    )


def _ruins(props: PropBuilder, rng: np.random.Generator) -> None:
    stone, marble = linear(0.12, 0.12, 0.72), Surface(scale=4.0, strength=0.3)
    for y in (-3.0, -1.5, 1.6, 3.1):
        tall = rng.uniform(0.5, 2.8)
        x = -rng.uniform(2.2, 4.5)
        profile = [
            (0.36, 0.0),
            (0.36, 0.12),
            (0.27, 0.18),
            (0.24, tall),
            (0.3, tall + 0.06),
            (0.34, tall + 0.16),
            (0.0, tall + 0.16),
        ]
        props.add(lathe(profile, (x, y, 0.0), 20), stone, marble)
        lump = blob(rng, (x - 0.6, y + 0.5, 0.05), 0.3, 0.15, 2, (1.3, 0.9, 0.7))
        props.add(flat_shaded(lump), stone, marble)


def _wreck(props: PropBuilder, rng: np.random.Generator) -> None:
    side = 1.0 if rng.random() < 0.5 else -1.0
    put = Placer(props, (-4.6, side * 1.8, -0.25), 0.9 * side)
    outside, deck = hull(4.6, 1.7, 1.3, 0.8)
    timber = linear(0.08, 0.45, 0.42)
    put.add(outside, timber, Surface(pattern=Pattern.SIDING, scale=5.0, strength=0.5))
    put.add(deck, scaled(timber, 0.5), Surface(pattern=Pattern.SIDING, scale=5.0, strength=0.5))
    barrel(Placer(props, (-2.4, -side * 1.2, -0.15), 0.3), timber)


def _fish(props: PropBuilder, rng: np.random.Generator) -> None:
    """A loose shoal behind the stage."""
    count = int(rng.integers(10, 26))
    tone: Rgb = linear(*CORALS[int(rng.integers(len(CORALS)))])
    centers = spread(rng, count, 3.0, 8.0, 0.7) + np.array([0.0, 0.0, 1.0]) * rng.uniform(0.7, 2.2, size=(count, 1))
    heading = 1.0 if rng.random() < 0.5 else -1.0
    length = rng.uniform(0.1, 0.22, size=(count, 1))
    nose = centers + np.array([0.1, heading, 0.0]) * length
    tail = centers - np.array([0.1, heading, 0.0]) * length * 0.7
    top, low = centers + np.array([0, 0, 0.42]) * length, centers - np.array([0, 0, 0.42]) * length
    end = tail - np.array([0.0, heading, 0.0]) * length * 0.5
    fin = np.array([0.0, 0.0, 0.38]) * length
    facing = np.tile(np.array([[0.8, 0.0, 0.6]]), (count, 1))
    for corners in ((nose, top, low), (top, tail, low), (tail, end + fin, end - fin)):
        props.add(triangles(*corners, facing), tone, Surface(strength=0.1, gloss=0.4), 1.0, casts=False)
