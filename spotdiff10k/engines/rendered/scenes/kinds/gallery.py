"""An art gallery: big pictures, sculptures on plinths, polished floor."""

import math

import numpy as np

from spotdiff10k.engines.rendered.scenes.colours import linear, paint, scaled
from spotdiff10k.engines.rendered.scenes.furniture import GLAZE, LACQUER, Placer
from spotdiff10k.engines.rendered.scenes.looks import GroundKind, GroundLook, Rgb
from spotdiff10k.engines.rendered.scenes.props import MATT, Pattern, PropBuilder, Surface
from spotdiff10k.engines.rendered.scenes.room_light import indoor_sky, room_light
from spotdiff10k.engines.rendered.scenes.rooms import BACK, LEFT, RIGHT, Shell, build_walls, picture
from spotdiff10k.engines.rendered.scenes.round_shapes import blob, lathe, sphere, tube
from spotdiff10k.engines.rendered.scenes.scene import Scene, ground, plan, sunshine
from spotdiff10k.engines.rendered.scenes.shapes import standing_box
from spotdiff10k.traits import Traits


def make(traits: Traits, rng: np.random.Generator) -> Scene:
    """The scene of a gallery level."""
    colour = paint(str(traits["wall"]), rng)
    bricks = traits["finish"] == "brick"
    look = Surface(pattern=Pattern.BRICK, second=scaled(colour, 0.8), strength=0.5) if bricks else Surface(strength=0.04)
    shell = Shell(rng.uniform(3.0, 3.6), rng.uniform(2.8, 3.4), 3.4, colour, look)
    light, toward, key, surround = room_light(str(traits["light"]), shell, rng)
    props = PropBuilder()
    build_walls(props, shell)
    _hang(props, shell, rng, str(traits["pictures"]))
    _plinths(props, rng, str(traits["sculptures"]), shell)
    pool = traits["light"] == "evening lamplight"
    return Scene(
        sky=indoor_sky(surround.band),
        plan=plan(_floor(str(traits["floor"]), rng)),
        props=props.build(),
        sun=sunshine(toward, key, light.softness, 1.0 if pool else 0.0, 1.1, 0.15 if pool else 1.0),
        room=shell.room(),
        surround=surround,
        exposure=1.0,
        softness=0.8,
        mirrors=True,
    )


def _floor(kind: str, rng: np.random.Generator) -> GroundLook:
    seed = float(rng.integers(500))
    if kind == "marble":
        return ground(
            GroundKind.TILES,
            linear(0.1, 0.06, 0.80),
            linear(0.1, 0.04, 0.90),
            linear(0.1, 0.05, 0.55),
            1.1,
            rng.choice([0, 45]),
            0.1,
            0.75,
            seed,
        )
    if kind == "black and white tiled":
        return ground(
            GroundKind.TILES,
            linear(0.6, 0.05, 0.14),
            linear(0.1, 0.05, 0.86),
            linear(0.1, 0.05, 0.4),
            0.9,
            rng.choice([0, 45]),
            0.1,
            0.6,
            seed,
        )
    if kind == "concrete":
        return ground(
            GroundKind.CONCRETE,
            linear(0.1, 0.04, 0.46),
            linear(0.1, 0.04, 0.66),
            linear(0.1, 0.04, 0.25),
            0.8,
            0,
            0.25,
            0.5,
            seed,
        )
    timber = paint(str(rng.choice(["oak", "walnut", "pine", "cherry"])), rng)
    return ground(GroundKind.HERRINGBONE, scaled(timber, 0.45), timber, scaled(timber, 0.1), 1.0, 0, 0.25, 0.5, seed)


def _hang(props: PropBuilder, shell: Shell, rng: np.random.Generator, kind: str) -> None:
    """Pictures on the three walls that can be seen."""
    gold, black = linear(0.11, 0.55, 0.75), linear(0.07, 0.2, 0.12)
    for wall in (BACK, LEFT, RIGHT):
        reach = shell.length(wall) / 2 - 0.7
        along = -reach
        while along < reach:
            width = rng.uniform(0.9, 1.9) if kind == "large paintings" else rng.uniform(0.4, 0.85)
            height = rng.uniform(0.75, 1.25) * min(1.35, width)
            hue = rng.random()
            tones = (
                linear(hue, rng.uniform(0.4, 0.8), rng.uniform(0.4, 0.9)),
                linear(hue + rng.uniform(0.3, 0.6), 0.6, rng.uniform(0.5, 0.95)),
            )
            if kind == "black and white photographs":
                tones = ((0.05, 0.05, 0.05), (0.7, 0.7, 0.7))
            frame = gold if kind == "gilt-framed paintings" else black
            picture(props, shell, wall, along + width / 2, 1.55, width, height, tones, frame, int(rng.integers(999)))
            along += width + rng.uniform(0.35, 0.7)


def _plinths(props: PropBuilder, rng: np.random.Generator, kind: str, shell: Shell) -> None:
    """Sculptures on white plinths behind and beside the stage."""
    if kind == "none":
        return
    for x, y in ((-shell.half_x + 0.6, -1.5), (-shell.half_x + 0.7, 1.55), (-1.3, -1.75), (-1.1, 1.8)):
        put = Placer(props, (x + rng.uniform(-0.15, 0.15), y + rng.uniform(-0.15, 0.15), 0.0), rng.uniform(0, 1.5))
        tall = rng.uniform(0.65, 1.05)
        put.add(standing_box((0, 0, 0), (0.42, 0.42, tall)), (0.82, 0.81, 0.79), MATT)
        SCULPTURES[kind](put, rng, tall)


def _bronze(put: Placer, rng: np.random.Generator, base: float) -> None:
    tone, shine = linear(0.08, 0.55, 0.45), Surface(strength=0.2, gloss=0.7)
    turns = np.linspace(0, rng.uniform(5, 9), 26)
    path = [(0.16 * math.cos(t) * math.sin(0.4 * t + 0.4), 0.16 * math.sin(t), base + 0.06 + 0.6 * t / turns[-1]) for t in turns]
    put.add(tube(path, list(0.05 + 0.02 * np.sin(turns * 1.3)), 12), tone, shine)


def _vases(put: Placer, rng: np.random.Generator, base: float) -> None:
    tone = paint(str(rng.choice(["teal", "terracotta", "navy blue", "mustard yellow", "white", "coral", "charcoal"])), rng)
    tall, wide = rng.uniform(0.35, 0.65), rng.uniform(0.12, 0.18)
    profile = [
        (wide * 0.5, 0),
        (wide * 0.95, tall * 0.25),
        (wide, tall * 0.45),
        (wide * 0.55, tall * 0.78),
        (wide * 0.35, tall * 0.88),
        (wide * 0.6, tall),
    ]
    put.add(lathe(profile, (0, 0, base), 28), tone, GLAZE)


def _abstract(put: Placer, rng: np.random.Generator, base: float) -> None:
    tones: list[Rgb] = [
        paint(str(name), rng)
        for name in rng.choice(["red", "blue", "lemon yellow", "white", "charcoal", "orange"], size=3, replace=False)
    ]
    put.add(sphere((0, 0, base + 0.17), 0.17, 3), tones[0], LACQUER)
    put.add(standing_box((0.02, 0.0, base + 0.33), (0.2, 0.24, 0.2), rng.uniform(0, 1)), tones[1], LACQUER)
    put.add(lathe([(0.13, base + 0.53), (0.0, base + 0.86)], (0, 0, 0), 24), tones[2], LACQUER)


def _marble(put: Placer, rng: np.random.Generator, base: float) -> None:
    stone = Surface(scale=6.0, strength=0.12, gloss=0.25)
    put.add(blob(rng, (0, 0, base + 0.2), 0.2, 0.3, 3, (0.9, 0.9, 1.0)), (0.8, 0.79, 0.76), stone)
    put.add(blob(rng, (0, 0, base + 0.52), 0.16, 0.35, 3, (0.8, 0.8, 1.3)), (0.8, 0.79, 0.76), stone)


SCULPTURES = {"bronzes": _bronze, "vases": _vases, "abstract shapes": _abstract, "marbles": _marble}
