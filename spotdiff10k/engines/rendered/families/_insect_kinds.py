"""The kinds of insects: how each body is put together."""

from collections.abc import Callable

import numpy as np

from spotdiff10k.engines.rendered.families import _finishes as finish
from spotdiff10k.engines.rendered.families._assembly import Assembly
from spotdiff10k.engines.rendered.families._insect_parts import SIDES, SOLE, Look, add_head, add_leg, add_spots, add_wing
from spotdiff10k.engines.rendered.families._shapes import F64, Shape
from spotdiff10k.engines.rendered.families._solids import BALL_LEVEL, ball, ellipsoid, rod, tube
from spotdiff10k.engines.rendered.model import Material

CATERPILLAR_SEGMENTS = 8
ABDOMEN_SEGMENTS = 6
SHELL_RINGS, SHELL_SIDES = 70, 22

Anatomy = tuple[F64, float, F64, F64]
"""The head's middle and radius, the top of the back, and the neck."""


def legs(
    assembly: Assembly, look: Look, height: float, hips: tuple[float, float, float], wide: float, thick: float = 0.02
) -> None:
    """Three pairs of legs; `hips` are their places along x, from the front."""
    for place, along, out in zip(("front", "middle", "hind"), hips, (0.6, 0.0, -0.65), strict=True):
        for side, sign in SIDES:
            hip = np.array((along, sign * wide * 0.8, height * 0.86))
            reach = 0.17 * look.stride
            knee = hip + (out * reach * 0.6, sign * reach * 0.85, 0.07 * look.stride)
            foot = np.array((along + out * reach * 1.5, sign * (wide * 0.8 + reach * 1.35), SOLE))
            add_leg(assembly, look, f"{place}_{side}", hip, knee, foot, thick)


def _cover(assembly: Assembly, look: Look, middle: F64, radii: F64, gap: float = 0.5) -> None:
    """Two wing cases over the back, each on a bone hinged at its front."""
    whole = ellipsoid(radii)
    for side, sign in SIDES:
        bone = assembly.bone(f"wing_{side}", "root", middle + (radii[0] * 0.72, sign * 0.03, radii[2] * 0.55))
        half = whole.mapped(lambda points, sign=sign: _half(points, sign))  # type: ignore[misc]
        assembly.add(bone, half.at(middle), look.body, look.pattern)
        if look.spots:
            spread = [(0.25, 0.55, 0.8), (-0.35, 0.5, 0.9), (-0.8, 0.55, 0.45), (0.6, 0.75, 0.35), (-0.2, 1.0, 0.3)]
            if look.spots < 0.045:
                spread += [(0.0, 0.35, 1.0), (-0.6, 0.25, 0.8), (0.55, 0.3, 0.9), (-0.55, 0.85, 0.6), (0.2, 0.9, 0.62)]
            directions = np.array(spread) * (1, sign, 1) * radii
            add_spots(assembly, bone, middle, radii, directions, look.spots, finish.enamel(look.accent))


def _half(points: F64, sign: int) -> F64:
    """One side of a shell: the other side pressed flat against the middle."""
    across = np.where(points[:, 1] * sign > 0.004, points[:, 1], sign * 0.004)
    low = np.maximum(points[:, 2], -0.02)
    return np.stack((points[:, 0], across, low), axis=1)


def ladybird(assembly: Assembly, look: Look) -> Anatomy:
    radii = np.array((0.29, 0.25, 0.25)) * (0.9 + 0.2 * look.plump)
    middle = np.array((-0.06, 0.0, 0.19))
    assembly.bone("root", None, middle)
    assembly.add("root", ellipsoid(radii * (0.95, 0.92, 0.5), BALL_LEVEL).at(middle), look.leg)
    _cover(assembly, look, middle + (0, 0, 0.01), radii)
    assembly.add("root", ball(0.13, 0.17, 0.13).at(middle + (radii[0] * 0.78, 0, 0.02)), look.face)
    legs(assembly, look, 0.17, (0.16, -0.03, -0.2), 0.2)
    head = add_head(assembly, look, middle + (radii[0] + 0.03, 0, 0.0), 0.115)
    return head, 0.115, middle + (0, 0, radii[2]), middle + (radii[0] + 0.06, 0, -0.06)


def stag_beetle(assembly: Assembly, look: Look) -> Anatomy:
    radii = np.array((0.31, 0.175, 0.15)) * (0.9 + 0.2 * look.plump)
    middle = np.array((-0.14, 0.0, 0.2))
    assembly.bone("root", None, middle)
    assembly.add("root", ellipsoid(radii * (0.95, 0.92, 0.7), BALL_LEVEL).at(middle), look.leg)
    _cover(assembly, look, middle + (0, 0, 0.01), radii)
    assembly.add("root", ball(0.14, 0.175, 0.125).at(middle + (radii[0] * 0.95, 0, 0.01)), look.body)
    legs(assembly, look, 0.18, (0.17, -0.02, -0.2), 0.16, 0.023)
    head = add_head(assembly, look, middle + (radii[0] + 0.1, 0, 0.0), 0.1, jaws=0.26)
    return head, 0.1, middle + (0, 0, radii[2]), middle + (radii[0] + 0.12, 0, -0.05)


def bee(assembly: Assembly, look: Look) -> Anatomy:
    plump = 0.9 + 0.25 * look.plump
    thorax = np.array((0.06, 0.0, 0.3))
    assembly.bone("root", None, thorax)
    assembly.add(
        "root", ball(0.15, 0.145 * plump, 0.14 * plump).at(thorax), finish.cloth(look.accent if look.spots == 0 else look.coat)
    )
    joint = thorax + (-0.12, 0, 0)
    assembly.bone("abdomen", "root", joint)
    middle, radii = joint + (-0.18, 0, -0.03), np.array((0.235, 0.17 * plump, 0.165 * plump))
    assembly.add("abdomen", ellipsoid(radii).turned(y=-9).at(middle), look.body, look.pattern)
    assembly.add("abdomen", rod(middle - (0.21, 0, 0.045), middle - (0.3, 0, 0.075), 0.022, 0.002), finish.dark())
    _spots_round(assembly, look, "abdomen", middle, radii)
    legs(assembly, look, 0.25, (0.15, 0.06, -0.03), 0.1, 0.017)
    for side, sign in SIDES:
        add_wing(assembly, look, f"wing_{side}", thorax + (-0.02, sign * 0.05, 0.12), sign, (0.36, 0.19), 42.0, 28.0)
        add_wing(assembly, look, f"hind_wing_{side}", thorax + (-0.08, sign * 0.05, 0.1), sign, (0.26, 0.15), 62.0, 22.0)
    head = add_head(assembly, look, thorax + (0.12, 0, 0.02), 0.115)
    return head, 0.115, thorax + (0, 0, 0.14 * plump), thorax + (0.14, 0, -0.08)


def _spots_round(assembly: Assembly, look: Look, bone: str, middle: F64, radii: F64) -> None:
    if not look.spots:
        return
    directions = [(x, np.cos(a), np.sin(a)) for i, x in enumerate((-0.75, -0.1, 0.5)) for a in np.arange(6) * np.pi / 3 + 0.5 * i]
    add_spots(assembly, bone, middle, radii, np.array(directions) * radii, look.spots * 0.75, finish.enamel(look.accent))


def butterfly(assembly: Assembly, look: Look) -> Anatomy:
    thorax = np.array((0.05, 0.0, 0.27))
    assembly.bone("root", None, thorax)
    assembly.add("root", ball(0.11, 0.08, 0.085).at(thorax), finish.cloth(look.coat))
    assembly.bone("abdomen", "root", thorax - (0.08, 0, 0))
    middle, radii = thorax - (0.24, 0, 0.03), np.array((0.19, 0.06, 0.062))
    assembly.add("abdomen", ellipsoid(radii).turned(y=-7).at(middle), look.body, look.pattern)
    _spots_round(assembly, look, "abdomen", middle, radii)
    legs(assembly, look, 0.24, (0.11, 0.04, -0.02), 0.06, 0.013)
    wide = 0.9 + 0.25 * look.plump
    for side, sign in SIDES:
        add_wing(assembly, look, f"wing_{side}", thorax + (0.03, sign * 0.03, 0.05), sign, (0.5 * wide, 0.4 * wide), -8.0, 38.0)
        add_wing(
            assembly, look, f"hind_wing_{side}", thorax + (-0.05, sign * 0.03, 0.04), sign, (0.38 * wide, 0.34 * wide), 44.0, 32.0
        )
    head = add_head(assembly, look, thorax + (0.09, 0, 0.02), 0.09)
    return head, 0.09, thorax + (0, 0, 0.08), thorax + (0.1, 0, -0.06)


def dragonfly(assembly: Assembly, look: Look) -> Anatomy:
    thorax = np.array((0.18, 0.0, 0.26))
    assembly.bone("root", None, thorax)
    assembly.add("root", ball(0.13, 0.09, 0.1).at(thorax), look.body)
    path = thorax + np.linspace(0, 1, ABDOMEN_SEGMENTS * 4 + 1)[:, None] * np.array((-0.7, 0, 0.02)) - (0.08, 0, 0)
    chain: list[str] = []
    for i in range(ABDOMEN_SEGMENTS):
        chain.append(assembly.bone("abdomen" if i == 0 else f"tail{i}", chain[-1] if chain else "root", path[4 * i]))
    radii = 0.045 + 0.012 * np.cos(np.arange(len(path)) * np.pi / 2) - 0.012 * np.linspace(0, 1, len(path))
    assembly.add_bent(chain, path[-1], tube(path, list(radii * (0.9 + 0.3 * look.plump)), 20), look.body, look.pattern)
    assembly.add(chain[-1], ball(0.05, 0.035, 0.035, 2).at(path[-1]), look.face)
    for i, bone in enumerate(chain if look.spots else ()):
        for _, sign in SIDES:
            assembly.add(
                bone, ball(0.03, 0.012, 0.03, 2).at(path[4 * i + 2] + (0, sign * 0.04, 0.015)), finish.enamel(look.accent)
            )
    legs(assembly, look, 0.22, (0.25, 0.18, 0.11), 0.07, 0.014)
    for side, sign in SIDES:
        add_wing(assembly, look, f"wing_{side}", thorax + (0.04, sign * 0.04, 0.08), sign, (0.52, 0.14), -4.0, 14.0)
        add_wing(assembly, look, f"hind_wing_{side}", thorax + (-0.06, sign * 0.04, 0.07), sign, (0.46, 0.16), 18.0, 8.0)
    head = add_head(assembly, look, thorax + (0.1, 0, 0.02), 0.105)
    return head, 0.105, thorax + (0, 0, 0.1), thorax + (0.12, 0, -0.07)


def ant(assembly: Assembly, look: Look) -> Anatomy:
    thorax = np.array((0.02, 0.0, 0.27))
    assembly.bone("root", None, thorax)
    assembly.add("root", ball(0.13, 0.085, 0.085).at(thorax), look.body)
    assembly.add("root", ball(0.05, 0.045, 0.055, 2).at(thorax - (0.14, 0, 0.0)), look.leg)
    assembly.bone("abdomen", "root", thorax - (0.16, 0, 0))
    radii = np.array((0.2, 0.155, 0.15)) * (0.88 + 0.26 * look.plump)
    middle = thorax + (-0.16 - radii[0] * 0.85, 0, 0.02)
    assembly.add("abdomen", ellipsoid(radii).at(middle), look.body, look.pattern)
    _spots_round(assembly, look, "abdomen", middle, radii)
    legs(assembly, look, 0.24, (0.1, 0.02, -0.07), 0.075, 0.018)
    head = add_head(assembly, look, thorax + (0.12, 0, 0.04), 0.125, jaws=0.07)
    return head, 0.125, thorax + (0, 0, 0.085), thorax + (0.12, 0, -0.04)


def grasshopper(assembly: Assembly, look: Look) -> Anatomy:
    thorax = np.array((0.16, 0.0, 0.23))
    assembly.bone("root", None, thorax)
    assembly.add("root", ball(0.16, 0.1, 0.115).at(thorax), look.body)
    assembly.bone("abdomen", "root", thorax - (0.08, 0, 0))
    middle, radii = thorax - (0.3, 0, 0.015), np.array((0.34, 0.085, 0.09)) * (0.92 + 0.16 * look.plump)
    assembly.add("abdomen", ellipsoid(radii).at(middle), look.body, look.pattern)
    _spots_round(assembly, look, "abdomen", middle, radii)
    for place, along, out in (("front", 0.24, 0.5), ("middle", 0.13, -0.1)):
        for side, sign in SIDES:
            hip = np.array((along, sign * 0.07, 0.19))
            foot = np.array((along + out * 0.2, sign * 0.24, SOLE))
            add_leg(assembly, look, f"{place}_{side}", hip, hip + (out * 0.1, sign * 0.12, 0.05), foot, 0.016)
    for side, sign in SIDES:
        hip = np.array((0.04, sign * 0.1, 0.22))
        knee = hip + (-0.3 * look.stride, sign * 0.07, 0.24 * look.stride)
        add_leg(assembly, look, f"hind_{side}", hip, knee, np.array((knee[0] - 0.06, sign * 0.24, SOLE)), 0.022)
        thigh = rod(hip, hip + (knee - hip) * 0.75, 0.052, 0.022, 14)
        assembly.add(f"upper_hind_{side}", thigh, look.body)
        bone = assembly.bone(f"wing_{side}", "root", thorax + (-0.04, sign * 0.04, 0.1))
        case = ball(0.3, 0.05, 0.016, 3).moved(x=-0.26).turned(x=-sign * 34, y=-4, z=-sign * 3)
        assembly.add(bone, case.at(thorax + (-0.02, sign * 0.05, 0.1)), finish.leaf(look.wing))
    head = add_head(assembly, look, thorax + (0.13, 0, 0.03), 0.105)
    return head, 0.105, thorax + (0, 0, 0.11), thorax + (0.14, 0, -0.06)


def caterpillar(assembly: Assembly, look: Look) -> Anatomy:
    radius = 0.088 * (0.92 + 0.24 * look.plump)
    spacing = 0.122
    start = np.array((-0.44, 0.0, radius + 0.045))
    places = [start + (spacing * i, 0, 0.014 * (i % 2)) for i in range(CATERPILLAR_SEGMENTS)]
    middle = CATERPILLAR_SEGMENTS // 2
    assembly.bone("root", None, places[middle])
    names = {middle: "root"}
    for i in range(middle + 1, CATERPILLAR_SEGMENTS):
        names[i] = assembly.bone(f"segment{i}", names[i - 1], (places[i - 1] + places[i]) / 2)
    for i in range(middle - 1, -1, -1):
        names[i] = assembly.bone(f"segment{i}", names[i + 1], (places[i] + places[i + 1]) / 2)
    for i, place in enumerate(places):
        size = radius * (1 - 0.1 * abs(i - 3.5) / 3.5)
        second = {"broad stripes": i % 2 == 1, "a dipped tail": i < 3, "a stripe down its back": False}.get(look.marking, False)
        striped = finish.enamel(look.accent if second else look.coat)
        if look.marking == "a stripe down its back":
            assembly.add(
                names[i], ball(size * 0.9, size * 0.34, size * 0.4).at(place + (0, 0, size * 0.64)), finish.enamel(look.accent)
            )
        assembly.add(names[i], ball(size * 0.98, size * 1.04, size).at(place), striped)
        if look.spots:
            for _, sign in SIDES:
                assembly.add(
                    names[i],
                    ball(size * 0.36, size * 0.16, size * 0.36, 2).at(place + (0, sign * size * 0.93, size * 0.3)),
                    finish.enamel(look.accent),
                )
        for _, sign in SIDES:
            foot = np.array((place[0], sign * radius * 0.62, 0.0))
            assembly.add(
                names[i], ball(0.034, 0.03, 0.05, 2).at(foot + (0, 0, 0.042)), look.leg if look.boot is None else look.boot
            )
        assembly.add(names[i], rod(place + (0, 0, size * 0.9), place + (-0.012, 0, size * 1.35), 0.014, 0.003, 8), look.leg)
    front = places[-1] + (spacing * 0.5, 0, 0.03)
    head = add_head(assembly, look, front, 0.118, names[CATERPILLAR_SEGMENTS - 1])
    return head, 0.118, places[middle] + (0, 0, radius), places[middle] + (0.02, 0, radius * 0.2)


def snail(assembly: Assembly, look: Look) -> Anatomy:
    skin = Material(look.wing, roughness=0.4, coat=0.4, bump=0.2, bump_frequency=40.0, tint=0.2)
    middle = np.array((-0.06, 0.0, 0.07))
    assembly.bone("root", None, middle)
    path = np.array(
        [(-0.42 + 0.8 * t, 0.0, 0.045 + 0.03 * np.sin(np.pi * t) + 0.16 * max(0.0, t - 0.72) * 3) for t in np.linspace(0, 1, 25)]
    )
    joints = [path[6], path[12], path[17], path[21]]
    assembly.bone("tail1", "root", path[9])
    assembly.bone("neck1", "root", joints[1])
    assembly.bone("neck2", "neck1", joints[2])
    assembly.bone("neck3", "neck2", joints[3])
    radii = np.interp(np.linspace(0, 1, 25), (0, 0.3, 0.7, 1), (0.012, 0.085, 0.09, 0.075))
    foot = tube(path, list(radii), 24)
    flat = foot.mapped(lambda points: np.stack((points[:, 0], points[:, 1] * 1.15, np.maximum(points[:, 2], 0.0)), axis=1))
    assembly.add_bent(("root", "neck1", "neck2", "neck3"), path[-1], flat, skin)
    bone = assembly.bone("abdomen", "root", middle + (0, 0, 0.05))
    shell = _spiral(0.235 * (0.9 + 0.22 * look.plump))
    hub = middle + (-0.06, 0, 0.27)
    tinted = Shape(shell.vertices, shell.faces, shell.crease_degrees, _shell_fields(shell, look))
    assembly.add(bone, tinted.at(hub), look.body)
    if look.spots:
        ring = [(np.cos(a) * 0.2, 0.09, np.sin(a) * 0.2) for a in np.linspace(-0.6, 3.6, 6)]
        for x, y, z in ring:
            for sign in (1, -1):
                assembly.add(
                    bone,
                    ball(look.spots * 0.7, 0.014, look.spots * 0.7, 2).at(hub + (x * 0.66, sign * y, z * 0.66)),
                    finish.enamel(look.accent),
                )
    head = add_head(assembly, look, path[-1] - (0.04, 0, 0.02), 0.1, "neck3")
    return head, 0.1, hub + (0, 0, 0.22), np.array((0.22, 0.0, 0.1))


def _spiral(size: float) -> Shape:
    """A coiled shell in the x-z plane about the origin, widest at its mouth."""
    turns = np.linspace(0, 5.0 * np.pi, SHELL_RINGS)
    growth = np.exp(0.115 * (turns - turns[-1]))
    radius = size * 0.62 * growth
    path = np.stack((-radius * np.cos(turns + 0.9), 0.02 * (1 - growth), radius * np.sin(turns + 0.9)), axis=1)
    return tube(path, list(size * 0.42 * growth + 0.004), SHELL_SIDES)


def _shell_fields(shell: Shape, look: Look) -> F64:
    """The pattern along the coil: stripes across it, one along its back, or a dipped heart."""
    fields = np.zeros((len(shell.vertices), 3))
    place = np.arange(len(shell.vertices))
    ring, around = np.minimum(place // SHELL_SIDES, SHELL_RINGS - 1), place % SHELL_SIDES
    if look.marking == "broad stripes":
        fields[:, 0] = 0.5 + 1.2 * np.cos(ring * 0.9)
    elif look.marking == "a stripe down its back":
        fields[:, 0] = 0.5 + 4.0 * (np.abs(np.cos(around * np.pi / SHELL_SIDES)) - 0.85)
    elif look.marking == "a dipped tail":
        fields[:, 0] = 0.5 + 0.4 * (SHELL_RINGS * 0.6 - ring)
    return fields


KINDS: dict[str, Callable[[Assembly, Look], Anatomy]] = {
    "ladybird": ladybird,
    "bee": bee,
    "butterfly": butterfly,
    "dragonfly": dragonfly,
    "ant": ant,
    "stag beetle": stag_beetle,
    "grasshopper": grasshopper,
    "caterpillar": caterpillar,
    "snail": snail,
}
