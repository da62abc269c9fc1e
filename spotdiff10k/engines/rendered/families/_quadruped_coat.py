"""The coat of a quadruped: its material, and the fields of its markings."""

import numpy as np

from spotdiff10k.engines.rendered import patterns
from spotdiff10k.engines.rendered.builder import Surface
from spotdiff10k.engines.rendered.families._finishes import Linear, colour, word
from spotdiff10k.engines.rendered.families._quadruped_anatomy import Anatomy
from spotdiff10k.engines.rendered.families._quadruped_head import EAR_BONES, Face
from spotdiff10k.engines.rendered.flesh import distance_to
from spotdiff10k.engines.rendered.geometry import F64, vector
from spotdiff10k.engines.rendered.model import Material
from spotdiff10k.traits import Traits

INNER_EAR = (0.80, 0.42, 0.38)
INNER_EAR_DEPTH = 0.006
"""Metres from the cut that still count as inner ear."""
HEAD_BONES = ("head", *EAR_BONES)
LEGS = tuple(
    f"{pair}_{side}_{part}" for pair in ("front", "back") for side in ("left", "right") for part in ("upper", "lower", "foot")
)


def _mixed(a: Linear, b: Linear, share: float) -> Linear:
    return tuple((1 - share) * x + share * y for x, y in zip(a, b, strict=True))  # type: ignore[return-value]


def coat_material(body: Anatomy, traits: Traits) -> Material:
    """Base coat, markings, pale underside, points."""
    wool = "wool" in body.species.extras
    coat = colour(traits, "points_colour" if wool else "coat")
    pale = _mixed(coat, (0.86, 0.80, 0.70), 0.62)
    fur = body.species.fur
    return Material(
        coat,
        coat if wool else colour(traits, "marking_colour"),
        pale,
        colour(traits, "points_colour"),
        roughness=0.68 if fur else 0.52,
        sheen=0.7 if fur else 0.2,
        bump=0.20 if fur else 0.09,
        bump_frequency=62.0 if fur else 40.0,
        tint=0.16 if fur else 0.12,
        edges=(0.5, 0.5, 0.5),
        widths=(0.05, 0.22, 0.06),
    )


def hair_material(body: Anatomy, traits: Traits) -> Material:
    """Wool in the coat's colour with its markings; manes in the markings' colour."""
    wool = "wool" in body.species.extras
    base = colour(traits, "coat" if wool else "marking_colour")
    return Material(base, colour(traits, "marking_colour"), roughness=0.8, sheen=0.8, tint=0.2, bump=0.22, bump_frequency=60.0)


def hair_fields(surface: Surface, body: Anatomy, traits: Traits, seed: int) -> F64:
    first = (
        marking(surface.points, body, pattern_of(body, traits), seed)
        if "wool" in body.species.extras
        else np.zeros(len(surface.points))
    )
    return np.stack([first, 0 * first, 0 * first], axis=1)


def pattern_of(body: Anatomy, traits: Traits) -> str:
    """Zebras and giraffes keep their own pattern."""
    return {"zebra": "stripes", "giraffe": "blotches"}.get(body.name, word(traits["pattern"]))


def marking(points: F64, body: Anatomy, pattern: str, seed: int) -> F64:
    """The first field: the markings of a pattern's name, on trunk, neck, head and legs alike."""
    length = body.species.length
    middle = 0.5 * (body.pelvis + body.chest)
    if pattern == "patches":
        return patterns.patches(points, 4.2, seed, 0.52)
    if pattern == "spots":
        return patterns.spots(points, 9.5, seed, 0.36)
    if pattern == "speckles":
        return patterns.spots(points, 15.0, seed, 0.27)
    if pattern == "rosettes":
        return patterns.rosettes(points, 10.0, seed)
    if pattern == "stripes":
        return patterns.stripes(points, (1.0, 0.0, 0.15), 9.0, seed, 1.1, 0.5)
    if pattern == "hindquarters":
        return patterns.beyond(points - middle, (-1.0, 0.0, 0.0), 0.06 * length, 0.04, seed)
    if pattern == "forequarters":
        return patterns.beyond(points - middle, (1.0, 0.0, 0.25), 0.10 * length, 0.04, seed)
    if pattern == "back and shoulders":
        return patterns.beyond(points - middle, (0.0, 0.0, 1.0), 0.18 * body.species.girth, 0.03, seed)
    if pattern == "blotches":
        return patterns.mosaic(points, 8.0, seed)
    return np.zeros(len(points))


def _underside(surface: Surface, body: Anatomy, face: Face) -> F64:
    """The second field: belly, muzzle, throat and the inside of the ears."""
    points, normals = surface.points, surface.normals
    trunk = surface.on("root", "spine", "chest", "neck")
    belly = np.where(trunk, 0.42 - 0.62 * normals[:, 2] - 0.9 * (points[:, 2] - body.hip_height) / body.species.girth * 0.5, 0.0)
    size = body.species.head
    muzzle = patterns.near(points, face.nose - vector(0.05 * size, 0, 0.22 * size), size * np.array([0.95, 0.75, 0.62]), 1.3)
    field = np.maximum(belly, np.where(surface.on("head"), muzzle, 0.0))
    for row in face.ear_hollows:
        gap = np.array([abs(distance_to(row, *point)) for point in points[surface.on(*EAR_BONES)]])
        field[surface.on(*EAR_BONES)] = np.maximum(field[surface.on(*EAR_BONES)], 1.0 - 0.5 * gap / INNER_EAR_DEPTH)
    return field


def _points(surface: Surface, body: Anatomy, kind: str, face_mark: str, face: Face, seed: int) -> F64:
    """The third field: socks, stockings, ears and tail tip, and marks on the face."""
    points = surface.points
    field = np.zeros(len(points))
    legs = surface.on(*LEGS)
    if kind in ("socks", "stockings"):
        level = (0.30 if kind == "socks" else 0.62) * body.species.leg
        field = np.where(legs, patterns.beyond(points, (0, 0, -1), -level, 0.012, seed), 0.0)
    if kind in ("ears_and_tail", "tail_markings", "socks", "stockings"):
        along = ((points - body.tail) * body.tail_heading).sum(axis=1) / body.species.tail_length
        tail = surface.on("tail_2", "tail_3") if body.species.tail not in ("stub", "pom", "curl") else surface.on("tail_1")
        start = 0.66 if body.species.tail not in ("stub", "pom", "curl") else -1.0
        field = np.where(tail, patterns.EDGE + 4.0 * (along - start) + 0.6 * patterns.noise(points, 20.0, seed), field)
    if kind == "ears_and_tail":
        field = np.where(surface.on(*EAR_BONES), 1.0, field)
    head = surface.on("head")
    size = body.species.head
    local = (points - body.skull) / size
    if face_mark == "blaze":
        width = 0.16 + 0.08 * local[:, 0]
        stripe = (
            patterns.EDGE + 4.0 * (width - np.abs(local[:, 1])) - np.maximum(0.0, 1.5 * (0.1 - local[:, 0] - local[:, 2] * 0.3))
        )
        field = np.where(head, np.maximum(field, stripe), field)
    if face_mark == "mask":
        for eye in face.eyes:
            field = np.where(head, np.maximum(field, patterns.near(points, eye, size * np.array([0.6, 0.42, 0.36]), 1.6)), field)
    if face_mark == "eye_patch":
        field = np.where(head, np.maximum(field, patterns.near(points, face.eyes[seed % 2], size * 0.52, 1.8)), field)
    return field


def coat_fields(surface: Surface, body: Anatomy, face: Face, traits: Traits, seed: int) -> F64:
    """All three fields of the coat (V, 3)."""
    first = marking(surface.points, body, pattern_of(body, traits), seed)
    second = _underside(surface, body, face)
    if word(traits["underside"]) == "none":
        second = np.where(surface.on(*EAR_BONES), second, 0.0)
    third = _points(surface, body, word(traits["points"]), word(traits["face_mark"]), face, seed)
    return np.stack([first, second, third], axis=1)
