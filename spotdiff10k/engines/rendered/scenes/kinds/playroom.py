"""A children's playroom: toys on the floor, shelves with boxes, a tent, bright walls."""

import math

import numpy as np

from spotdiff10k.engines.rendered.scenes.colours import linear, mixed, paint, scaled
from spotdiff10k.engines.rendered.scenes.furniture import LACQUER, TIMBER, WEAVE, Placer, bookcase
from spotdiff10k.engines.rendered.scenes.looks import GroundKind, GroundLook, RegionShape, Rgb
from spotdiff10k.engines.rendered.scenes.outdoors import CANVAS, ball
from spotdiff10k.engines.rendered.scenes.placing import in_view
from spotdiff10k.engines.rendered.scenes.props import MATT, Pattern, PropBuilder, Surface
from spotdiff10k.engines.rendered.scenes.room_light import indoor_sky, room_light
from spotdiff10k.engines.rendered.scenes.rooms import BACK, LEFT, RIGHT, Shell, build_walls, picture, window
from spotdiff10k.engines.rendered.scenes.round_shapes import cushion, lathe, sphere, tube
from spotdiff10k.engines.rendered.scenes.scene import Scene, ground, plan, region, sunshine
from spotdiff10k.engines.rendered.scenes.shapes import box, panel, standing_box, triangles
from spotdiff10k.traits import Traits

TOYS_BEHIND = -0.1
"""Metres along x: toys nearer to the camera would be cut off by the picture or by the stage."""
TOYS: list[str] = ["red", "blue", "lemon yellow", "green", "orange", "purple", "sky blue", "coral"]


def make(traits: Traits, rng: np.random.Generator) -> Scene:
    """The scene of a playroom level."""
    colour = paint(str(traits["wall"]), rng)
    shell = _shell(rng, colour, str(traits["wallpaper"]))
    light, toward, key, surround = room_light(str(traits["light"]), shell, rng)
    props = PropBuilder()
    build_walls(props, shell)
    side = 1.0 if rng.random() < 0.5 else -1.0
    window(props, shell, BACK, side * 0.9, 1.15, 1.2, int(rng.integers(99)), paint(str(rng.choice(TOYS)), rng), 0.95, light.view)
    tones = (paint("orange"), paint("sky blue"))
    picture(props, shell, BACK, -side * 1.5, 1.65, 0.6, 0.5, tones, (0.8, 0.8, 0.78), int(rng.integers(99)))
    FEATURES[str(traits["feature"])](props, rng, shell, side)
    shelf = Placer(props, shell.wall(LEFT if side > 0 else RIGHT, side * 0.9, 0.0, 0.22), shell.yaw(LEFT if side > 0 else RIGHT))
    bookcase(shelf, rng, paint("pine", rng), 1.1, 1.2, 3)
    _toys(props, rng)
    floor = _floor(rng, paint(str(rng.choice(["pine", "birch", "oak"])), rng))
    tone = paint(str(traits["rug"]), rng) if traits["rug"] != "none" else colour
    border = paint(str(rng.choice(["white", "lemon yellow", "coral", "sky blue"])), rng)
    rug = ground(GroundKind.RUG, scaled(tone, 0.6), tone, border, rng.uniform(0.7, 1.1), 0, 0.9, 0, rng.integers(99))
    shape = RegionShape.NOWHERE if traits["rug"] == "none" else RegionShape.DISC
    mat = region(shape, (-0.1, 0.0), 0, 1, rng.uniform(1.05, 1.35), 0, 0.012, 0.09)
    return Scene(
        sky=indoor_sky(surround.band),
        plan=plan(floor, rug, mat),
        props=props.build(),
        sun=sunshine(toward, key, light.softness, light.pool, 0.9, 0.2 if light.pool else 1.0),
        room=shell.room(),
        surround=surround,
        exposure=1.1,
        softness=0.8,
        mirrors=True,
    )


def _shell(rng: np.random.Generator, colour: Rgb, wallpaper: str) -> Shell:
    """The walls."""
    pattern = {"plain": Pattern.NOISE, "dotted": Pattern.DOTS, "striped": Pattern.STRIPES}[wallpaper]
    strength = 0.85 if pattern else 0.05
    surface = Surface(pattern=pattern, scale=4.0, strength=strength, second=mixed(colour, (0.95, 0.93, 0.9), 0.65))
    return Shell(2.8, rng.uniform(2.4, 2.9), 2.75, colour, surface)


def _floor(rng: np.random.Generator, timber: Rgb) -> GroundLook:
    tones = scaled(timber, 0.5), timber, scaled(timber, 0.15)
    return ground(GroundKind.PLANKS, *tones, 1.0, rng.choice([0, 90]), 0.3, 0.3, float(rng.integers(500)))


def _toys(props: PropBuilder, rng: np.random.Generator) -> None:
    """Blocks, balls, rings and a train on the floor."""
    for place in in_view(rng, 22, 1.0, 1.8, 0.8):
        if place[0] > TOYS_BEHIND:
            continue
        size, tone = rng.uniform(0.07, 0.14), paint(str(rng.choice(TOYS)), rng)
        put = Placer(props, place, rng.uniform(0, 3))
        choice = rng.integers(4)
        if choice == 0:
            put.add(standing_box((0, 0, 0), (size, size, size)), tone, LACQUER)
            if rng.random() < 0.5:
                put.add(standing_box((0.01, 0, size), (size * 0.9,) * 3, 0.5), paint(str(rng.choice(TOYS)), rng), LACQUER)
        elif choice == 1:
            ball(put, place, size * 0.8, [tone, paint("white"), paint(str(rng.choice(TOYS)), rng)])
        elif choice == 2:
            for ring in range(4):
                wide = size * (1.0 - 0.18 * ring)
                turns = np.linspace(0, 2 * math.pi, 19)
                path = [(wide * 0.7 * math.cos(t), wide * 0.7 * math.sin(t), size * (0.28 + 0.5 * ring)) for t in turns]
                put.add(tube(path, [size * 0.28] * 19, 8), paint(TOYS[(ring + int(size * 1000)) % len(TOYS)]), LACQUER)
        else:
            put.add(lathe([(size * 0.55, 0), (0.0, size * 1.5)], (0, 0, 0), 18), tone, LACQUER)


def _tent(props: PropBuilder, rng: np.random.Generator, shell: Shell, side: float) -> None:
    """A tepee with a striped cloth."""
    put = Placer(props, (-shell.half_x + 1.0, -side * 1.05, 0.0), rng.uniform(-0.3, 0.3))
    tone = paint(str(rng.choice(["cream", "white", "sky blue", "rose pink", "mint green"])), rng)
    top, wide = 1.75, 0.78
    corners = [np.array([wide * math.cos(a), wide * math.sin(a), 0.0]) for a in (np.arange(6) + 0.5) * math.pi / 3]
    striped = CANVAS._replace(pattern=Pattern.STRIPES, scale=5.0, strength=0.6, second=paint(str(rng.choice(TOYS)), rng))
    peak = np.array([[0.0, 0.0, top]])
    for index in range(6):
        first, second = corners[index][None], corners[(index + 1) % 6][None]
        out = (first + second) / 2 + np.array([[0.0, 0.0, 0.35]])
        sheet = triangles(first, second, peak, out / np.sqrt((out * out).sum()))
        uv = np.array([[-0.4, 0.0], [0.4, 0.0], [0.0, top]])
        dark = index == 5
        put.add(sheet._replace(uv=uv), scaled(tone, 0.35) if dark else tone, MATT if dark else striped)
        put.add(
            tube([corners[index], -corners[index] * 0.16 + np.array([0, 0, top * 1.16])], [0.018, 0.014], 6),
            paint("pine"),
            TIMBER,
        )


def _table(props: PropBuilder, rng: np.random.Generator, shell: Shell, side: float) -> None:
    """A low table with two stools and pencils."""
    put = Placer(props, (-shell.half_x + 0.95, -side * 0.75, 0.0), rng.uniform(-0.2, 0.2))
    put.add(
        lathe([(0.5, 0.48), (0.51, 0.5), (0.5, 0.52), (0.0, 0.52)], (0, 0, 0), 32), paint(str(rng.choice(TOYS)), rng), LACQUER
    )
    for index in range(4):
        angle = index * math.pi / 2 + 0.5
        put.add(
            tube(
                [(0.34 * math.cos(angle), 0.34 * math.sin(angle), 0.48), (0.44 * math.cos(angle), 0.44 * math.sin(angle), 0.0)],
                [0.025, 0.02],
                8,
            ),
            paint("pine"),
            TIMBER,
        )
    for y in (-0.75, 0.75):
        put.add(
            lathe([(0.17, 0.0), (0.16, 0.28), (0.18, 0.3), (0.0, 0.31)], (0.1, y, 0), 20),
            paint(str(rng.choice(TOYS)), rng),
            LACQUER,
        )
    put.add(lathe([(0.05, 0.52), (0.05, 0.64)], (0.1, 0.1, 0), 12), paint(str(rng.choice(TOYS)), rng), LACQUER)
    for _ in range(6):
        lean = rng.normal(size=2) * 0.04
        put.add(
            tube([(0.1, 0.1, 0.55), (0.1 + lean[0], 0.1 + lean[1], 0.74)], [0.008, 0.006], 5),
            paint(str(rng.choice(TOYS)), rng),
            MATT,
        )
    put.add(box((-0.15, -0.15, 0.525), (0.24, 0.32, 0.01)), (0.85, 0.85, 0.83), MATT)


def _bear(props: PropBuilder, rng: np.random.Generator, shell: Shell, side: float) -> None:
    """A big stuffed bear on a cushion."""
    put = Placer(props, (-shell.half_x + 0.75, -side * 0.95, 0.0), 0.35 * side)
    fur = Surface(scale=26.0, strength=0.5)
    tone: Rgb = linear(0.075, rng.uniform(0.35, 0.55), rng.uniform(0.5, 0.8))
    put.add(cushion((0, 0, 0.1), (0.9, 1.0, 0.24), 0.0, 0.6), paint(str(rng.choice(TOYS)), rng), WEAVE)
    put.add(cushion((-0.05, 0, 0.5), (0.5, 0.52, 0.66), 0.0, 0.9), tone, fur)
    put.add(cushion((0.13, 0, 0.46), (0.2, 0.36, 0.46), 0.0, 0.9), mixed(tone, (0.9, 0.8, 0.65), 0.5), fur)
    put.add(sphere((0.0, 0, 0.98), 0.23, 3), tone, fur)
    put.add(cushion((0.2, 0, 0.93), (0.16, 0.2, 0.16), 0.0, 0.9), mixed(tone, (0.9, 0.8, 0.65), 0.5), fur)
    put.add(sphere((0.28, 0, 0.96), 0.03, 2), (0.02, 0.02, 0.02), LACQUER)
    for y in (-1.0, 1.0):
        put.add(sphere((-0.02, y * 0.18, 1.16), 0.085, 2), tone, fur)
        put.add(sphere((0.2, y * 0.085, 1.04), 0.022, 1), (0.02, 0.02, 0.02), LACQUER)
        put.add(tube([(0.0, y * 0.22, 0.68), (0.16, y * 0.36, 0.52), (0.3, y * 0.34, 0.44)], [0.1, 0.09, 0.07], 12), tone, fur)
        put.add(tube([(0.1, y * 0.18, 0.28), (0.35, y * 0.26, 0.27), (0.48, y * 0.28, 0.3)], [0.13, 0.12, 0.1], 12), tone, fur)


def _board(props: PropBuilder, rng: np.random.Generator, shell: Shell, side: float) -> None:
    """A blackboard with chalk drawings, and drawers of toys."""
    wall = shell.wall(BACK, -side * 0.8, 1.35, 0.03)
    props.add(box(wall, (0.05, 1.5, 1.0)), paint("pine"), TIMBER)
    board = panel((wall[0] + 0.03, wall[1], wall[2]), (0, 1, 0), (0, 0, 1), 1.38, 0.88)
    props.add(
        board,
        linear(0.4, 0.3, 0.25),
        Surface(pattern=Pattern.PAINTING, scale=2.2, second=linear(0.4, 0.28, 0.3), seed=float(rng.integers(99))),
    )
    put = Placer(props, shell.wall(BACK, -side * 0.8, 0.0, 0.25), 0.0)
    put.add(standing_box((0, 0, 0), (0.4, 1.5, 0.66)), paint("birch", rng), TIMBER)
    for row in range(2):
        for column in range(4):
            put.add(
                box((0.2, -0.56 + 0.375 * column, 0.18 + 0.3 * row), (0.03, 0.33, 0.25)),
                paint(TOYS[(row * 3 + column) % len(TOYS)], rng),
                LACQUER,
            )


FEATURES = {"a tepee": _tent, "a little table": _table, "a stuffed bear": _bear, "a blackboard": _board}
