"""What a quadruped wears: on the neck, on the body, on the head."""

from dataclasses import dataclass

import numpy as np

from spotdiff10k.engines.rendered import patterns
from spotdiff10k.engines.rendered.builder import BODY, SubjectBuilder, Surface
from spotdiff10k.engines.rendered.families._finishes import Linear, cloth, metal
from spotdiff10k.engines.rendered.families._hats import HATS
from spotdiff10k.engines.rendered.families._quadruped_anatomy import SIDES, Anatomy
from spotdiff10k.engines.rendered.geometry import F64, Mesh, align, apply, icosphere, outward, rounded_box, torus, unit, vector

COAT_THICKNESS = 0.014
GARMENT_CELL = 0.0185
PLANE = 1.2
"""Half width (metres) of the ellipsoids that cut garments nearly flat."""
GOLD = (0.75, 0.48, 0.12)
HANGING = "cloth_neckwear"
"""The bone of what hangs from the neck; by its name it gives way to the ground."""
LOWEST_SCARF = 1.7
"""Head radii above the ground from which a scarf hangs at full length."""


def _neck_place(body: Anatomy) -> F64:
    return body.neck + body.heading * (0.42 * body.species.neck) + body.species.head * np.array([0.05, 0.0, 0.02])


def add_neckwear(builder: SubjectBuilder, body: Anatomy, kind: str, colour: Linear, second: Linear) -> None:
    """Call when trunk and skull are there, and neither ears nor extras."""
    if kind == "none":
        return
    material = builder.material(cloth(colour))
    place, axis, size = _neck_place(body), unit(body.heading + vector(0.25, 0.0, 0.0)), body.species.head
    front = builder.skin_point(place, align(axis)[:, 0] * -1.0)
    wide = {"collar": 0.26, "scarf": 0.42, "bandana": 0.20, "bow tie": 0.16, "bell collar": 0.24}[kind] * size
    thick = {"collar": 0.10, "scarf": 0.20, "bandana": 0.08, "bow tie": 0.07, "bell collar": 0.10}[kind] * size
    builder.part("neck", builder.strap(place, axis, wide, thick), material)
    hung = _Hung(front, unit(front - place), thick, size)
    if kind in ("collar", "bell collar"):
        _tag(builder, hung, builder.material(metal(GOLD)), kind == "bell collar")
    if kind == "scarf":
        _scarf_ends(builder, hung, material)
    if kind == "bandana":
        builder.part(builder.bone(HANGING, "neck", front), _triangle(front + hung.down * 0.06 * size, size), material)
    if kind == "bow tie":
        middle = front + hung.down * 0.12 * size
        knot = icosphere(2).scaled(np.array([0.13, 0.13, 0.15]) * size).moved(middle)
        builder.part("neck", knot, builder.material(cloth(second)))
        for _, sign in SIDES:
            builder.part("neck", _wing(size).scaled((1, sign, 1)).moved(middle), material)


@dataclass(frozen=True, slots=True)
class _Hung:
    """Where things hang from a collar: its front, the way out of the neck there, the collar's thickness, the head's radius."""

    front: F64
    down: F64
    thick: float
    size: float


def _tag(builder: SubjectBuilder, hung: _Hung, bright: int, bell: bool) -> None:
    size = hung.size
    place = hung.front + hung.down * (hung.thick + 0.10 * size) + vector(0, 0, -0.12 * size)
    shape = icosphere(2).scaled(0.17 * size) if bell else icosphere(2).scaled(np.array([0.05, 0.15, 0.15]) * size)
    bone = builder.bone(HANGING, "neck", place)
    builder.part(bone, shape.moved(place), bright)
    ring = torus(0.06 * size, 0.02 * size, 14, 6).rotated((0, 90, 0))
    builder.part(bone, ring.moved(place + vector(0, 0, 0.17 * size)), bright)


def _scarf_ends(builder: SubjectBuilder, hung: _Hung, material: int) -> None:
    size = hung.size
    room = min(1.0, float(hung.front[2]) / (LOWEST_SCARF * size))
    bone = builder.bone(HANGING, "chest", hung.front)
    for aside, reach, turn in ((0.16, 1.15, 10.0), (-0.10, 0.85, -8.0)):
        long = room * reach * size
        end = rounded_box((0.09 * size, 0.36 * size, long), 0.04 * size).moved((0, 0, -0.5 * long))
        place = hung.front + hung.down * 0.12 * size + vector(0, aside * size, 0.02)
        builder.part(bone, end.rotated((turn, -14, 0)).moved(place), material)


def _wing(size: float) -> Mesh:
    """Half a bow: narrow at the knot, wide and round outside."""
    ball = icosphere(3)
    vertices = ball.vertices * np.array([0.13, 0.30, 0.26])
    share = (ball.vertices[:, 1] + 1.0) / 2.0
    vertices = vertices * np.stack([0.6 + 0.4 * share, np.ones(len(share)), 0.35 + 0.75 * share], axis=1)
    return Mesh((vertices + vector(0.0, 0.34, 0.0)) * size, ball.faces)


def _triangle(top: F64, size: float) -> Mesh:
    """A cloth triangle that hangs with its point down, a little forward of the chest."""
    outline = np.array([[0.0, -0.62, 0.10], [0.0, 0.62, 0.10], [0.16, 0.0, -0.85]]) * size
    thick = np.array([0.05 * size, 0.0, 0.0])
    vertices = np.concatenate([outline + thick, outline - thick]) + top
    faces = np.array([[0, 1, 2], [5, 4, 3], [0, 3, 1], [1, 3, 4], [1, 4, 2], [2, 4, 5], [2, 5, 0], [0, 5, 3]], np.int32)
    return outward(Mesh(vertices, faces))


def add_bodywear(builder: SubjectBuilder, body: Anatomy, kind: str, colour: Linear, second: Linear) -> None:
    """A jumper with sleeves or a blanket on the back, as flesh over the trunk."""
    if kind == "none":
        return
    material = builder.material(cloth(colour, second))
    middle = 0.5 * (body.pelvis + body.chest)

    def fields(surface: Surface) -> F64:
        along = surface.points - middle
        if kind == "striped jumper":
            first = patterns.bands(along, (1, 0, 0), 11.0, 0.25)
        elif kind == "dotted jumper":
            first = patterns.spots(along, 10.0, 11, 0.36)
        elif kind == "blanket":
            edge = body.species.length * 0.30 - np.abs(along[:, 0] + 0.02)
            first = patterns.EDGE + 9.0 * np.maximum(0.026 - np.abs(edge - 0.045), 0.016 - np.abs(along[:, 1]))
        else:
            first = patterns.EDGE + 9.0 * (np.abs(along[:, 0]) - 0.42 * body.species.length)
        return np.stack([first, 0 * first, 0 * first], axis=1)

    builder.layer("wear", material, fields, GARMENT_CELL * body.size, (BODY,), covers=True)
    _grown_trunk(builder, body)
    if kind == "blanket":
        _trim_blanket(builder, body, middle)
        return
    builder.ellipsoid(
        "root",
        body.pelvis + vector(0.10 * body.species.length - 0.5, 0, 0),
        (0.5, PLANE, PLANE),
        blend=0.006,
        layer="wear",
        cut=True,
    )
    collar = body.neck + body.heading * 0.12 * body.species.neck
    matrix_degrees = (0.0, -body.species.neck_degrees, 0.0)
    builder.ellipsoid("neck", collar + body.heading * 0.52, (0.5, PLANE, PLANE), matrix_degrees, 0.006, "wear", cut=True)
    for side, _ in SIDES:
        hip, knee = builder.joint(f"front_{side}_upper"), builder.joint(f"front_{side}_lower")
        radius = body.species.leg_radius
        start = min(1.9 * radius, 0.62 * body.species.girth) + COAT_THICKNESS
        builder.cone(f"front_{side}_upper", hip, hip + 0.78 * (knee - hip), start, 1.34 * radius + COAT_THICKNESS, 0.03, "wear")


def _grown_trunk(builder: SubjectBuilder, body: Anatomy) -> None:
    """The trunk's own primitives, thicker."""
    for row, bone in builder.flesh_of(BODY, ("root", "spine", "chest", "neck")):
        builder.add_row("wear", bone, grown(row, COAT_THICKNESS))


def grown(row: F64, by: float) -> F64:
    """A flesh primitive with all radii larger."""
    thicker = row.copy()
    thicker[7:9] += by * (row[0] == 0)
    thicker[4:7] += by * (row[0] == 1)
    return thicker


def _trim_blanket(builder: SubjectBuilder, body: Anatomy, middle: F64) -> None:
    half = 0.30 * body.species.length
    for sign in (1.0, -1.0):
        end = middle + vector(sign * (half + 0.5) - 0.02, 0, 0)
        builder.ellipsoid("spine", end, (0.5, PLANE, PLANE), blend=0.006, layer="wear", cut=True)
    low = middle + vector(0, 0, -0.22 * body.species.girth - 0.5)
    builder.ellipsoid("spine", low, (PLANE, PLANE, 0.5), blend=0.006, layer="wear", cut=True)


def add_hat(builder: SubjectBuilder, body: Anatomy, kind: str, colour: Linear, second: Linear) -> None:
    if kind == "none":
        return
    inks = (builder.material(cloth(colour)), builder.material(cloth(second)))
    size = body.species.head
    radius = 0.52 * size * (body.species.head_shape[1] ** 0.5)
    top = builder.skin_point(body.skull, (-0.12, 0.0, 1.0))
    lean = apply(align((-0.16, 0.10, 1.0), up=(1.0, 0.0, 0.0)), np.eye(3))
    for mesh, ink in HATS[kind](radius):
        placed = Mesh(apply(lean.T, mesh.vertices), mesh.faces)
        builder.part("head", outward(placed).moved(top - vector(0.0, 0.0, 0.16 * size)), inks[ink])
