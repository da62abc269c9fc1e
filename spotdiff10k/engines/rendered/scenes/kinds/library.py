"""An old library: shelves to the ceiling, leather chairs, globes, warm light."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from spotdiff10k.engines.rendered.scenes.colours import linear, mixed, paint, scaled
from spotdiff10k.engines.rendered.scenes.furniture import (
    GLAZE,
    LACQUER,
    TIMBER,
    Placer,
    armchair,
    bookcase,
    books,
    floor_lamp,
    table,
)
from spotdiff10k.engines.rendered.scenes.looks import GroundKind, GroundLook, RegionShape, Rgb
from spotdiff10k.engines.rendered.scenes.props import Pattern, PropBuilder, Surface
from spotdiff10k.engines.rendered.scenes.room_light import indoor_sky, room_light
from spotdiff10k.engines.rendered.scenes.rooms import BACK, LEFT, RIGHT, Shell, build_walls, window
from spotdiff10k.engines.rendered.scenes.round_shapes import lathe, sphere, tube
from spotdiff10k.engines.rendered.scenes.scene import Scene, ground, lamps, plan, region, sunshine
from spotdiff10k.engines.rendered.scenes.shapes import box
from spotdiff10k.traits import Traits

BAY = 1.05
"""Metres: the width of a bookcase and its gap."""
NO_GAP = 9.0
"""The bay of the window where there is none: no bookcase has to make room."""
Place = tuple[float, float, float]


def make(traits: Traits, rng: np.random.Generator) -> Scene:
    """The scene of a library level."""
    timber = paint(str(traits["timber"]), rng)
    wall = paint(str(traits["wall"]), rng)
    shell = Shell(
        rng.uniform(2.5, 3.0),
        rng.uniform(2.3, 2.8),
        3.0,
        wall,
        Surface(pattern=Pattern.DAMASK, scale=3.4, strength=0.3, second=scaled(wall, 1.4)),
        scaled(timber, 0.8),
    )
    light, toward, key, surround = room_light(str(traits["light"]), shell, rng)
    props = PropBuilder()
    build_walls(props, shell, wainscot=scaled(timber, 0.9))
    gap = float(rng.choice([-1.0, 0.0, 1.0])) if traits["window"] else NO_GAP
    if traits["window"]:
        curtain = int(rng.integers(99)), paint(str(rng.choice(["brick red", "forest green", "navy blue"])), rng)
        window(props, shell, BACK, gap * BAY, 0.9, 1.7, *curtain, 0.7, daylight=light.view)
    _shelves(props, shell, rng, timber, gap)
    side = 1.0 if rng.random() < 0.5 else -1.0
    leather = paint(str(rng.choice(["brick red", "brown", "forest green", "navy blue", "mustard yellow"])), rng)
    bulbs = FURNITURE[str(traits["furniture"])](Corner(props, shell, side, leather, light.lamps), rng)
    floor = _floor(rng, timber)
    rug = _rug(rng, paint(str(traits["rug"]), rng))
    turn = rng.uniform(-6, 6)
    where = region(RegionShape.RECTANGLE, (-0.2, 0.0), turn, rng.uniform(1.1, 1.4), rng.uniform(1.1, 1.5), 0, 0.01, 0.09)
    glow = [(place, scaled(linear(0.085, 0.5, 1.0), max(0.8, light.lamps)), 0.8) for place in bulbs]
    return Scene(
        sky=indoor_sky(surround.band),
        plan=plan(floor, rug, where),
        props=props.build(),
        sun=sunshine(toward, key, light.softness, light.pool, 0.9, 0.2 if light.pool else 1.0),
        room=shell.room(),
        surround=surround,
        lamps=lamps(glow),
        exposure=1.15,
        softness=0.75,
        mirrors=True,
    )


def _shelves(props: PropBuilder, shell: Shell, rng: np.random.Generator, timber: Rgb, gap: float) -> None:
    """Bookcases along three walls, but where the window is."""
    for wall in (BACK, LEFT, RIGHT):
        for slot in (-2, -1, 0, 1, 2):
            if abs(slot * BAY) > shell.length(wall) / 2 - 0.4 or (wall == BACK and abs(slot - gap) < 0.5):
                continue
            bookcase(Placer(props, shell.wall(wall, slot * BAY, 0.0, 0.2), shell.yaw(wall)), rng, timber, 1.0, 2.6, 7)


def _floor(rng: np.random.Generator, timber: Rgb) -> GroundLook:
    kind = GroundKind.HERRINGBONE if rng.random() < 0.6 else GroundKind.PLANKS
    tones = scaled(timber, 0.5), scaled(timber, 1.15), scaled(timber, 0.15)
    return ground(kind, *tones, 1.0, rng.choice([0, 90]), 0.3, 0.4, float(rng.integers(500)))


def _rug(rng: np.random.Generator, tone: Rgb) -> GroundLook:
    tones = scaled(tone, 0.4), tone, mixed(tone, linear(0.11, 0.5, 0.8), 0.8)
    return ground(GroundKind.RUG, *tones, rng.uniform(0.9, 1.4), 0, 0.9, 0, rng.integers(99))


@dataclass(frozen=True, slots=True)
class Corner:
    """Where the furniture in front of the shelves stands."""

    props: PropBuilder
    shell: Shell
    side: float  # 1 or -1: to the left of the stage or to its right
    leather: Rgb
    glow: float  # how bright lamps shine

    def put(self, forward: float, aside: float, turn: float = 0.0) -> Placer:
        """A place so many metres before the back wall and to the side."""
        return Placer(self.props, (-self.shell.half_x + forward, self.side * aside, 0.0), turn)


def _armchairs(corner: Corner, rng: np.random.Generator) -> list[Place]:
    """Two chairs and a lamp."""
    armchair(corner.put(1.0, 1.15, -0.35 * corner.side), rng, corner.leather)
    armchair(corner.put(1.1, -1.2, 0.35 * corner.side), rng, corner.leather)
    return [floor_lamp(corner.put(0.7, 0.3), linear(0.11, 0.16, 0.95), max(0.6, corner.glow))]


def _globe(corner: Corner, rng: np.random.Generator) -> list[Place]:
    """A globe in its ring on three legs, and a chair."""
    put = corner.put(0.9, 1.0)
    put.add(
        sphere((0, 0, 0.78), 0.34, 3),
        linear(0.56, 0.45, 0.6),
        Surface(pattern=Pattern.PAINTING, scale=1.6, second=linear(0.11, 0.45, 0.75), gloss=0.5),
    )
    turns = np.linspace(0, 2 * math.pi, 33)
    ring = [(0.4 * math.cos(t), 0.4 * math.sin(t), 0.78) for t in turns]
    put.add(tube(ring, [0.02] * 33, 8), linear(0.1, 0.55, 0.7), LACQUER)
    for angle in (0.4, 2.5, 4.6):
        leg = [(0.38 * math.cos(angle), 0.38 * math.sin(angle), 0.76), (0.3 * math.cos(angle), 0.3 * math.sin(angle), 0.0)]
        put.add(tube(leg, [0.022, 0.03], 8), linear(0.06, 0.5, 0.3), TIMBER)
    armchair(corner.put(1.0, -1.1, 0.3 * corner.side), rng, corner.leather)
    return []


def _desk(corner: Corner, rng: np.random.Generator) -> list[Place]:
    """A desk with books, papers and a banker's lamp."""
    put = corner.put(0.95, 0.8)
    table(put, linear(0.06, 0.55, 0.4), 1.4, 0.65, 0.76)
    books(put, rng, -0.6, -0.25, 0.77, 0.24)
    foot = lathe([(0.1, 0.77), (0.09, 0.79), (0.014, 0.8), (0.014, 1.12)], (0, 0.42, 0), 16)
    put.add(foot, linear(0.11, 0.6, 0.75), LACQUER)
    shade = tube([(0, 0.25, 1.12), (0, 0.59, 1.12)], [0.075, 0.075], 14)
    put.add(shade, linear(0.4, 0.6, 0.45), GLAZE._replace(emission=0.6, translucency=0.5))
    put.add(box((0.1, 0.0, 0.785), (0.32, 0.44, 0.02)), (0.8, 0.77, 0.68), Surface(strength=0.1))
    return [(float(put.at[0]), float(put.at[1]) + 0.42, 1.05)]


def _ladder(corner: Corner, rng: np.random.Generator) -> list[Place]:
    """A ladder at the shelves, and a pile of books."""
    put = corner.put(0.62, 0.75)
    for y in (-0.2, 0.2):
        put.add(tube([(0.32, y, 0.0), (-0.2, y, 2.5)], [0.025, 0.02], 7), linear(0.08, 0.5, 0.5), TIMBER)
    for rung in np.linspace(0.12, 0.94, 9):
        ends = [(0.32 - 0.52 * rung, -0.2, 2.5 * rung), (0.32 - 0.52 * rung, 0.2, 2.5 * rung)]
        put.add(tube(ends, [0.016, 0.016], 6), linear(0.08, 0.5, 0.5), TIMBER)
    pile = Placer(corner.props, (-1.35, -corner.side * 1.1, 0.0), rng.uniform(0, 1))
    for level in range(8):
        middle = rng.uniform(-0.02, 0.02), rng.uniform(-0.02, 0.02), 0.02 + 0.042 * level
        book = box(middle, (0.17, 0.24, 0.04), rng.uniform(-0.3, 0.3))
        pile.add(book, linear(rng.random(), 0.5, rng.uniform(0.3, 0.7)), Surface(strength=0.1))
    return []


FURNITURE: dict[str, Callable[[Corner, np.random.Generator], list[Place]]] = {
    "armchairs": _armchairs,
    "a globe": _globe,
    "a desk": _desk,
    "a ladder": _ladder,
}
"""What stands in front of the shelves, by name; each returns the places of its lamps."""
