"""Houses of a town: storeys of windows, shop fronts with awnings, roofs, balconies, cars."""

import math

import numpy as np

from spotdiff10k.engines.rendered.scenes.colours import linear, mixed, paint, scaled
from spotdiff10k.engines.rendered.scenes.furniture import LACQUER, Placer
from spotdiff10k.engines.rendered.scenes.looks import Rgb
from spotdiff10k.engines.rendered.scenes.outdoors import CANVAS, ROOFING, prism_roof
from spotdiff10k.engines.rendered.scenes.props import MATT, Pattern, Surface
from spotdiff10k.engines.rendered.scenes.round_shapes import cushion, lathe, tube
from spotdiff10k.engines.rendered.scenes.shapes import Shape, box, panel, standing_box

STOREY = 3.0
SHOP_HEIGHT = 3.1
GLASS: Rgb = (0.07, 0.09, 0.11)
SHOP_GLASS = Surface(gloss=0.8)
AWNINGS = ["red", "forest green", "navy blue", "mustard yellow", "teal", "coral", "white"]

FACADES: dict[str, list[tuple[float, float, float]]] = {
    "pastel": [
        (0.02, 0.25, 0.92),
        (0.10, 0.30, 0.95),
        (0.14, 0.32, 0.94),
        (0.35, 0.18, 0.85),
        (0.55, 0.22, 0.88),
        (0.95, 0.2, 0.92),
    ],
    "sandstone": [(0.10, 0.30, 0.84), (0.09, 0.36, 0.78), (0.11, 0.22, 0.88), (0.08, 0.30, 0.72)],
    "brick": [(0.02, 0.50, 0.55), (0.03, 0.55, 0.62), (0.01, 0.48, 0.45), (0.05, 0.40, 0.66)],
    "white": [(0.10, 0.05, 0.92), (0.10, 0.08, 0.88), (0.55, 0.04, 0.9), (0.1, 0.12, 0.94)],
    "modern": [(0.58, 0.16, 0.62), (0.6, 0.08, 0.78), (0.08, 0.06, 0.55), (0.56, 0.25, 0.5)],
}


def house(
    put: Placer,
    rng: np.random.Generator,
    size: tuple[float, float],
    storeys: int,
    style: str,
    lit: float,
    glow: float,
    shop: bool,
) -> None:
    """A house whose front (+x) is `size[1]` metres wide; `lit` is the share of windows that shine with `glow`."""
    colours = FACADES[style]
    wall = scaled(linear(*colours[int(rng.integers(len(colours)))]), rng.uniform(0.9, 1.05))
    depth, width = size
    low = SHOP_HEIGHT if shop else 0.0
    tall = low + storeys * STOREY + 0.3
    seed = float(rng.integers(999))
    facade = Surface(pattern=Pattern.FACADE, scale=1 / STOREY, strength=lit, second=GLASS, emission=glow, seed=seed)
    for shape in _sides(depth, width, low, tall):
        put.add(shape, wall, facade)
    put.add(box((0, 0, tall - 0.08), (depth + 0.3, width + 0.06, 0.22)), scaled(mixed(wall, (0.8, 0.8, 0.78), 0.4), 0.95), MATT)
    if style in ("modern", "white") and rng.random() < 0.6:
        put.add(box((0, 0, tall + 0.3), (depth * 0.5, width * 0.4, 0.8)), scaled(wall, 0.8), MATT)
    else:
        roof = linear(0.03, 0.45, 0.5) if style != "sandstone" else linear(0.6, 0.1, 0.38)
        put.add(prism_roof((depth, width), tall, tall + depth * 0.32, 0.2), roof, ROOFING)
    if shop:
        _shop_front(put, rng, depth / 2, width, glow if lit > 0.05 else 0.0)
    else:
        door = paint(str(rng.choice(["brick red", "navy blue", "forest green", "teal", "charcoal"])), rng)
        put.add(standing_box((depth / 2, width * 0.28, 0.0), (0.12, 1.0, 2.2)), door, LACQUER)
        put.add(standing_box((depth / 2 + 0.15, width * 0.28, 0.0), (0.4, 1.3, 0.16)), (0.45, 0.44, 0.42), MATT)
    if rng.random() < 0.5 and storeys >= 2:
        _balconies(put, rng, depth / 2, width, low)


def _sides(depth: float, width: float, low: float, tall: float) -> list[Shape]:
    """Four walls, with uv in metres from the ground up so that whole bays fit the width."""
    walls = []
    turns = [((depth / 2, 0.0), (0.0, 1.0, 0.0), width), ((-depth / 2, 0.0), (0.0, -1.0, 0.0), width)]
    turns += [((0.0, width / 2), (-1.0, 0.0, 0.0), depth), ((0.0, -width / 2), (1.0, 0.0, 0.0), depth)]
    for (x, y), right, length in turns:
        bays = max(1, round(length / 2.2))
        flat = panel((x, y, tall / 2), right, (0.0, 0.0, 1.0), length, tall)
        across = (flat.uv[:, 0] / length + 0.5) * bays * STOREY
        walls.append(flat._replace(uv=np.stack([across, flat.uv[:, 1] + tall / 2 - low + STOREY * 40], axis=1)))
    return walls


def _shop_front(put: Placer, rng: np.random.Generator, front: float, width: float, glow: float) -> None:
    """A ground floor of glass in a painted frame, with an awning."""
    tone = paint(str(rng.choice(AWNINGS)), rng)
    put.add(standing_box((front - 0.02, 0.0, 0.0), (0.14, width * 0.98, SHOP_HEIGHT)), scaled(tone, 0.5), LACQUER)
    panes = max(2, round(width / 1.6))
    for index in range(panes):
        y = (index + 0.5) / panes * width * 0.94 - width * 0.47
        inside = (1.0, 0.7, 0.36) if glow > 0 else GLASS
        door = index == panes // 2
        put.add(
            box((front + 0.07, y, 1.45 if not door else 1.2), (0.04, width / panes * 0.8, 2.1 if not door else 2.3)),
            inside,
            SHOP_GLASS._replace(emission=0.35 * glow),
        )
        if door:
            put.add(box((front + 0.1, y, 1.2), (0.03, 0.05, 2.3)), scaled(tone, 0.4), MATT)
    put.add(box((front + 0.09, 0.0, SHOP_HEIGHT - 0.25), (0.12, width * 0.9, 0.42)), scaled(tone, 0.75), LACQUER)
    if rng.random() < 0.75:
        reach, high, drop = rng.uniform(0.9, 1.3), SHOP_HEIGHT - 0.45, 0.55
        slope = math.hypot(reach, drop)
        cloth = panel(
            (front + 0.1 + reach / 2, 0.0, high - drop / 2),
            (0.0, 1.0, 0.0),
            (-reach / slope, 0.0, drop / slope),
            width * 0.92,
            slope,
        )
        striped = CANVAS._replace(pattern=Pattern.STRIPES, scale=1.6, strength=1.0, second=(0.82, 0.8, 0.76))
        put.add(cloth, tone, striped)
        hem = panel((front + 0.1 + reach, 0.0, high - drop - 0.1), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0), width * 0.92, 0.2)
        put.add(hem, tone, striped)


def _balconies(put: Placer, rng: np.random.Generator, front: float, width: float, low: float) -> None:
    iron: Rgb = (0.04, 0.04, 0.045)
    y = rng.choice([-0.25, 0.0, 0.25]) * width
    for storey in range(2):
        z = low + storey * STOREY + 0.42
        put.add(box((front + 0.35, y, z), (0.7, 2.0, 0.1)), (0.5, 0.49, 0.46), MATT)
        put.add(box((front + 0.68, y, z + 0.85), (0.05, 2.0, 0.05)), iron, MATT)
        for bar in np.linspace(-0.95, 0.95, 12):
            put.add(box((front + 0.68, y + float(bar), z + 0.45), (0.025, 0.025, 0.85)), iron, MATT)
        if rng.random() < 0.6:
            put.add(box((front + 0.6, y, z + 0.75), (0.22, 1.6, 0.18)), linear(0.03, 0.5, 0.5), MATT)
            bloom = linear(rng.uniform(-0.08, 0.15), 0.6, 0.9)
            put.add(cushion((front + 0.62, y, z + 0.92), (0.3, 1.6, 0.26), 0.0, 0.9, 2), bloom, Surface(scale=20.0, strength=0.9))


def car(put: Placer, colour: Rgb, glow: float) -> None:
    """A parked car along x, its front to +x."""
    shine = Surface(strength=0.02, gloss=0.9)
    put.add(cushion((0.0, 0.0, 0.55), (4.1, 1.7, 0.66), 0.0, 0.28), colour, shine)
    put.add(cushion((-0.15, 0.0, 1.0), (2.3, 1.45, 0.72), 0.0, 0.45), GLASS, shine)
    put.add(cushion((-0.15, 0.0, 1.3), (1.7, 1.35, 0.14), 0.0, 0.4), colour, shine)
    for x in (-1.3, 1.3):
        for y in (-0.8, 0.8):
            put.add(tube([(x, y - 0.1, 0.33), (x, y + 0.1, 0.33)], [0.33, 0.33], 16), (0.02, 0.02, 0.022), MATT)
            hub = 0.105 if y > 0 else -0.105
            put.add(tube([(x, y + hub, 0.33), (x, y + hub * 1.02, 0.33)], [0.2, 0.02], 12), (0.5, 0.5, 0.52), LACQUER)
    for y in (-0.6, 0.6):
        put.add(
            cushion((1.98, y, 0.62), (0.16, 0.32, 0.18), 0.0, 0.6, 2), (1.0, 0.95, 0.8), Surface(gloss=0.8, emission=1.2 * glow)
        )
        put.add(
            cushion((-2.0, y, 0.66), (0.12, 0.3, 0.16), 0.0, 0.6, 2), (0.7, 0.02, 0.02), Surface(gloss=0.8, emission=1.0 * glow)
        )


def fountain(put: Placer, stone: Rgb) -> None:
    """A round fountain with two bowls."""
    marble = Surface(scale=4.0, strength=0.25)
    put.add(
        lathe(
            [(1.5, 0.0), (1.55, 0.1), (1.45, 0.15), (1.45, 0.42), (1.6, 0.5), (1.6, 0.56), (1.35, 0.56), (1.35, 0.4), (0.0, 0.4)],
            (0, 0, 0),
            40,
        ),
        stone,
        marble,
    )
    put.add(
        lathe([(1.35, 0.47), (0.0, 0.47)], (0, 0, 0), 40), linear(0.52, 0.4, 0.6), Surface(scale=6.0, strength=0.3, gloss=0.9)
    )
    put.add(
        lathe([(0.3, 0.4), (0.16, 0.7), (0.2, 1.1), (0.75, 1.3), (0.8, 1.38), (0.66, 1.36), (0.0, 1.28)], (0, 0, 0), 28),
        stone,
        marble,
    )
    put.add(lathe([(0.14, 1.3), (0.09, 1.7), (0.38, 1.84), (0.4, 1.9), (0.0, 1.86)], (0, 0, 0), 20), stone, marble)
    for index in range(10):
        turn = index * math.pi / 5
        out = np.array([math.cos(turn), math.sin(turn), 0.0])
        jet = [out * (0.36 + 0.75 * t) + np.array([0, 0, 1.9 + 0.25 * t - 1.7 * t * t]) for t in np.linspace(0, 1, 6)]
        put.add(tube(jet, [0.012] * 6, 4), (0.75, 0.85, 0.9), Surface(translucency=0.5, strength=0.1), casts=False)


def cafe_table(put: Placer, rng: np.random.Generator, tone: Rgb) -> None:
    """A small round table with two chairs."""
    put.add(
        lathe([(0.22, 0.0), (0.2, 0.02), (0.025, 0.04), (0.025, 0.7), (0.0, 0.7)], (0, 0, 0), 14), (0.03, 0.03, 0.03), LACQUER
    )
    put.add(lathe([(0.36, 0.7), (0.37, 0.72), (0.36, 0.74), (0.0, 0.74)], (0, 0, 0), 24), tone, LACQUER)
    for turn in (rng.uniform(0, 1), rng.uniform(2.6, 3.6)):
        x, y = 0.62 * math.cos(turn), 0.62 * math.sin(turn)
        put.add(lathe([(0.2, 0.44), (0.21, 0.46), (0.2, 0.48), (0.0, 0.48)], (x, y, 0), 18), tone, MATT)
        for leg in range(4):
            angle = turn + math.pi / 4 + leg * math.pi / 2
            dx, dy = 0.17 * math.cos(angle), 0.17 * math.sin(angle)
            put.add(tube([(x + dx, y + dy, 0.45), (x + 1.2 * dx, y + 1.2 * dy, 0.0)], [0.012, 0.01], 5), (0.03, 0.03, 0.03))
        bow = [
            (x + 0.2 * math.cos(turn + t), y + 0.2 * math.sin(turn + t), 0.48 + 0.4 * math.cos(t * 0.9))
            for t in np.linspace(-1.3, 1.3, 9)
        ]
        put.add(tube(bow, [0.014] * 9, 5), (0.03, 0.03, 0.03))
