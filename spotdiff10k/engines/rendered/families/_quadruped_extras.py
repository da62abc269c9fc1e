"""What only some species have: wool, manes, horns, antlers, ossicones, a trunk with tusks, a beard."""

import numpy as np

from spotdiff10k.engines.rendered.builder import SubjectBuilder
from spotdiff10k.engines.rendered.families._quadruped_anatomy import SIDES, Anatomy
from spotdiff10k.engines.rendered.geometry import F64, Mesh, tube, vector

GOLDEN_ANGLE = np.pi * (3.0 - 5.0**0.5)
TRUNK_BONES = ("trunk_1", "trunk_2", "trunk_3", "trunk_4")
WOOL_BALLS = 96
HAIR = "hair"
"""The flesh layer of wool and manes."""


def add_hair(builder: SubjectBuilder, body: Anatomy) -> None:
    """Flesh of the layer HAIR, for species that have any."""
    extras = body.species.extras
    if "wool" in extras:
        _wool(builder, body)
    if "mane" in extras:
        _mane(builder, body)
    if "crest" in extras or "brush" in extras:
        _crest(builder, body, hanging="crest" in extras)
    if "beard" in extras:
        start = body.at(0.75, 0.0, -0.62)
        builder.cone(
            "head", start, start + body.species.head * np.array([0.05, 0.0, -0.75]), 0.16 * body.species.head, 0.03, 0.02, HAIR
        )


def has_hair(body: Anatomy) -> bool:
    return bool({"wool", "mane", "crest", "brush", "beard"} & set(body.species.extras))


def _wool(builder: SubjectBuilder, body: Anatomy) -> None:
    """Balls over a barrel about the trunk, and a few on the head."""
    species = body.species
    middle = 0.5 * (body.pelvis + body.chest) + vector(0.0, 0.0, 0.05 * species.girth)
    radii = np.array([0.5 * species.length + 0.80 * species.girth, 0.98 * species.girth, 0.98 * species.girth])
    builder.cone("spine", body.pelvis, body.chest, 0.95 * species.girth, 0.95 * species.girth, 0.05, HAIR)
    for i in range(WOOL_BALLS):
        z = 1.0 - 2.0 * (i + 0.5) / WOOL_BALLS
        ring = np.sqrt(1.0 - z * z)
        way = np.array([ring * np.cos(i * GOLDEN_ANGLE), ring * np.sin(i * GOLDEN_ANGLE), z])
        stretched = np.sign(way[0]) * np.abs(way[0]) ** 0.8
        place = middle + radii * np.array([stretched, way[1], way[2]])
        bone = "root" if way[0] < -0.35 else "chest" if way[0] > 0.35 else "spine"
        builder.ellipsoid(bone, place, np.full(3, 0.30 * species.girth), blend=0.012, layer=HAIR)
    for x, y, z in (
        (0.1, 0.0, 1.0),
        (-0.3, 0.4, 0.88),
        (-0.3, -0.4, 0.88),
        (0.32, 0.34, 0.80),
        (0.32, -0.34, 0.80),
        (-0.6, 0.0, 0.75),
    ):
        builder.ellipsoid("head", body.at(x, y, z), species.head * np.full(3, 0.36), blend=0.012, layer=HAIR)


def _mane(builder: SubjectBuilder, body: Anatomy) -> None:
    """Locks all around the face and down the chest."""
    size, at = body.species.head, body.at
    builder.ellipsoid("head", at(-0.42, 0.0, -0.05), size * np.array([0.72, 1.42, 1.45]), blend=0.05, layer=HAIR)
    builder.cone("neck", at(-0.7, 0.0, -0.4), body.chest + vector(0.04, 0, -0.02), 1.02 * size, 0.62 * size, 0.08, HAIR)
    for row, (reach, back, count, offset) in enumerate(((1.62, -0.10, 17, 0.0), (1.72, -0.62, 16, 0.5))):
        for i in range(count):
            angle = 2.0 * np.pi * (i + offset) / count
            way = np.array([0.0, np.sin(angle), np.cos(angle)])
            base = at(back, 0.95 * way[1], 0.95 * way[2] - 0.05)
            tip = at(back - 0.30 - 0.1 * row, reach * way[1], reach * way[2] - 0.10)
            builder.cone("head", base, tip, 0.34 * size, 0.06 * size, 0.025, HAIR)


def _crest(builder: SubjectBuilder, body: Anatomy, hanging: bool) -> None:
    """Hair along the back of the neck, hanging to the left or standing, and a forelock."""
    size = body.species.head
    count = 10
    for i in range(count):
        share = i / (count - 1)
        along = body.neck * (1 - share) + body.at(-0.45, 0.0, 0.75) * share
        back = along + np.array(
            [-np.sin(np.radians(body.species.neck_degrees)), 0, np.cos(np.radians(body.species.neck_degrees))]
        ) * ((0.72 * (1 - share) + 0.15 * share) * body.species.neck_radius * body.species.girth)
        bone = "neck" if share < 0.75 else "head"
        tip = back + (size * np.array([-0.12, 0.52, -0.72]) if hanging else size * np.array([-0.30, 0.0, 0.42]))
        builder.cone(bone, back, tip, (0.28 if hanging else 0.20) * size, 0.09 * size, 0.03, HAIR)
    builder.cone("head", body.at(-0.1, 0, 0.95), body.at(0.72, 0.05, 0.62), 0.22 * size, 0.06 * size, 0.03, HAIR)


def add_trunk_of_elephant(builder: SubjectBuilder, body: Anatomy) -> None:
    """Four bones of trunk; flesh of the body."""
    if "trunk" not in body.species.extras:
        return
    size = body.species.head
    spots = ((0.62, -0.22), (1.16, -0.72), (1.34, -1.30), (1.40, -1.86), (1.66, -2.20))
    radii = (0.48, 0.36, 0.28, 0.225, 0.18)
    parent = "head"
    for i, bone in enumerate(TRUNK_BONES):
        start, end = body.at(spots[i][0], 0, spots[i][1]), body.at(spots[i + 1][0], 0, spots[i + 1][1])
        parent = builder.bone(bone, parent, start)
        builder.cone(bone, start, end, radii[i] * size, radii[i + 1] * size, 0.05 if i else 0.08)


def add_horns(builder: SubjectBuilder, body: Anatomy, horn: int, ivory: int, coat: int) -> None:
    """Horns, antlers, ossicones and tusks, on both sides."""
    makers = {
        "horns": _cow_horn,
        "curved horns": _goat_horn,
        "antlers": _antler,
        "ossicones": _ossicone,
        "trunk": _tusk,
        "brow horns": _brow_horn,
    }
    inks = {"horns": ivory, "curved horns": horn, "antlers": horn, "ossicones": coat, "trunk": ivory, "brow horns": ivory}
    for extra in body.species.extras:
        if extra in makers:
            for _, sign in SIDES:
                for mesh in makers[extra](body, sign):
                    builder.part("head", mesh, inks[extra], np.tile((0.0, 0.0, 1.0), (len(mesh.vertices), 1)))


def _curve(body: Anatomy, sign: float, points: tuple[tuple[float, float, float], ...], radii: list[float]) -> Mesh:
    path: list[F64] = [body.at(x, sign * y, z) for x, y, z in points]
    return tube(path, [body.species.head * r for r in radii], 12, rounded=True)


def _cow_horn(body: Anatomy, sign: float) -> list[Mesh]:
    return [
        _curve(
            body,
            sign,
            ((-0.1, 0.42, 0.78), (-0.08, 0.82, 0.98), (-0.02, 1.05, 1.24), (0.06, 1.02, 1.52)),
            [0.17, 0.15, 0.10, 0.03],
        )
    ]


def _goat_horn(body: Anatomy, sign: float) -> list[Mesh]:
    points = ((0.1, 0.30, 0.85), (-0.02, 0.38, 1.30), (-0.32, 0.48, 1.62), (-0.75, 0.60, 1.66), (-1.05, 0.70, 1.40))
    return [_curve(body, sign, points, [0.19, 0.17, 0.14, 0.09, 0.03])]


def _antler(body: Anatomy, sign: float) -> list[Mesh]:
    beam = ((-0.15, 0.30, 0.80), (-0.35, 0.55, 1.35), (-0.45, 0.92, 1.85), (-0.15, 1.12, 2.35))
    first = ((-0.30, 0.48, 1.18), (0.18, 0.55, 1.45), (0.36, 0.56, 1.75))
    second = ((-0.44, 0.86, 1.76), (-0.82, 1.06, 2.10), (-0.95, 1.10, 2.42))
    return [
        _curve(body, sign, beam, [0.12, 0.11, 0.10, 0.04]),
        _curve(body, sign, first, [0.09, 0.08, 0.035]),
        _curve(body, sign, second, [0.085, 0.07, 0.035]),
    ]


def _ossicone(body: Anatomy, sign: float) -> list[Mesh]:
    return [_curve(body, sign, ((-0.25, 0.32, 0.75), (-0.32, 0.38, 1.20), (-0.34, 0.40, 1.32)), [0.12, 0.11, 0.17])]


def _brow_horn(body: Anatomy, sign: float) -> list[Mesh]:
    """One over each eye, and half of one on the nose."""
    horn = _curve(
        body, sign, ((0.35, 0.46, 0.62), (0.62, 0.52, 1.02), (1.02, 0.54, 1.38), (1.42, 0.52, 1.52)), [0.19, 0.16, 0.10, 0.03]
    )
    return (
        [horn, _curve(body, sign, ((1.25, 0.0, 0.0), (1.42, 0.0, 0.30), (1.50, 0.0, 0.55)), [0.16, 0.11, 0.03])]
        if sign > 0
        else [horn]
    )


def _tusk(body: Anatomy, sign: float) -> list[Mesh]:
    return [
        _curve(
            body,
            sign,
            ((0.62, 0.50, -0.48), (0.95, 0.62, -0.88), (1.28, 0.64, -0.98), (1.60, 0.58, -0.80)),
            [0.12, 0.115, 0.09, 0.03],
        )
    ]
