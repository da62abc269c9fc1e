"""A photographer's studio: a coloured sweep, sometimes with a set of simple shapes behind the stage."""

import math

import numpy as np

from spotdiff10k.engines.rendered.scenes.colours import linear, mixed, paint, scaled
from spotdiff10k.engines.rendered.scenes.looks import Air, GroundKind, Rgb, SkyLook
from spotdiff10k.engines.rendered.scenes.props import PropBuilder, Surface
from spotdiff10k.engines.rendered.scenes.round_shapes import lathe, sphere, tube
from spotdiff10k.engines.rendered.scenes.scene import Scene, Surround, direction, ground, plan, sunshine
from spotdiff10k.engines.rendered.scenes.shapes import Shape, box, standing_box
from spotdiff10k.traits import Traits

SATIN = Surface(scale=2.0, strength=0.03, gloss=0.25)
LIGHTS: dict[str, tuple[float, float, float, float]] = {
    # elevation in degrees, strength of the key, of the fill, softness of its shadows
    "soft": (52.0, 1.15, 1.05, 4.0),
    "bright": (48.0, 2.2, 0.75, 1.6),
    "dramatic": (36.0, 3.0, 0.30, 1.2),
    "warm": (34.0, 2.4, 0.55, 1.8),
}
SWEEP_START = 2.4
"""Metres behind which floor and wall become one."""


def make(traits: Traits, rng: np.random.Generator) -> Scene:
    """The scene of a studio level."""
    colour = paint(str(traits["colour"]), rng)
    elevation, key, fill, softness = LIGHTS[str(traits["light"])]
    side = 1.0 if rng.random() < 0.5 else -1.0
    toward = direction(side * rng.uniform(25, 75), elevation + rng.uniform(-4, 4))
    tint = linear(0.08, 0.32, 1.0) if traits["light"] == "warm" else linear(0.1, 0.03, 1.0)
    wall = scaled(mixed(colour, (1.0, 1.0, 1.0), 0.06), fill * 1.05 + 0.25 * key)
    top = scaled(wall, {"plain": 0.96, "graded": 0.45, "glowing": 0.7}[str(traits["backdrop"])])
    sky = SkyLook(
        zenith=top,
        horizon=scaled(wall, 1.25) if traits["backdrop"] == "glowing" else wall,
        gradient=0.5 if traits["backdrop"] != "plain" else 1.0,
        sun_direction=toward,
        glow=(0.0, 0.0, 0.0),
        disc=0.0,
        clouds=0.0,
        cloud_scale=1.0,
        cloud_light=wall,
        cloud_shade=wall,
        stars=0.0,
        seed=1.0,
    )
    props = PropBuilder()
    SETS[str(traits["set"])](props, rng, colour)
    pool = traits["light"] == "dramatic"
    window = scaled((1.0, 0.98, 0.95), 2.2 * fill + 0.6)
    box_light = Surround(1, scaled(wall, 0.55), 0.55, scaled((1.0, 1.0, 1.0), 0.65 * fill), toward, window, math.cos(0.5))
    return Scene(
        sky=sky,
        plan=plan(ground(GroundKind.PLAIN, scaled(colour, 0.94), scaled(colour, 1.04), bump=0.0, seed=rng.integers(99))),
        props=props.build(),
        sun=sunshine(toward, scaled(tint, key), softness, 0.9 if pool else 0.0, 1.6, 0.25),
        air=Air(0.26, SWEEP_START + 1.6, sky.horizon, 0.0),
        surround=box_light,
        softness=0.7,
        vignette=0.5 if pool else 0.3,
    )


def _tones(rng: np.random.Generator, colour: Rgb) -> list[Rgb]:
    """Lighter, darker and one contrasting tone that go with the sweep's colour."""
    contrast = paint(
        str(rng.choice(["cream", "coral", "mustard yellow", "teal", "lavender", "terracotta", "sage green", "white"])), rng
    )
    return [mixed(colour, (0.9, 0.9, 0.88), 0.45), scaled(colour, 0.6), contrast, colour]


def _pick(rng: np.random.Generator, tones: list[Rgb]) -> Rgb:
    return tones[int(rng.integers(len(tones)))]


def _nothing(props: PropBuilder, rng: np.random.Generator, colour: Rgb) -> None:
    del props, rng, colour


def _spheres(props: PropBuilder, rng: np.random.Generator, colour: Rgb) -> None:
    tones = _tones(rng, colour)
    for y in (-1.9, -1.15, -0.75, 0.85, 1.25, 1.8):
        radius = rng.uniform(0.12, 0.42)
        props.add(sphere((-rng.uniform(0.9, 2.3), y + rng.uniform(-0.2, 0.2), radius), radius, 3), _pick(rng, tones), SATIN)


def _arch(at: tuple[float, float], width: float, height: float, thick: float) -> list[Shape]:
    radius = width / 2
    turns = np.linspace(0.0, math.pi, 15)
    bow = [(at[0], at[1] + radius * math.cos(t), height - radius + radius * math.sin(t)) for t in turns]
    path = [(at[0], at[1] + radius, -0.02), *bow, (at[0], at[1] - radius, -0.02)]
    return [tube(path, [thick] * len(path), 14)]


def _arches(props: PropBuilder, rng: np.random.Generator, colour: Rgb) -> None:
    tones = _tones(rng, colour)
    y, x = rng.uniform(-0.6, 0.6), -rng.uniform(1.5, 1.9)
    for ring in range(4):
        for shape in _arch((x - 0.02 * ring, y), 1.9 - 0.42 * ring, 1.75 - 0.24 * ring, 0.1):
            props.add(shape, tones[ring % len(tones)], SATIN)
    radius = rng.uniform(0.16, 0.26)
    props.add(sphere((-1.1, math.copysign(1.1, -y), radius), radius, 3), tones[2], SATIN)


def _columns(props: PropBuilder, rng: np.random.Generator, colour: Rgb) -> None:
    tones = _tones(rng, colour)
    for y in (-1.7, -1.05, 0.95, 1.55):
        radius, height = rng.uniform(0.16, 0.3), rng.uniform(0.25, 1.7)
        at = (-rng.uniform(0.95, 1.9), y + rng.uniform(-0.15, 0.15), 0.0)
        profile = [(radius, 0.0), (radius, height - 0.02), (radius - 0.02, height), (0.0, height)]
        props.add(lathe(profile, at, 36), _pick(rng, tones), SATIN)
        if rng.random() < 0.5:
            ball = radius * rng.uniform(0.4, 0.7)
            props.add(sphere((at[0], at[1], height + ball), ball, 3), _pick(rng, tones), SATIN)


def _steps(props: PropBuilder, rng: np.random.Generator, colour: Rgb) -> None:
    tones = _tones(rng, colour)
    side = 1.0 if rng.random() < 0.5 else -1.0
    for step in range(5):
        props.add(
            standing_box((-1.25 - 0.3 * step, side * 0.5, 0.0), (0.3, 1.5, 0.22 * (step + 1))),
            mixed(colour, tones[0], 0.2 * step),
            SATIN,
        )
    props.add(box((-1.5, -side * 1.15, 0.35), (0.7, 0.7, 0.7), rng.uniform(0, 1.5)), tones[2], SATIN)
    props.add(sphere((-1.0, -side * 0.95, 0.14), 0.14, 3), tones[1], SATIN)


def _panels(props: PropBuilder, rng: np.random.Generator, colour: Rgb) -> None:
    tones = _tones(rng, colour)
    for index, y in enumerate((-1.5, -0.7, 0.1, 0.9, 1.7)):
        height = rng.uniform(0.9, 2.3)
        at = (-1.7 - 0.18 * (index % 2), y + rng.uniform(-0.1, 0.1), 0.0)
        props.add(
            standing_box(at, (0.06, rng.uniform(0.7, 1.0), height), rng.uniform(-0.12, 0.12)), tones[index % len(tones)], SATIN
        )


SETS = {
    "none": _nothing,
    "spheres": _spheres,
    "arches": _arches,
    "columns": _columns,
    "steps": _steps,
    "panels": _panels,
}
