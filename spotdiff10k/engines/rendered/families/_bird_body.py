"""Bones and flesh of a bird: trunk, neck, head, wings, tail, crest."""

from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from spotdiff10k.engines.rendered.builder import SubjectBuilder
from spotdiff10k.engines.rendered.families._bird_species import BIRDS, Bird
from spotdiff10k.engines.rendered.families._finishes import number, word
from spotdiff10k.engines.rendered.geometry import F64, euler, unit, vector
from spotdiff10k.traits import Traits

SIDES = (("left", 1.0), ("right", -1.0))
NECK_BONES = ("neck_1", "neck_2")
FEATHER = 0.020
"""Half thickness (metres) of wings and tails."""
LOWEST_TAIL = 0.05
DISPLAY_FEATHERS = 13


@dataclass(frozen=True, slots=True)
class Anatomy:
    species: Bird
    name: str
    trunk: F64  # middle of the trunk
    axis: F64  # unit, from the tail to the breast
    neck: F64
    skull: F64
    tail: F64

    def at(self, x: float, y: float, z: float) -> F64:
        return self.skull + self.species.head * np.array([x, y, z])


def anatomy(traits: Traits) -> Anatomy:
    name = word(traits["species"])
    base = BIRDS[name]
    plump = number(traits, "chubbiness")
    bird = replace(
        base,
        body=(base.body[0] * number(traits, "body_scale"), base.body[1] * plump),
        neck=base.neck * number(traits, "leg_scale"),
        head=base.head * number(traits, "head_scale"),
        bill_length=base.bill_length * number(traits, "bill_scale"),
        leg=base.leg * number(traits, "leg_scale"),
        tail_length=base.tail_length * number(traits, "tail_scale"),
        crest=base.crest if base.crest != "none" else word(traits["crest"]),
    )
    tilt = np.radians(bird.tilt)
    axis = np.array([np.cos(tilt), 0.0, np.sin(tilt)])
    long, wide = bird.body
    height = bird.leg + 0.92 * float(np.sqrt((long * axis[2]) ** 2 + (wide * axis[0]) ** 2))
    trunk = np.array([0.0, 0.0, height])
    neck = trunk + axis * (0.66 * long) + vector(0.0, 0.0, 0.10 * wide)
    up = np.radians(bird.neck_degrees)
    skull = neck + np.array([np.cos(up), 0.0, np.sin(up)]) * (bird.neck + 0.62 * bird.head + 0.12 * wide)
    return Anatomy(bird, name, trunk, axis, neck, skull, trunk - axis * (0.86 * long))


def add_skeleton(builder: SubjectBuilder, body: Anatomy) -> None:
    builder.bone("root", None, body.trunk)
    builder.bone("neck_1", "root", body.neck)
    builder.bone("neck_2", "neck_1", 0.5 * (body.neck + body.skull))
    builder.bone("head", "neck_2", body.skull - vector(0.0, 0.0, 0.5 * body.species.head))
    builder.bone("tail", "root", body.tail)
    long, wide = body.species.body
    for side, sign in SIDES:
        shoulder = body.trunk + body.axis * (0.42 * long) + np.array([0.0, sign * 0.80 * wide, 0.18 * wide])
        builder.bone(f"wing_{side}", "root", shoulder)
        builder.bone(f"tip_{side}", f"wing_{side}", shoulder - body.axis * (0.75 * long * body.species.wing))


def add_trunk(builder: SubjectBuilder, body: Anatomy) -> None:
    bird = body.species
    long, wide = bird.body
    tilt = (0.0, -bird.tilt, 0.0)
    builder.ellipsoid("root", body.trunk, (long, wide, wide), tilt, blend=0.06)
    builder.ellipsoid(
        "root",
        body.trunk + body.axis * (0.30 * long) - vector(0, 0, 0.06 * wide),
        (0.66 * long, 0.98 * wide, 0.98 * wide),
        tilt,
        0.06,
    )
    middle = 0.5 * (body.neck + body.skull)
    radius = bird.neck_radius
    start = body.neck - body.axis * (0.25 * long)
    builder.cone("neck_1", start, middle, min(1.7 * radius, 0.75 * wide), 1.05 * radius, blend=0.09)
    builder.cone("neck_2", middle, body.skull, 1.05 * radius, min(0.9 * bird.head, 1.15 * radius), blend=0.05)
    builder.ellipsoid("head", body.skull, bird.head * np.array([1.02, 0.94, 0.98]), blend=0.05)
    if body.name == "owl":
        for _, sign in SIDES:
            builder.ellipsoid("head", body.at(0.42, sign * 0.40, 0.0), bird.head * np.array([0.55, 0.52, 0.58]), blend=0.04)


def add_wings(builder: SubjectBuilder, body: Anatomy, layer: str) -> None:
    """Folded along the body: an arm and four overlapping flight feathers, as flesh of a layer of their own."""
    bird = body.species
    long, wide = bird.body
    for side, sign in SIDES:
        shoulder = builder.joint(f"wing_{side}")
        length = 1.12 * long * bird.wing
        turn = (0.0, -bird.tilt + (0.0 if bird.upright else 8.0), sign * (5.0 if not bird.upright else 2.0))
        under = np.array([body.axis[2], 0.0, -body.axis[0]])  # towards the wing's lower edge
        out = np.array([0.0, sign * 0.020, 0.0]) + 0.06 * wide * under
        arm = shoulder - body.axis * (0.36 * length) + out
        builder.ellipsoid(f"wing_{side}", arm, (0.60 * length, FEATHER * 1.5, 0.54 * wide), turn, 0.02, layer)
        for drop, reach in ((0.02, 1.16), (0.20, 1.02), (0.36, 0.84), (0.50, 0.64)):
            start = shoulder - body.axis * (0.30 * length) + out + under * (drop * wide)
            end = shoulder - body.axis * (reach * length) + out + under * ((drop + 0.12) * wide)
            half = 0.5 * float(np.sqrt(((start - end) ** 2).sum())) + 0.03
            bone = f"tip_{side}" if reach > 0.9 else f"wing_{side}"
            builder.ellipsoid(bone, 0.5 * (start + end), (half, FEATHER, 0.20 * wide), turn, 0.010, layer)


def add_tail(builder: SubjectBuilder, body: Anatomy, layer: str) -> None:
    """Feathers spread behind, as flesh of a layer of their own; never below the ground."""
    bird = body.species
    if bird.tail == "display":
        _display(builder, body, layer)
        return
    long, wide = bird.body
    length = bird.tail_length
    rise = {"fan": -0.15, "wedge": -0.05, "plume": -0.35, "stub": 0.35, "train": 0.75}[bird.tail]
    back = unit(-body.axis * vector(1, 1, 0.55) + vector(0, 0, rise)) if not bird.upright else unit((-0.8, 0, -0.3))
    start = body.tail + body.axis * (0.16 * long)
    lowest = max(-0.92, (LOWEST_TAIL - float(start[2])) / length)
    if back[2] < lowest:
        back = np.array([-np.sqrt(1.0 - lowest * lowest), 0.0, lowest])
    count, fan = {"fan": (5, 12.0), "wedge": (3, 7.0), "plume": (3, 5.0), "stub": (3, 10.0), "train": (5, 0.0)}[bird.tail]
    pitch = float(np.degrees(np.arcsin(np.clip(back[2], -1.0, 1.0))))
    for i in range(count):
        place = i - (count - 1) / 2.0
        if bird.tail == "train":  # sickle feathers, one above the other
            _sickle(builder, start, length * (1.0 - 0.12 * abs(place)), 0.30 + 0.16 * place, 0.02 * place, layer)
            continue
        turn = (0.0, pitch, -fan * place)
        heading = -euler(turn)[:, 0]
        half = 0.5 * length * (1.0 - 0.06 * abs(place))
        width = 0.050 if bird.tail == "plume" else 0.26 * wide
        builder.ellipsoid("tail", start + heading * half, (half + 0.04, width, FEATHER * 0.95), turn, 0.012, layer)


def _display(builder: SubjectBuilder, body: Anatomy, layer: str) -> None:
    """A wheel of feathers upright behind the bird."""
    start = body.tail + body.axis * (0.30 * body.species.body[0]) + vector(0, 0, 0.02)
    for i, angle in enumerate(np.linspace(-84.0, 84.0, DISPLAY_FEATHERS)):
        roll = np.radians(angle)
        heading = np.array([-0.30, np.sin(roll), np.cos(roll)])
        heading = heading / np.sqrt((heading * heading).sum())
        length = body.species.tail_length
        builder.cone("tail", start, start + heading * length * 0.8, 0.022, 0.030, 0.008, layer)
        end = start + heading * (0.84 * length) - vector(0.01 * (i % 2), 0, 0)
        builder.ellipsoid("tail", end, (0.018, 0.066, 0.115), (-angle, -16.0, 0.0), 0.006, layer)


def eyes_of_display(body: Anatomy) -> list[F64]:
    """Where the eye spots of a peacock's wheel are."""
    start = body.tail + body.axis * (0.30 * body.species.body[0]) + vector(0, 0, 0.02)
    spots = []
    for angle in np.linspace(-84.0, 84.0, DISPLAY_FEATHERS):
        roll = np.radians(angle)
        heading = np.array([-0.30, np.sin(roll), np.cos(roll)])
        spots.append(start + heading / np.sqrt((heading * heading).sum()) * (0.86 * body.species.tail_length))
    return spots


def _sickle(builder: SubjectBuilder, start: F64, length: float, rise: float, aside: float, layer: str) -> None:
    steps = (0.0, 0.35, 0.7, 1.0)
    path = [start + np.array([-length * 0.9 * t, aside * t * 3, length * (1.5 * t * (0.6 + rise) - 1.05 * t * t)]) for t in steps]
    for i, (a, b) in enumerate(pairwise(path)):
        builder.cone("tail", a, b, 0.046 - 0.004 * i, 0.042 - 0.010 * i, 0.010, layer)


def add_crest(builder: SubjectBuilder, body: Anatomy, layer: str) -> None:
    """Flesh of a layer of its own: tufts, a comb with wattles, plumes."""
    size, at = body.species.head, body.at
    kind = body.species.crest
    if kind == "tufts":
        for _, sign in SIDES:
            builder.cone("head", at(0.1, sign * 0.62, 0.66), at(-0.05, sign * 0.98, 1.42), 0.26 * size, 0.04 * size, 0.02, layer)
    if kind == "comb":
        for x, z, r in ((0.62, 0.92, 0.20), (0.32, 1.16, 0.25), (-0.02, 1.22, 0.26), (-0.34, 1.08, 0.23), (-0.60, 0.82, 0.18)):
            builder.ellipsoid("head", at(x, 0, z), size * np.array([r, 0.14, 1.35 * r]), blend=0.02, layer=layer)
        for _, sign in SIDES:
            builder.ellipsoid("head", at(0.82, sign * 0.16, -0.80), size * np.array([0.16, 0.12, 0.34]), blend=0.01, layer=layer)
    if kind == "swept crest":
        for lift in (0.0, 0.28, 0.52):
            builder.cone(
                "head", at(-0.2, 0, 0.75), at(-1.35 + 0.35 * lift, 0, 0.85 + 0.9 * lift), 0.22 * size, 0.05 * size, 0.02, layer
            )
    if kind == "tuft":
        for lean in (-0.30, 0.0, 0.30):
            builder.cone("head", at(0.05, 0.3 * lean, 0.86), at(-0.20 + lean, lean, 1.75), 0.20 * size, 0.06 * size, 0.02, layer)
    if kind == "mohawk":
        for angle in np.radians(np.linspace(42, 150, 7)):
            base, tip = at(0.85 * np.cos(angle), 0, 0.85 * np.sin(angle)), at(1.55 * np.cos(angle) - 0.2, 0, 1.6 * np.sin(angle))
            builder.cone("head", base, tip, 0.20 * size, 0.08 * size, 0.02, layer)
    if kind == "crown":
        for lean in (-0.42, -0.15, 0.15, 0.42):
            stem, top = at(-0.1, 0.3 * lean, 0.85), at(-0.35, 1.5 * lean, 1.85)
            builder.cone("head", stem, top, 0.085 * size, 0.085 * size, 0.01, layer)
            builder.ellipsoid("head", top, size * np.full(3, 0.22), blend=0.01, layer=layer)
