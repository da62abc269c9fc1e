"""Handles, spouts, lids, patterns and ornaments of vessels."""

from dataclasses import dataclass

import numpy as np

from spotdiff10k.engines.rendered.families import _finishes as finish
from spotdiff10k.engines.rendered.families._assembly import Assembly, Pattern, first_field, plain
from spotdiff10k.engines.rendered.families._finishes import Linear
from spotdiff10k.engines.rendered.families._marks import PLATE, decal, ribbon
from spotdiff10k.engines.rendered.families._outlines import circle
from spotdiff10k.engines.rendered.families._shapes import F64, Shape, joined
from spotdiff10k.engines.rendered.families._solids import (
    ball,
    box,
    cylinder,
    extruded,
    hoop,
    refined,
    rod,
    softened,
    tube,
    turned,
)
from spotdiff10k.engines.rendered.model import Material

HANDLE_RADIUS = 0.019


@dataclass(frozen=True, slots=True)
class Pot:
    """The outside of a vessel as (radius, z), from the foot to the rim."""

    profile: tuple[tuple[float, float], ...]

    @property
    def height(self) -> float:
        return self.profile[-1][1]

    @property
    def widest(self) -> tuple[float, float]:
        """The largest radius and its height."""
        return max(self.profile)

    def radius_at(self, level: float) -> float:
        return float(np.interp(level, [z for _, z in self.profile], [radius for radius, _ in self.profile]))


def glaze_pattern(name: str, height: float) -> Pattern:
    """A pattern over the angle and the height, as a field that crosses one half at its edges."""

    def values(points: F64) -> F64:
        level, angle = points[:, 2] / height, np.arctan2(points[:, 1], points[:, 0])
        zigzag = np.abs((angle * 8 / (2 * np.pi)) % 1.0 - 0.5) * 4 - 1
        fields = {
            "broad bands": 0.8 * np.cos(level * 18),
            "fine rings": np.cos(level * 52),
            "a dipped foot": 12 * (0.36 - level),
            "a dipped top": 12 * (level - 0.62),
            "zigzags": 14 * (0.055 - np.abs(level - 0.5 - 0.1 * zigzag)),
            "dots": 3 * (np.cos(angle * 6) * np.cos(level * 20) - 0.42),
            "vertical stripes": 1.6 * np.cos(angle * 8),
            "chequers": 2.5 * np.cos(angle * 6) * np.cos(level * 17),
            "spirals": 1.2 * np.cos(angle * 3 + level * 15),
            "waves": 12 * (0.5 + 0.09 * np.cos(angle * 6) - level),
            "large petals": 8 * (0.2 + 0.5 * np.abs(np.cos(angle * 2.5)) - level),
        }
        return np.asarray(0.5 + fields[name])

    return plain if name == "none" else first_field(values)


def _wrapped(plate: Shape, pot: Pot, level: float) -> Shape:
    """A plate that faces +z, bent round the front of the pot at a height."""
    fine = refined(plate, 2)

    def bend(points: F64) -> F64:
        z = level + points[:, 1]
        radius = np.array([pot.radius_at(float(height)) for height in z])
        angle = points[:, 0] / radius
        reach = radius + points[:, 2] - PLATE * 0.4
        return np.stack((reach * np.cos(angle), reach * np.sin(angle), z), axis=1)

    return fine.mapped(bend)


def add_emblem(assembly: Assembly, pot: Pot, emblem: str, ink: Material, angles: tuple[float, ...]) -> None:
    """A mark or a face, at each of the angles about z in degrees."""
    name = emblem.removesuffix(" on its belly")
    _, belly = pot.widest
    level = min(max(belly, pot.height * 0.4), pot.height * 0.62)
    size = min(0.2, pot.height * 0.42, pot.radius_at(level) * 1.1)
    if name == "a face":
        mark: Shape | None = _face(size)
    else:
        mark = decal(name, size)
    if mark is not None:
        plate = _wrapped(mark.scaled(1, 1, 2), pot, level)
        assembly.add("body", [plate.turned(z=angle) for angle in angles], ink)


def _face(size: float) -> Shape:
    eyes = [extruded(circle(size * 0.14, 20), PLATE).moved(x=sign * size * 0.36, y=size * 0.16) for sign in (1, -1)]
    angles = np.radians(np.linspace(205, 335, 13))
    smile = np.stack((size * 0.4 * np.cos(angles), size * 0.4 * np.sin(angles) + size * 0.06), axis=1)
    return joined([*eyes, extruded(ribbon(smile, size * 0.09), PLATE)])


def add_handle(assembly: Assembly, pot: Pot, place: str, kind: str, clay: Material) -> None:
    """An arched handle on the back (-x), a side, or over the top on a bone of its own."""
    if place == "top":
        reach, base = pot.radius_at(pot.height * 0.86) * 0.98, pot.height * 0.86
        angles = np.linspace(0, np.pi, 19)
        power = 0.55 if kind == "square handle" else 1.0
        rise = 0.26 if kind != "ear handle" else 0.32
        arch = [(np.sign(np.cos(a)) * abs(np.cos(a)) ** power * reach, base + rise * np.sin(a) ** power) for a in angles]
        path = [(0.0, float(y), float(z)) for y, z in arch]
        assembly.add("handle_top", tube(path, HANDLE_RADIUS, 12), clay)
        for sign in (1, -1):
            assembly.add("body", ball(0.03).at((0, sign * reach, base)), finish.metal())
        return
    low, high = pot.height * 0.24, pot.height * 0.82
    if place in ("left", "right"):
        low, high = pot.height * 0.46, pot.height * 0.9
    out = {"round handle": 0.15, "square handle": 0.13, "ear handle": 0.18}[kind] * (1.0 if place == "back" else 0.72)
    shares = np.linspace(0, 1, 19)
    bulge = np.sin(np.pi * shares) ** (0.4 if kind == "square handle" else 0.8)
    if kind == "ear handle":
        bulge = np.sin(np.pi * shares**1.6)
    levels = low + (high - low) * shares
    path = [(-(pot.radius_at(float(z)) - 0.01 + out * float(b)), 0.0, float(z)) for z, b in zip(levels, bulge, strict=True)]
    handle = tube(path, HANDLE_RADIUS, 12)
    assembly.add("body", handle.turned(z={"back": 0.0, "left": -90.0, "right": 90.0}[place]), clay)


def add_spout(assembly: Assembly, pot: Pot, kind: str, clay: Material) -> None:
    """A spout at the front (+x)."""
    top = pot.height
    low = {"curved": 0.28, "rose": 0.16, "short": 0.5}[kind] * top
    start = pot.radius_at(low) - 0.03
    reach = {"curved": 0.24, "rose": 0.34, "short": 0.17}[kind]
    rise = {"curved": 0.82, "rose": 0.92, "short": 0.5}[kind] * top
    shares = np.linspace(0, 1, 16)
    sway = 0.06 * np.sin(2 * np.pi * shares) if kind == "curved" else 0.0 * shares
    path = np.stack((start + reach * shares + sway, 0 * shares, low + rise * shares), axis=1)
    assembly.add("body", tube(path, list(np.interp(shares, (0, 0.4, 1), (0.062, 0.04, 0.026))), 18), clay)
    assembly.add("body", cylinder(0.019, 0.012, 0.0, 18).aimed(path[-1] - path[-2]).at(path[-1]), finish.dark())
    if kind == "rose":
        rose = turned(((0.026, -0.04), (0.075, 0.03), (0.072, 0.042), (0.0, 0.052)), 28)
        assembly.add("body", rose.aimed(path[-1] - path[-2]).at(path[-1]), clay)
        holes = [ball(0.008, level=2).at((0.042 * np.cos(a), 0.042 * np.sin(a), 0.05)) for a in np.linspace(0, 2 * np.pi, 9)[:-1]]
        assembly.add("body", [hole.aimed(path[-1] - path[-2]).at(path[-1]) for hole in holes], finish.dark())


def add_knob(assembly: Assembly, pot: Pot, knob: str, clay: Material, accent: Material) -> None:
    """A lid with its knob, on the bone "lid"."""
    radius, top = pot.profile[-1]
    dome = softened(
        ((radius * 1.04, top + 0.004), (radius * 0.98, top + 0.022), (radius * 0.6, top + 0.055), (0.0, top + 0.068)), 5
    )
    assembly.add("lid", turned([(radius * 0.8, top - 0.02), (radius * 0.8, top + 0.002), *dome], 48, 40.0), clay)
    peak = np.array((0.0, 0.0, top + 0.066))
    if knob == "a ball knob":
        assembly.add("lid", ball(0.036).at(peak + (0, 0, 0.026)), accent)
    elif knob == "a flat knob":
        assembly.add(
            "lid",
            turned(((0.02, 0.0), (0.02, 0.02), (0.05, 0.03), (0.05, 0.044), (0.0, 0.05)), 28).at(peak - (0, 0, 0.008)),
            accent,
        )
    elif knob == "a ring":
        assembly.add("lid", hoop(0.034, 0.012, 24, 10).turned(x=90).at(peak + (0, 0, 0.034)), accent)
    elif knob == "a bird":
        assembly.add("lid", ball(0.05, 0.034, 0.034, 2).turned(y=-12).at(peak + (0, 0, 0.026)), accent)
        assembly.add("lid", ball(0.026, level=2).at(peak + (0.04, 0, 0.058)), accent)
        assembly.add(
            "lid", rod(peak + (0.06, 0, 0.058), peak + (0.085, 0, 0.052), 0.01, 0.001, 8), finish.enamel((0.9, 0.45, 0.03))
        )
        assembly.add("lid", box(0.06, 0.03, 0.012, 0.004).turned(y=24).at(peak + (-0.056, 0, 0.04)), accent)
    elif knob == "a crown":
        assembly.add("lid", hoop(0.036, 0.01, 24, 8).scaled(1, 1, 1.6).at(peak + (0, 0, 0.008)), accent)
        for a in np.linspace(0, 2 * np.pi, 6)[:-1]:
            foot = peak + (0.036 * np.cos(a), 0.036 * np.sin(a), 0.012)
            assembly.add("lid", rod(foot, foot + (0.01 * np.cos(a), 0.01 * np.sin(a), 0.04), 0.012, 0.002, 8), accent)
            assembly.add("lid", ball(0.009, level=2).at(foot + (0.01 * np.cos(a), 0.01 * np.sin(a), 0.044)), accent)


def add_raised(assembly: Assembly, pot: Pot, kind: str, paint: Material) -> None:
    """Cords, rings and studs round the belly."""
    if kind == "a raised cord":
        level = pot.height * 0.7
        angles = np.linspace(0, 2 * np.pi, 73)[:-1]
        wave = level + 0.012 * np.sin(angles * 9)
        path = [
            (pot.radius_at(float(z)) * np.cos(a), pot.radius_at(float(z)) * np.sin(a), z)
            for a, z in zip(angles, wave, strict=True)
        ]
        assembly.add("body", tube(path, 0.012, 8, ring=True), paint)
    elif kind == "two raised rings":
        for share in (0.3, 0.76):
            assembly.add("body", hoop(pot.radius_at(pot.height * share), 0.012, 56, 8).moved(z=pot.height * share), paint)
    elif kind == "studs round its belly":
        radius, level = pot.widest
        stud = ball(0.016, 0.02, 0.02, 2)
        for angle in np.arange(0, 360, 30):
            assembly.add("body", stud.moved(x=radius).turned(z=float(angle)).moved(z=level), paint)


def add_extra(assembly: Assembly, pot: Pot, extra: str, tone: Linear) -> None:
    """A thing of its own: ribbon, tag, feet, belt or flowers."""
    if extra == "a ribbon":
        level = pot.height * 0.84
        radius = pot.radius_at(level)
        cloth = finish.cloth(tone)
        assembly.add("body", hoop(radius + 0.002, 0.014, 48, 8).scaled(1, 1, 1.5).moved(z=level), cloth)
        place = np.array((radius + 0.02, 0, level))
        for sign in (1, -1):
            assembly.add("body", ball(0.02, 0.055, 0.034, 2).turned(x=sign * 18).at(place + (0.004, sign * 0.052, 0.006)), cloth)
            assembly.add("body", box(0.008, 0.034, 0.11, 0.003).turned(x=sign * 16).at(place + (0.0, sign * 0.03, -0.06)), cloth)
        assembly.add("body", ball(0.024, level=2).at(place + (0.006, 0, 0)), cloth)
    elif extra == "a paper tag":
        level = pot.height * 0.8
        place = np.array((pot.radius_at(level) + 0.03, 0.1, level - 0.11))
        assembly.add("body", hoop(pot.radius_at(level) + 0.003, 0.005, 40, 6).moved(z=level), finish.matt((0.5, 0.36, 0.2)))
        assembly.add(
            "body", rod((place[0] - 0.02, 0.07, level), place + (0, 0, 0.06), 0.004, None, 6), finish.matt((0.5, 0.36, 0.2))
        )
        assembly.add("body", box(0.008, 0.085, 0.12, 0.003).turned(x=-8).at(place), finish.matt(tone))
    elif extra == "three small feet":
        for angle in (0.0, 120.0, 240.0):
            foot = ball(0.034, 0.034, 0.03, 2).moved(x=pot.profile[0][0] * 0.8, z=-0.012).turned(z=angle)
            assembly.add("body", foot, finish.ceramic(tone))
    elif extra == "a belt round it":
        level = pot.widest[1]
        radius = pot.radius_at(level) + 0.001
        assembly.add(
            "body",
            turned(
                ((radius, level - 0.03), (radius + 0.01, level - 0.024), (radius + 0.01, level + 0.024), (radius, level + 0.03)),
                56,
            ),
            finish.cloth(tone),
        )
        buckle = box(0.012, 0.09, 0.085, 0.008, 2).at((radius + 0.008, 0, level))
        assembly.add("body", buckle, finish.metal((0.75, 0.5, 0.14)))
        assembly.add("body", box(0.014, 0.055, 0.05, 0.004).at((radius + 0.011, 0, level)), finish.cloth(tone))
    elif extra == "flowers in it":
        for turn, lean, tall in ((20.0, 14.0, 0.2), (140.0, 18.0, 0.15), (265.0, 12.0, 0.24)):
            _flower(assembly, pot, turn, lean, tall, tone)


def _flower(assembly: Assembly, pot: Pot, turn: float, lean: float, tall: float, tone: Linear) -> None:
    foot = np.array((0.0, 0.0, pot.height - 0.1))
    stem = rod((0, 0, 0), (0, 0, tall + 0.1), 0.009, None, 8).turned(y=lean, z=turn).at(foot)
    assembly.add("body", stem, finish.leaf((0.07, 0.25, 0.05)))
    petal = ball(0.036, 0.022, 0.008, 2).moved(x=0.042).turned(y=-16)
    for i in range(6):
        shape = petal.turned(z=60.0 * i).turned(y=28).moved(z=tall + 0.1).turned(y=lean, z=turn).at(foot)
        assembly.add("body", shape, finish.leaf(tone))
    heart = ball(0.024, 0.024, 0.014, 2).moved(z=tall + 0.106).turned(y=lean, z=turn).at(foot)
    assembly.add("body", heart, finish.leaf((0.75, 0.42, 0.03)))
