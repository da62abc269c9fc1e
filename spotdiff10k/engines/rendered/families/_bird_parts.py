"""Rigid parts of a bird: bill, legs and feet."""

import numpy as np

from spotdiff10k.engines.rendered.builder import SubjectBuilder
from spotdiff10k.engines.rendered.families._bird_body import SIDES, Anatomy
from spotdiff10k.engines.rendered.geometry import F64, Mesh, icosphere, loft, tube, vector

BILL_SIDES = 18
BILL_STEPS = 9
TOES = (-38.0, 0.0, 38.0, 180.0)

# (drop at the tip, base height, base width, tip size, how full it stays), head radii
BILLS: dict[str, tuple[float, float, float, float, float]] = {
    "cone": (0.10, 0.34, 0.32, 0.03, 0.9),
    "dagger": (0.08, 0.26, 0.22, 0.02, 1.0),
    "hook": (0.62, 0.46, 0.36, 0.05, 0.45),
    "flat": (0.16, 0.26, 0.42, 0.22, 0.35),
    "bent": (0.85, 0.30, 0.28, 0.08, 0.5),
    "giant": (0.45, 0.52, 0.34, 0.12, 0.4),
}


def add_bill(builder: SubjectBuilder, body: Anatomy, ink: int) -> None:
    """Upper and lower bill; field 0 runs from 0 at the face to 1 at the tip."""
    bird = body.species
    drop, high, wide, tip, full = BILLS[bird.bill]
    size, length = bird.head, bird.bill_length
    base = body.at(0.82 if bird.bill != "hook" or body.name != "owl" else 0.78, 0.0, -0.12)
    curl = 2.0 if bird.bill in ("hook", "bent", "giant") else 1.3
    for lower in (False, True):
        rings = []
        share = np.linspace(0.0, 1.0, BILL_STEPS)
        reach = length * (0.84 if lower else 1.0)
        centers = [base + size * np.array([reach * t, 0.0, (-0.17 * (1 - t) if lower else 0.0) - drop * t**curl]) for t in share]
        shrink = (1.0 - share) ** full * (1.0 - tip) + tip
        for center, s in zip(centers, shrink, strict=True):
            angles = 2.0 * np.pi * np.arange(BILL_SIDES) / BILL_SIDES
            height = high * s * (0.55 if lower else 1.0)
            flat = max(height, 0.07) if bird.bill == "flat" else height
            width = wide * (s if bird.bill != "flat" else 0.75 + 0.25 * s)
            rings.append(center + size * np.stack([0 * angles, width * np.cos(angles), flat * 0.8 * np.sin(angles)], axis=1))
        mesh = loft([centers[0][None], *rings, centers[-1][None]])
        fields = np.repeat(np.concatenate([[0.0], share, [1.0]]), [1, *[BILL_SIDES] * BILL_STEPS, 1])
        builder.part("head", mesh, ink, np.stack([fields, 0 * fields, 0 * fields], axis=1))
    builder.keypoint("bill_tip", "head", base + size * np.array([length, 0, -drop]))


def add_legs(builder: SubjectBuilder, body: Anatomy, ink: int) -> None:
    bird = body.species
    wide = bird.body[1]
    for side, sign in SIDES:
        under = 0.46 * wide
        hip = body.trunk + np.array([-0.02, sign * under, -0.30 * wide])
        if bird.upright:
            hip = np.array([-0.02, sign * 0.5 * wide, bird.leg + 0.16])
        foot = np.array([0.0, sign * under * (1.1 if bird.upright else 1.0), 0.9 * bird.leg_radius])
        knee = np.array([-0.07 * bird.leg - 0.01, hip[1], max(0.52 * bird.leg, foot[2] + 0.02)])
        upper, lower = builder.bone(f"leg_{side}_upper", "root", hip), f"leg_{side}_lower"
        builder.bone(lower, upper, knee)
        end = builder.bone(f"leg_{side}_foot", lower, foot)
        builder.leg(upper, lower, end)
        radius = bird.leg_radius
        thigh = hip + 0.25 * (knee - hip)
        builder.cone(upper, hip, thigh, min(0.42 * wide, 5.0 * radius), 2.0 * radius, blend=0.04)
        builder.part(upper, tube([thigh, knee], [1.15 * radius, radius], 10, rounded=True), ink)
        builder.part(lower, tube([knee, foot], [1.05 * radius, radius], 10, rounded=True), ink)
        _foot(builder, body, end, foot, ink)
        for name, bone, point in (("hip", upper, hip), ("knee", lower, knee), ("foot", end, foot)):
            builder.keypoint(f"{side}_{name}", bone, point)


def _foot(builder: SubjectBuilder, body: Anatomy, bone: str, foot: F64, ink: int) -> None:
    radius = body.species.leg_radius
    thick = 0.9 * radius
    ground = foot * vector(1.0, 1.0, 0.0) + vector(0.0, 0.0, thick)
    reach = max(0.075, 3.2 * radius) if body.species.foot == "toes" else max(0.105, 3.2 * radius)
    if body.species.foot == "web":
        ball = icosphere(3)
        vertices = ball.vertices * np.array([reach * 0.62, reach * 0.55, thick])
        vertices[:, 1] *= 0.45 + 0.55 * (ball.vertices[:, 0] + 1.0) / 2.0
        builder.part(bone, Mesh(vertices + vector(0.42 * reach, 0.0, 0.0), ball.faces).moved(ground), ink)
        return
    for angle in TOES:
        way = np.array([np.cos(np.radians(angle)), np.sin(np.radians(angle)), 0.0])
        length = reach * (0.7 if angle == 180.0 else 1.0)
        tip = ground + way * length - vector(0, 0, thick * 0.4)
        builder.part(
            bone,
            tube(
                [ground, 0.5 * (ground + tip) + vector(0, 0, 0.1 * thick), tip],
                [thick, 0.85 * thick, 0.55 * thick],
                8,
                rounded=True,
            ),
            ink,
        )
