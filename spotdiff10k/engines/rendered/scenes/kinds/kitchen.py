"""A fitted kitchen."""

import math

import numpy as np

from spotdiff10k.engines.rendered.scenes.colours import linear, mixed, paint, scaled
from spotdiff10k.engines.rendered.scenes.furniture import GLAZE, LACQUER, TIMBER, Placer, ornament
from spotdiff10k.engines.rendered.scenes.looks import GroundKind, GroundLook, Rgb
from spotdiff10k.engines.rendered.scenes.props import MATT, Pattern, PropBuilder, Surface
from spotdiff10k.engines.rendered.scenes.room_light import indoor_sky, room_light
from spotdiff10k.engines.rendered.scenes.rooms import BACK, LEFT, RIGHT, Shell, build_walls, window
from spotdiff10k.engines.rendered.scenes.round_shapes import lathe, sphere, tube
from spotdiff10k.engines.rendered.scenes.scene import Scene, ground, plan, sunshine
from spotdiff10k.engines.rendered.scenes.shapes import box, panel, standing_box
from spotdiff10k.traits import Traits

UNIT = 0.6
"""Metres: the width of a kitchen unit."""
COUNTER = 0.9
STEEL: Rgb = (0.42, 0.43, 0.44)
BRASS: Rgb = linear(0.11, 0.6, 0.8)


def make(traits: Traits, rng: np.random.Generator) -> Scene:
    """The scene of a kitchen level."""
    wall = paint(str(rng.choice(["white", "cream", "powder blue", "sage green", "peach", "beige"])), rng)
    shell = Shell(rng.uniform(2.2, 2.7), rng.uniform(2.2, 2.7), 2.7, wall, Surface(strength=0.05))
    light, toward, key, surround = room_light(str(traits["light"]), shell, rng)
    props = PropBuilder()
    build_walls(props, shell)
    fronts = paint(str(traits["cabinets"]), rng)
    top = {"wooden": paint("oak", rng), "marble": linear(0.1, 0.04, 0.9), "dark stone": linear(0.6, 0.08, 0.22)}[
        str(traits["worktop"])
    ]
    side = 1.0 if rng.random() < 0.5 else -1.0
    _backsplash(props, shell, rng, str(traits["tiles"]))
    _row(props, shell, rng, BACK, fronts, top, side, light.view)
    _row(props, shell, rng, LEFT if side > 0 else RIGHT, fronts, top, 0.0, light.view)
    _fridge(props, shell, rng, side)
    _hanging(props, shell, rng)
    return Scene(
        sky=indoor_sky(surround.band),
        plan=plan(_floor(str(traits["floor"]), rng)),
        props=props.build(),
        sun=sunshine(toward, key, light.softness, light.pool, 0.9, 0.2 if light.pool else 1.0),
        room=shell.room(),
        surround=surround,
        exposure=1.05,
        softness=0.8,
        mirrors=True,
    )


def _floor(kind: str, rng: np.random.Generator) -> GroundLook:
    seed = float(rng.integers(500))
    if kind == "chequered":
        tone = paint(str(rng.choice(["charcoal", "brick red", "navy blue", "forest green", "teal"])), rng)
        return ground(
            GroundKind.TILES, tone, linear(0.1, 0.08, 0.9), linear(0.1, 0.08, 0.6), 1.3, rng.choice([0, 45]), 0.2, 0.5, seed
        )
    if kind == "terracotta":
        clay = linear(0.045, 0.58, 0.72)
        return ground(
            GroundKind.SLABS, scaled(clay, 0.65), clay, linear(0.09, 0.2, 0.6), 1.9, rng.choice([0, 45]), 0.4, 0.3, seed
        )
    if kind == "stone":
        return ground(
            GroundKind.SLABS, linear(0.1, 0.1, 0.56), linear(0.1, 0.08, 0.8), linear(0.1, 0.1, 0.4), 1.1, 0, 0.5, 0.25, seed
        )
    timber = paint(str(rng.choice(["oak", "pine", "walnut", "grey oak"])), rng)
    return ground(GroundKind.PLANKS, scaled(timber, 0.45), timber, scaled(timber, 0.1), 1.0, rng.choice([0, 90]), 0.3, 0.35, seed)


def _backsplash(props: PropBuilder, shell: Shell, rng: np.random.Generator, tone: str) -> None:
    """Tiles between worktop and cupboards on the back wall."""
    colour = paint(tone, rng)
    tiles = Surface(
        pattern=Pattern.TILES if rng.random() < 0.5 else Pattern.BRICK,
        scale=7.0 if rng.random() < 0.5 else 1.2,
        strength=1.0,
        second=(0.75, 0.74, 0.7),
        gloss=0.5,
    )
    width = shell.length(BACK) - 0.04
    props.add(panel(shell.wall(BACK, 0.0, 1.045, 0.02), (0, 1, 0), (0, 0, 1), width, 0.29), colour, tiles, casts=False)


def _row(
    props: PropBuilder, shell: Shell, rng: np.random.Generator, wall: int, fronts: Rgb, top: Rgb, side: float, daylight: float
) -> None:
    """Base units with a worktop, things on it, cupboards above or a window."""
    length = shell.length(wall) - 0.1
    count = int(length / UNIT)
    yaw = shell.yaw(wall)
    put = Placer(props, shell.wall(wall, 0.0, 0.0, 0.31), yaw)
    put.add(box((0.0, 0.0, 0.05), (0.5, count * UNIT, 0.1)), (0.05, 0.05, 0.05), MATT)
    put.add(
        box((0.02, 0.0, COUNTER - 0.02), (0.64, count * UNIT + 0.03, 0.045)), top, Surface(strength=0.2, gloss=0.5, scale=3.0)
    )
    satin = Surface(strength=0.03, gloss=0.25)
    oven = int(rng.integers(count)) if wall == BACK else -1
    for index in range(count):
        y = (index + 0.5 - count / 2) * UNIT
        put.add(box((0.0, y, 0.48), (0.56, UNIT, 0.78)), scaled(fronts, 0.8), MATT)
        if index == oven:
            put.add(box((0.29, y, 0.48), (0.03, UNIT - 0.02, 0.74)), STEEL, Surface(gloss=0.8))
            put.add(box((0.31, y, 0.4), (0.01, UNIT - 0.14, 0.4)), (0.02, 0.02, 0.025), Surface(gloss=0.9))
            put.add(box((0.335, y, 0.68), (0.02, UNIT - 0.12, 0.025)), STEEL, Surface(gloss=0.9))
            continue
        drawers = rng.random() < 0.35
        for z, tall in ((0.72, 0.26), (0.45, 0.24), (0.2, 0.22)) if drawers else ((0.48, 0.76),):
            put.add(box((0.29, y, z), (0.025, UNIT - 0.014, tall)), fronts, satin)
            put.add(
                box((0.315, y, z + (0.0 if drawers else 0.28)), (0.02, 0.2 if drawers else 0.02, 0.02 if drawers else 0.14)),
                BRASS,
                LACQUER,
            )
    for y in np.arange(-count * UNIT / 2 + 0.2, count * UNIT / 2, 0.42):
        if rng.random() < 0.7:
            _thing(put, rng, (rng.uniform(-0.15, 0.1), float(y) + rng.uniform(-0.1, 0.1), COUNTER))
    if wall == BACK:
        window(props, shell, BACK, side * 0.35, 1.15, 0.95, int(rng.integers(99)), None, 1.22, daylight)
        for y in (-side * 1.15, side * 1.75):
            _cupboard(put, y, fronts, satin)
    else:
        for y in np.arange(-1.5, 1.6, 0.62):
            _cupboard(put, float(y), fronts, satin)


def _cupboard(put: Placer, y: float, fronts: Rgb, satin: Surface) -> None:
    put.add(box((-0.13, y, 1.95), (0.34, UNIT, 0.72)), scaled(fronts, 0.85), MATT)
    put.add(box((0.05, y, 1.95), (0.02, UNIT - 0.02, 0.7)), fronts, satin)
    put.add(box((0.07, y + 0.2, 1.75), (0.02, 0.02, 0.14)), BRASS, LACQUER)


def _thing(put: Placer, rng: np.random.Generator, at: tuple[float, float, float]) -> None:
    """A jar, kettle, bowl of fruit, board or pot."""
    choice = rng.integers(5)
    x, y, z = at
    tone = paint(str(rng.choice(["red", "white", "teal", "mustard yellow", "cream", "navy blue", "coral"])), rng)
    if choice == 0:
        put.add(
            lathe([(0.1, z), (0.13, z + 0.05), (0.11, z + 0.18), (0.04, z + 0.22), (0.0, z + 0.25)], (x, y, 0), 20), tone, GLAZE
        )
        handle = [(x, y + 0.1 * math.cos(t), z + 0.2 + 0.09 * math.sin(t)) for t in np.linspace(0.2, math.pi - 0.2, 9)]
        put.add(tube(handle, [0.01] * 9, 6), (0.04, 0.04, 0.04))
    elif choice == 1:
        put.add(lathe([(0.05, z), (0.16, z + 0.1), (0.15, z + 0.1), (0.0, z + 0.04)], (x, y, 0), 22), tone, GLAZE)
        for _ in range(7):
            spot = rng.normal(size=2) * 0.05
            put.add(
                sphere((x + spot[0], y + spot[1], z + 0.11 + 0.03 * rng.random()), 0.042, 2),
                linear(float(rng.choice([0.0, 0.08, 0.13, 0.26])), 0.8, 0.85),
                LACQUER,
            )
    elif choice == 2:
        for shift in (-0.1, 0.0, 0.1):
            tall = rng.uniform(0.14, 0.24)
            put.add(
                lathe([(0.045, z), (0.045, z + tall), (0.0, z + tall)], (x, y + shift, 0), 14),
                mixed(tone, (0.8, 0.7, 0.5), rng.random()),
                GLAZE,
            )
    elif choice == 3:
        put.add(box((x - 0.1, y, z + 0.17), (0.025, 0.24, 0.34)), paint("oak", rng), TIMBER)
    else:
        ornament(put, rng, (x, y, z), 0.28)


def _fridge(props: PropBuilder, shell: Shell, rng: np.random.Generator, side: float) -> None:
    """A rounded fridge on the side that has no units."""
    wall = RIGHT if side > 0 else LEFT
    put = Placer(props, shell.wall(wall, -0.9 * side, 0.0, 0.36), shell.yaw(wall))
    tone = paint(str(rng.choice(["red", "mint green", "cream", "sky blue", "white", "grey", "coral"])), rng)
    shine = Surface(strength=0.02, gloss=0.6)
    put.add(standing_box((0, 0, 0.06), (0.62, 0.72, 1.15)), tone, shine)
    put.add(standing_box((0, 0, 1.24), (0.62, 0.72, 0.55)), tone, shine)
    for z in (0.95, 1.4):
        put.add(box((0.34, 0.26, z), (0.04, 0.03, 0.26)), STEEL, LACQUER)


def _hanging(props: PropBuilder, shell: Shell, rng: np.random.Generator) -> None:
    """Pendant lamps over the back of the room."""
    tone = paint(str(rng.choice(["charcoal", "mustard yellow", "white", "teal", "coral"])), rng)
    for y in (-0.7, 0.7):
        x = -shell.half_x + 1.1
        props.add(tube([(x, y, shell.height), (x, y, 2.1)], [0.006, 0.006], 5), (0.03, 0.03, 0.03), casts=False)
        props.add(lathe([(0.2, 1.86), (0.12, 2.02), (0.03, 2.1), (0.0, 2.12)], (x, y, 0), 22), tone, LACQUER)
        props.add(sphere((x, y, 1.88), 0.06, 2), (1.0, 0.85, 0.6), Surface(emission=1.6), casts=False)
