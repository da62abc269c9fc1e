"""Legs, wings, heads and belongings of insects."""

from dataclasses import dataclass

import numpy as np

from spotdiff10k.engines.rendered.families import _finishes as finish
from spotdiff10k.engines.rendered.families._assembly import Assembly, Pattern
from spotdiff10k.engines.rendered.families._finishes import Linear
from spotdiff10k.engines.rendered.families._outlines import rounded
from spotdiff10k.engines.rendered.families._shapes import F64, Shape
from spotdiff10k.engines.rendered.families._solids import ball, box, extruded, hoop, rod, tapered, tube, turned
from spotdiff10k.engines.rendered.model import Leg, Material

SIDES = (("left", 1), ("right", -1))
SOLE = 0.022
WING_THICKNESS = 0.008


@dataclass(frozen=True, slots=True)
class Look:
    """The colours and shapes that all parts of one insect share."""

    coat: Linear
    accent: Linear
    body: Material  # coat with its pattern
    pattern: Pattern
    face: Material
    leg: Material
    boot: Material | None
    wing: Linear
    wing_mark: str
    wings: str
    feelers: str
    eyes: float
    spots: float  # radius of raised spots, 0 for none
    marking: str  # the pattern's name in the catalogue
    plump: float
    stride: float  # length of the legs, about 1


def add_leg(
    assembly: Assembly, look: Look, name: str, hip: F64, knee: F64, foot: F64, thick: float = 0.02, parent: str = "root"
) -> None:
    """A leg of two bones whose foot is kept on the ground; "upper_", "lower_" and "foot_" with the name."""
    upper, lower, end = (
        assembly.bone(f"{part}_{name}", above, at)
        for part, above, at in (("upper", parent, hip), ("lower", f"upper_{name}", knee), ("foot", f"lower_{name}", foot))
    )
    assembly.add(upper, rod(hip, knee, thick * 1.25, thick, 12), look.leg)
    assembly.add(upper, ball(thick * 1.3, level=2).at(knee), look.leg)
    assembly.add(lower, rod(knee, foot, thick, thick * 0.7, 12), look.leg)
    sole = foot * (1, 1, 0)
    if look.boot is None:
        assembly.add(end, ball(thick * 1.7, thick * 1.3, SOLE, 2).at(sole + (0.008, 0, SOLE)), look.leg)
    else:
        shoe = ball(0.055, 0.037, 0.04, 2).mapped(lambda points: np.maximum(points, (-1, -1, -0.022)))
        assembly.add(end, shoe.at(sole + (0.016, 0, 0.022)), look.boot)
        assembly.add(end, hoop(0.026, 0.009, 20, 8).at(sole + (0, 0, 0.058)), look.boot)
    assembly.legs.append(Leg(upper, lower, end, float(foot[2])))


def add_head(assembly: Assembly, look: Look, joint: F64, radius: float, parent: str = "root", jaws: float = 0.0) -> F64:
    """A head with eyes, a smile and feelers on the bone "head"; returns its middle."""
    assembly.bone("head", parent, joint)
    middle = joint + (radius * 0.85, 0, radius * 0.25)
    assembly.add("head", ball(radius, radius * 1.05, radius * 0.98).at(middle), look.face)
    white, black = finish.ceramic((0.86, 0.86, 0.84)), finish.glass((0.008, 0.008, 0.01))
    size = radius * 0.34 * look.eyes
    for _, sign in SIDES:
        eye = middle + radius * np.array((0.7, sign * 0.55, 0.42))
        assembly.add("head", ball(size, level=2).at(eye), white)
        assembly.add("head", ball(size * 0.62, level=2).at(eye + size * np.array((0.52, sign * 0.22, 0.08))), black)
        assembly.add("head", ball(size * 0.16, level=2).at(eye + size * np.array((1.04, sign * 0.2, 0.42))), white)
        if jaws:
            path = [
                middle + (radius * 0.8 + jaws * np.sin(a), sign * (0.03 + 0.09 * np.sin(a * 1.9)), -0.03 - 0.02 * a)
                for a in np.linspace(0, 1.5, 9)
            ]
            assembly.add("head", tube(path, list(np.linspace(0.026, 0.006, 9)), 10), look.leg)
        _feeler(assembly, look, middle + radius * np.array((0.35, sign * 0.4, 0.82)), sign, radius)
    angles = np.radians(np.linspace(-32, 32, 9))
    smile = [
        middle + radius * 1.0 * np.array((np.cos(a) * 0.92, np.sin(a) * 0.92, -0.36 + 0.1 * (1 - np.cos(a * 2.4))))
        for a in angles
    ]
    assembly.add("head", tube(smile, radius * 0.045, 6), black)
    return middle


def _feeler(assembly: Assembly, look: Look, foot: F64, sign: int, radius: float) -> None:
    shares = np.linspace(0, 1, 9)
    if look.feelers == "curls":
        path = [foot + radius * np.array((0.9 * t + 0.18 * np.sin(5 * t), sign * 0.5 * t, 1.5 * t - 0.9 * t**3)) for t in shares]
    else:
        path = [foot + radius * np.array((0.7 * t * t, sign * 0.55 * t, 1.25 * t)) for t in shares]
    assembly.add("head", tube(path, list(np.linspace(0.013, 0.008, 9)), 8), look.leg)
    if look.feelers == "balls":
        assembly.add("head", ball(0.027, level=2).at(path[-1]), finish.enamel(look.accent))
    elif look.feelers == "feathers":
        assembly.add("head", ball(0.016, 0.012, 0.05, 2).at(path[-1] + (0.008, 0, 0.03)), finish.enamel(look.accent))


def wing_outline(kind: str, length: float, width: float) -> F64:
    """A wing seen from above: root at the origin, tip towards +y, leading edge to +x."""
    shares = np.linspace(0, 1, 22)
    if kind == "pointed":
        front, back = 0.42 * np.sin(np.pi * shares**0.8) ** 0.8, -0.58 * np.sin(np.pi * shares**0.6) ** 1.1
    elif kind == "scalloped":
        swell = np.sin(np.pi * shares**0.7) ** 0.6
        front, back = 0.45 * swell, -0.55 * swell * (1 + 0.16 * np.cos(shares * 26))
    else:
        swell = np.sin(np.pi * np.clip(shares, 0.0, 1.0) ** 0.62) ** 0.62
        front, back = 0.46 * swell, -0.54 * swell
    rim_front = np.stack((front * width, shares * length), axis=1)
    rim_back = np.stack((back * width, shares * length), axis=1)[1:-1][::-1]
    return np.concatenate((rim_front, rim_back))[::-1].copy()


def add_wing(
    assembly: Assembly, look: Look, bone: str, root: F64, sign: int, size: tuple[float, float], sweep: float, rise: float
) -> None:
    """A wing on its own bone, swept back by `sweep` degrees from straight out and raised by `rise`."""
    length, width = size
    assembly.bone(bone, "root", root)

    def placed(outline: F64, depth: float, lift: float) -> Shape:
        plate = extruded(outline, depth, depth * 0.25).moved(z=-depth / 2 + lift)
        plate = plate if sign > 0 else plate.mirrored()
        return plate.turned(x=sign * rise).turned(z=sign * sweep).at(root)

    whole = wing_outline(look.wings, length, width)
    skin, mark = finish.leaf(look.wing), finish.leaf(look.accent)
    assembly.add(bone, placed(whole, WING_THICKNESS, 0.0), skin)
    if look.wing_mark == "rimmed":
        assembly.add(bone, placed(whole * (1.07, 1.05), WING_THICKNESS * 0.6, 0.0), finish.leaf(finish.shade(look.accent, 0.8)))
    elif look.wing_mark == "eyed":
        for radius, tone, thick in ((0.2, mark, 1.4), (0.1, finish.dark(), 1.8)):
            spot = np.stack((np.cos(np.linspace(0, 2 * np.pi, 21)[:-1]), np.sin(np.linspace(0, 2 * np.pi, 21)[:-1])), axis=1)
            centre = (-0.04 * width, 0.64 * length)
            assembly.add(bone, placed(spot * radius * min(width, length) + centre, WING_THICKNESS * thick, 0.0), tone)
    elif look.wing_mark == "banded":
        for share in (0.4, 0.72):
            inside = whole[np.abs(whole[:, 1] / length - share) < 0.085]
            if len(inside) > 3:
                middle = inside.mean(axis=0)
                order = np.argsort(np.arctan2(*(inside - middle).T[::-1]))
                assembly.add(bone, placed((inside[order] - middle) * (0.9, 1.0) + middle, WING_THICKNESS * 1.5, 0.0), mark)


def add_hat(assembly: Assembly, hat: str, middle: F64, radius: float, tone: Linear) -> None:
    """Something on the head."""
    top = middle + (-radius * 0.1, 0, radius * 0.86)
    paint = finish.cloth(tone)
    if hat == "a party hat":
        assembly.add("head", turned(((radius * 0.62, 0.0), (0.004, radius * 1.5)), 28).turned(y=-8).at(top - (0, 0, 0.02)), paint)
        assembly.add("head", ball(radius * 0.17, level=2).at(top + (-0.02, 0, radius * 1.46)), finish.cloth((0.85, 0.84, 0.8)))
    elif hat in ("a top hat", "a bowler hat"):
        tall = 1.0 if hat == "a top hat" else 0.55
        crown = (
            ((radius * 0.6, radius * tall), (0.0, radius * tall * 1.03))
            if hat == "a top hat"
            else ((radius * 0.5, radius * 0.5), (radius * 0.3, radius * 0.64), (0.0, radius * 0.7))
        )
        profile = (
            (radius * 0.95, 0.0),
            (radius * 0.97, 0.012),
            (radius * 0.56, 0.016),
            (radius * 0.56, radius * tall * 0.6),
            *crown,
        )
        assembly.add("head", turned(profile, 32).turned(y=-8).at(top - (0, 0, 0.015)), paint)
        assembly.add(
            "head",
            hoop(radius * 0.57, 0.009, 28, 8).scaled(1, 1, 1.6).turned(y=-8).at(top + (0, 0, 0.012)),
            finish.cloth((0.85, 0.84, 0.8)),
        )
    elif hat == "a flower on its head":
        for i in range(6):
            petal = ball(0.045, 0.03, 0.012, 2).moved(x=0.052).turned(y=-24, z=60.0 * i).turned(y=30)
            assembly.add("head", petal.at(top + (0.03, 0.02, 0.02)), finish.leaf(tone))
        assembly.add(
            "head", ball(0.03, 0.03, 0.02, 2).turned(y=30).at(top + (0.034, 0.02, 0.028)), finish.leaf((0.78, 0.46, 0.02))
        )
    elif hat == "a crown":
        gold = finish.metal((0.75, 0.5, 0.14))
        assembly.add("head", hoop(radius * 0.55, 0.013, 28, 8).scaled(1, 1, 1.8).at(top - (0, 0, 0.006)), gold)
        for a in np.linspace(0, 2 * np.pi, 7)[:-1]:
            foot = top + (radius * 0.55 * np.cos(a), radius * 0.55 * np.sin(a), 0.0)
            assembly.add("head", rod(foot, foot + (0, 0, 0.075), 0.02, 0.003, 8), gold)
            assembly.add("head", ball(0.013, level=2).at(foot + (0, 0, 0.08)), finish.enamel(tone))


def add_gear(assembly: Assembly, gear: str, back: F64, neck: F64) -> None:
    """Something to carry; `back` is the top of the body, `neck` the front below the head."""
    if gear == "a satchel on its side":
        leather = finish.matt((0.3, 0.13, 0.045))
        for _, sign in SIDES:
            assembly.add("root", box(0.13, 0.05, 0.1, 0.018, 2).at(back * (1, 0, 1) + (-0.02, sign * 0.19, -0.13)), leather)
        strap = hoop(0.19, 0.016, 36, 8).scaled(0.4, 1.02, 1).turned(y=0)
        assembly.add("root", strap.mapped(_arched).at(back * (1, 0, 1) + (-0.02, 0, -0.19)), leather)
    elif gear == "a bell at its neck":
        bell = turned(((0.05, -0.06), (0.042, -0.04), (0.03, 0.0), (0.012, 0.012), (0.0, 0.014)), 24)
        assembly.add("root", bell.at(neck - (-0.02, 0, 0.05)), finish.metal((0.75, 0.5, 0.14)))
        assembly.add("root", ball(0.014, level=2).at(neck - (-0.02, 0, 0.115)), finish.dark())
    elif gear == "a lantern on its back":
        place = back + (-0.03, 0, 0.03)
        assembly.add("root", rod(back - (0.03, 0, 0.04), place + (0, 0, 0.1), 0.01), finish.metal())
        assembly.add("root", ball(0.052).at(place + (0, 0, 0.14)), finish.glow((1.0, 0.62, 0.2), 1.1))
        assembly.add(
            "root", [tapered(0.06, 0.06, 0.022, 0.04, 0.04, 0.006).at(place + (0, 0, z)) for z in (0.085, 0.185)], finish.dark()
        )
    elif gear == "a flag on its back":
        foot = back - (0.06, 0, 0.04)
        assembly.add("root", rod(foot, foot + (-0.03, 0, 0.32), 0.008), finish.metal())
        flag = extruded(rounded(np.array(((0.0, 0.0), (-0.17, 0.055), (0.0, 0.11))), 0.01), 0.008).turned(x=90)
        assembly.add("root", flag.at(foot + (-0.026, 0.004, 0.2)), finish.cloth((0.65, 0.02, 0.03)))


def _arched(points: F64) -> F64:
    return np.stack(
        (points[:, 0], points[:, 1], points[:, 2] + 0.2 * np.sqrt(np.maximum(0, 1 - (points[:, 1] / 0.21) ** 2))), axis=1
    )


def add_spots(assembly: Assembly, bone: str, middle: F64, radii: F64, directions: F64, size: float, paint: Material) -> None:
    """Raised spots where directions from the middle leave an ellipsoid."""
    for direction in directions:
        away = direction / np.sqrt((direction * direction).sum())
        surface = away / np.sqrt(((away / radii) ** 2).sum())
        normal = surface / radii**2
        dot = ball(size, size, size * 0.3, 2).aimed(normal).at(middle + surface)
        assembly.add(bone, dot, paint)
