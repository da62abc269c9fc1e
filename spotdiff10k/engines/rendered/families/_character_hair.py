"""Hair styles, as flesh of a layer of its own over the skull; lengths in head radii."""

import numpy as np

from spotdiff10k.engines.rendered.builder import SubjectBuilder
from spotdiff10k.engines.rendered.families._character_anatomy import SIDES, Person

GOLDEN_ANGLE = np.pi * (3.0 - 5.0**0.5)


def add_hair(builder: SubjectBuilder, body: Person, style: str, layer: str) -> None:
    if style == "none":
        return
    if style == "hair in a mohawk":
        _mohawk(builder, body, layer)
        return
    _cap(builder, body, layer, 1.20 if style in ("curly hair", "spiky hair") else 1.08)
    extra = {
        "bobbed hair": _bob,
        "long hair": _long,
        "hair in a bun": _bun,
        "hair in a ponytail": _ponytail,
        "hair in pigtails": _pigtails,
        "afro hair": _afro,
        "curly hair": _curly,
        "spiky hair": _spiky,
        "swept hair": _swept,
    }.get(style)
    if extra:
        extra(builder, body, layer)


def _cap(builder: SubjectBuilder, body: Person, layer: str, grown: float) -> None:
    """A helmet of hair, cut away from the face and the neck."""
    at, size = body.at, body.head
    builder.ellipsoid("head", at(-0.06, 0.0, 0.12), size * np.array([1.0, 1.0, 1.02]) * grown, layer=layer)
    builder.ellipsoid("head", at(0.70, 0.0, -0.44), size * np.array([0.86, 1.36, 0.94]), blend=0.05 * size, layer=layer, cut=True)
    builder.ellipsoid("head", at(0.1, 0.0, -1.42), size * np.array([1.7, 1.7, 0.90]), blend=0.05 * size, layer=layer, cut=True)


def _fringe(builder: SubjectBuilder, body: Person, layer: str, drop: float) -> None:
    for place in np.linspace(-0.62, 0.62, 6):
        way = np.array([np.sqrt(1.0 - place * place), place, 0.0])
        top, tip = body.at(0.62 * way[0], 0.62 * way[1], 0.82), body.at(1.03 * way[0], 1.03 * way[1], 0.46 - drop)
        builder.cone("head", top, tip, 0.24 * body.head, 0.10 * body.head, blend=0.03, layer=layer)


def _bob(builder: SubjectBuilder, body: Person, layer: str) -> None:
    size = body.head
    for _, sign in SIDES:
        start = body.at(-0.12, sign * 0.92, 0.25)
        builder.cone("head", start, body.at(-0.06, sign * 0.98, -0.55), 0.26 * size, 0.30 * size, blend=0.06, layer=layer)
    builder.cone(
        "head", body.at(-0.72, 0.55, -0.45), body.at(-0.72, -0.55, -0.45), 0.36 * size, 0.36 * size, blend=0.10, layer=layer
    )
    _fringe(builder, body, layer, 0.10)


def _long(builder: SubjectBuilder, body: Person, layer: str) -> None:
    size = body.head
    for _, sign in SIDES:
        start, end = body.at(-0.16, sign * 0.92, 0.15), body.at(-0.42, sign * 0.86, -1.25)
        builder.cone("head", start, end, 0.26 * size, 0.24 * size, blend=0.06, layer=layer)
    builder.cone("head", body.at(-0.72, 0.0, -0.2), body.at(-0.78, 0.0, -1.55), 0.46 * size, 0.34 * size, blend=0.12, layer=layer)


def _bun(builder: SubjectBuilder, body: Person, layer: str) -> None:
    builder.ellipsoid("head", body.at(-0.45, 0.0, 1.26), body.head * np.array([0.42, 0.44, 0.38]), blend=0.02, layer=layer)


def _ponytail(builder: SubjectBuilder, body: Person, layer: str) -> None:
    size = body.head
    points = [body.at(-0.95, 0, 0.62), body.at(-1.42, 0, 0.52), body.at(-1.62, 0, -0.10), body.at(-1.52, 0, -0.85)]
    radii = [0.16, 0.28, 0.30, 0.08]
    for i in range(3):
        builder.cone("head", points[i], points[i + 1], radii[i] * size, radii[i + 1] * size, blend=0.05, layer=layer)
    _fringe(builder, body, layer, 0.02)


def _pigtails(builder: SubjectBuilder, body: Person, layer: str) -> None:
    size = body.head
    for _, sign in SIDES:
        points = [body.at(-0.2, sign * 1.02, 0.25), body.at(-0.2, sign * 1.36, 0.10), body.at(-0.14, sign * 1.44, -0.72)]
        builder.cone("head", points[0], points[1], 0.14 * size, 0.28 * size, blend=0.02, layer=layer)
        builder.cone("head", points[1], points[2], 0.28 * size, 0.09 * size, blend=0.05, layer=layer)
    _fringe(builder, body, layer, 0.06)


def _afro(builder: SubjectBuilder, body: Person, layer: str) -> None:
    size = body.head
    builder.ellipsoid("head", body.at(-0.26, 0.0, 0.46), size * np.array([1.22, 1.42, 1.22]), blend=0.05, layer=layer)
    builder.ellipsoid("head", body.at(0.92, 0.0, -0.34), size * np.array([0.92, 1.25, 0.92]), blend=0.06, layer=layer, cut=True)


def _curly(builder: SubjectBuilder, body: Person, layer: str) -> None:
    """Balls of hair along a spiral from the crown to the hairline."""
    size = body.head
    for i in range(34):
        z = 1.0 - 1.15 * (i + 0.5) / 34.0
        ring = np.sqrt(1.0 - z * z)
        x, y = ring * np.cos(i * GOLDEN_ANGLE), ring * np.sin(i * GOLDEN_ANGLE)
        if x > 0.45 and z < 0.42:
            continue
        builder.ellipsoid(
            "head", body.at(1.12 * x - 0.08, 1.12 * y, 1.12 * z + 0.12), size * np.full(3, 0.27), blend=0.014, layer=layer
        )


def _spiky(builder: SubjectBuilder, body: Person, layer: str) -> None:
    size = body.head
    for i in range(22):
        z = 1.0 - 0.95 * (i + 0.5) / 22.0
        ring = np.sqrt(1.0 - z * z)
        x, y = ring * np.cos(i * GOLDEN_ANGLE), ring * np.sin(i * GOLDEN_ANGLE)
        if x > 0.5 and z < 0.45:
            continue
        base, tip = body.at(0.9 * x - 0.06, 0.9 * y, 0.9 * z + 0.12), body.at(1.42 * x - 0.12, 1.42 * y, 1.46 * z + 0.2)
        builder.cone("head", base, tip, 0.30 * size, 0.03 * size, blend=0.02, layer=layer)


def _swept(builder: SubjectBuilder, body: Person, layer: str) -> None:
    """A heavy wave of hair combed to one side."""
    size = body.head
    path = [(0.55, -0.55, 0.82), (0.86, -0.05, 0.92), (0.72, 0.55, 0.70), (0.42, 0.92, 0.28)]
    radii = [0.20, 0.30, 0.28, 0.12]
    for i in range(3):
        builder.cone(
            "head", body.at(*path[i]), body.at(*path[i + 1]), radii[i] * size, radii[i + 1] * size, blend=0.06, layer=layer
        )


def _mohawk(builder: SubjectBuilder, body: Person, layer: str) -> None:
    size = body.head
    for angle in np.radians(np.linspace(28, 205, 10)):
        base = body.at(0.82 * np.cos(angle) - 0.04, 0, 0.82 * np.sin(angle) + 0.08)
        tip = body.at(1.40 * np.cos(angle) - 0.1, 0, 1.42 * np.sin(angle) + 0.10)
        builder.cone("head", base, tip, 0.20 * size, 0.08 * size, blend=0.03, layer=layer)
