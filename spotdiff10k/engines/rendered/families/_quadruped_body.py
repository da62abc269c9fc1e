"""Trunk, legs and tail of a quadruped, with their bones."""

from itertools import pairwise

import numpy as np

from spotdiff10k.engines.rendered.builder import SubjectBuilder
from spotdiff10k.engines.rendered.families._quadruped_anatomy import SIDES, Anatomy
from spotdiff10k.engines.rendered.geometry import F64, Mesh, icosphere, lathe, vector

TAIL_BONES = ("tail_1", "tail_2", "tail_3")
TAIL_ROOT_BLEND, TAIL_BLEND = 0.03, 0.006


def add_skeleton(builder: SubjectBuilder, body: Anatomy) -> None:
    """Root at the pelvis, then spine, chest, neck, head, and the tail."""
    builder.bone("root", None, body.pelvis)
    builder.bone("spine", "root", 0.6 * body.pelvis + 0.4 * body.chest)
    builder.bone("chest", "spine", 0.25 * body.pelvis + 0.75 * body.chest)
    builder.bone("neck", "chest", body.neck)
    builder.bone("head", "neck", body.head)
    parent = "root"
    for i, bone in enumerate(TAIL_BONES):
        parent = builder.bone(bone, parent, body.tail + body.tail_heading * (body.species.tail_length * i / 3.0))


def add_trunk(builder: SubjectBuilder, body: Anatomy) -> None:
    species = body.species
    girth, length = species.girth, species.length
    builder.ellipsoid("root", body.pelvis, (0.98 * girth, 0.86 * girth, 0.95 * girth), blend=0.08)
    belly = girth * species.waist
    start, end = body.pelvis + vector(0.1 * length, 0.0, -0.04 * girth), body.chest - vector(0.2 * length, 0.0, 0.06 * girth)
    builder.cone("spine", start, end, 0.94 * belly, 0.98 * belly, blend=0.10)
    builder.ellipsoid("chest", body.chest - vector(0.02, 0.0, 0.02 * girth), (girth, 0.9 * girth, 1.06 * girth), blend=0.08)
    base = body.neck - body.heading * (0.25 * girth) - vector(0.0, 0.0, 0.15 * girth)
    top = body.head + species.head * np.array([0.12, 0.0, 0.12])
    radius = species.neck_radius * girth
    builder.cone("neck", base, top, 1.18 * radius, min(0.9 * radius, 0.72 * species.head), blend=0.09)


def add_legs(builder: SubjectBuilder, body: Anatomy) -> None:
    for side, sign in SIDES:
        _front_leg(builder, body, side, sign)
        _back_leg(builder, body, side, sign)


def _front_leg(builder: SubjectBuilder, body: Anatomy, side: str, sign: float) -> None:
    species = body.species
    radius, sole = species.leg_radius, 1.25 * species.leg_radius
    hip = body.chest + vector(0.02 * species.length, sign * 0.56 * species.girth, -0.25 * species.girth)
    foot = np.array([hip[0] + 0.1 * radius, 1.04 * hip[1], sole])
    knee = 0.5 * (hip + foot) + vector(-0.045 * species.leg, 0.0, 0.0)
    upper = builder.bone(f"front_{side}_upper", "chest", hip)
    lower = builder.bone(f"front_{side}_lower", upper, knee)
    end = builder.bone(f"front_{side}_foot", lower, foot)
    builder.cone(upper, hip, knee, min(1.9 * radius, 0.62 * species.girth), 1.18 * radius, blend=0.05)
    builder.cone(lower, knee, foot, 1.12 * radius, 0.94 * radius, blend=0.03)
    _foot(builder, body, end, foot)
    builder.leg(upper, lower, end)
    for name, bone, point in (("shoulder", upper, hip), ("elbow", lower, knee), ("front_paw", end, foot)):
        builder.keypoint(f"{side}_{name}", bone, point if name != "front_paw" else point * vector(1.0, 1.0, 0.35))


def _back_leg(builder: SubjectBuilder, body: Anatomy, side: str, sign: float) -> None:
    species = body.species
    radius, leg = species.leg_radius, species.leg
    pad = species.foot == "pad" or body.name == "bear"
    hip = body.pelvis + vector(-0.06 * species.length, sign * 0.52 * species.girth, -0.18 * species.girth)
    height = 1.25 * radius if pad else max(0.30 * leg, 1.6 * radius)
    back = 0.0 if pad else 0.10 * leg
    hock = np.array([hip[0] - 0.02 - back, 1.06 * hip[1], height])
    knee = 0.5 * (hip + hock) + vector(0.11 * leg, 0.0, -0.02 * leg)
    toe = np.array([hock[0] + 0.35 * back, hock[1], 1.25 * radius])
    upper = builder.bone(f"back_{side}_upper", "root", hip)
    lower = builder.bone(f"back_{side}_lower", upper, knee)
    end = builder.bone(f"back_{side}_foot", lower, hock)
    builder.cone(upper, hip, knee, min(2.3 * radius, 0.72 * species.girth), 1.3 * radius, blend=0.05)
    builder.cone(lower, knee, hock, 1.25 * radius, 0.9 * radius, blend=0.03)
    if not pad:
        builder.cone(end, hock, toe, 0.9 * radius, 0.92 * radius, blend=0.02)
    _foot(builder, body, end, toe)
    builder.leg(upper, lower, end)
    for name, bone, point in (("hip", upper, hip), ("knee", lower, knee), ("back_paw", end, toe * vector(1.0, 1.0, 0.35))):
        builder.keypoint(f"{side}_{name}", bone, point)


def _foot(builder: SubjectBuilder, body: Anatomy, bone: str, ankle: F64) -> None:
    """A paw with toes, a hoof or a round pad, its sole on z = 0."""
    species, radius = body.species, body.species.leg_radius
    if species.foot == "hoof":
        builder.cone(bone, ankle, ankle * vector(1.0, 1.0, 0.75), 0.98 * radius, 1.0 * radius, blend=0.02)
        return
    if species.foot == "pad":
        builder.cone(
            bone,
            ankle,
            ankle * vector(1.0, 1.0, 0.0) + vector(0.1 * radius, 0.0, 0.98 * radius),
            radius,
            0.98 * radius,
            blend=0.02,
        )
        return
    center = np.array([ankle[0] + 0.45 * radius, ankle[1], 0.74 * radius])
    builder.ellipsoid(bone, center, (1.42 * radius, 1.12 * radius, 0.74 * radius), blend=0.03)
    for spread in (-0.58, 0.0, 0.58):
        toe = center + radius * np.array([1.0 - 0.25 * abs(spread), spread, -0.22])
        builder.ellipsoid(bone, toe, (0.60 * radius, 0.40 * radius, 0.50 * radius), blend=0.012)


def hoof_mesh(center: F64, radius: float) -> Mesh:
    """A hoof about `center` on the ground: a cut cone, wider below, taller in front."""
    profile = [(1.02, 0.0), (1.12, 0.10), (1.06, 0.55), (0.92, 0.98), (0.5, 1.05)]
    shape = lathe([(radius * r, 1.25 * radius * z) for r, z in profile], segments=20)
    vertices = shape.vertices.copy()
    vertices[:, 0] *= 1.16
    vertices[:, 0] += 0.12 * radius * (1.0 - vertices[:, 2] / (1.3 * radius))
    return Mesh(vertices, shape.faces).moved([center[0], center[1], 0.0])


def add_hooves(builder: SubjectBuilder, body: Anatomy, horn: int) -> None:
    """Horn on the feet: hooves, or an elephant's toenails."""
    species = body.species
    for pair, name in (("front", "front_paw"), ("back", "back_paw")):
        for side, _ in SIDES:
            bone = f"{pair}_{side}_foot"
            point = builder.keypoint_position(f"{side}_{name}")
            if species.foot == "hoof":
                builder.part(bone, hoof_mesh(point, species.leg_radius), horn)
            if species.foot == "pad":
                for angle in (-42.0, 0.0, 42.0):
                    way = np.array([np.cos(np.radians(angle)), np.sin(np.radians(angle)), 0.0])
                    nail = (
                        point * vector(1.0, 1.0, 0.0)
                        + way * species.leg_radius * 0.92
                        + vector(0.1 * species.leg_radius, 0.0, 0.022)
                    )
                    builder.part(bone, icosphere(1).scaled((0.018, 0.024, 0.022)).rotated((0, 0, angle)).moved(nail), horn)


def add_tail(builder: SubjectBuilder, body: Anatomy) -> None:
    species = body.species
    start, way, size = body.tail, body.tail_heading, species.tail_radius
    length = species.tail_length
    points = [start + way * (length * i / 3.0) for i in range(4)]
    shapes = {
        "plain": (1.15, 1.0, 0.85, 0.55),
        "brush": (0.42, 0.85, 1.0, 0.26),
        "tuft": (1.3, 1.0, 0.9, 0.8),
        "hair": (0.55, 0.95, 1.0, 0.35),
        "thick": (1.0, 0.66, 0.40, 0.14),
    }
    if species.tail in ("stub", "pom"):
        radii = (1.5 * size, size, size) if species.tail == "stub" else (size, size, size)
        builder.ellipsoid("tail_1", start + way * (0.5 * length), radii, (0.0, -species.tail_degrees, 0.0), blend=0.02)
        return
    if species.tail == "curl":
        _curl(builder, start, size)
        return
    widths = [size * share for share in shapes[species.tail]]
    for i, bone in enumerate(TAIL_BONES):
        blend = TAIL_ROOT_BLEND * (3.0 if species.tail == "thick" else 1.0) if i == 0 else TAIL_BLEND
        builder.cone(bone, points[i], points[i + 1], widths[i], widths[i + 1], blend)
    if species.tail == "tuft":
        builder.cone("tail_3", points[3] - way * 0.01, points[3] + way * 0.07, 1.9 * size, 0.6 * size, blend=0.015)


def _curl(builder: SubjectBuilder, start: F64, size: float) -> None:
    angles = np.linspace(0.0, 1.6 * 2.0 * np.pi, 15)
    coil = [start + np.array([-0.004 * i - 0.01, 0.034 * np.sin(a), 0.034 * (1.0 - np.cos(a))]) for i, a in enumerate(angles)]
    for a, b in pairwise(coil):
        builder.cone("tail_1", a, b, size, size, blend=0.005)
