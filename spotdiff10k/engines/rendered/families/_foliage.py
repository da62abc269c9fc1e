"""Leaves, stems and flowers."""

from collections.abc import Callable

import numpy as np

from spotdiff10k.engines.rendered.families import _finishes as finish
from spotdiff10k.engines.rendered.families._finishes import Linear
from spotdiff10k.engines.rendered.families._shapes import F64, Shape
from spotdiff10k.engines.rendered.families._solids import ball, loft
from spotdiff10k.engines.rendered.model import Material

LEAF_SECTIONS = 13
PETAL_SECTIONS = 6
TUFT_SECTIONS = 5
LEAF_THICKNESS = 0.006
TIPPED = {"red-tipped leaves": (0.55, 0.03, 0.04), "yellow-tipped leaves": (0.75, 0.52, 0.04)}

Outline = Callable[[F64], F64]
"""Half width of a leaf (0..1) at shares of its length (0..1)."""


def lance(share: F64) -> F64:
    """Widest below the middle, pointed."""
    return np.asarray(np.sin(np.pi * share**0.75) ** 0.9)


def oval(share: F64) -> F64:
    """Broad and blunt."""
    return np.asarray(np.sqrt(np.maximum(0.0, 1 - (2 * share - 1) ** 2)) ** 0.8)


def sword(share: F64) -> F64:
    """Even along most of its length, then pointed."""
    return np.asarray(np.minimum(0.75 + 0.5 * share, 1.0) * np.clip((1 - share) / 0.28, 0, 1) ** 0.7)


def heart_shaped(share: F64) -> F64:
    """Broad near the stalk, then drawn to a point."""
    return np.asarray(np.sqrt(np.clip(share / 0.22, 0, 1)) * (1 - share) ** 0.8 * 1.15)


def leaf_material(base: Linear, marking: str) -> Material:
    """The leaf's green and its second colour, which the fields of `leaf` place."""
    second = TIPPED.get(marking, finish.shade((0.62, 0.72, 0.36), 1.1))
    return finish.leaf(base, second)


def leaf(
    length: float,
    width: float,
    outline: Outline,
    start: float,
    end: float,
    marking: str,
    fold: float = 0.25,
    sections: int = LEAF_SECTIONS,
) -> Shape:
    """A leaf from the origin towards +x; its pitch goes from `start` to `end` degrees (90 is straight up).

    `fold` lifts the sides above the midrib. Its fields put the second colour on the margin, the midrib or the tip.
    """
    shares = np.linspace(0, 1, sections)
    pitch = np.radians(np.interp(shares, (0, 1), (start, end)))
    middle = (shares[:-1] + shares[1:]) / 2
    steps = np.radians(np.interp(middle, (0, 1), (start, end)))
    x = np.concatenate(([0.0], np.cumsum(np.cos(steps)))) * length / (sections - 1)
    z = np.concatenate(([0.0], np.cumsum(np.sin(steps)))) * length / (sections - 1)
    half = np.maximum(outline(shares) * width / 2, 0.0015)
    across = np.array((-1.0, -0.6, 0.0, 0.6, 1.0, 0.6, 0.0, -0.6))
    above = np.array((0.0, 1.0, 1.0, 1.0, 0.0, -1.0, -1.0, -1.0)) * LEAF_THICKNESS / 2
    lift = fold * np.abs(across)[None] * half[:, None] + above[None] * np.minimum(1.0, half / 0.01)[:, None]
    points = np.stack(
        (
            x[:, None] - np.sin(pitch)[:, None] * lift,
            half[:, None] * across[None],
            z[:, None] + np.cos(pitch)[:, None] * lift,
        ),
        axis=2,
    )
    shape = loft(points, 80.0)
    fields = np.zeros((len(shape.vertices), 3))
    fields[: points.size // 3, 0] = _marking(marking, shares, across).ravel()
    return shape.tinted(fields)


def _marking(marking: str, shares: F64, across: F64) -> F64:
    even = np.ones((len(shares), len(across)))
    if marking == "pale leaf edges":
        return even * (0.5 + 2.5 * (np.abs(across)[None] - 0.8))
    if marking == "striped leaves":
        return 0.5 + 0.9 * np.cos(shares * 34)[:, None] * even
    if marking in TIPPED:
        return 0.5 + 5 * (shares[:, None] - 0.72) * even
    return 0.0 * even


def petals(count: int, length: float, width: float, pitch: float, curl: float) -> list[Shape]:
    """A ring of petals about z, opening at `pitch` degrees above the level."""
    petal = leaf(length, width, oval, pitch, pitch - curl, "none", 0.12, PETAL_SECTIONS)
    inner = length * 0.12
    return [petal.moved(x=inner).turned(z=360.0 / count * i) for i in range(count)]


def bloom(kind: str, size: float, petal: Linear, heart: Linear) -> list[tuple[Shape, Material]]:
    """A flower about the origin that looks along +z."""
    skin = finish.leaf(petal)
    if kind == "tulip":
        cup = [(shape, skin) for shape in petals(3, size * 1.5, size * 1.25, 74.0, -16.0)]
        inner = [
            (shape.turned(z=60.0), finish.leaf(finish.shade(petal, 0.82)))
            for shape in petals(3, size * 1.45, size * 1.2, 80.0, -14.0)
        ]
        return [*cup, *inner, (ball(size * 0.3, size * 0.3, size * 0.36, 2).moved(z=size * 0.3), finish.leaf(heart))]
    rings = {
        "sunflower": (16, 0.95, 0.36, 14.0, 18.0, 0.62),
        "daisy": (10, 0.95, 0.4, 16.0, 26.0, 0.36),
        "cup": (6, 0.9, 0.62, 46.0, 30.0, 0.24),
    }
    count, long, wide, pitch, curl, disc = rings[kind]
    parts = [
        (shape.moved(z=-0.1 * size), skin)
        for shape in _spread(petals(count, size * long, size * wide, pitch, curl), size * disc * 0.5)
    ]
    if kind == "sunflower":
        second = _spread(petals(count, size * long * 0.86, size * wide, pitch + 14.0, curl), size * disc * 0.5)
        parts += [(shape.turned(z=180.0 / count), finish.leaf(finish.shade(petal, 0.8))) for shape in second]
    button = ball(size * disc, size * disc, size * disc * 0.45, 3 if kind == "sunflower" else 2)
    return [*parts, (button, Material(heart, roughness=0.85, bump=0.5, bump_frequency=70.0, tint=0.4))]


def _spread(shapes: list[Shape], distance: float) -> list[Shape]:
    return [
        shape.moved(x=distance * np.cos(a), y=distance * np.sin(a))
        for shape, a in zip(shapes, np.arange(len(shapes)) * 2 * np.pi / len(shapes), strict=True)
    ]
