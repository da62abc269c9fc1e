"""Furniture, built about the origin with its back to -x and its front to +x, then put against a wall."""

import math

import numpy as np

from spotdiff10k.engines.rendered.scenes.colours import linear, paint, scaled
from spotdiff10k.engines.rendered.scenes.looks import Rgb
from spotdiff10k.engines.rendered.scenes.props import MATT, Pattern, PropBuilder, Surface
from spotdiff10k.engines.rendered.scenes.round_shapes import blob, cushion, lathe, sphere, tube
from spotdiff10k.engines.rendered.scenes.shapes import BOX_CORNERS, Point, Shape, box, boxes, placed, standing_box

WEAVE = Surface(pattern=Pattern.FABRIC, scale=1.0, strength=0.35)
TIMBER = Surface(pattern=Pattern.WOOD, scale=2.2, strength=0.35, gloss=0.2)
LACQUER = Surface(strength=0.04, gloss=0.45)
GLAZE = Surface(strength=0.06, gloss=0.6)
IRON: Rgb = (0.03, 0.03, 0.033)
SHADE = Surface(pattern=Pattern.FABRIC, strength=0.1, translucency=0.5, emission=0.25)
BOOK_TONES = (0.0, 0.03, 0.07, 0.12, 0.3, 0.42, 0.55, 0.6, 0.66, 0.8, 0.95)


class Placer:
    """Adds parts of one piece of furniture at its place."""

    def __init__(self, props: PropBuilder, at: Point, yaw: float) -> None:
        self.props = props
        self.at = at
        self.yaw = yaw

    def add(self, shape: Shape, colour: Rgb, surface: Surface = MATT, shade: float = 1.0, casts: bool = True) -> None:
        """Add a part built about the furniture's own origin."""
        self.props.add(placed(shape, self.at, self.yaw), colour, surface, shade, casts)


def sofa(put: Placer, rng: np.random.Generator, colour: Rgb, length: float = 1.9) -> None:
    """A sofa with soft cushions and throw pillows. Depth 0.9."""
    put.add(cushion((0.0, 0.0, 0.22), (0.88, length, 0.3), 0.0, 0.2), scaled(colour, 0.85), WEAVE)
    put.add(cushion((-0.33, 0.0, 0.5), (0.26, length, 0.74), 0.0, 0.3), colour, WEAVE)
    for end in (-1.0, 1.0):
        put.add(cushion((0.02, end * (length / 2 - 0.09), 0.4), (0.84, 0.22, 0.48), 0.0, 0.35), colour, WEAVE)
        put.add(standing_box((0.32, end * (length / 2 - 0.12), 0.0), (0.05, 0.05, 0.1)), linear(0.07, 0.5, 0.4), TIMBER)
    seats = 2 if length < 1.8 else 3
    width = (length - 0.42) / seats
    for seat in range(seats):
        y = -length / 2 + 0.21 + (seat + 0.5) * width
        put.add(cushion((0.08, y, 0.42), (0.66, width * 0.99, 0.18), 0.0, 0.4), scaled(colour, 1.06), WEAVE)
        put.add(cushion((-0.17, y, 0.62), (0.2, width * 0.97, 0.42), 0.0, 0.45), scaled(colour, 1.03), WEAVE)
    for y in rng.uniform(-length / 2 + 0.35, length / 2 - 0.35, size=2):
        tone = paint(str(rng.choice(["mustard yellow", "coral", "teal", "cream", "rose pink", "navy blue"])), rng)
        put.add(cushion((0.02, y, 0.68), (0.15, 0.4, 0.38), rng.uniform(-0.4, 0.4), 0.6), tone, WEAVE)


def armchair(put: Placer, rng: np.random.Generator, colour: Rgb) -> None:
    """A round-backed easy chair. Depth 0.85."""
    del rng
    put.add(cushion((0.0, 0.0, 0.32), (0.8, 0.82, 0.3), 0.0, 0.35), scaled(colour, 0.95), WEAVE)
    put.add(cushion((0.06, 0.0, 0.46), (0.62, 0.56, 0.18), 0.0, 0.5), scaled(colour, 1.08), WEAVE)
    put.add(cushion((-0.3, 0.0, 0.66), (0.24, 0.8, 0.7), 0.0, 0.5), colour, WEAVE)
    for end in (-1.0, 1.0):
        put.add(cushion((0.0, end * 0.36, 0.5), (0.74, 0.2, 0.34), 0.0, 0.5), colour, WEAVE)
        for x in (-0.28, 0.28):
            put.add(tube([(x, end * 0.3, 0.2), (x * 1.15, end * 0.33, 0.0)], [0.025, 0.014], 8), linear(0.07, 0.5, 0.4), TIMBER)


def books(put: Placer, rng: np.random.Generator, start: float, end: float, low: float, room: float) -> None:
    """A row of books from y = start to end standing on a board."""
    y = start
    tones = rng.choice(np.array(BOOK_TONES), size=4)
    centers, sizes, colours = [], [], []
    while y < end - 0.03:
        thick = rng.uniform(0.02, 0.055)
        if rng.random() < 0.04:
            y += rng.uniform(0.04, 0.12)
            continue
        tall = min(room - 0.03, rng.uniform(0.55, 0.92) * room)
        deep = rng.uniform(0.15, 0.2)
        centers.append((deep / 2 - 0.1, y + thick / 2, low + tall / 2))
        sizes.append((deep, thick * 0.94, tall))
        colours.append(
            linear(float(rng.choice(tones)) + rng.uniform(-0.02, 0.02), rng.uniform(0.25, 0.75), rng.uniform(0.3, 0.85))
        )
        y += thick
    if centers:
        row = placed(boxes(np.array(centers), np.array(sizes)), put.at, put.yaw)
        put.props.add(row, np.repeat(np.array(colours), BOX_CORNERS, axis=0), MATT, 0.75, casts=False)


def bookcase(
    put: Placer, rng: np.random.Generator, timber: Rgb, width: float = 1.0, height: float = 1.95, shelves: int = 5
) -> None:
    """A filled bookcase. Depth 0.34."""
    put.add(box((-0.15, 0.0, height / 2), (0.02, width, height)), scaled(timber, 0.6), TIMBER, 0.6)
    for end in (-1.0, 1.0):
        put.add(box((0.0, end * width / 2, height / 2), (0.32, 0.035, height)), timber, TIMBER)
    step = (height - 0.08) / shelves
    for shelf in range(shelves + 1):
        put.add(box((0.0, 0.0, 0.04 + shelf * step), (0.32, width, 0.03)), timber, TIMBER)
        if shelf == shelves:
            continue
        if rng.random() < 0.75:
            split = rng.uniform(0.45, 1.0)
            books(put, rng, -width / 2 + 0.03, -width / 2 + 0.03 + (width - 0.06) * split, 0.055 + shelf * step, step - 0.03)
            if split < 0.85:
                ornament(put, rng, (0.02, width * (0.25 + 0.2 * split), 0.055 + shelf * step), step * 0.7)
        else:
            ornament(put, rng, (0.02, -width * 0.22, 0.055 + shelf * step), step * 0.75)
            ornament(put, rng, (0.02, width * 0.2, 0.055 + shelf * step), step * 0.6)


def ornament(put: Placer, rng: np.random.Generator, at: Point, room: float) -> None:
    """A vase, a ball, a small plant or a box, no taller than `room`."""
    tone = paint(
        str(rng.choice(["cream", "teal", "terracotta", "mustard yellow", "white", "navy blue", "sage green", "coral"])), rng
    )
    choice, tall = rng.integers(4), room * rng.uniform(0.6, 1.0)
    if choice == 0:
        wide = tall * rng.uniform(0.22, 0.36)
        profile = [
            (wide * 0.6, 0),
            (wide, tall * 0.35),
            (wide * 0.75, tall * 0.65),
            (wide * 0.35, tall * 0.85),
            (wide * 0.5, tall),
        ]
        put.add(placed(lathe(profile, (0, 0, 0), 20), at), tone, GLAZE)
    elif choice == 1:
        put.add(sphere((at[0], at[1], at[2] + tall * 0.4), tall * 0.4), tone, GLAZE)
    elif choice == 2:
        put.add(placed(lathe([(tall * 0.2, 0), (tall * 0.28, tall * 0.4), (0, tall * 0.4)], (0, 0, 0), 16), at), tone, GLAZE)
        put.add(
            blob(rng, (at[0], at[1], at[2] + tall * 0.65), tall * 0.34, 0.3, 2),
            linear(0.31, 0.5, 0.45),
            Surface(scale=25, strength=0.5),
        )
    else:
        put.add(standing_box(at, (tall * 0.5, tall * 0.6, tall * 0.55), rng.uniform(-0.3, 0.3)), tone, MATT)


def sideboard(put: Placer, rng: np.random.Generator, timber: Rgb, width: float = 1.5) -> None:
    """A low cabinet on legs with doors and things on it. Depth 0.45."""
    put.add(box((0.0, 0.0, 0.47), (0.42, width, 0.5)), timber, TIMBER)
    doors = 3 if width > 1.2 else 2
    for door in range(doors):
        y = -width / 2 + (door + 0.5) * width / doors
        put.add(box((0.215, y, 0.47), (0.02, width / doors - 0.025, 0.46)), scaled(timber, 1.12), TIMBER)
        put.add(sphere((0.24, y + width / doors * 0.36, 0.5), 0.018, 1), (0.5, 0.36, 0.12), LACQUER)
    for x in (-0.15, 0.15):
        for end in (-1.0, 1.0):
            put.add(
                tube([(x, end * (width / 2 - 0.1), 0.24), (x * 1.15, end * (width / 2 - 0.06), 0.0)], [0.022, 0.014], 8),
                scaled(timber, 0.7),
                TIMBER,
            )
    for y in (-0.32, 0.05, 0.34):
        ornament(put, rng, (rng.uniform(-0.06, 0.06), y * width, 0.72), rng.uniform(0.22, 0.42))


def floor_lamp(put: Placer, colour: Rgb, glow: float) -> tuple[float, float, float]:
    """A standing lamp; returns the place of its bulb in the room. Depth 0.4."""
    put.add(lathe([(0.17, 0.0), (0.16, 0.025), (0.016, 0.04), (0.013, 1.5), (0.0, 1.5)], (0, 0, 0), 20), IRON, LACQUER)
    put.add(lathe([(0.24, 1.32), (0.15, 1.66)], (0, 0, 0), 28), colour, SHADE._replace(emission=0.12 + 1.1 * glow))
    place = placed(sphere((0.0, 0.0, 1.5), 0.01, 0), put.at, put.yaw).positions.mean(axis=0)
    return (float(place[0]), float(place[1]), float(place[2]))


def potted_plant(put: Placer, rng: np.random.Generator, pot: Rgb, height: float = 1.3) -> None:
    """A big-leaved plant in a pot. Depth 0.7."""
    put.add(lathe([(0.13, 0.0), (0.19, 0.34), (0.2, 0.36), (0.17, 0.36), (0.16, 0.32), (0.0, 0.32)], (0, 0, 0), 24), pot, GLAZE)
    green, deep = linear(0.30, 0.55, 0.52), linear(0.33, 0.62, 0.30)
    for leaf in range(17):
        turn = leaf * 2.39996 + rng.uniform(-0.2, 0.2)
        out = np.array([math.cos(turn), math.sin(turn), 0.0])
        up, reach = rng.uniform(0.35, 1.0) * (height - 0.4), rng.uniform(0.18, 0.42)
        root, knee = np.array([0.0, 0.0, 0.32]), out * reach * 0.55 + np.array([0.0, 0.0, 0.36 + up])
        put.add(tube([root, root * 0.3 + knee * 0.7 + [0, 0, 0.05], knee], [0.008, 0.006, 0.004], 5), deep)
        put.add(
            _leaf(knee, out, rng.uniform(0.2, 0.34)),
            green if rng.random() < 0.6 else deep,
            Surface(strength=0.15, translucency=0.4, gloss=0.15),
        )


def _leaf(root: Point, out: np.ndarray[tuple[int], np.dtype[np.float64]], size: float) -> Shape:
    """A broad leaf that arches outward and down."""
    steps = np.linspace(0.0, 1.0, 7)
    side = np.array([-out[1], out[0], 0.0])
    spine = (
        np.asarray(root)[None]
        + out[None] * (steps * size)[:, None]
        + np.array([0.0, 0.0, 1.0])[None] * (size * (0.35 * steps - 0.75 * steps**2))[:, None]
    )
    width = (0.36 * size * np.sin(math.pi * steps**0.75) + 0.004)[:, None]
    fold = np.array([0.0, 0.0, 0.22])
    positions = np.concatenate([spine - side * width + fold * width, spine, spine + side * width + fold * width])
    rows = np.arange(6)
    quads = [(rows, rows + 7, rows + 8, rows + 1), (rows + 7, rows + 14, rows + 15, rows + 8)]
    faces = np.concatenate([np.concatenate([np.stack([a, b, c], axis=1), np.stack([a, c, d], axis=1)]) for a, b, c, d in quads])
    slope = 0.35 - 1.5 * steps
    rise = np.stack([-slope * out[0], -slope * out[1], np.ones(7)], axis=1)
    normals = np.concatenate([rise + 0.3 * side, rise, rise - 0.3 * side])
    normals /= np.sqrt((normals * normals).sum(axis=1, keepdims=True))
    return Shape(positions, normals, faces, np.zeros((21, 2)))


def table(put: Placer, timber: Rgb, width: float, depth: float, height: float) -> None:
    """A plain table."""
    put.add(box((0.0, 0.0, height - 0.02), (depth, width, 0.04)), timber, TIMBER)
    for x in (-1.0, 1.0):
        for y in (-1.0, 1.0):
            put.add(
                standing_box((x * (depth / 2 - 0.06), y * (width / 2 - 0.06), 0.0), (0.05, 0.05, height - 0.04)),
                scaled(timber, 0.8),
                TIMBER,
            )
