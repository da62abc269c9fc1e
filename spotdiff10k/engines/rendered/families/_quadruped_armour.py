"""Plates, sails, frills, shells, spikes and wings: flesh of a layer of its own, in the colour of the markings."""

from itertools import pairwise

import numpy as np

from spotdiff10k.engines.rendered.builder import SubjectBuilder
from spotdiff10k.engines.rendered.families._finishes import colour
from spotdiff10k.engines.rendered.families._quadruped_anatomy import SIDES, Anatomy
from spotdiff10k.engines.rendered.geometry import F64, Mesh, outward, unit, vector
from spotdiff10k.engines.rendered.model import Material
from spotdiff10k.traits import Traits

ARMOUR = "armour"
THIN = 0.017
"""Half thickness of plates and wings, metres."""
KINDS = {"plates", "sail", "frill", "shell", "ridge", "wings", "club", "spikes"}
MEMBRANE = 0.010
"""Thickness of a wing's skin, metres."""
WING_FINGERS = ((0.92, 0.62), (0.52, 0.74), (0.10, 0.66))


def has_armour(body: Anatomy) -> bool:
    """Whether the species has any."""
    return bool(KINDS & set(body.species.extras))


def material(traits: Traits) -> Material:
    """Horny, with a faint grain."""
    base = colour(traits, "marking_colour")
    return Material(base, roughness=0.5, coat=0.15, tint=0.14, bump=0.08, bump_frequency=38.0)


def add_armour(builder: SubjectBuilder, body: Anatomy) -> None:
    """Everything the species has."""
    makers = {
        "plates": _plates, "sail": _sail, "frill": _frill, "shell": _shell, "ridge": _ridge, "wings": _wings, "club": _club,
        "spikes": _tail_spikes,
    }  # fmt: skip
    for extra in body.species.extras:
        if extra in makers:
            makers[extra](builder, body)


def _spine(body: Anatomy, share: float) -> tuple[F64, str]:
    """A point along the back from tail (0) to skull (1), about the middle of the flesh, and the bone it moves with."""
    girth = body.species.girth
    tail_end = body.tail + body.tail_heading * (0.62 * body.species.tail_length)
    stops = [
        (0.0, tail_end, "tail_2"), (0.22, body.tail, "tail_1"), (0.34, body.pelvis + vector(0, 0, 0.75 * girth), "root"),
        (0.55, 0.5 * (body.pelvis + body.chest) + vector(0, 0, 0.92 * girth), "spine"),
        (0.76, body.chest + vector(0, 0, 0.88 * girth), "chest"),
        (1.0, body.head + vector(-0.4 * body.species.head, 0, 0), "neck"),
    ]  # fmt: skip
    for (low, start, bone), (high, end, after) in pairwise(stops):
        if share <= high:
            part = (share - low) / (high - low)
            return start * (1.0 - part) + end * part, bone if part < 0.5 else after
    return stops[-1][1], stops[-1][2]


def _plates(builder: SubjectBuilder, body: Anatomy) -> None:
    for i, share in enumerate(np.linspace(0.04, 0.95, 11)):
        point, bone = _spine(body, float(share))
        tall = 0.05 + 0.125 * float(np.sin(np.pi * share)) ** 1.2
        aside = vector(0.0, 0.030 if i % 2 else -0.030, 0.55 * tall)
        builder.ellipsoid(bone, point + aside, (0.62 * tall, THIN, tall), (0.0, 0.0, 0.0), 0.006, ARMOUR)


def _sail(builder: SubjectBuilder, body: Anatomy) -> None:
    """A fan of spines under one skin along the back."""
    for share in np.linspace(0.30, 0.84, 10):
        point, bone = _spine(body, float(share))
        tall = 0.30 * float(np.sin(np.pi * (share - 0.22) / 0.70)) + 0.02
        builder.ellipsoid(bone, point + vector(0, 0, 0.42 * tall), (0.062, THIN, 0.62 * tall), (0, 0, 0), 0.02, ARMOUR)


def _ridge(builder: SubjectBuilder, body: Anatomy) -> None:
    """A row of spikes from the tail to the neck."""
    for share in np.linspace(0.02, 0.97, 15):
        point, bone = _spine(body, float(share))
        tall = 0.045 + 0.055 * float(np.sin(np.pi * share))
        builder.cone(bone, point, point + vector(-0.25 * tall, 0, 1.25 * tall), 0.034, 0.009, 0.008, ARMOUR)


def _frill(builder: SubjectBuilder, body: Anatomy) -> None:
    """A shield behind the head, with knobs on its edge."""
    size = body.species.head
    middle = body.at(-0.42, 0.0, 0.62)
    builder.ellipsoid("head", middle, size * np.array([0.26, 1.42, 1.28]), (0.0, -28.0, 0.0), 0.01, ARMOUR)
    builder.ellipsoid(
        "head", middle + size * vector(0.30, 0, -0.02), size * np.array([0.20, 1.12, 1.0]), (0, -28, 0), 0.02, ARMOUR, True
    )
    for angle in np.radians(np.linspace(-112.0, 112.0, 11)):
        place = middle + size * vector(-0.58 * np.cos(angle), 1.38 * np.sin(angle), 1.12 * np.cos(angle))
        builder.ellipsoid("head", place, size * np.full(3, 0.19), (0, 0, 0), 0.01, ARMOUR)


def _shell(builder: SubjectBuilder, body: Anatomy) -> None:
    """A dome over the trunk with rows of studs."""
    species = body.species
    middle = 0.5 * (body.pelvis + body.chest)
    radii = np.array([0.5 * species.length + 0.85 * species.girth, 1.12 * species.girth, 1.10 * species.girth])
    builder.ellipsoid("spine", middle + vector(-0.02, 0, 0.12 * species.girth), radii, (0, 0, 0), 0.01, ARMOUR)
    low = float(middle[2]) - 0.10 * species.girth
    builder.ellipsoid("spine", (0.0, 0.0, low - 0.6), (1.4, 1.4, 0.6), (0, 0, 0), 0.02, ARMOUR, True)
    for along in np.linspace(-0.78, 0.78, 6):
        for around in np.radians((-62.0, -22.0, 22.0, 62.0)):
            ring = float(np.sqrt(1.0 - along * along))
            out = np.array([along, ring * np.sin(around), ring * np.cos(around)])
            place = middle + vector(-0.02, 0, 0.12 * species.girth) + radii * out
            builder.cone("spine", place, place + out * 0.05, 0.042, 0.016, 0.01, ARMOUR)


def _club(builder: SubjectBuilder, body: Anatomy) -> None:
    tip = body.tail + body.tail_heading * body.species.tail_length
    for _, sign in SIDES:
        builder.ellipsoid("tail_3", tip + vector(0, 0.045 * sign, 0), (0.085, 0.065, 0.055), (0, 0, 0), 0.02, ARMOUR)


def _tail_spikes(builder: SubjectBuilder, body: Anatomy) -> None:
    for share in (0.74, 0.92):
        root = body.tail + body.tail_heading * (share * body.species.tail_length)
        for _, sign in SIDES:
            builder.cone("tail_3", root, root + vector(-0.06, 0.12 * sign, 0.10), 0.026, 0.007, 0.008, ARMOUR)


def _wings(builder: SubjectBuilder, body: Anatomy) -> None:
    """Bones of the wings with an arm and three fingers each; the skin between them is `add_membranes`."""
    for side, sign in SIDES:
        root, wrist, tips = _wing_points(body, sign)
        bone = builder.bone(f"wing_{side}", "chest", root)
        builder.cone(bone, root, wrist, 0.034, 0.026, 0.02, ARMOUR)
        for tip in tips:
            builder.cone(bone, wrist, tip, 0.022, 0.010, 0.012, ARMOUR)


def _wing_points(body: Anatomy, sign: float) -> tuple[F64, F64, list[F64]]:
    """Shoulder, wrist and finger tips of a half-open wing."""
    girth = body.species.girth
    root = body.chest + vector(-0.35 * girth, 0.45 * sign * girth, 0.80 * girth)
    wrist = root + vector(-0.06, 0.20 * sign, 0.25)
    ways = [(unit(vector(-0.55 + 0.2 * lift, 0.42 * sign, lift - 0.35)), reach) for lift, reach in WING_FINGERS]
    return root, wrist, [wrist + way * (0.60 * reach) for way, reach in ways]


def add_membranes(builder: SubjectBuilder, body: Anatomy, ink: int) -> None:
    """Skin between the fingers and the flank, with a scalloped edge."""
    if "wings" not in body.species.extras:
        return
    for side, sign in SIDES:
        root, wrist, tips = _wing_points(body, sign)
        flank = body.chest + vector(-0.95 * body.species.length, 0.50 * sign * body.species.girth, 0.62 * body.species.girth)
        rim = [tips[0]]
        for a, b in pairwise([*tips, flank]):
            rim += [0.5 * (a + b) * 0.80 + wrist * 0.20, b]
        outline = np.array([*rim, root])
        builder.part(f"wing_{side}", _slab(wrist, outline), ink)


def _slab(hub: F64, outline: F64) -> Mesh:
    """A fan of triangles about `hub`, closed, MEMBRANE thick."""
    count = len(outline)
    across = unit(np.cross(outline[0] - hub, outline[-2] - hub)) * (0.5 * MEMBRANE)
    sheet = np.concatenate([hub[None], outline])
    vertices = np.concatenate([sheet + across, sheet - across])
    under = count + 1
    faces = []
    for i in range(1, count):
        faces += [(0, i, i + 1), (under, under + i + 1, under + i)]
    ring = [*range(count + 1), 0]
    for a, b in pairwise(ring):
        faces += [(a, under + a, b), (b, under + a, under + b)]
    return outward(Mesh(vertices, np.array(faces, np.int32)))
