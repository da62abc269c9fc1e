"""Legs, backs, cushions, drawers and doors."""

from dataclasses import dataclass

import numpy as np

from spotdiff10k.engines.rendered.families import _finishes as finish
from spotdiff10k.engines.rendered.families._assembly import Angles, Assembly, Pattern, first_field, plain
from spotdiff10k.engines.rendered.families._finishes import Linear
from spotdiff10k.engines.rendered.families._marks import decal, upright
from spotdiff10k.engines.rendered.families._outlines import rounded
from spotdiff10k.engines.rendered.families._shapes import F64, Point, Shape
from spotdiff10k.engines.rendered.families._solids import (
    ball,
    box,
    cylinder,
    extruded,
    hoop,
    rod,
    softened,
    tapered,
    tube,
    turned,
)
from spotdiff10k.engines.rendered.model import Material

CRANK = 0.5
"""Arm of the crank by which a drawer slides, metres."""
PANEL_CELL = 0.022
"""Metres between vertices of a panel that carries a pattern."""
SIDES = (("left", 1), ("right", -1))


@dataclass(frozen=True, slots=True)
class Style:
    """What all parts of one piece of furniture share."""

    paint: Material
    accent: Material
    cloth: Material
    pattern: Pattern
    leg: Material
    legs: str
    back: str
    knob: str
    knob_material: Material
    emblem: str
    emblem_paint: Material
    tall: float
    wide: float


def cloth_pattern(name: str) -> Pattern:
    """Stripes and the like on cushions, doors and drawers."""

    def values(points: F64) -> F64:
        x, y, z = points.T
        fields = {
            "striped panels": 1.2 * np.cos(y * 62),
            "a broad stripe": 26 * (0.06 - np.abs(y)),
            "dotted panels": 3.0 * (np.cos(y * 58) * np.cos((x + z) * 58) - 0.4),
            "chequered panels": 2.0 * np.cos(y * 44) * np.cos((x + z) * 44),
            "bordered panels": 24 * (np.abs(y) - 0.13),
            "two-tone panels": 26 * y,
        }
        return np.asarray(0.5 + fields[name])

    return plain if name == "none" else first_field(values)


def grid(x: float, y: float, z: float, round_by: float) -> Shape:
    """A rounded box whose faces carry enough vertices for a pattern."""
    return box(x, y, z, round_by, 2, PANEL_CELL)


def add_slider(assembly: Assembly, name: str, parent: str, at: Point) -> str:
    """Bones whose turns add up to a straight slide along x; returns the bone that slides.

    Bones only turn. Three of them on a folding crank move the last one forward without turning it: an arm up by
    `CRANK` turned by t, an arm down turned back by t, and one more turn to stand straight again.
    """
    low = np.asarray(at, np.float64)
    first = assembly.bone(f"{name}_crank", parent, low)
    second = assembly.bone(f"{name}_link", first, low + (0, 0, CRANK))
    return assembly.bone(name, second, low)


def slide(name: str, distance: float) -> dict[str, Angles]:
    """The angles that move a slider forward by `distance` metres."""
    turn = float(np.degrees(np.arcsin(distance / (2 * CRANK))))
    return {f"{name}_crank": (0.0, turn, 0.0), f"{name}_link": (0.0, -2 * turn, 0.0), name: (0.0, turn, 0.0)}


def add_legs(
    assembly: Assembly, style: Style, places: list[tuple[float, float]], height: float, parent: str = "body", thick: float = 0.022
) -> None:
    """Legs from the ground to `height` at (x, y) places, each on a bone, splayed outward a little."""
    for i, (x, y) in enumerate(places):
        top = np.array((x, y, height))
        name = assembly.bone(f"leg{i + 1}", parent, top)
        away = np.array((np.sign(x), np.sign(y), 0.0)) * (0.035 if style.legs in ("tapered", "hairpin", "turned") else 0.0)
        foot = np.array((x, y, 0.0)) + away
        if style.legs == "square":
            leg = tapered(thick * 2.1, thick * 2.1, height, thick * 2.1, thick * 2.1, 0.006).at((x, y, 0))
            assembly.add(name, leg, style.leg)
        elif style.legs == "hairpin":
            spread = np.array((-np.sign(y), np.sign(x), 0.0)) * 0.035
            path = [
                top + spread,
                foot + (0, 0, 0.03) + spread * 0.3,
                foot + (0, 0, 0.011),
                foot + (0, 0, 0.03) - spread * 0.3,
                top - spread,
            ]
            assembly.add(name, tube(path, 0.011, 8), style.leg)
        elif style.legs == "turned":
            profile = softened(
                ((0.012, 0.0), (0.018, 0.06), (0.03, 0.3), (0.022, 0.44), (0.032, 0.5), (0.022, 0.56), (0.03, 0.8), (0.03, 1.0)),
                3,
            )
            spindle = turned([(radius * thick / 0.022, level * height) for radius, level in profile], 20, 50.0)
            assembly.add(name, spindle.mapped(lambda points, foot=foot, top=top: _sheared(points, foot, top)), style.leg)  # type: ignore[misc]
        else:
            assembly.add(name, rod(foot + (0, 0, 0.001), top, thick * 0.62, thick * 1.15, 16), style.leg)
            assembly.add(name, cylinder(thick * 0.75, 0.012, 0.003, 16).at(foot + (0, 0, 0.006)), finish.rubber())


def _sheared(points: F64, foot: F64, top: F64) -> F64:
    share = points[:, 2:3] / top[2]
    return np.asarray(points + foot * (1 - share) + np.array((top[0], top[1], 0.0)) * share)


def add_back(assembly: Assembly, style: Style, x: float, seat: float, height: float, width: float) -> None:
    """A chair's back on the bone "back", hinged at the seat."""
    assembly.bone("back", "body", (x, 0.0, seat))
    middle = seat + height / 2
    parts: list[Shape] = []
    if style.back in ("slats", "spindles", "ladder"):
        posts = [
            rod((x, sign * width * 0.44, seat - 0.02), (x - 0.05, sign * width * 0.46, seat + height), 0.021, 0.017, 14)
            for _, sign in SIDES
        ]
        rail = box(0.032, width * 0.98, 0.075, 0.014, 2).turned(y=-5).at((x - 0.045, 0, seat + height - 0.035))
        assembly.add("back", [*posts, rail], style.paint)
        if style.back == "ladder":
            parts = [
                box(0.02, width * 0.84, 0.045, 0.01)
                .turned(y=-5)
                .at((x - 0.012 - 0.013 * i, 0, seat + 0.1 + (height - 0.16) * i / 3))
                for i in range(3)
            ]
        else:
            count = 3 if style.back == "slats" else 6
            for i in range(count):
                y = width * 0.64 * (i / (count - 1) - 0.5)
                low, high = (x, y, seat), (x - 0.045, y, seat + height - 0.05)
                parts.append(_slat(low, high, 0.06) if style.back == "slats" else rod(low, high, 0.01, None, 10))
        assembly.add("back", parts, style.accent)
        if style.emblem != "none":
            place = np.array((x - 0.012, 0.0, seat + height * 0.56))
            assembly.add("back", cylinder(width * 0.26, 0.024, 0.006, 32).turned(y=85).at(place), style.paint)
            add_emblem(assembly, "back", style, place + (0.013, 0, 0), "front", width * 0.3)
        return
    panel = grid(0.035, width, height, 0.016) if style.back != "rounded" else _rounded_panel(width, height)
    assembly.add("back", panel.turned(y=-5).at((x - 0.025, 0, middle)), style.accent, style.pattern)
    if style.back == "keyhole":
        slot = extruded(rounded(np.array(((-0.07, -0.02), (0.07, -0.02), (0.07, 0.02), (-0.07, 0.02))), 0.019), 0.05).moved(
            z=-0.025
        )
        assembly.add("back", upright(slot, "front").turned(y=-5).at((x - 0.036, 0, middle + height * 0.38)), finish.dark())
    add_emblem(assembly, "back", style, np.array((x + 0.004, 0.0, middle)), "front", min(width, height) * 0.42)


def _rounded_panel(width: float, height: float) -> Shape:
    outline = rounded(
        np.array(((-width / 2, -height / 2), (width / 2, -height / 2), (width / 2, height / 2), (-width / 2, height / 2))),
        width * 0.42,
        8,
    )
    return upright(extruded(outline, 0.04, 0.012), "front").moved(x=-0.02)


def _slat(low: tuple[float, float, float], high: tuple[float, float, float], width: float) -> Shape:
    start, end = np.array(low), np.array(high)
    length = float(np.sqrt(((end - start) ** 2).sum()))
    return (
        box(0.016, width, length, 0.005)
        .turned(y=float(np.degrees(np.arctan2(end[0] - start[0], end[2] - start[2]))))
        .at((start + end) / 2)
    )


def add_emblem(assembly: Assembly, bone: str, style: Style, place: F64, facing: str, size: float) -> None:
    """A flat mark on a surface."""
    mark = decal(style.emblem, size)
    if mark is not None:
        assembly.add(bone, upright(mark.scaled(1, 1, 1.6), facing).at(place), style.emblem_paint)


def knob(style: Style) -> Shape:
    """A handle about the origin that stands out along +x."""
    if style.knob == "bars":
        return joined_bar()
    if style.knob == "rings":
        return hoop(0.026, 0.006, 20, 8).turned(y=78).moved(x=0.01, z=-0.016)
    if style.knob == "cups":
        return ball(0.024, 0.034, 0.018, 2).moved(x=0.008)
    return ball(0.018, 0.02, 0.02, 2).moved(x=0.018)


def joined_bar() -> Shape:
    """A bar handle on two short posts."""
    return tube([(0.0, -0.05, 0.0), (0.024, -0.05, 0.0), (0.026, 0.05, 0.0), (0.0, 0.05, 0.0)], 0.007, 8)


def add_extra(assembly: Assembly, extra: str, bone: str, top: F64, reach: float, tone: Linear) -> None:
    """A thing that lies on it; `top` is the middle of its upper surface, `reach` half its width."""
    if extra == "a stack of books":
        for i, (share, angle) in enumerate(((1.0, 8.0), (0.55, -6.0), (1.35, 14.0))):
            book = box(0.13, 0.17, 0.034, 0.004).turned(z=angle).at(top + (0.0, reach * 0.42, 0.019 + 0.035 * i))
            assembly.add(bone, book, finish.matt(finish.shade(tone, share)))
            pages = box(0.126, 0.162, 0.024, 0.002).turned(z=angle).at(top + (0.005, reach * 0.42 + 0.006, 0.019 + 0.035 * i))
            assembly.add(bone, pages, finish.matt((0.82, 0.78, 0.66)))
    elif extra == "a small vase":
        profile = softened(((0.03, 0.0), (0.05, 0.05), (0.028, 0.11), (0.036, 0.14)), 5)
        assembly.add(
            bone,
            turned([(0.0, 0.0), *profile, (0.026, 0.138), (0.0, 0.1)], 28, 40.0).at(top - (0, reach * 0.4, 0)),
            finish.ceramic(tone),
        )
        for i in range(3):
            tip = np.array((0.03 * np.cos(2.1 * i), 0.035 * np.sin(2.1 * i), 0.24 + 0.02 * i))
            foot = top - (0, reach * 0.4, -0.12)
            assembly.add(bone, rod(foot, foot + tip - (0, 0, 0.12), 0.005, None, 6), finish.leaf((0.06, 0.24, 0.05)))
            assembly.add(bone, ball(0.03, 0.03, 0.022, 2).at(foot + tip - (0, 0, 0.12)), finish.leaf((0.8, 0.3, 0.35)))
    elif extra == "a folded blanket":
        for i in range(3):
            fold = grid(0.2, 0.24, 0.03, 0.014).turned(z=6).at(top + (0.0, -reach * 0.2, 0.017 + 0.028 * i))
            assembly.add(bone, fold, finish.cloth(finish.shade(tone, (1.0, 0.7, 1.25)[i])))
    elif extra == "a cushion":
        pillow = ball(0.15, 0.15, 0.06, 3).mapped(_pillow)
        assembly.add(bone, pillow.turned(z=20).at(top + (0, 0, 0.055)), finish.cloth(tone))
    elif extra == "a teddy bear":
        _teddy(assembly, bone, top + (0.0, -reach * 0.25, 0.0), tone)
    elif extra == "an alarm clock":
        place = top + (0.03, reach * 0.35, 0.075)
        assembly.add(bone, cylinder(0.062, 0.05, 0.01, 32).turned(y=90).at(place), finish.enamel(tone))
        assembly.add(bone, cylinder(0.052, 0.054, 0.002, 32).turned(y=90).at(place), finish.matt((0.86, 0.85, 0.8)))
        assembly.add(
            bone,
            [
                box(0.004, 0.006, 0.038, 0.001).turned(x=40).at(place + (0.029, 0.012, 0.012)),
                box(0.004, 0.006, 0.028, 0.001).turned(x=-70).at(place + (0.029, -0.012, 0.004)),
            ],
            finish.dark(),
        )
        for _, sign in SIDES:
            assembly.add(
                bone, ball(0.026, 0.026, 0.018, 2).turned(x=sign * -36).at(place + (0, sign * 0.04, 0.058)), finish.metal()
            )
            assembly.add(bone, rod(place + (0, sign * 0.03, -0.05), place + (0, sign * 0.042, -0.074), 0.008), finish.metal())


def _pillow(points: F64) -> F64:
    x, y = points[:, 0] / 0.15, points[:, 1] / 0.15
    square = 1 / np.maximum(np.maximum(np.abs(x), np.abs(y)) / np.maximum(np.sqrt(x * x + y * y), 1e-6), 0.5) ** 0.75
    return np.stack((points[:, 0] * square, points[:, 1] * square, points[:, 2]), axis=1)


def _teddy(assembly: Assembly, bone: str, seat: F64, tone: Linear) -> None:
    plush = Material(tone, roughness=0.9, sheen=0.7, bump=0.3, bump_frequency=80.0)
    pale = finish.cloth(finish.shade(tone, 1.5))
    assembly.add(bone, ball(0.06, 0.062, 0.072).at(seat + (0, 0, 0.07)), plush)
    assembly.add(bone, ball(0.054, 0.058, 0.052).at(seat + (0.01, 0, 0.175)), plush)
    assembly.add(bone, ball(0.024, 0.026, 0.02, 2).at(seat + (0.056, 0, 0.165)), pale)
    assembly.add(bone, ball(0.009, level=2).at(seat + (0.078, 0, 0.172)), finish.dark())
    for _, sign in SIDES:
        assembly.add(bone, ball(0.012, 0.024, 0.024, 2).at(seat + (0.0, sign * 0.046, 0.222)), plush)
        assembly.add(bone, ball(0.007, level=2).at(seat + (0.056, sign * 0.022, 0.19)), finish.dark())
        assembly.add(bone, ball(0.05, 0.024, 0.024, 2).turned(z=sign * 26).at(seat + (0.06, sign * 0.045, 0.026)), plush)
        assembly.add(bone, ball(0.024, 0.024, 0.05, 2).turned(x=sign * 30).at(seat + (0.012, sign * 0.068, 0.085)), plush)
