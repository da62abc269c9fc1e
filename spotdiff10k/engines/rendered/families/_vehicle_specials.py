"""Vehicles that are not built over a car's plan: the racing car with open wheels, and the tractor."""

from dataclasses import dataclass

import numpy as np

from spotdiff10k.engines.rendered.families import _finishes as finish
from spotdiff10k.engines.rendered.families import _vehicle_parts as parts
from spotdiff10k.engines.rendered.families._assembly import Assembly, Pattern
from spotdiff10k.engines.rendered.families._finishes import Linear
from spotdiff10k.engines.rendered.families._marks import decal, upright
from spotdiff10k.engines.rendered.families._shapes import Shape, pair
from spotdiff10k.engines.rendered.families._solids import ball, box, cylinder, hoop, rod, tapered, tube, turned
from spotdiff10k.engines.rendered.families._vehicle_hull import BELT, Hull, filleted
from spotdiff10k.engines.rendered.families._vehicle_plans import CarPlan
from spotdiff10k.engines.rendered.model import Material

SIDES = (("left", 1), ("right", -1))
CREAM: Linear = (0.86, 0.85, 0.8)
SQUARE = 0.034

RACER = CarPlan(
    top=((-0.5, 0.2), (-0.48, 0.29), (-0.2, 0.37), (-0.13, 0.38), (-0.1, 0.255), (0.1, 0.245), (0.5, 0.15), (0.56, 0.12)),
    belt=0.3,
    door=(-0.28, 0.12),
    bonnet=(0.14, 0.46),
    boot=(-0.45, -0.16),
    glass=(),
    windows=(),
    roof=(-0.3, -0.15),
    axles=(-0.36, 0.36),
    wheel_radius=0.125,
    half_width=0.2,
    floor=0.07,
    tumblehome=0.4,
)
TRACTOR = CarPlan(
    top=((-0.42, 0.3), (-0.4, 0.33), (0.44, 0.42), (0.5, 0.38)),
    belt=0.4,
    door=(-0.3, 0.0),
    bonnet=(0.08, 0.44),
    boot=None,
    glass=(),
    windows=(),
    roof=(-0.32, 0.0),
    axles=(-0.27, 0.34),
    wheel_radius=0.2,
    half_width=0.2,
    floor=0.16,
)


@dataclass(frozen=True, slots=True)
class Trim:
    """The colours and marks that a special vehicle wears."""

    paint: Material
    pattern: Pattern
    accent: Material
    gear: Material
    ink: Material
    decal: str
    chequered: bool
    two_tone: bool
    lamps: str
    look: parts.WheelLook


def racing_car(assembly: Assembly, trim: Trim) -> Hull:
    """A single-seater: slim hull, side pods for doors, wings, a driver."""
    plan = RACER
    width = ((-0.5, 0.08), (-0.25, 0.12), (0.02, 0.13), (0.2, 0.11), (0.56, 0.05))
    hull = Hull(filleted(plan.top, 0.03), width, plan.floor, plan.belt, (), 0.0, 0.035, plan.tumblehome, 0.03)
    assembly.bone("body", "root", (0.0, 0.0, 0.12))
    assembly.add("body", hull.skin(), trim.paint, trim.pattern)
    for name, (start, end), hinge in (("bonnet", plan.bonnet, plan.bonnet[0]), ("boot", (-0.45, -0.16), -0.16)):
        assembly.bone(name, "body", (hinge, 0.0, float(hull.top_at(hinge))))
        assembly.add(name, hull.lid(start, end, 0.008, edge=BELT), trim.paint, trim.pattern)
        assembly.add("body", hull.lid(start + 0.012, end - 0.012, 0.003, edge=BELT), finish.dark())
    for side, sign in SIDES:
        bone = assembly.bone(f"door_{side}", "body", (0.1, sign * 0.12, 0.15))
        pod = tapered(0.42, 0.14, 0.13, 0.34, 0.12, 0.03, -0.02).at((-0.09, sign * 0.185, plan.floor))
        assembly.add(bone, pod, trim.paint, trim.pattern)
        assembly.add(bone, box(0.012, 0.095, 0.075, 0.02, 2).at((0.108, sign * 0.185, plan.floor + 0.06)), finish.dark())
        _side_mark(assembly, bone, trim, side, (-0.1, sign * 0.25, plan.floor + 0.07), 0.09, 7)
    assembly.add("body", box(0.17, 0.14, 0.03, 0.014, 2).at((-0.005, 0, 0.25)), finish.dark())
    _driver(assembly, trim)
    _wings(assembly, trim)
    mark = decal(trim.decal, 0.085)
    if mark is not None:
        slope = float(np.degrees(np.arctan2(0.245 - 0.15, 0.4)))
        assembly.add(
            "bonnet", upright(cylinder(0.062, 0.006, 0.0, 32), "top").turned(y=slope).at((0.26, 0, 0.226)), finish.enamel(CREAM)
        )
        assembly.add("bonnet", upright(mark, "top").turned(y=slope).at((0.26, 0, 0.229)), trim.ink)
    _racing_wheels(assembly, trim)
    return hull


def _driver(assembly: Assembly, trim: Trim) -> None:
    head = np.array((-0.035, 0.0, 0.325))
    assembly.add("body", ball(0.062).at(head), trim.gear)
    visor = ball(0.06, 0.056, 0.022, 3).at(head + (0.012, 0, 0.004))
    assembly.add("body", visor, finish.glass())
    assembly.add("body", ball(0.075, 0.085, 0.05, 2).at(head - (0.01, 0, 0.065)), trim.accent)
    wheel = hoop(0.035, 0.008, 20, 8).turned(y=65).at((0.06, 0, 0.275))
    assembly.add("body", wheel, finish.dark())
    loop = [(-0.1, 0.05 * np.cos(a), 0.3 + 0.115 * np.sin(a)) for a in np.linspace(0, np.pi, 13)]
    assembly.add("body", tube(loop, 0.012, 10), finish.metal())


def _wings(assembly: Assembly, trim: Trim) -> None:
    front = tapered(0.11, 0.56, 0.02, 0.1, 0.54, 0.006, -0.01).at((0.54, 0, 0.055))
    assembly.add("body", front, trim.accent)
    assembly.add("body", pair(box(0.13, 0.014, 0.075, 0.006).at((0.53, 0.28, 0.078))), trim.accent)
    for level, tilt in ((0.36, 6.0), (0.42, 12.0)):
        assembly.add("body", box(0.09, 0.4, 0.018, 0.006).turned(y=-tilt).at((-0.5, 0, level)), trim.accent)
    assembly.add("body", pair(box(0.15, 0.014, 0.15, 0.008).at((-0.5, 0.2, 0.37))), trim.gear)
    assembly.add("body", pair(rod((-0.46, 0.05, 0.24), (-0.5, 0.05, 0.36), 0.011)), finish.dark())
    assembly.add("body", box(0.02, 0.09, 0.04, 0.01).at((-0.505, 0, 0.2)), finish.glow(parts.TAIL_LIGHT, 0.3))
    pipes = [rod((-0.42, sign * 0.05, 0.16), (-0.56, sign * 0.055, 0.17), 0.018, 0.022) for sign in (1, -1)]
    assembly.add("body", pipes, finish.metal())


def _racing_wheels(assembly: Assembly, trim: Trim) -> None:
    for end, x, radius, wide, out in (("front", 0.36, 0.105, 0.1, 0.235), ("rear", -0.36, 0.125, 0.13, 0.225)):
        for side, sign in SIDES:
            centre = (x, sign * out, radius)
            bone = assembly.bone(f"wheel_{end}_{side}", "root", centre)
            parts.wheel(assembly, bone, centre, radius, wide, trim.look)
            inner = (x, sign * 0.06, 0.15)
            for shift in (0.04, -0.04):
                assembly.add(
                    "body", rod((x + shift, inner[1], 0.15), (x, sign * (out - wide * 0.4), radius), 0.009), finish.metal()
                )


def tractor(assembly: Assembly, trim: Trim) -> Hull:
    """Large wheels behind, a bonnet in front, a cab with a roof."""
    plan = TRACTOR
    hull = Hull(plan.top, ((-0.42, 0.16), (0.5, 0.13)), plan.floor, plan.belt, (), 0.0)
    assembly.bone("body", "root", (0.0, 0.0, 0.2))
    bonnet = box(0.44, 0.25, 0.2, 0.035, 3, 0.04).at((0.26, 0, 0.33))
    assembly.add("body", bonnet, trim.paint, trim.pattern)
    assembly.add("body", box(0.78, 0.16, 0.12, 0.02, 2).at((0.05, 0, 0.21)), finish.dark())
    assembly.add("body", box(0.34, 0.3, 0.14, 0.03, 2, 0.05).at((-0.2, 0, 0.29)), trim.paint, trim.pattern)
    assembly.bone("bonnet", "body", (0.05, 0.0, 0.43))
    assembly.add("bonnet", box(0.4, 0.215, 0.024, 0.01, 1, 0.04).at((0.25, 0, 0.436)), trim.paint, trim.pattern)
    assembly.add("body", box(0.36, 0.19, 0.01, 0.002).at((0.25, 0, 0.427)), finish.dark())
    _tractor_face(assembly, trim)
    _cab(assembly, trim)
    for side, sign in SIDES:
        _side_mark(assembly, "body", trim, side, (0.24, sign * 0.126, 0.34), 0.12, 9)
        angles = np.linspace(np.radians(18), np.radians(168), 15)
        path = [(-0.27 + 0.235 * np.cos(a), sign * 0.235, 0.2 + 0.235 * np.sin(a)) for a in angles]
        fender = tube(path, 0.07, 12).mapped(lambda points: np.stack((points[:, 0], points[:, 1], points[:, 2]), axis=1))
        assembly.add("body", _flat(fender, sign), trim.accent)
        for end, x, radius, wide, out in (("rear", -0.27, 0.2, 0.13, 0.235), ("front", 0.36, 0.105, 0.08, 0.185)):
            centre = (x, sign * out, radius)
            bone = assembly.bone(f"wheel_{end}_{side}", "root", centre)
            parts.wheel(assembly, bone, centre, radius, wide, trim.look)
            assembly.add("body", rod((x, sign * 0.05, radius), (x, sign * (out - wide * 0.4), radius), 0.025), finish.dark())
            if end == "rear":
                for i in range(14):
                    lug = box(0.03, wide * 0.96, 0.034, 0.006).moved(z=radius).turned(y=360.0 / 14 * i).at(centre)
                    assembly.add(bone, lug, finish.rubber())
    return hull


def _flat(fender: Shape, sign: int) -> Shape:
    """A fender pressed to a thin arch: its round section becomes wide and low."""
    points = fender.vertices.copy()
    centre = np.array((-0.27, 0.2))
    away = points[:, (0, 2)] - centre
    reach = np.sqrt((away * away).sum(axis=1, keepdims=True))
    points[:, (0, 2)] = centre + away / reach * (0.235 + (reach - 0.235) * 0.2)
    return Shape(points, fender.faces, fender.crease_degrees)


def _tractor_face(assembly: Assembly, trim: Trim) -> None:
    assembly.add("body", box(0.02, 0.18, 0.15, 0.016, 2).at((0.478, 0, 0.325)), finish.dark())
    slats = [box(0.024, 0.15, 0.01, 0.002).at((0.48, 0, 0.27 + 0.028 * i)) for i in range(4)]
    assembly.add("body", slats, finish.metal())
    lens, surround = parts.lamp(trim.lamps, 0.062)
    for sign in (1, -1):
        assembly.add("body", lens.at((0.487, sign * 0.065, 0.395)), finish.glow(parts.WARM_LIGHT, 0.4))
        assembly.add("body", surround.at((0.482, sign * 0.065, 0.395)), finish.metal())
    pipe = turned(((0.016, 0.0), (0.016, 0.1), (0.026, 0.11), (0.026, 0.22), (0.016, 0.23), (0.016, 0.3), (0.0, 0.3)), 20)
    assembly.add("body", pipe.at((0.34, 0.085, 0.41)), finish.metal())
    assembly.add("body", box(0.06, 0.2, 0.07, 0.012, 2).at((0.5, 0, 0.18)), trim.accent)


def _cab(assembly: Assembly, trim: Trim) -> None:
    assembly.add(
        "body",
        [box(0.15, 0.18, 0.05, 0.02, 2).at((-0.24, 0, 0.385)), box(0.045, 0.18, 0.16, 0.018, 2).at((-0.32, 0, 0.46))],
        finish.dark((0.12, 0.05, 0.02)),
    )
    assembly.add("body", rod((0.03, 0, 0.34), (-0.06, 0, 0.47), 0.012), finish.metal())
    assembly.add("body", hoop(0.055, 0.011, 28, 8).turned(y=-35).at((-0.065, 0, 0.475)), finish.dark())
    posts = [
        rod((x, sign * 0.145, 0.33), (x * 0.93 - 0.01, sign * 0.135, 0.68), 0.014) for x in (0.03, -0.36) for sign in (1, -1)
    ]
    assembly.add("body", posts, finish.dark((0.05, 0.05, 0.055)))
    roof = tapered(0.47, 0.36, 0.045, 0.4, 0.31, 0.018).at((-0.17, 0, 0.675))
    assembly.add("body", roof, trim.accent if trim.two_tone else trim.paint)
    assembly.add("body", box(0.008, 0.25, 0.25, 0.006).turned(y=-2).at((0.018, 0, 0.54)), finish.glass())
    for side, sign in SIDES:
        bone = assembly.bone(f"door_{side}", "body", (0.02, sign * 0.145, 0.5))
        assembly.add(bone, box(0.3, 0.01, 0.2, 0.02, 2).at((-0.14, sign * 0.15, 0.565)), finish.glass())
        assembly.add(bone, box(0.31, 0.016, 0.1, 0.012, 2).at((-0.14, sign * 0.152, 0.41)), trim.paint)
        assembly.add(bone, box(0.05, 0.014, 0.014, 0.005).at((-0.25, sign * 0.164, 0.43)), finish.metal())
    assembly.bone("boot", "body", (-0.38, 0, 0.36))
    assembly.add("body", box(0.12, 0.26, 0.1, 0.012, 2).at((-0.43, 0, 0.29)), trim.accent)
    assembly.add("boot", box(0.13, 0.27, 0.022, 0.008).at((-0.435, 0, 0.35)), trim.gear)


def _side_mark(
    assembly: Assembly, bone: str, trim: Trim, side: str, place: tuple[float, float, float], size: float, count: int
) -> None:
    """A decal on its disc, and two rows of chequers where the vehicle wears them."""
    x, y, z = place
    out = 0.004 if y > 0 else -0.004
    if trim.chequered:
        for column in range(count):
            for row in range(2):
                if (column + row) % 2 == 0:
                    at = (x + (column - count / 2 + 0.5) * SQUARE, y, z - size * 0.3 + (row - 0.5) * SQUARE)
                    assembly.add(bone, box(SQUARE, 0.006, SQUARE, 0.0).at(at), trim.accent)
    mark = decal(trim.decal, size)
    if mark is not None:
        assembly.add(bone, upright(cylinder(size * 0.72, 0.006, 0.0, 32), side).at((x, y + out, z)), finish.enamel(CREAM))
        assembly.add(bone, upright(mark, side).at((x, y + out * 1.6, z)), trim.ink)
