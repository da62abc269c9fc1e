"""Boats, bollards, crates, barrels and a lighthouse."""

import math

import numpy as np

from spotdiff10k.engines.rendered.scenes.colours import linear, paint, scaled
from spotdiff10k.engines.rendered.scenes.furniture import IRON, LACQUER, TIMBER, Placer
from spotdiff10k.engines.rendered.scenes.looks import Rgb
from spotdiff10k.engines.rendered.scenes.outdoors import CANVAS
from spotdiff10k.engines.rendered.scenes.props import MATT, Pattern, Surface
from spotdiff10k.engines.rendered.scenes.round_shapes import lathe, tube
from spotdiff10k.engines.rendered.scenes.shapes import Shape, box, merged, smooth_normals, standing_box, triangles

HULL_STATIONS = 15
CRATE = Surface(pattern=Pattern.SIDING, scale=7.0, strength=0.35)


def hull(length: float, width: float, height: float, sheer: float = 0.3) -> tuple[Shape, Shape]:
    """Outside and deck of a boat along y, its keel at z = 0: pointed at +y, broad at -y."""
    along = np.linspace(0.0, 1.0, HULL_STATIONS)
    half = (
        width
        / 2
        * np.minimum(1.0, 0.78 + 0.6 * along)
        * np.sqrt(np.maximum(0.0, 1 - np.maximum(0.0, (along - 0.35) / 0.65) ** 2.2))
    )
    top = height * (1.0 + sheer * (along - 0.4) ** 2 * 2.0)
    y = (along - 0.5) * length
    rows = []
    for share, drop in ((0.0, 0.02), (0.62, 0.06), (0.9, 0.4), (1.0, 1.0)):
        rows.append(np.stack([half * share, y * (0.94 + 0.06 * drop), top * drop], axis=1))
    left = [row * np.array([-1.0, 1.0, 1.0]) for row in rows]
    sheets = []
    for side, flip in ((rows, False), (left, True)):
        positions = np.concatenate(side)
        faces = []
        for ring in range(3):
            low = ring * HULL_STATIONS + np.arange(HULL_STATIONS - 1)
            high = low + HULL_STATIONS
            faces += [np.stack([low, low + 1, high + 1], axis=1), np.stack([low, high + 1, high], axis=1)]
        joined = np.concatenate(faces)
        joined = joined[:, ::-1] if not flip else joined
        normals = smooth_normals(positions, joined)
        normals *= np.sign((normals[:, :1] * positions[:, :1]).sum(axis=1, keepdims=True) + 1e-9)
        sheets.append(Shape(positions, normals, joined, np.stack([positions[:, 1], positions[:, 2]], axis=1)))
    stern = np.array([[-half[0], y[0], top[0]], [half[0], y[0], top[0]], [0.0, y[0], 0.02]])
    sheets.append(triangles(stern[:1], stern[1:2], stern[2:], np.array([[0.0, -1.0, 0.0]])))
    rim = np.stack([half * 0.97, y, top * 0.8], axis=1)
    other = rim * np.array([-1.0, 1.0, 1.0])
    up = np.tile(np.array([[0.0, 0.0, 1.0]]), (HULL_STATIONS - 1, 1))
    deck = merged([triangles(rim[:-1], rim[1:], other[1:], up), triangles(rim[:-1], other[1:], other[:-1], up)])
    return merged(sheets), deck


def rowing_boat(put: Placer, rng: np.random.Generator) -> None:
    """A small open boat drawn up on land or afloat."""
    tone = paint(str(rng.choice(["red", "sky blue", "teal", "white", "mustard yellow", "forest green"])), rng)
    outside, deck = hull(2.2, 0.95, 0.42)
    put.add(outside, tone, Surface(pattern=Pattern.SIDING, scale=9.0, strength=0.2, gloss=0.25))
    put.add(deck, linear(0.08, 0.5, 0.45), TIMBER, 0.7)
    for y in (-0.45, 0.25):
        put.add(box((0.0, y, 0.4), (0.84, 0.2, 0.03)), linear(0.08, 0.45, 0.6), TIMBER)


def sailing_boat(put: Placer, rng: np.random.Generator, size: float = 3.4) -> None:
    """A yacht with two sails."""
    outside, deck = hull(size, size * 0.3, size * 0.16)
    put.add(outside, paint(str(rng.choice(["white", "navy blue", "red", "cream"])), rng), LACQUER)
    put.add(deck, linear(0.09, 0.4, 0.7), TIMBER)
    put.add(box((0.0, -size * 0.05, size * 0.19), (size * 0.17, size * 0.3, size * 0.09)), (0.8, 0.8, 0.78), LACQUER)
    put.add(tube([(0, size * 0.08, 0.1), (0, size * 0.08, size * 1.25)], [0.03, 0.02], 7), linear(0.09, 0.3, 0.75), LACQUER)
    cloth = paint(str(rng.choice(["white", "white", "cream", "coral", "terracotta"])), rng)
    mast, foot, belly = size * 0.08, size * 0.26, 0.12 * size
    corners = np.array([[0, mast, foot], [0, mast, size * 1.2], [belly, -size * 0.42, foot + 0.05], [0, size * 0.5, foot]])
    normal = np.array([[0.9, 0.2, 0.3]])
    put.add(triangles(corners[:1], corners[1:2], corners[2:3], normal), cloth, CANVAS)
    put.add(
        triangles(corners[3:], corners[1:2], corners[:1] + np.array([[belly * 0.5, 0.1, 0.0]]), normal),
        scaled(cloth, 0.95),
        CANVAS,
    )


def fishing_boat(put: Placer, rng: np.random.Generator) -> None:
    """A stout boat with a wheelhouse."""
    tone = paint(str(rng.choice(["red", "teal", "navy blue", "forest green", "mustard yellow", "white"])), rng)
    outside, deck = hull(5.2, 1.9, 1.05, 0.6)
    put.add(outside, tone, Surface(pattern=Pattern.SIDING, scale=4.0, strength=0.15, gloss=0.3))
    put.add(deck, linear(0.08, 0.4, 0.55), TIMBER)
    put.add(standing_box((0.0, -0.5, 0.85), (1.2, 1.3, 1.25)), (0.82, 0.82, 0.8), LACQUER)
    put.add(box((0.0, -0.5, 2.14), (1.4, 1.5, 0.09)), tone, LACQUER)
    for shift, size in (((0.61, 0.0), (0.02, 0.95, 0.4)), ((-0.61, 0.0), (0.02, 0.95, 0.4)), ((0.0, 0.66), (0.9, 0.02, 0.4))):
        put.add(box((shift[0], -0.5 + shift[1], 1.75), size), (0.03, 0.05, 0.07), Surface(gloss=0.8))
    put.add(tube([(0, 0.9, 0.9), (0, 0.9, 3.6)], [0.05, 0.03], 7), linear(0.08, 0.4, 0.6), TIMBER)
    put.add(tube([(0, 0.9, 3.4), (0, 2.5, 1.2)], [0.008, 0.008], 4), IRON)


def bollard(put: Placer, timber: Rgb) -> None:
    """A mooring post with a turn of rope."""
    put.add(lathe([(0.11, 0.0), (0.105, 0.62), (0.0, 0.66)], (0, 0, 0), 14), timber, TIMBER)
    turns = np.linspace(0, 6 * math.pi, 40)
    rope = [(0.13 * math.cos(t), 0.13 * math.sin(t), 0.38 + 0.006 * t) for t in turns]
    put.add(tube(rope, [0.02] * 40, 6), linear(0.11, 0.35, 0.75), MATT)


def crate(put: Placer, timber: Rgb, size: float) -> None:
    """A boarded wooden box."""
    put.add(standing_box((0, 0, 0), (size, size, size)), timber, CRATE)
    for x in (-1.0, 1.0):
        for y in (-1.0, 1.0):
            put.add(
                standing_box((x * size * 0.48, y * size * 0.48, 0), (size * 0.1, size * 0.1, size * 1.01)),
                scaled(timber, 0.75),
                TIMBER,
            )


def barrel(put: Placer, timber: Rgb) -> None:
    """A wooden barrel with hoops."""
    put.add(
        lathe([(0.22, 0.0), (0.27, 0.2), (0.28, 0.38), (0.27, 0.56), (0.22, 0.76), (0.0, 0.74)], (0, 0, 0), 18),
        timber,
        Surface(pattern=Pattern.BOARDS, scale=9.0, strength=0.4),
    )
    for height, radius in ((0.12, 0.255), (0.3, 0.283), (0.48, 0.283), (0.66, 0.25)):
        put.add(lathe([(radius, height - 0.025), (radius + 0.005, height + 0.025)], (0, 0, 0), 18), IRON, LACQUER)


def lighthouse(put: Placer, stripe: Rgb, height: float = 9.0) -> None:
    """A banded lighthouse."""
    bands = 6
    for band in range(bands):
        low, high = height * band / bands, height * (band + 1) / bands
        wide = [1.25 - 0.55 * share for share in (band / bands, (band + 1) / bands)]
        put.add(lathe([(wide[0], low), (wide[1], high)], (0, 0, 0), 24), stripe if band % 2 else (0.85, 0.84, 0.8), MATT)
    put.add(lathe([(1.0, height), (1.0, height + 0.12), (0.0, height + 0.12)], (0, 0, 0), 24), IRON, LACQUER)
    put.add(
        lathe([(0.55, height + 0.12), (0.55, height + 0.95)], (0, 0, 0), 16), (1.0, 0.85, 0.55), Surface(emission=1.2, gloss=0.5)
    )
    put.add(lathe([(0.7, height + 0.95), (0.0, height + 1.5)], (0, 0, 0), 16), stripe, LACQUER)
