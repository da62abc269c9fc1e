"""Flower pots and what is put beside a plant."""

from itertools import pairwise

import numpy as np

from spotdiff10k.engines.rendered.families import _finishes as finish
from spotdiff10k.engines.rendered.families._assembly import Assembly
from spotdiff10k.engines.rendered.families._finishes import Linear
from spotdiff10k.engines.rendered.families._foliage import leaf, oval
from spotdiff10k.engines.rendered.families._shapes import F64, Shape, joined, pair
from spotdiff10k.engines.rendered.families._solids import ball, box, extruded, hoop, loft, rod, softened, turned
from spotdiff10k.engines.rendered.families._vessel_parts import glaze_pattern
from spotdiff10k.engines.rendered.model import Material

POT_HEIGHT = 0.25
WALL = 0.02
EARTH: Linear = (0.045, 0.026, 0.016)
PATTERNS = {"stripes": "vertical stripes", "two bands": "broad bands", "a band": "a band"}

PROFILES = {
    "tapered pot": ((0.115, 0.0), (0.12, 0.008), (0.155, 0.185), (0.158, 0.19), (0.178, 0.192), (0.18, 0.2), (0.184, 0.25)),
    "round pot": tuple(softened(((0.1, 0.0), (0.13, 0.012), (0.185, 0.09), (0.18, 0.18), (0.145, 0.235), (0.15, 0.25)), 6)),
    "square pot": ((0.125, 0.0), (0.13, 0.008), (0.18, 0.24), (0.18, 0.25)),
    "tall pot": ((0.11, 0.0), (0.115, 0.008), (0.142, 0.3), (0.15, 0.302), (0.152, 0.34)),
    "bowl": tuple(softened(((0.07, 0.0), (0.09, 0.004), (0.17, 0.05), (0.21, 0.13), (0.215, 0.17)), 6)),
    "three-legged pot": tuple(softened(((0.09, 0.07), (0.12, 0.075), (0.17, 0.14), (0.175, 0.22), (0.165, 0.28)), 6)),
    "footed pot": tuple(
        softened(((0.115, 0.0), (0.11, 0.02), (0.06, 0.055), (0.1, 0.09), (0.165, 0.16), (0.175, 0.235), (0.185, 0.25)), 6)
    ),
}


def add_pot(assembly: Assembly, shape: str, ware: str, tones: tuple[Linear, Linear], pattern: str) -> tuple[float, float]:
    """A pot with earth in it on the bone "pot"; returns the earth's height and radius."""
    profile = PROFILES[shape]
    segments = 4 if shape == "square pot" else 56
    fine = _fine(profile)
    radius, top = fine[-1]
    wide = 1.32 if segments == 4 else 1.0
    inner = [(radius - WALL, top + 0.001), (radius - WALL, top - 0.035), (0.0, top - 0.035)]
    skin = (
        _prism([(0.0, fine[0][1]), *fine, *inner], wide)
        if segments == 4
        else turned([(0.0, fine[0][1]), *fine, *inner], segments, 40.0)
    )
    clay = {"clay": finish.matt, "enamel": finish.enamel, "china": finish.ceramic}[ware](*tones)
    named = PATTERNS.get(pattern, pattern)
    assembly.add("pot", skin, clay, _band if named == "a band" else glaze_pattern(named, top))
    earth = turned(
        ((0.0, top - 0.045), (radius - WALL * 0.9, top - 0.045), (radius - WALL * 0.9, top - 0.028), (0.0, top - 0.016)), 32
    )
    soil = Material(EARTH, roughness=0.95, tint=0.5, bump=0.5, bump_frequency=60.0)
    assembly.add(
        "pot",
        earth
        if segments != 4
        else _prism([(0.0, top - 0.045), (radius - WALL, top - 0.045), (radius - WALL, top - 0.025), (0.0, top - 0.02)], wide),
        soil,
    )
    if shape == "three-legged pot":
        for angle in (0.0, 120.0, 240.0):
            leg = rod((0.11, 0, 0.1), (0.15, 0, 0.008), 0.017, 0.011).turned(z=angle)
            assembly.add("pot", leg, finish.wood((0.35, 0.17, 0.07)))
    return top - 0.025, radius - WALL


def _band(points: F64) -> F64:
    fields = np.zeros((len(points), 3))
    fields[:, 0] = 0.5 + 30 * (0.03 - np.abs(points[:, 2] - 0.13))
    return fields


def _fine(profile: tuple[tuple[float, float], ...]) -> list[tuple[float, float]]:
    """The profile with points every centimetre, so that patterns have vertices to sit on."""
    made: list[tuple[float, float]] = []
    for (r0, z0), (r1, z1) in pairwise(profile):
        count = max(1, int(np.hypot(r1 - r0, z1 - z0) / 0.012))
        made += [(r0 + (r1 - r0) * i / count, z0 + (z1 - z0) * i / count) for i in range(count)]
    return [*made, profile[-1]]


def _prism(profile: list[tuple[float, float]], wide: float) -> Shape:
    """A profile turned into four flat sides, subdivided along them."""
    corner = np.array(((1, -1), (1, 1), (-1, 1), (-1, -1)), float) * 0.5 * wide
    shares = np.linspace(0, 1, 9)[:-1]
    ring = np.concatenate([a + (b - a) * shares[:, None] for a, b in zip(corner, np.roll(corner, -1, axis=0), strict=True)])
    sections = [np.column_stack((ring * radius * 1.15, np.full(len(ring), level))) for radius, level in profile]
    return loft(np.array(sections), 30.0)


def add_guest(assembly: Assembly, guest: str, perch: tuple[str, F64], rim: tuple[float, float]) -> None:
    """Something small that belongs to this plant; `perch` is a bone and a point high on the plant."""
    bone, place = perch
    top, radius = rim
    if guest == "a butterfly on it":
        wing = leaf(0.08, 0.075, oval, 40.0, 55.0, "none", 0.05).turned(z=90.0)
        low = leaf(0.055, 0.05, oval, 30.0, 40.0, "none", 0.05).turned(z=128.0)
        assembly.add(bone, pair(joined((wing, low))).at(place), finish.leaf((0.75, 0.28, 0.02)))
        assembly.add(bone, ball(0.042, 0.01, 0.01, 2).at(place), finish.dark())
    elif guest == "a ladybird on it":
        assembly.add(bone, ball(0.03, 0.026, 0.022, 2).at(place), finish.enamel((0.6, 0.015, 0.012)))
        assembly.add(bone, ball(0.014, 0.016, 0.013, 2).at(place + (0.026, 0, 0)), finish.dark())
        spots = [
            ball(0.007, level=2).at(place + (x, y, z))
            for x, y, z in ((0, 0.014, 0.018), (0, -0.014, 0.018), (-0.016, 0.01, 0.015), (-0.016, -0.01, 0.015))
        ]
        assembly.add(bone, spots, finish.dark())
    elif guest == "a wooden label":
        at = np.array((radius * 0.72, 0.06, top))
        assembly.add("pot", box(0.008, 0.02, 0.14, 0.003).at(at + (0, 0, 0.05)), finish.wood((0.5, 0.33, 0.15)))
        assembly.add("pot", box(0.012, 0.11, 0.065, 0.008).at(at + (0.006, 0, 0.125)), finish.wood((0.62, 0.44, 0.22)))
        assembly.add(
            "pot", [box(0.004, 0.07, 0.007, 0.001).at(at + (0.013, 0, 0.115 + 0.02 * i)) for i in range(2)], finish.dark()
        )
    elif guest == "a red bow round the pot":
        _bow(assembly, top, radius)
    elif guest == "a pinwheel beside it":
        foot = np.array((radius * 0.3, -radius * 0.72, top - 0.02))
        hub = foot + (0.012, 0, 0.3)
        assembly.add("pot", rod(foot, hub - (0.012, 0, 0), 0.007), finish.wood((0.62, 0.44, 0.22)))
        blade = extruded(np.array(((0.0, 0.0), (0.09, 0.0), (0.06, 0.06))), 0.006).turned(x=90, z=90)
        for i, tone in enumerate(((0.7, 0.02, 0.03), (0.8, 0.55, 0.02), (0.03, 0.35, 0.6), (0.2, 0.5, 0.05))):
            assembly.add("pot", blade.turned(x=90.0 * i).at(hub), finish.plastic(tone))
        assembly.add("pot", ball(0.014, level=2).at(hub + (0.004, 0, 0)), finish.plastic((0.85, 0.84, 0.8)))
    elif guest == "a saucer below it":
        dish = softened(((0.14, 0.0), (0.19, 0.008), (0.225, 0.03)), 4)
        assembly.add(
            "pot",
            turned([(0.0, -0.014), (0.14, -0.014), *dish, (0.215, 0.032), (0.15, 0.012), (0.0, 0.008)], 48),
            finish.matt((0.42, 0.16, 0.07)),
        )
    elif guest == "pebbles round it":
        for i in range(11):
            angle = 2 * np.pi * i / 11
            size = 0.024 + 0.008 * np.sin(i * 2.4)
            spot = (radius * 0.84 * np.cos(angle), radius * 0.84 * np.sin(angle), top + 0.006)
            assembly.add(
                "pot",
                ball(size, size * 0.85, size * 0.6, 2).at(spot),
                finish.matt(finish.shade((0.55, 0.53, 0.5), 0.7 + 0.5 * ((i * 7) % 5) / 4)),
            )


def _bow(assembly: Assembly, top: float, radius: float) -> None:
    cloth = finish.cloth((0.6, 0.015, 0.03))
    level = top - 0.03
    assembly.add("pot", hoop(radius + 0.022, 0.012, 48, 8).scaled(1, 1, 1.5).moved(z=level), cloth)
    place = np.array((radius + 0.04, 0, level))
    for sign in (1, -1):
        assembly.add("pot", ball(0.02, 0.05, 0.032, 2).turned(x=sign * 18).at(place + (0.004, sign * 0.05, 0.006)), cloth)
        assembly.add("pot", box(0.008, 0.03, 0.1, 0.003).turned(x=sign * 16).at(place + (0.0, sign * 0.028, -0.055)), cloth)
    assembly.add("pot", ball(0.022, level=2).at(place + (0.006, 0, 0)), cloth)
