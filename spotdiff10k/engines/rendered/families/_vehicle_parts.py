"""Parts that vehicles share: wheels, lamps, bumpers and what is carried on roofs."""

from dataclasses import dataclass

import numpy as np

from spotdiff10k.engines.rendered.families import _finishes as finish
from spotdiff10k.engines.rendered.families._assembly import Assembly
from spotdiff10k.engines.rendered.families._finishes import Linear
from spotdiff10k.engines.rendered.families._outlines import rounded
from spotdiff10k.engines.rendered.families._shapes import F64, Point, Shape
from spotdiff10k.engines.rendered.families._solids import ball, box, cylinder, extruded, hoop, rod, tapered, turned
from spotdiff10k.engines.rendered.model import Material

WARM_LIGHT: Linear = (1.0, 0.93, 0.75)
TAIL_LIGHT: Linear = (0.75, 0.015, 0.015)
SPOKES = 6


@dataclass(frozen=True, slots=True)
class WheelLook:
    """How a vehicle's wheels look."""

    style: str  # spokes, discs, crosses, holes
    rim: Material
    white_wall: bool


def wheel(assembly: Assembly, bone: str, centre: Point, radius: float, width: float, look: WheelLook) -> None:
    """A tyre and its rim about a bone, the axle along y; the rim's face is outward (towards +-y)."""
    outward = 1.0 if centre[1] > 0 else -1.0
    half, wall = width / 2, radius * 0.64
    tyre = [
        (wall, -half * 0.86),
        (radius * 0.9, -half),
        (radius * 0.98, -half * 0.74),
        (radius, -half * 0.4),
        (radius, half * 0.4),
    ]
    tyre += [(radius * 0.98, half * 0.74), (radius * 0.9, half), (wall, half * 0.86)]
    assembly.add(bone, _axled(turned(tyre, 40, 30.0), outward).at(centre), finish.rubber())
    if look.white_wall:
        ring = turned(
            (
                (radius * 0.66, half * 0.84),
                (radius * 0.86, half * 0.98),
                (radius * 0.86, half * 1.03),
                (radius * 0.66, half * 0.94),
            ),
            40,
        )
        assembly.add(bone, _axled(ring, outward).at(centre), finish.matt((0.85, 0.84, 0.8)))
    well = cylinder(wall * 0.97, half * 0.5, 0.0).moved(z=half * 0.62)
    assembly.add(bone, _axled(well, outward).at(centre), finish.dark())
    for part in _rim(look.style, wall, half):
        assembly.add(bone, _axled(part, outward).at(centre), look.rim)


def _axled(shape: Shape, outward: float) -> Shape:
    """A shape about z turned so that its +z faces left (+y) or right."""
    return shape.turned(x=-90.0 * outward)


def _rim(style: str, radius: float, half: float) -> list[Shape]:
    face = half * 0.9
    parts = [
        hoop(radius * 0.95, radius * 0.075, 32, 8).moved(z=face),
        cylinder(radius * 0.24, 0.02, 0.005, 20).moved(z=face + 0.006),
    ]
    if style == "discs":
        profile = (
            (radius * 0.93, face - 0.006),
            (radius * 0.8, face + 0.008),
            (radius * 0.35, face + 0.014),
            (0.0, face + 0.016),
        )
        return [*parts, turned(((radius * 0.93, face - 0.02), *profile), 32)]
    if style == "holes":
        disc = turned(((radius * 0.93, face - 0.02), (radius * 0.93, face - 0.004), (0.0, face - 0.002)), 32)
        bosses = [ball(radius * 0.14, radius * 0.14, 0.012, 1).at((*_round(radius * 0.55, i, 8), face)) for i in range(8)]
        return [*parts, disc, *bosses]
    count = 4 if style == "crosses" else SPOKES
    wide = radius * (0.3 if style == "crosses" else 0.17)
    spoke = tapered(wide, radius * 0.95, 0.014, wide * 0.8, radius * 0.95, 0.004).moved(y=radius * 0.47, z=face - 0.008)
    return parts + [spoke.turned(z=360.0 / count * i) for i in range(count)]


def _round(radius: float, index: int, count: int) -> tuple[float, float]:
    angle = 2 * np.pi * index / count
    return float(radius * np.cos(angle)), float(radius * np.sin(angle))


def lamp(kind: str, size: float) -> tuple[Shape, Shape]:
    """A lens and its surround, about the origin, facing +x."""
    if kind == "round":
        return ball(0.02, size * 0.5, size * 0.5, 2), hoop(size * 0.5, size * 0.09, 24, 8).turned(y=90)
    wide, high = (size * 1.0, size * 0.86) if kind == "square" else (size * 1.7, size * 0.55)
    return box(0.024, wide, high, 0.012, 2), box(0.014, wide * 1.16, high * 1.24, 0.012, 2)


def bumper(half_width: float, z: float, x: float, height: float) -> Shape:
    """A bar across the front (x > 0) or back, its ends bent round the corners."""
    outline = rounded(
        np.array(
            ((-0.05, -half_width - 0.015), (0.03, -half_width - 0.015), (0.03, half_width + 0.015), (-0.05, half_width + 0.015))
        ),
        0.035,
    )
    bar = extruded(outline, height, 0.01).moved(z=z - height / 2)
    return (bar if x > 0 else bar.scaled(-1.0, 1.0, 1.0)).moved(x=x)


def roof_gear(assembly: Assembly, bone: str, kind: str, middle: F64, length: float, half_width: float, paint: Linear) -> None:
    """What is carried on the roof; `middle` is the roof's highest centre point."""
    what = kind.removeprefix("a ").removesuffix(" on the roof")
    place = {"luggage": _luggage, "surfboard": _surfboard, "box": _roof_box, "ladder": _ladder, "lamp bar": _lamp_bar}
    if what in place:
        if what != "lamp bar":
            _rails(assembly, bone, middle, length, half_width)
        place[what](assembly, bone, middle + np.array((0.0, 0.0, 0.035)), length, half_width, paint)
    if what == "taxi sign":
        sign = tapered(0.09, 0.2, 0.085, 0.05, 0.17, 0.015).at(middle - np.array((0, 0, 0.008)))
        assembly.add(bone, sign, finish.glow(paint, 0.25))
        assembly.add(bone, box(0.11, 0.215, 0.02, 0.006).at(middle), finish.dark())
    if what == "beacon":
        assembly.add(
            bone, turned(((0.055, 0.0), (0.052, 0.05), (0.035, 0.085), (0.0, 0.095)), 28).at(middle), finish.glow(paint, 0.5)
        )
        assembly.add(bone, cylinder(0.066, 0.03, 0.006).at(middle), finish.dark())


def _rails(assembly: Assembly, bone: str, middle: F64, length: float, half_width: float) -> None:
    for side in (1, -1):
        start = middle + np.array((-length * 0.42, side * half_width * 0.72, 0.026))
        assembly.add(bone, rod(start, start + np.array((length * 0.84, 0, 0)), 0.009), finish.metal())
    for along in (-0.3, 0.3):
        start = middle + np.array((length * along, -half_width * 0.8, 0.02))
        assembly.add(bone, rod(start, start + np.array((0, half_width * 1.6, 0)), 0.01), finish.metal())
        for side in (1, -1):
            foot = middle + np.array((length * along, side * half_width * 0.72, -0.02))
            assembly.add(bone, rod(foot, foot + np.array((0, 0, 0.045)), 0.01), finish.dark())


def _luggage(assembly: Assembly, bone: str, middle: F64, length: float, half_width: float, paint: Linear) -> None:
    rows = ((-0.2, 0.2, 0.9, 0.09, 1.0), (0.18, -0.25, 0.8, 0.12, 0.45), (0.16, 0.55, 0.42, 0.075, 1.6))
    for along, across, wide, high, tone in rows:
        size = (length * 0.34, half_width * wide, high)
        place = middle + np.array((length * along, half_width * across, high / 2 - 0.005))
        assembly.add(bone, box(*size, 0.016, 2).at(place), finish.matt(finish.shade(paint, tone)))
        for offset in (-0.25, 0.25):
            strap = box(0.016, size[1] + 0.008, size[2] + 0.008, 0.003).at(place + np.array((size[0] * offset, 0, 0)))
            assembly.add(bone, strap, finish.dark())


def _surfboard(assembly: Assembly, bone: str, middle: F64, length: float, half_width: float, paint: Linear) -> None:
    board = ball(max(length * 0.85, 0.3), 0.085, 0.016, 3).at(middle + np.array((0, 0, 0.012)))
    assembly.add(bone, board, finish.enamel(paint))
    assembly.add(
        bone,
        box(max(length * 1.4, 0.5), 0.018, 0.012, 0.004).at(middle + np.array((0, 0, 0.024))),
        finish.enamel((0.85, 0.84, 0.8)),
    )
    fin = tapered(0.07, 0.01, 0.06, 0.02, 0.008, 0.003, -0.04).at(middle + np.array((-max(length * 0.7, 0.24), 0, 0.02)))
    assembly.add(bone, fin, finish.dark())


def _roof_box(assembly: Assembly, bone: str, middle: F64, length: float, half_width: float, paint: Linear) -> None:
    case = tapered(length * 0.82, half_width * 1.1, 0.1, length * 0.66, half_width * 0.9, 0.03, -0.015).at(middle)
    assembly.add(bone, case, finish.enamel(paint))
    assembly.add(bone, box(length * 0.83, half_width * 1.12, 0.014, 0.004).at(middle + np.array((0, 0, 0.03))), finish.dark())


def _ladder(assembly: Assembly, bone: str, middle: F64, length: float, half_width: float, paint: Linear) -> None:
    long = max(length * 0.65, 0.26)
    for side in (1, -1):
        assembly.add(bone, box(2 * long, 0.02, 0.03, 0.004).at(middle + np.array((0, side * 0.075, 0.015))), finish.enamel(paint))
    for along in np.linspace(-0.9, 0.9, 8):
        start = middle + np.array((long * along, -0.075, 0.015))
        assembly.add(bone, rod(start, start + np.array((0, 0.15, 0)), 0.008), finish.enamel(paint))


def _lamp_bar(assembly: Assembly, bone: str, middle: F64, length: float, half_width: float, paint: Linear) -> None:
    base = middle + np.array((length * 0.22, 0, -0.02))
    assembly.add(bone, box(0.03, half_width * 1.5, 0.03, 0.006).at(base), finish.dark())
    for across in (-0.6, -0.2, 0.2, 0.6):
        place = base + np.array((0.012, half_width * across, 0.035))
        assembly.add(bone, cylinder(0.034, 0.04, 0.008, 20).turned(y=90).at(place), finish.enamel(paint))
        assembly.add(bone, ball(0.012, 0.028, 0.028, 2).at(place + np.array((0.02, 0, 0))), finish.glow(WARM_LIGHT, 0.6))
