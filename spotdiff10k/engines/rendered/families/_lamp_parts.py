"""Feet, shades and charms of lamps."""

import numpy as np

from spotdiff10k.engines.rendered.families import _finishes as finish
from spotdiff10k.engines.rendered.families._assembly import Assembly, Pattern, plain
from spotdiff10k.engines.rendered.families._finishes import colour, number, word
from spotdiff10k.engines.rendered.families._marks import decal, upright
from spotdiff10k.engines.rendered.families._outlines import star
from spotdiff10k.engines.rendered.families._shapes import F64, Shape, rotation
from spotdiff10k.engines.rendered.families._solids import ball, box, extruded, hoop, loft, rod, tapered, tube, turned
from spotdiff10k.engines.rendered.model import Material
from spotdiff10k.traits import Traits

FOOT_RADIUS = 0.15
WALL = 0.008
SHADE_SEGMENTS = 48
PROFILE_STEP = 0.05
"""Between rings of a shade, as a share of its length."""
BULBS = {"a lit bulb": ((1.0, 0.9, 0.66), 1.6), "a dark bulb": ((0.5, 0.5, 0.52), 0.0), "an amber bulb": ((1.0, 0.52, 0.12), 1.3)}

# Outer profiles of shades as (radius, distance from the neck) for a shade of length 1 and mouth 0.6.
SHADES = {
    "a bell shade": ((0.1, 0.0), (0.2, 0.04), (0.3, 0.16), (0.36, 0.36), (0.42, 0.62), (0.52, 0.85), (0.62, 1.0)),
    "a cone shade": ((0.1, 0.0), (0.16, 0.02), (0.64, 1.0)),
    "a dome shade": ((0.08, 0.0), (0.25, 0.04), (0.42, 0.16), (0.55, 0.36), (0.62, 0.62), (0.64, 0.85)),
    "a drum shade": ((0.1, 0.02), (0.48, 0.03), (0.5, 0.06), (0.5, 0.92)),
    "a pleated shade": ((0.1, 0.0), (0.3, 0.03), (0.6, 0.95)),
    "a trumpet shade": ((0.08, 0.0), (0.11, 0.2), (0.17, 0.5), (0.3, 0.76), (0.48, 0.93), (0.68, 1.0)),
    "a box shade": ((0.1, 0.0), (0.42, 0.02), (0.62, 0.9)),
    "a petal shade": ((0.08, 0.0), (0.26, 0.06), (0.42, 0.26), (0.52, 0.58), (0.66, 0.98)),
    "a globe": ((0.1, 0.0), (0.14, 0.03), (0.14, 0.12)),
}


def add_foot(assembly: Assembly, kind: str, paint: Material, other: Material) -> None:
    """What the lamp stands on; its top is where the arm begins."""
    r = FOOT_RADIUS
    profiles = {
        "a disc foot": ((r, 0.0), (r * 1.03, 0.008), (r, 0.022), (r * 0.4, 0.036), (0.034, 0.06), (0.0, 0.06)),
        "a stepped foot": (
            (r, 0.0),
            (r, 0.02),
            (r * 0.74, 0.022),
            (r * 0.74, 0.04),
            (r * 0.46, 0.042),
            (r * 0.46, 0.06),
            (0.0, 0.06),
        ),
        "a dome foot": ((r, 0.0), (r * 1.02, 0.006), (r * 0.95, 0.03), (r * 0.75, 0.055), (r * 0.4, 0.07), (0.0, 0.074)),
    }
    if kind in profiles:
        assembly.add("root", turned(profiles[kind], 44, 30.0), paint)
    elif kind == "a block foot":
        assembly.add("root", tapered(0.25, 0.25, 0.06, 0.2, 0.2, 0.014), paint)
    elif kind == "a star foot":
        assembly.add("root", extruded(star(r * 1.25, 6, 0.6), 0.035, 0.008), paint)
        assembly.add("root", turned(((0.06, 0.03), (0.04, 0.062), (0.0, 0.064)), 28), paint)
    elif kind == "a wheel foot":
        assembly.add("root", hoop(r, 0.02, 40, 12).moved(z=0.02), paint)
        for i in range(3):
            end = r * np.array((np.cos(2.0944 * i), np.sin(2.0944 * i), 0.0))
            assembly.add("root", rod((0, 0, 0.035), end + (0, 0, 0.02), 0.014), paint)
        assembly.add("root", ball(0.036).moved(z=0.04), other)
    elif kind == "clamp":
        assembly.add("root", box(0.34, 0.2, 0.03, 0.006).moved(z=0.015, x=0.05), finish.wood((0.32, 0.16, 0.06)))
        assembly.add("root", box(0.1, 0.08, 0.03, 0.008).moved(z=0.044, x=-0.01), paint)
        assembly.add("root", box(0.03, 0.06, 0.05, 0.008).moved(z=0.045, x=-0.045), paint)


def _profile(kind: str, length: float, mouth: float) -> tuple[F64, F64]:
    """Radii and distances from the neck, in steps short enough to carry a pattern."""
    points = np.array(SHADES[kind])
    counts = [max(1, int(np.hypot(*step) / PROFILE_STEP)) for step in np.diff(points, axis=0)]
    places = np.concatenate([i + np.arange(count) / count for i, count in enumerate(counts)] + [[len(counts)]])
    radius, distance = (np.interp(places, np.arange(len(points)), points[:, axis]) for axis in range(2))
    return radius * mouth / 0.62, distance * length


def _shade_shape(kind: str, length: float, mouth: float) -> Shape:
    """A thin-walled shade about z, its neck at z = 0, opening upward."""
    radius, distance = _profile(kind, length, mouth)
    segments = 4 if kind == "a box shade" else SHADE_SEGMENTS
    angles = np.arange(segments) * (2 * np.pi / segments) + (np.pi / 4 if segments == 4 else 0.0)
    ripple = np.zeros(segments)
    if kind == "a pleated shade":
        ripple = np.where(np.arange(segments) % 2 == 0, 0.035, -0.035)
    elif kind == "a petal shade":
        ripple = 0.1 * np.abs(np.cos(angles * 3)) - 0.05
    wide = 1.3 if segments == 4 else 1.0
    growth = np.linspace(0, 1, len(radius))[:, None] ** 1.5 if kind == "a petal shade" else np.ones((len(radius), 1))
    outer = radius[:, None] * wide * (1 + ripple[None] * growth)
    rings = [(np.zeros(segments), distance[0])] + list(zip(outer, distance, strict=True))
    inner = [
        (np.maximum(ring - WALL, 0.003), level + WALL * 0.5) for ring, level in zip(outer[::-1], distance[::-1], strict=True)
    ]
    rings += inner[:-1] + [(np.zeros(segments), float(distance[1]) + WALL)]
    sections = np.array(
        [np.stack((ring * np.cos(angles), ring * np.sin(angles), np.full(segments, level)), axis=1) for ring, level in rings]
    )
    return loft(sections, 24.0 if kind in ("a pleated shade", "a box shade") else 42.0)


def _pattern(name: str, length: float, joint: F64, facing: float) -> Pattern:
    """Bands along the shade's axis, or stripes and dots around it."""
    matrix = rotation(0.0, facing, 0.0)
    sharp = 60.0

    def along(points: F64) -> tuple[F64, F64]:
        local = (points - joint)[:, :, None] * matrix[None]
        local = local.sum(axis=1)
        return local[:, 2] / length, np.arctan2(local[:, 1], local[:, 0])

    def pattern(points: F64) -> F64:
        level, angle = along(points)
        fields = np.zeros((len(points), 3))
        if name == "a rim":
            fields[:, 0] = 0.5 + sharp * 0.2 * (level - 0.82)
        elif name == "two bands":
            fields[:, 0] = 0.5 + sharp * 0.2 * (0.07 - np.minimum(np.abs(level - 0.42), np.abs(level - 0.76)))
        elif name == "a dipped half":
            fields[:, 0] = 0.5 + sharp * 0.2 * (level - 0.5)
        elif name == "stripes":
            fields[:, 0] = 0.5 + 4 * np.cos(angle * 8)
        elif name == "dots":
            fields[:, 0] = 0.5 + 5 * (np.cos(angle * 6) * np.cos(level * 18) - 0.45)
        return fields

    return plain if name == "none" else pattern


def add_shade(assembly: Assembly, bone: str, joint: F64, facing: float, traits: Traits, build: str) -> None:
    """A shade and its bulb on a head bone; the shade's axis is turned by `facing` degrees from up towards +x."""
    kind = word(traits["shade"])
    size = (0.85 + 0.35 * number(traits, "shade_size")) * (0.8 if build == "twin" else 1.0)
    length, mouth = (0.21 if build == "bedside" else 0.2) * size, (0.17 if build == "bedside" else 0.145) * size
    paint = finish.enamel(colour(traits, "paint"), colour(traits, "accent"))
    light, strength = BULBS[word(traits["bulb"])]
    if kind == "a globe":
        globe = ball(mouth * 0.92, level=4).moved(z=mouth * 0.92)
        shining = finish.glow(light, 0.55 * min(1.0, strength)) if strength else finish.glow((0.8, 0.8, 0.78), 0.0)
        cup = turned(((0.04, -0.02), (0.07, 0.0), (0.085, 0.03), (0.0, 0.03)), 32)
        assembly.add(bone, globe.turned(y=facing).at(joint), shining)
        assembly.add(bone, cup.turned(y=facing).at(joint), paint)
        band = hoop(mouth * 0.93, 0.01, 48, 8).moved(z=mouth * 0.92)
        assembly.add(bone, band.turned(y=facing).at(joint), finish.enamel(colour(traits, "accent")))
        return
    shape = _shade_shape(kind, length, mouth)
    lift = -length * 0.5 if build == "bedside" else -0.01
    place = joint - rotation(0.0, facing, 0.0)[:, 2] * -lift
    assembly.add(bone, shape.turned(y=facing).at(place), paint, _pattern(word(traits["pattern"]), length, place, facing))
    seat = 0.62 if kind in ("a trumpet shade", "a petal shade") else 0.55
    radii, levels = _profile(kind, length, mouth)
    size = min(mouth * 0.34, 0.72 * float(np.interp(seat * length, levels, radii)))
    bulb = ball(size, size, size * 1.25, 3).moved(z=length * seat)
    neck = min(0.028, 0.7 * float(np.interp(0.2 * length, levels, radii)))
    socket = turned(((neck, length * 0.08), (neck, length * 0.35), (0.0, length * 0.35)), 20)
    assembly.add(bone, bulb.turned(y=facing).at(place), finish.glow(light, strength))
    assembly.add(bone, socket.turned(y=facing).at(place), finish.dark())


def add_charm(assembly: Assembly, charm: str, bone: str, joint: F64, paint: Material) -> None:
    """A small thing of its own on the lamp's head or foot."""
    if charm == "a ribbon":
        bow = ball(0.05, 0.016, 0.03, 2)
        place = joint + (0.02, 0, -0.035)
        assembly.add(
            bone,
            [
                bow.turned(z=90, x=20).at(place + (0, 0.05, 0)),
                bow.turned(z=90, x=-20).at(place - (0, 0.05, 0)),
                ball(0.022, level=2).at(place),
            ],
            paint,
        )
        tails = [
            tapered(0.008, 0.03, 0.12, 0.008, 0.02, 0.003).turned(x=180 + s * 14).at(place + (0, s * 0.01, 0)) for s in (1, -1)
        ]
        assembly.add(bone, tails, paint)
    elif charm == "a pull chain":
        beads = [ball(0.009, level=2).at(joint + (0.05, 0.03, -0.05 - 0.02 * i)) for i in range(7)]
        assembly.add(bone, beads, finish.metal())
        assembly.add(bone, ball(0.022, level=2).at(joint + (0.05, 0.03, -0.2)), paint)
    elif charm in ("a hanging star", "a hanging heart"):
        place = joint + (-0.02, 0.0, -0.17)
        assembly.add(bone, rod(joint, place + (0, 0, 0.04), 0.004, None, 6), finish.dark())
        mark = decal("a " + charm.rsplit(" ", 1)[-1], 0.1)
        if mark is not None:
            assembly.add(bone, upright(mark.scaled(1, 1, 3), "front").at(place - (0.008, 0, 0)), paint)
    elif charm == "a perching bird":
        place = joint + (-0.045, 0.0, 0.055)
        assembly.add(
            bone,
            [
                ball(0.042, 0.034, 0.032, 2).at(place),
                ball(0.025, level=2).at(place + (0.035, 0, 0.028)),
                tapered(0.06, 0.03, 0.014, 0.03, 0.02, 0.004).turned(y=-20).at(place - (0.06, 0, 0.005)),
            ],
            paint,
        )
        assembly.add(
            bone, rod(place + (0.055, 0, 0.028), place + (0.078, 0, 0.024), 0.009, 0.001, 8), finish.enamel((0.9, 0.45, 0.03))
        )
        assembly.add(bone, [ball(0.006, level=2).at(place + (0.05, s * 0.017, 0.036)) for s in (1, -1)], finish.dark())
    elif charm == "a cord in loops":
        turns = np.linspace(0, 4 * np.pi, 60)
        path = [(-0.2 - 0.05 * np.cos(a), 0.05 * np.sin(a) + 0.004 * a, 0.009 + 0.0012 * a) for a in turns]
        assembly.add("root", tube([(-0.1, 0, 0.009), *path], 0.009, 8), paint)
