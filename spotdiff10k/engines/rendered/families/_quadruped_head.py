"""The head of a quadruped: skull, muzzle, ears, eyes with lids, nose and mouth."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import NamedTuple

import numpy as np

from spotdiff10k.engines.rendered.builder import SubjectBuilder
from spotdiff10k.engines.rendered.families._quadruped_anatomy import SIDES, Anatomy
from spotdiff10k.engines.rendered.geometry import F64, euler, icosphere, tube, unit, vector

EAR_BONES = ("ear_left", "ear_right")
MOUTH_STEPS = 13


@dataclass(slots=True)
class Face:
    """What the head leaves behind for the coat and the gear."""

    eyes: list[F64] = field(default_factory=list)
    nose: F64 = field(default_factory=lambda: np.zeros(3))
    ear_hollows: list[F64] = field(default_factory=list)  # rows of the cuts: their surface is the inner ear


def add_skull(builder: SubjectBuilder, body: Anatomy, face: Face) -> None:
    species, at, size = body.species, body.at, body.species.head
    builder.ellipsoid("head", body.skull, size * np.array(species.head_shape), blend=0.05)
    if species.cheek > 0:
        for _, sign in SIDES:
            builder.ellipsoid(
                "head", at(0.12, sign * 0.66, -0.36), size * species.cheek * np.array([0.85, 0.95, 0.8]), blend=0.35 * size
            )
    start = at(0.42, 0.0, -0.22)
    reach = species.muzzle
    end = at(0.72 + reach - species.muzzle_tip, 0.0, -0.22 - species.muzzle_drop * min(reach, 1.2))
    builder.cone("head", start, end, species.muzzle_radius * size, species.muzzle_tip * size, blend=0.36 * size)
    if species.nose == "flat":  # soft, wide lips
        builder.ellipsoid("head", end, size * species.muzzle_tip * np.array([0.92, 1.16, 0.95]), blend=0.1 * size)
    face.nose = end
    for _, sign in SIDES:  # brows
        builder.ellipsoid("head", at(0.55, sign * 0.38, 0.55), size * np.array([0.24, 0.26, 0.13]), blend=0.2 * size)


def add_ears(builder: SubjectBuilder, body: Anatomy, face: Face) -> None:
    if body.species.ear == "none":
        return
    for side, sign in SIDES:
        _EARS[body.species.ear](builder, body, face, f"ear_{side}", sign)


def _hollow(builder: SubjectBuilder, face: Face, bone: str) -> None:
    face.ear_hollows.append(builder.rows()[-1])


def _point_ear(builder: SubjectBuilder, body: Anatomy, face: Face, bone: str, sign: float) -> None:
    size, big = body.species.head, body.species.ear_size
    base, tip = body.at(-0.12, sign * 0.56, 0.62), body.at(-0.18, sign * (0.56 + 0.36 * big), 0.72 + 0.92 * big)
    builder.bone(bone, "head", base)
    builder.cone(bone, base, tip, 0.40 * size * big**0.5, 0.045 * size, blend=0.10 * size)
    forward = size * np.array([0.24, 0.06 * sign, 0.06])
    up = (tip - base) * 0.22
    builder.cone(bone, base + forward + up, tip + 0.55 * forward, 0.27 * size * big**0.5, 0.01, blend=0.012, cut=True)
    _hollow(builder, face, bone)


def _flop_ear(builder: SubjectBuilder, body: Anatomy, face: Face, bone: str, sign: float) -> None:
    size, big = body.species.head, body.species.ear_size
    base = body.at(-0.10, sign * 0.74, 0.52)
    builder.bone(bone, "head", base)
    bend, tip = body.at(-0.10, sign * 1.02, 0.42), body.at(-0.02, sign * 1.13, 0.42 - 0.95 * big)
    builder.cone(bone, base, bend, 0.24 * size, 0.22 * size, blend=0.08 * size)
    middle = 0.5 * (bend + tip)
    builder.ellipsoid(bone, middle, size * np.array([0.36, 0.13, 0.62 * big]), (sign * -6.0, 0, 0), blend=0.10 * size)


def _round_ear(builder: SubjectBuilder, body: Anatomy, face: Face, bone: str, sign: float) -> None:
    size, big = body.species.head, body.species.ear_size
    base = body.at(-0.10, sign * 0.60, 0.60)
    builder.bone(bone, "head", base)
    center = base + size * big * np.array([-0.02, sign * 0.17, 0.24])
    radii = size * np.array([0.16 + 0.04 * big, 0.36 * big, 0.36 * big])
    builder.ellipsoid(bone, center, radii, (0, 0, sign * 18), blend=0.08 * size)
    dish = center + size * np.array([0.15 + 0.04 * big, sign * 0.06, 0.03])
    builder.ellipsoid(bone, dish, radii * vector(0.9, 0.70, 0.70), (0, 0, sign * 18), blend=0.014, cut=True)
    _hollow(builder, face, bone)


class LeafEar(NamedTuple):
    """A leaf-shaped ear, on the left: its foot on the skull and its heading, and its size as a share of the head's."""

    foot: tuple[float, float, float]
    heading: tuple[float, float, float]
    length: float
    width: float


LEAF_EARS = {
    "side": LeafEar((-0.2, 0.72, 0.42), (-0.1, 1.0, 0.12), 0.50, 0.28),
    "upright": LeafEar((-0.2, 0.45, 0.72), (0.05, 0.28, 1.0), 0.46, 0.22),
    "leaf": LeafEar((-0.05, 0.62, 0.62), (0.45, 0.62, 0.62), 0.45, 0.30),
    "long": LeafEar((-0.25, 0.36, 0.78), (-0.16, 0.22, 1.0), 0.88, 0.26),
}


def _leaf_ear(shape: LeafEar, builder: SubjectBuilder, body: Anatomy, face: Face, bone: str, sign: float) -> None:
    """An ear from its foot along its heading, hollow in front."""
    size, big = body.species.head, body.species.ear_size
    base = body.at(shape.foot[0], sign * shape.foot[1], shape.foot[2])
    heading = unit((shape.heading[0], sign * shape.heading[1], shape.heading[2]))
    length, width = shape.length * big * size, shape.width * size
    builder.bone(bone, "head", base)
    center = base + heading * 0.78 * length
    roll = float(np.degrees(np.arctan2(-heading[1], heading[2])))
    lean = float(np.degrees(np.arcsin(np.clip(heading[0], -1, 1))))
    turn = (roll, lean, sign * 14.0)
    builder.cone(bone, base, center, 0.17 * size, 0.15 * size, blend=0.05 * size)
    builder.ellipsoid(bone, center, (0.13 * size, width, length), turn, blend=0.04 * size)
    front = center + size * np.array([0.12, 0.0, 0.02])
    builder.ellipsoid(bone, front, (0.11 * size, 0.64 * width, 0.76 * length), turn, blend=0.012, cut=True)
    _hollow(builder, face, bone)


def _fan_ear(builder: SubjectBuilder, body: Anatomy, face: Face, bone: str, sign: float) -> None:
    size, big = body.species.head, body.species.ear_size
    base = body.at(-0.28, sign * 0.80, 0.30)
    builder.bone(bone, "head", base)
    center = base + size * big * np.array([-0.22, sign * 0.50, -0.22])
    turn = (sign * 8.0, 0.0, sign * 24.0)
    builder.ellipsoid(bone, center, size * np.array([0.13, 0.62 * big, 0.80 * big]), turn, blend=0.05 * size)
    front = center + euler(turn)[:, 0] * 0.17 * size
    builder.ellipsoid(bone, front, size * np.array([0.15, 0.50 * big, 0.66 * big]), turn, blend=0.02, cut=True)
    _hollow(builder, face, bone)


_EARS: dict[str, Callable[[SubjectBuilder, Anatomy, Face, str, float], None]] = {
    "point": _point_ear,
    "flop": _flop_ear,
    "round": _round_ear,
    "fan": _fan_ear,
    **{name: partial(_leaf_ear, shape) for name, shape in LEAF_EARS.items()},
}


def add_eyes(builder: SubjectBuilder, body: Anatomy, face: Face, eye: int, lid: int, droop: float) -> None:
    """Eyeballs half sunk into the skull, each under a lid that covers more of it the larger `droop` (0..1)."""
    species = body.species
    radius = species.eye * species.head
    aside = np.radians(species.eye_degrees)
    for side, sign in SIDES:
        way = unit((np.cos(aside), sign * np.sin(aside), species.eye_height))
        skin = builder.skin_point(body.skull, way)
        center = skin - way * (0.52 * radius)
        gaze = unit((np.cos(0.72 * aside), sign * np.sin(0.72 * aside), 0.05))
        builder.eye("head", center, radius, gaze, eye)
        over = unit((-0.25 + 0.4 * droop, sign * 0.22, 1.0))
        builder.lid("head", center, 1.07 * radius, over, 47.0 + 22.0 * droop, lid)
        builder.keypoint(f"{side}_eye", "head", center + way * radius)
        face.eyes.append(center)


def add_nose(builder: SubjectBuilder, body: Anatomy, face: Face, dark: int, soft: int) -> None:
    species, size = body.species, body.species.head
    tip = builder.skin_point(face.nose, (1.0, 0.0, 0.32))
    if species.nose == "round":
        wide = 0.17 * size + 0.10 * species.muzzle_tip * size
        builder.part(
            "head", icosphere(3).scaled((0.72 * wide, 1.12 * wide, 0.80 * wide)).moved(tip - vector(0.3 * wide, 0, 0)), dark
        )
    elif species.nose == "disc":
        front = builder.skin_point(face.nose, (1.0, 0.0, 0.0))
        disc = tube(
            [front - vector(0.06, 0, 0), front + vector(0.012, 0, 0), front + vector(0.02, 0, 0)],
            np.array([0.38, 0.40, 0.33]) * size,
            28,
        )
        builder.part("head", disc, soft)
    if species.nose in ("disc", "flat"):
        for _, sign in SIDES:
            aside = 0.42 if species.nose == "disc" else 0.62
            hole = builder.skin_point(face.nose, (1.0, sign * aside, 0.08 if species.nose == "disc" else 0.45))
            hole = hole + ([0.022, 0, 0] if species.nose == "disc" else [0.0, 0, 0])
            builder.part("head", icosphere(2).scaled(np.array([0.06, 0.07, 0.10]) * size).moved(hole), dark)
    builder.keypoint("nose", "head", tip)


def add_mouth(builder: SubjectBuilder, body: Anatomy, face: Face, dark: int, smile: float) -> None:
    """A thin line that starts below the nose and curls up at both corners."""
    size = body.species.head
    if body.species.nose == "none":
        return
    line = []
    for step in range(MOUTH_STEPS):
        share = 2.0 * step / (MOUTH_STEPS - 1) - 1.0
        way = (1.0 - 0.85 * share * share, 1.05 * share, -0.62 + (0.34 + 0.34 * smile) * share * share)
        line.append(builder.skin_point(face.nose - vector(0.10 * size, 0.0, 0.0), way))
    builder.part("head", tube(line, 0.030 * size, 6, rounded=True), dark)
    if body.species.nose == "round":
        start = builder.skin_point(face.nose, (1.0, 0.0, 0.15))
        builder.part("head", tube([start, line[MOUTH_STEPS // 2]], 0.026 * size, 6, rounded=True), dark)
