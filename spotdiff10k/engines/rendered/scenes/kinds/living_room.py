"""A furnished living room."""

import numpy as np

from spotdiff10k.engines.rendered.scenes.colours import linear, mixed, paint, scaled
from spotdiff10k.engines.rendered.scenes.furniture import (
    Placer,
    armchair,
    bookcase,
    floor_lamp,
    potted_plant,
    sideboard,
    sofa,
)
from spotdiff10k.engines.rendered.scenes.looks import GroundKind, GroundLook, Region, RegionShape, Rgb
from spotdiff10k.engines.rendered.scenes.props import Pattern, PropBuilder, Surface
from spotdiff10k.engines.rendered.scenes.room_light import RoomLight, indoor_sky, room_light
from spotdiff10k.engines.rendered.scenes.rooms import BACK, LEFT, RIGHT, Shell, build_walls, picture, window
from spotdiff10k.engines.rendered.scenes.scene import NO_REGION, Scene, ground, lamps, plan, region, sunshine
from spotdiff10k.traits import Traits

DEPTHS = {"sofa": 0.9, "bookcase": 0.34, "sideboard": 0.45, "armchair": 0.85, "plant": 0.7, "lamp": 0.5}
WALL_PATTERNS = {
    "plain": Pattern.NOISE,
    "striped": Pattern.STRIPES,
    "dotted": Pattern.DOTS,
    "damask": Pattern.DAMASK,
    "brick": Pattern.BRICK,
    "panelled": Pattern.NOISE,
}


def make(traits: Traits, rng: np.random.Generator) -> Scene:
    """The scene of a living-room level."""
    shell = _shell(traits, rng)
    light, toward, key, surround = room_light(str(traits["light"]), shell, rng)
    props = PropBuilder()
    build_walls(props, shell, wainscot=linear(0.1, 0.05, 0.9) if traits["wallpaper"] == "panelled" else None)
    curtain = paint(
        str(rng.choice(["cream", "sage green", "rose pink", "mustard yellow", "powder blue", "terracotta", "white"])), rng
    )
    bulbs = _furnish(props, shell, traits, rng, curtain, light)
    floor, rug, where = _floor(traits, rng)
    spot = light.pool
    lit = [((x, y, z), scaled(linear(0.085, 0.5, 1.0), light.lamps), 0.8) for x, y, z in bulbs if light.lamps > 0]
    return Scene(
        sky=indoor_sky(surround.band),
        plan=plan(floor, rug, where),
        props=props.build(),
        sun=sunshine(toward, key, light.softness, spot, 0.9, 0.18 if spot else 1.0),
        room=shell.room(),
        surround=surround,
        lamps=lamps(lit),
        exposure=1.05,
        softness=0.85,
        mirrors=True,
    )


def _shell(traits: Traits, rng: np.random.Generator) -> Shell:
    colour = paint(str(traits["wall"]), rng)
    pattern = WALL_PATTERNS[str(traits["wallpaper"])]
    second = mixed(colour, (0.9, 0.88, 0.84) if sum(colour) < 1.2 else scaled(colour, 0.6), 0.55)
    scale = {
        Pattern.STRIPES: rng.uniform(3.5, 7.0),
        Pattern.DOTS: rng.uniform(4.0, 6.5),
        Pattern.DAMASK: rng.uniform(3.2, 4.6),
    }.get(pattern, 1.0)
    strength = 0.1 if pattern == Pattern.NOISE else 0.85
    if pattern == Pattern.BRICK:
        second = (0.55, 0.52, 0.48)
    surface = Surface(pattern=pattern, scale=scale, strength=strength, second=second, seed=float(rng.integers(99)))
    return Shell(rng.uniform(2.5, 3.1), rng.uniform(2.3, 2.9), 2.75, colour, surface)


def _furnish(
    props: PropBuilder, shell: Shell, traits: Traits, rng: np.random.Generator, curtain: Rgb, light: RoomLight
) -> list[tuple[float, float, float]]:
    """Window, pictures and furniture along the walls that can be seen; returns the places of burning lamps."""
    sofa_colour = paint(str(traits["sofa"]), rng)
    timber = paint(str(rng.choice(["oak", "walnut", "pine", "cherry", "teak", "birch"])), rng)
    main = str(traits["focus"])
    side = -1.0 if rng.random() < 0.5 else 1.0
    if main == "a window":
        window(
            props,
            shell,
            BACK,
            side * rng.uniform(0.0, 0.5),
            rng.uniform(1.2, 1.7),
            1.35,
            int(rng.integers(99)),
            curtain,
            daylight=light.view,
        )
        order = ["armchair", "plant", "sideboard", "bookcase"]
    elif main == "bookshelves":
        order = ["bookcase", "bookcase", "armchair", "plant"]
    elif main == "a sofa":
        order = ["sofa", "lamp", "plant", "bookcase"]
    else:
        order = ["sideboard", "lamp", "armchair", "bookcase"]
    bulbs: list[tuple[float, float, float]] = []
    slots = [
        (BACK, -side * 0.95),
        (BACK, side * 1.0),
        (LEFT if side > 0 else RIGHT, 0.9 * side),
        (RIGHT if side > 0 else LEFT, -0.6 * side),
    ]
    for thing, (wall, along) in zip(order, slots, strict=True):
        at = shell.wall(wall, along + rng.uniform(-0.12, 0.12), 0.0, DEPTHS[thing] / 2 + 0.04)
        put = Placer(props, at, shell.yaw(wall))
        if thing == "sofa":
            sofa(put, rng, sofa_colour, rng.uniform(1.6, 2.0))
        elif thing == "armchair":
            armchair(put, rng, sofa_colour)
        elif thing == "bookcase":
            bookcase(put, rng, timber, rng.uniform(0.85, 1.15))
        elif thing == "sideboard":
            sideboard(put, rng, timber)
        elif thing == "plant":
            potted_plant(
                put, rng, paint(str(rng.choice(["white", "terracotta", "teal", "charcoal"])), rng), rng.uniform(1.1, 1.6)
            )
        else:
            bulbs.append(floor_lamp(put, linear(0.11, 0.16, 0.95), light.lamps))
        if thing in ("sofa", "sideboard", "armchair") and wall == BACK:
            _hang(props, shell, rng, wall, along)
    if main != "a window":
        window(
            props, shell, LEFT if side > 0 else RIGHT, -0.3 * side, 1.3, 1.35, int(rng.integers(99)), curtain, daylight=light.view
        )
    return bulbs


def _hang(props: PropBuilder, shell: Shell, rng: np.random.Generator, wall: int, along: float) -> None:
    frame = (
        linear(0.1, 0.5, 0.6) if rng.random() < 0.4 else (linear(0.07, 0.4, 0.25) if rng.random() < 0.5 else (0.8, 0.79, 0.76))
    )
    tones = [linear(rng.random(), rng.uniform(0.3, 0.7), rng.uniform(0.45, 0.9)) for _ in range(2)]
    width, height = rng.uniform(0.5, 0.95), rng.uniform(0.45, 0.75)
    picture(props, shell, wall, along, 1.6, width, height, (tones[0], tones[1]), frame, int(rng.integers(999)))


def _floor(traits: Traits, rng: np.random.Generator) -> tuple[GroundLook, GroundLook, Region]:
    """The floor and its rug."""
    kind, seed, turn = str(traits["floor"]), float(rng.integers(500)), float(rng.choice([0.0, 90.0]))
    if kind == "carpet":
        tone = paint(str(rng.choice(["beige", "grey", "cream", "powder blue", "sage green"])), rng)
        floor = ground(GroundKind.CARPET, scaled(tone, 0.62), scaled(tone, 0.95), bump=0.8, seed=seed)
    elif kind == "tiles":
        floor = ground(
            GroundKind.TILES,
            linear(0.08, 0.12, 0.5),
            linear(0.1, 0.06, 0.86),
            linear(0.1, 0.05, 0.6),
            1.0,
            turn + 45,
            0.4,
            0.5,
            seed,
        )
    else:
        timber = paint(str(traits["timber"]), rng)
        pattern = GroundKind.HERRINGBONE if kind == "parquet" else GroundKind.PLANKS
        floor = ground(pattern, scaled(timber, 0.42), scaled(timber, 0.98), scaled(timber, 0.1), 1.0, turn, 0.35, 0.35, seed)
    rug_colour = paint(
        str(rng.choice(["cream", "terracotta", "navy blue", "sage green", "rose pink", "mustard yellow", "teal", "grey"])), rng
    )
    border = mixed(rug_colour, (0.85, 0.83, 0.78) if sum(rug_colour) < 1.2 else (0.12, 0.1, 0.12), 0.75)
    rug = ground(GroundKind.RUG, scaled(rug_colour, 0.55), rug_colour, border, rng.uniform(0.8, 1.3), turn, 0.8, 0.0, seed)
    if traits["rug"] == "none":
        return floor, rug, NO_REGION
    if traits["rug"] == "round":
        return (
            floor,
            rug,
            region(
                RegionShape.DISC,
                (rng.uniform(-0.3, 0.1), rng.uniform(-0.25, 0.25)),
                0,
                1,
                rng.uniform(0.95, 1.25),
                0,
                0.012,
                0.05,
            ),
        )
    size = (rng.uniform(0.9, 1.3), rng.uniform(1.0, 1.5))
    return (
        floor,
        rug,
        region(
            RegionShape.RECTANGLE, (rng.uniform(-0.4, 0.0), rng.uniform(-0.3, 0.3)), rng.uniform(-12, 12), *size, 0, 0.01, 0.07
        ),
    )
