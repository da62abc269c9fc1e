"""Things that stand about outdoors: benches, fences, hay, parasols, cabins, corals."""

import math
from collections.abc import Sequence

import numpy as np

from spotdiff10k.engines.rendered.scenes.colours import linear, scaled
from spotdiff10k.engines.rendered.scenes.furniture import GLAZE, IRON, LACQUER, TIMBER, Placer
from spotdiff10k.engines.rendered.scenes.looks import Rgb
from spotdiff10k.engines.rendered.scenes.props import MATT, Pattern, Surface
from spotdiff10k.engines.rendered.scenes.round_shapes import lathe, sphere, tube
from spotdiff10k.engines.rendered.scenes.shapes import (
    Point,
    Shape,
    box,
    merged,
    panel,
    standing_box,
    triangles,
)

STRAW = Surface(scale=22.0, strength=0.5)
CANVAS = Surface(pattern=Pattern.NOISE, scale=1.0, strength=0.05, translucency=0.45)
ROOFING = Surface(pattern=Pattern.SIDING, scale=5.0, strength=0.35)
BOARDING = Surface(pattern=Pattern.SIDING, scale=4.0, strength=0.35)
LIT = Surface(emission=2.6)


def bench(put: Placer, timber: Rgb) -> None:
    """A park bench, 1.5 m wide, facing +x."""
    for height, x in ((0.44, -0.12), (0.44, 0.0), (0.44, 0.12), (0.62, -0.21), (0.74, -0.235)):
        thick = (0.1, 1.5, 0.03) if height < 0.5 else (0.03, 1.5, 0.09)
        put.add(box((x, 0.0, height), thick), timber, TIMBER)
    for y in (-0.62, 0.62):
        put.add(tube([(0.18, y, 0.0), (0.16, y, 0.42), (-0.17, y, 0.42), (-0.25, y, 0.82)], [0.022] * 4, 7), IRON, LACQUER)
        put.add(tube([(-0.17, y, 0.42), (-0.22, y, 0.0)], [0.022] * 2, 7), IRON, LACQUER)


def street_lamp(put: Placer, height: float, glow: float) -> tuple[float, float, float]:
    """A lamp post with a lantern; returns where its light is."""
    profile = [(0.09, 0.0), (0.08, 0.12), (0.05, 0.2), (0.04, 0.5), (0.028, height), (0.0, height)]
    put.add(lathe(profile, (0, 0, 0), 12), IRON, LACQUER)
    put.add(
        lathe(
            [(0.07, height), (0.13, height + 0.06), (0.16, height + 0.34), (0.15, height + 0.36), (0.0, height + 0.48)],
            (0, 0, 0),
            12,
        ),
        IRON,
        LACQUER,
    )
    glass = lathe([(0.115, height + 0.07), (0.145, height + 0.32)], (0, 0, 0), 12)
    put.add(
        glass._replace(positions=glass.positions * np.array([1.12, 1.12, 1.0])),
        (1.0, 0.82, 0.5),
        Surface(emission=0.5 + glow),
        casts=False,
    )
    return (float(put.at[0]), float(put.at[1]), float(put.at[2]) + height + 0.2)


def fence(put: Placer, timber: Rgb, length: float, pickets: bool) -> None:
    """A fence along y: pickets, or two rails."""
    posts = max(2, round(length / 1.6))
    for index in range(posts + 1):
        put.add(standing_box((0.0, -length / 2 + index * length / posts, 0.0), (0.09, 0.09, 1.0)), timber, TIMBER)
    for height in (0.35, 0.75):
        put.add(box((0.03, 0.0, height), (0.035, length, 0.09)), timber, TIMBER)
    if pickets:
        for y in np.arange(-length / 2, length / 2, 0.135):
            put.add(standing_box((0.06, float(y), 0.06), (0.02, 0.085, 0.85)), scaled(timber, 1.05), MATT)


def hay_bale(put: Placer, straw: Rgb, radius: float = 0.6) -> None:
    """A round bale lying on its side, its axis along y."""
    turns = np.linspace(0, 2 * math.pi, 29)
    barrel = tube(
        [(0, -0.55, radius), (0, -0.52, radius), (0, 0.52, radius), (0, 0.55, radius)],
        [radius * 0.96, radius, radius, radius * 0.96],
        28,
    )
    put.add(barrel, straw, STRAW)
    for y, sign in ((-0.552, -1.0), (0.552, 1.0)):
        for share in (0.95, 0.72, 0.5, 0.28):
            ring = np.stack(
                [
                    np.cos(turns) * radius * share,
                    np.full(29, y + 0.002 * sign * (1 - share)),
                    radius + np.sin(turns) * radius * share,
                ],
                axis=1,
            )
            middle = np.array([[0.0, y + 0.002 * sign * (1 - share), radius]]).repeat(28, axis=0)
            normals = np.tile(np.array([[0.0, sign, 0.0]]), (28, 1))
            put.add(triangles(middle, ring[:-1], ring[1:], normals), scaled(straw, 0.8 + 0.25 * share), STRAW)


def parasol(put: Placer, first: Rgb, second: Rgb, height: float = 2.1, radius: float = 1.25) -> None:
    """A parasol with panels in two colours."""
    put.add(tube([(0, 0, 0), (0, 0, height)], [0.025, 0.02], 8), linear(0.1, 0.2, 0.85), LACQUER)
    count = 10
    for index in range(count):
        angles = np.array([index, index + 0.5, index + 1]) * 2 * math.pi / count
        rim = np.stack(
            [np.cos(angles) * radius, np.sin(angles) * radius, np.array([height - 0.42, height - 0.38, height - 0.42])], axis=1
        )
        top = np.array([[0.0, 0.0, height]])
        outward = np.array([[math.cos(float(angles[1])) * 0.35, math.sin(float(angles[1])) * 0.35, 0.94]])
        sail = merged([triangles(top, rim[:1], rim[1:2], outward), triangles(top, rim[1:2], rim[2:], outward)])
        put.add(sail, first if index % 2 else second, CANVAS)


def prism_roof(size: tuple[float, float], low: float, high: float, over: float) -> Shape:
    """Two slopes of a gable roof over a plan of `size` (x, y), ridge along y."""
    half_x, half_y = size[0] / 2 + over, size[1] / 2 + over
    slopes = []
    for sign in (-1.0, 1.0):
        length = math.hypot(half_x, high - low)
        middle = (sign * half_x / 2, 0.0, (low + high) / 2)
        slopes.append(panel(middle, (0.0, sign, 0.0), (-sign * half_x / length, 0.0, (high - low) / length), 2 * half_y, length))
    return merged(slopes)


def cabin(
    put: Placer, rng: np.random.Generator, wall: Rgb, roof: Rgb, glow: float, size: tuple[float, float] = (3.2, 4.0)
) -> None:
    """A small house with a gable roof, a door, a chimney and windows; its front to +x."""
    height, top = rng.uniform(2.0, 2.4), rng.uniform(3.3, 3.9)
    put.add(standing_box((0, 0, 0), (size[0], size[1], height)), wall, BOARDING)
    for end in (-1.0, 1.0):
        gable = np.array(
            [[-size[0] / 2, end * size[1] / 2, height], [size[0] / 2, end * size[1] / 2, height], [0, end * size[1] / 2, top]]
        )
        put.add(triangles(gable[:1], gable[1:2], gable[2:], np.array([[0.0, end, 0.0]])), wall, MATT)
    put.add(prism_roof(size, height - 0.15, top + 0.05, 0.25), roof, ROOFING)
    put.add(
        standing_box((-0.5, size[1] * 0.25, height), (0.4, 0.4, top - height + 0.5)),
        linear(0.03, 0.4, 0.5),
        Surface(pattern=Pattern.BRICK, second=(0.4, 0.38, 0.35)),
    )
    front = size[0] / 2
    put.add(standing_box((front, 0.0, 0.0), (0.06, 0.85, 1.75)), linear(0.06, 0.5, 0.4), TIMBER)
    pane = (1.0, 0.72, 0.36) if glow > 0 else (0.05, 0.07, 0.09)
    for y in (-size[1] * 0.32, size[1] * 0.32):
        put.add(box((front + 0.02, y, 1.25), (0.05, 0.78, 0.88)), (0.75, 0.74, 0.7), MATT)
        put.add(box((front + 0.04, y, 1.25), (0.04, 0.64, 0.74)), pane, Surface(gloss=0.7, emission=glow))
        put.add(box((front + 0.06, y, 1.25), (0.03, 0.04, 0.74)), (0.75, 0.74, 0.7), MATT)


def cactus(put: Placer, rng: np.random.Generator, height: float, green: Rgb) -> None:
    """A saguaro with arms."""
    ribbed = Surface(pattern=Pattern.STRIPES, scale=26.0 / height, strength=0.35, second=scaled(green, 0.35))
    wide = 0.085 * height + 0.05
    put.add(_column([(0, 0, -0.05), (0, 0, height * 0.55), (0, 0, height)], wide), green, ribbed)
    for side in (1.0, -1.0):
        if rng.random() < 0.75:
            start, reach, rise = rng.uniform(0.3, 0.5) * height, wide * 2.3, rng.uniform(0.22, 0.4) * height
            path = [
                (0, 0, start),
                (0, side * reach * 0.7, start + 0.02),
                (0, side * reach, start + 0.2 * rise),
                (0, side * reach, start + rise),
            ]
            put.add(_column(path, wide * 0.62), green, ribbed)


def _column(path: Sequence[tuple[float, float, float]], radius: float) -> Shape:
    """A tube with a round end."""
    tip = np.asarray(path[-1], dtype=np.float64)
    cap = [tip + [0, 0, radius * 0.5], tip + [0, 0, radius * 0.85], tip + [0, 0, radius]]
    return tube([*path, *cap], [radius] * len(path) + [radius * 0.87, radius * 0.5, 0.0], 12)


def pot(put: Placer, colour: Rgb, radius: float, height: float) -> None:
    """A big planter."""
    put.add(
        lathe(
            [(radius * 0.75, 0), (radius, height * 0.9), (radius * 1.08, height), (radius * 0.85, height), (0, height * 0.9)],
            (0, 0, 0),
            20,
        ),
        colour,
        GLAZE,
    )


def ball(put: Placer, at: Point, radius: float, colours: list[Rgb]) -> None:
    """A beach ball with coloured gores."""
    shape = sphere((at[0], at[1], at[2] + radius), radius, 3)
    local = shape.positions - np.array([at[0], at[1], at[2] + radius])
    gore = ((np.arctan2(local[:, 1], local[:, 2]) / (2 * math.pi) + 0.5) * 6).astype(int) % len(colours)
    put.props.add(shape, np.asarray(colours)[gore], LACQUER)
