"""A person's face: eyes with lids and brows, mouth, beard, glasses."""

import numpy as np

from spotdiff10k.engines.rendered.builder import SubjectBuilder
from spotdiff10k.engines.rendered.families._character_anatomy import SIDES, Person
from spotdiff10k.engines.rendered.geometry import F64, Mesh, align, apply, torus, tube, unit, vector

EYE_RADIUS = 0.205
"""In head radii, as all lengths here."""
EYE_DEGREES = 25.0
EYE_HEIGHT = 0.05
BROW_STEPS = 6
MOUTH_STEPS = 11


def add_eyes(builder: SubjectBuilder, body: Person, eye: int, lid: int, droop: float, scale: float) -> dict[str, F64]:
    """Eyeballs under lids; returns the front of each by side."""
    radius = EYE_RADIUS * scale * body.head
    aside = np.radians(EYE_DEGREES)
    fronts = {}
    for side, sign in SIDES:
        way = unit((np.cos(aside), sign * np.sin(aside), EYE_HEIGHT))
        center = builder.skin_point(body.skull, way) - way * (0.62 * radius)
        builder.eye("head", center, radius, (1.0, sign * 0.16, 0.02), eye)
        builder.lid("head", center, 1.06 * radius, unit((0.05 + 0.4 * droop, sign * 0.1, 1.0)), 43.0 + 22.0 * droop, lid)
        fronts[side] = center + way * radius
    return fronts


def add_brows(builder: SubjectBuilder, body: Person, hair: int, tilt: float, thick: float) -> None:
    """`tilt` lifts the inner ends (worried) or drops them (stern); `thick` in head radii."""
    for _, sign in SIDES:
        path = []
        for step in range(BROW_STEPS):
            share = step / (BROW_STEPS - 1)
            aside = np.radians(13.0 + 27.0 * share)
            height = 0.40 + 0.10 * np.sin(np.pi * (0.2 + 0.7 * share)) + tilt * (0.5 - share)
            path.append(builder.skin_point(body.skull, (np.cos(aside), sign * np.sin(aside), height)))
        sizes = body.head * thick * (0.7 + 0.5 * np.sin(np.pi * np.linspace(0.15, 0.95, BROW_STEPS)))
        builder.part("head", tube(path, list(sizes), 8, rounded=True), hair)


def add_mouth(builder: SubjectBuilder, body: Person, dark: int, kind: str) -> None:
    width, curve = {"smile": (0.34, 0.16), "grin": (0.42, 0.22), "calm": (0.26, 0.04), "small": (0.16, 0.08)}[kind]
    line = []
    for share in np.linspace(-1.0, 1.0, MOUTH_STEPS):
        way = (1.0, width * share, -0.56 + curve * share * share)
        line.append(builder.skin_point(body.at(-0.05, 0.0, 0.02), way))
    builder.part("head", tube(line, 0.030 * body.head, 6, rounded=True), dark)


def add_glasses(builder: SubjectBuilder, body: Person, eyes: dict[str, F64], frame: int, shape: str) -> None:
    """Two rims, a bridge and two temples."""
    size = body.head
    radius = 0.27 * size
    rims = {}
    for side, sign in SIDES:
        center = eyes[side] + vector(0.05 * size, 0.02 * size * sign, -0.01 * size)
        rim = torus(radius, 0.030 * size, 28, 8)
        rim = rim.scaled((0.82, 1.12, 1.0) if shape == "square" else (1.0, 1.0, 1.0))
        faced = Mesh(apply(align((1.0, sign * 0.22, 0.0)), rim.vertices), rim.faces).moved(center)
        builder.part("head", faced, frame)
        rims[side] = center
        outer = center + vector(-0.05 * size, sign * radius, 0.02 * size)
        ear = body.at(-0.10, sign * 1.02, 0.06)
        builder.part(
            "head",
            tube([outer, 0.5 * (outer + ear) + vector(0, sign * 0.06 * size, 0), ear], 0.026 * size, 8, rounded=True),
            frame,
        )
    inner = [rims[side] - vector(0.0, sign * 0.95 * radius, -0.05 * size) for side, sign in SIDES]
    builder.part(
        "head",
        tube([inner[0], 0.5 * (inner[0] + inner[1]) + vector(0.03 * size, 0, 0.02 * size), inner[1]], 0.028 * size, 8),
        frame,
    )


def add_beard(builder: SubjectBuilder, body: Person, layer: str, kind: str) -> None:
    """Flesh of the hair layer about the mouth."""
    at, size = body.at, body.head
    if kind in ("moustache", "beard"):
        for _, sign in SIDES:
            start = builder.skin_point(body.at(-0.05, 0, 0.0), (1.0, sign * 0.05, -0.38))
            end = builder.skin_point(body.at(-0.05, 0, 0.0), (1.0, sign * 0.42, -0.48))
            builder.cone("head", start, end, 0.095 * size, 0.05 * size, blend=0.02, layer=layer)
    if kind == "beard":
        builder.ellipsoid("head", at(0.36, 0.0, -0.80), size * np.array([0.50, 0.56, 0.34]), blend=0.05, layer=layer)
        for _, sign in SIDES:
            builder.cone(
                "head",
                at(0.30, sign * 0.52, -0.66),
                at(0.02, sign * 0.90, -0.10),
                0.22 * size,
                0.10 * size,
                blend=0.05,
                layer=layer,
            )
        builder.ellipsoid("head", at(0.92, 0.0, -0.50), size * np.array([0.30, 0.26, 0.13]), blend=0.015, layer=layer, cut=True)
