"""Decals: thin raised plates in the shape of stars, hearts, digits and the like."""

import numpy as np

from spotdiff10k.engines.rendered.families import _outlines as outlines
from spotdiff10k.engines.rendered.families._shapes import F64, Shape, joined
from spotdiff10k.engines.rendered.families._solids import extruded

PLATE = 0.005
"""How thick a decal is, metres."""
STROKE = 0.19
"""Width of a digit's stroke as a share of its height."""
ARC_STEPS = 9

Arc = tuple[float, float, float, float, float, float]
"""Middle x and y, radius x and y, first and last angle in degrees; in a box 0.6 wide and 1 high about the origin."""

STROKES: dict[int, tuple[tuple[Arc, ...], ...]] = {
    0: (((0, 0, 0.26, 0.41, 82, 278),), ((0, 0, 0.26, 0.41, -98, 98),)),
    1: (((-0.12, 0.24, 0, 0, 0, 0), (0.08, 0.41, 0, 0, 0, 0), (0.08, -0.5, 0, 0, 0, 0)),),
    2: (((0, 0.17, 0.25, 0.24, 170, -30), (-0.24, -0.4, 0, 0, 0, 0), (0.32, -0.4, 0, 0, 0, 0)),),
    3: (((-0.02, 0.2, 0.24, 0.21, 150, -90),), ((-0.02, -0.2, 0.26, 0.21, 90, -150),)),
    4: (
        ((0.06, 0.46, 0, 0, 0, 0), (-0.26, -0.12, 0, 0, 0, 0), (0.34, -0.12, 0, 0, 0, 0)),
        ((0.14, 0.12, 0, 0, 0, 0), (0.14, -0.5, 0, 0, 0, 0)),
    ),
    5: (
        ((0.26, 0.41, 0, 0, 0, 0), (-0.2, 0.41, 0, 0, 0, 0), (-0.22, 0.02, 0, 0, 0, 0)),
        ((-0.02, -0.15, 0.26, 0.26, 130, -150),),
    ),
    6: (((0, -0.17, 0.25, 0.24, -12, 192),), ((0, -0.17, 0.25, 0.24, 168, 372),), ((0.16, -0.17, 0.41, 0.6, 180, 95),)),
    7: (((-0.28, 0.4, 0, 0, 0, 0), (0.25, 0.4, 0, 0, 0, 0), (-0.06, -0.5, 0, 0, 0, 0)),),
    8: (
        ((0, 0.21, 0.22, 0.2, -12, 192),),
        ((0, 0.21, 0.22, 0.2, 168, 372),),
        ((0, -0.19, 0.25, 0.22, -12, 192),),
        ((0, -0.19, 0.25, 0.22, 168, 372),),
    ),
    9: (((0, 0.17, 0.25, 0.24, -12, 192),), ((0, 0.17, 0.25, 0.24, 168, 372),), ((-0.16, 0.17, 0.41, 0.6, 0, -85),)),
}
"""Each digit as strokes; a stroke is a chain of arcs, an arc without radius is a point."""


def _centre_line(stroke: tuple[Arc, ...]) -> F64:
    points = []
    for x, y, radius_x, radius_y, first, last in stroke:
        angles = np.radians(np.linspace(first, last, ARC_STEPS if radius_x else 1))
        points.append(np.stack((x + radius_x * np.cos(angles), y + radius_y * np.sin(angles)), axis=1))
    return np.concatenate(points)


def ribbon(line: F64, width: float) -> F64:
    """The outline of a stroke of even width along a line (N, 2), mitred at its corners."""
    ahead = np.diff(line, axis=0)
    ahead = ahead / np.hypot(ahead[:, 0], ahead[:, 1])[:, None]
    side = np.stack((-ahead[:, 1], ahead[:, 0]), axis=1)
    both = np.concatenate((side[:1], side)) + np.concatenate((side, side[-1:]))
    offset = both / np.maximum((both * both).sum(axis=1, keepdims=True), 1.0) * width
    return np.concatenate((line - offset, (line + offset)[::-1]))


def digit(value: int, height: float) -> list[F64]:
    """The outlines of a digit's strokes about the origin."""
    return [ribbon(_centre_line(stroke), STROKE) * height for stroke in STROKES[value]]


def decal(name: str, size: float) -> Shape | None:
    """A plate in x and y, facing +z, of about `size`; None for "none".

    Names are those of the catalogues: "a star", "a number 7".
    """
    if name == "none":
        return None
    kind = name.rsplit(" ", 1)[-1]
    if kind.isdigit():
        return joined([extruded(outline, PLATE) for outline in digit(int(kind), size)])
    makers = {
        "star": lambda: outlines.star(size * 0.56),
        "heart": lambda: outlines.heart(size),
        "bolt": lambda: outlines.bolt(size * 1.15),
        "cross": lambda: outlines.cross(size),
        "diamond": lambda: outlines.diamond(size),
        "badge": lambda: outlines.circle(size * 0.5),
        "gear": lambda: outlines.gear(size * 0.5),
        "moon": lambda: _moon(size),
    }
    return extruded(makers[kind](), PLATE)


def _moon(size: float, steps: int = 14) -> F64:
    """A crescent, open to +x."""
    outer = np.radians(np.linspace(50, 310, steps))
    inner = np.radians(np.linspace(290, 70, steps))[1:-1]
    outer_arc = np.stack((np.cos(outer), np.sin(outer)), axis=1) * size * 0.5
    inner_arc = np.stack((np.cos(inner) * 0.72 + 0.36, np.sin(inner) * 0.80), axis=1) * size * 0.5
    return np.concatenate((outer_arc, inner_arc))


def upright(plate: Shape, facing: str) -> Shape:
    """A plate that faces +z turned to face "front" (+x), "left" (+y), "right" (-y), "back" (-x) or "top", still upright.

    "top" has its upper edge to the back (-x), to be read from the front.
    """
    matrices = {
        "front": ((0, 0, 1), (1, 0, 0), (0, 1, 0)),
        "back": ((0, 0, -1), (-1, 0, 0), (0, 1, 0)),
        "left": ((-1, 0, 0), (0, 0, 1), (0, 1, 0)),
        "right": ((1, 0, 0), (0, 0, -1), (0, 1, 0)),
        "top": ((0, -1, 0), (1, 0, 0), (0, 0, 1)),
    }
    rows = np.array(matrices[facing], float)
    x, y, z = plate.vertices[:, 0:1], plate.vertices[:, 1:2], plate.vertices[:, 2:3]
    return Shape(x * rows[:, 0] + y * rows[:, 1] + z * rows[:, 2], plate.faces, plate.crease_degrees)
