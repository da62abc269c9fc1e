"""Birds: twelve species with coloured breasts, hoods, wings, bills and crests."""

from functools import partial

import numpy as np

from spotdiff10k.engines.rendered import patterns
from spotdiff10k.engines.rendered.builder import SubjectBuilder, Surface
from spotdiff10k.engines.rendered.families import _bird_body as bodies
from spotdiff10k.engines.rendered.families._bird_acts import add_articulations
from spotdiff10k.engines.rendered.families._bird_body import SIDES, Anatomy, anatomy
from spotdiff10k.engines.rendered.families._bird_parts import add_bill, add_legs
from spotdiff10k.engines.rendered.families._eyes import eye_material
from spotdiff10k.engines.rendered.families._finishes import cloth, colour, number, shade, word
from spotdiff10k.engines.rendered.families._hats import HATS
from spotdiff10k.engines.rendered.geometry import F64, unit, vector
from spotdiff10k.engines.rendered.model import Material, SubjectModel
from spotdiff10k.traits import Traits

CELL_SIZE = 0.0165
CREST_CELL = 0.0125
FEATHER_CELL = 0.0150
CREST, WINGS, TAIL = "crest", "wings", "tail"


def build(traits: Traits, identity: int) -> SubjectModel:
    """One bird. Its pattern noise comes from the identity, all else from its traits."""
    seed = int(np.random.default_rng([identity, 3]).integers(1 << 20))
    body = anatomy(traits)
    builder = SubjectBuilder("bird", "joints")
    plumage = builder.material(_plumage(traits))
    bodies.add_skeleton(builder, body)
    bodies.add_trunk(builder, body)
    _add_face(builder, body, traits)
    bill_colour, leg_colour = colour(traits, "bill_colour"), colour(traits, "leg_colour")
    tip = colour(traits, "tip_colour") if traits["bill_tip"] else bill_colour
    bill = Material(bill_colour, tip, roughness=0.35, coat=0.5, tint=0.06, edges=(0.68, 0.5, 0.5), widths=(0.04, 0.1, 0.1))
    add_bill(builder, body, builder.material(bill))
    add_legs(builder, body, builder.material(Material(leg_colour, roughness=0.5, coat=0.2, tint=0.1)))
    _wear(builder, body, traits)
    for layer, fields in ((WINGS, _wing_fields), (TAIL, _tail_fields)):
        builder.layer(layer, plumage, partial(fields, body=body, traits=traits, seed=seed), FEATHER_CELL)
    bodies.add_wings(builder, body, WINGS)
    bodies.add_tail(builder, body, TAIL)
    if body.species.crest != "none":
        crest = builder.material(Material(colour(traits, "crest_colour"), roughness=0.65, sheen=0.5, tint=0.12))
        builder.layer(CREST, crest, None, CREST_CELL)
        bodies.add_crest(builder, body, CREST)
    for name, bone, point in (("neck", "neck_1", body.neck), ("head", "head", body.skull), ("tail", "tail", body.tail)):
        builder.keypoint(name, bone, point)
    for side, _ in SIDES:
        builder.keypoint(f"{side}_wing", f"wing_{side}", builder.joint(f"wing_{side}"))
    add_articulations(builder, body)
    return builder.build(plumage, lambda surface: _fields(surface, body, traits), CELL_SIZE)


def _plumage(traits: Traits) -> Material:
    """Back, wing pattern, breast, hood."""
    return Material(
        colour(traits, "plumage"), colour(traits, "wing_colour"), colour(traits, "breast_colour"), colour(traits, "hood_colour"),
        roughness=0.6, sheen=0.6, tint=0.14, bump=0.10, bump_frequency=55.0, edges=(0.5, 0.5, 0.5), widths=(0.06, 0.10, 0.06),
    )  # fmt: skip


def _wing_fields(surface: Surface, body: Anatomy, traits: Traits, seed: int) -> F64:
    first = _wing_pattern(surface.points, body, word(traits["wings"]), seed)
    return np.stack([first, 0 * first, 0 * first], axis=1)


def _tail_fields(surface: Surface, body: Anatomy, traits: Traits, seed: int) -> F64:
    """As the wings; a peacock's wheel has an eye in the hood's colour within one of the breast's at the end of each feather."""
    fields = _wing_fields(surface, body, traits, seed)
    if body.species.tail == "display":
        near = [patterns.near(surface.points, spot, 0.062) for spot in bodies.eyes_of_display(body)]
        nearest = np.max(np.stack(near), axis=0)
        fields = np.stack([np.ones(len(nearest)), nearest, nearest - 0.55], axis=1)
    return fields


def _fields(surface: Surface, body: Anatomy, traits: Traits) -> F64:
    points = surface.points
    local = points - body.trunk
    long, wide = body.species.body
    height = local[:, 2] * body.axis[0] - local[:, 0] * body.axis[2]
    second = patterns.EDGE + 5.0 * (-height - 0.12 * wide)
    if word(traits["breast"]) == "breast":
        second = np.minimum(second, patterns.EDGE + 5.0 * ((local * body.axis).sum(axis=1) - 0.05 * long))
    throat = float(body.neck[2] + 0.4 * (body.skull[2] - body.neck[2]))
    second = np.minimum(second, patterns.EDGE + 5.0 * (throat - points[:, 2]))
    if word(traits["breast"]) == "none":
        second = np.zeros(len(points))
    return np.stack([0 * second, second, _hood(points, body, word(traits["hood"]))], axis=1)


def _wing_pattern(points: F64, body: Anatomy, kind: str, seed: int) -> F64:
    if kind == "barred wings":
        return patterns.bands(points, body.axis, 17.0)
    if kind == "spotted wings":
        return patterns.spots(points, 22.0, seed, 0.36)
    if kind == "tipped wings":
        return patterns.beyond(points - body.trunk, -body.axis, 0.30 * body.species.body[0])
    return np.ones(len(points)) if kind == "wings" else np.zeros(len(points))


def _hood(points: F64, body: Anatomy, kind: str) -> F64:
    local = (points - body.skull) / body.species.head
    if kind == "hood":
        return np.asarray(
            np.minimum(patterns.near(local, (0, 0, 0), 1.9), patterns.EDGE + 1.2 * (local[:, 2] + 0.72)), np.float64
        )
    if kind == "cap":
        return np.asarray(patterns.EDGE + 1.2 * (local[:, 2] - 0.36), np.float64)
    if kind == "collar":
        level = -1.0 if body.species.neck > 0.1 else -0.78
        return np.asarray(patterns.EDGE + 1.2 * (0.24 - np.abs(local[:, 2] - level)), np.float64)
    if kind == "face patch":
        spots = [patterns.near(local, (0.35, sign * 0.75, -0.35), 0.42) for _, sign in SIDES]
        return np.maximum(*spots)
    return np.zeros(len(local))


def _add_face(builder: SubjectBuilder, body: Anatomy, traits: Traits) -> None:
    bird = body.species
    eye = builder.material(eye_material(colour(traits, "iris")))
    hooded = word(traits["hood"]) in ("hood", "cap")
    lid = builder.material(
        Material(shade(colour(traits, "hood_colour" if hooded else "plumage"), 0.82), roughness=0.6, tint=0.05)
    )
    aside = np.radians(bird.eye_degrees)
    radius = bird.eye * bird.head * number(traits, "eye_scale")
    for side, sign in SIDES:
        way = unit((np.cos(aside), sign * np.sin(aside), 0.26 if body.name != "owl" else 0.06))
        center = builder.skin_point(body.skull, way) - way * (0.55 * radius)
        builder.eye("head", center, radius, (np.cos(0.85 * aside), sign * np.sin(0.85 * aside), 0.04), eye)
        builder.lid("head", center, 1.07 * radius, (-0.1, sign * 0.3, 1.0), 42.0 + 22.0 * number(traits, "droop"), lid)
        builder.keypoint(f"{side}_eye", "head", center + way * radius)


def _wear(builder: SubjectBuilder, body: Anatomy, traits: Traits) -> None:
    """A scarf or bow at the neck, and a hat."""
    main, trim = colour(traits, "wear_colour"), colour(traits, "hat_colour")
    kind = word(traits["neckwear"])
    place = 0.35 * body.neck + 0.65 * body.skull - vector(0.0, 0.0, 0.55 * body.species.head)
    if kind != "none":
        ink = builder.material(cloth(main))
        size = 0.6 * body.species.head + 0.4 * body.species.neck_radius
        wide, thick = (0.40, 0.16) if kind == "scarf" else (0.22, 0.09)
        builder.part("neck_2", builder.strap(place, unit(body.skull - body.neck), wide * size, thick * size), ink)
    if word(traits["hat"]) != "none":
        inks = (builder.material(cloth(trim)), builder.material(cloth(main)))
        top = builder.skin_point(body.skull, (-0.1, 0, 1.0)) - vector(0, 0, 0.16 * body.species.head)
        for mesh, part in HATS[word(traits["hat"])](0.62 * body.species.head):
            builder.part("head", mesh.rotated((0, -8, 0)).moved(top), inks[part])
