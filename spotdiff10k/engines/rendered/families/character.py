"""People-like figures: natural skin, many heads of hair, and clothes that can be told apart from afar."""

import numpy as np

from spotdiff10k.engines.rendered import patterns
from spotdiff10k.engines.rendered.builder import SubjectBuilder, Surface
from spotdiff10k.engines.rendered.families import _character_body as bodies
from spotdiff10k.engines.rendered.families import _character_clothes as clothes
from spotdiff10k.engines.rendered.families import _character_face as faces
from spotdiff10k.engines.rendered.families import _character_gear as gear
from spotdiff10k.engines.rendered.families._character_acts import add_articulations
from spotdiff10k.engines.rendered.families._character_anatomy import SIDES, Person, person
from spotdiff10k.engines.rendered.families._character_hair import add_hair
from spotdiff10k.engines.rendered.families._eyes import eye_material
from spotdiff10k.engines.rendered.families._finishes import Linear, colour, number, shade, word
from spotdiff10k.engines.rendered.geometry import F64
from spotdiff10k.engines.rendered.model import Material, SubjectModel
from spotdiff10k.traits import Traits

CELL_SIZE = 0.0165
HAIR_CELL = 0.0165
LIPS = (0.16, 0.030, 0.026)
SOLE = (0.78, 0.76, 0.72)


def build(traits: Traits, identity: int) -> SubjectModel:
    """One person, from traits alone."""
    del identity  # nothing here is left to noise
    body = person(traits)
    builder = SubjectBuilder("character", "openpose18")
    skin = builder.material(_skin_material(traits))
    bodies.add_skeleton(builder, body)
    bodies.add_torso(builder, body)
    bodies.add_arms(builder, body)
    bodies.add_legs(builder, body)
    bodies.add_head(builder, body)
    bodies.add_nose(builder, body, word(traits["nose"]))
    _add_face(builder, body, traits)
    _dress(builder, body, traits)
    add_articulations(builder, body)

    def fields(surface: Surface) -> F64:
        return _skin_fields(surface, body, word(traits["socks"]))

    return builder.build(skin, fields, CELL_SIZE)


def _skin_material(traits: Traits) -> Material:
    tone = colour(traits, "skin")
    blush: Linear = (min(1.0, 1.08 * tone[0] + 0.05), 0.62 * tone[1] + 0.01, 0.58 * tone[2] + 0.01)
    return Material(
        tone, blush, None, colour(traits, "sock_colour"),
        roughness=0.52, sheen=0.25, tint=0.04, bump=0.01, edges=(0.75, 0.5, 0.5), widths=(0.5, 0.1, 0.05),
    )  # fmt: skip


def _skin_fields(surface: Surface, body: Person, socks: str) -> F64:
    """Blush on cheeks, nose and ears; socks."""
    points = surface.points
    blush = np.zeros(len(points))
    for _, sign in SIDES:
        for center, size in ((body.at(0.78, sign * 0.50, -0.30), 0.30), (body.at(-0.05, sign * 1.05, -0.10), 0.26)):
            blush = patterns.either(blush, patterns.near(points, center, size * body.head, 0.8))
    blush = patterns.either(blush, patterns.near(points, body.at(1.02, 0.0, -0.16), 0.2 * body.head, 0.6))
    high = {"none": -1.0, "short socks": 0.34, "long socks": 0.50}[socks] * body.leg
    third = np.where(
        surface.on("leg_left_lower", "leg_right_lower", "leg_left_foot", "leg_right_foot"),
        patterns.beyond(points, (0, 0, -1), -high),
        0,
    )
    return np.stack([np.where(surface.on("head"), blush, 0.0), 0 * blush, third], axis=1)


def _add_face(builder: SubjectBuilder, body: Person, traits: Traits) -> None:
    tone, hair_colour = colour(traits, "skin"), colour(traits, "hair_colour")
    eye = builder.material(eye_material(colour(traits, "iris")))
    lid = builder.material(Material(shade(tone, 0.86), roughness=0.5, tint=0.02))
    hair = builder.material(
        Material(hair_colour, shade(hair_colour, 0.7), roughness=0.5, sheen=0.5, tint=0.2, bump=0.14, bump_frequency=45.0)
    )
    mouth = builder.material(Material(LIPS, roughness=0.5, tint=0.0))
    eyes = faces.add_eyes(builder, body, eye, lid, number(traits, "droop"), number(traits, "eye_scale"))
    faces.add_brows(builder, body, hair, number(traits, "brow_tilt"), number(traits, "brow_thickness"))
    faces.add_mouth(builder, body, mouth, word(traits["mouth"]))
    bodies.add_keypoints(builder, body, eyes)
    builder.layer("hair", hair, None, HAIR_CELL, covers=True)
    add_hair(builder, body, word(traits["hair"]), "hair")
    faces.add_beard(builder, body, "hair", word(traits["beard"]))
    if traits["glasses"]:
        frame = builder.material(Material(colour(traits, "glasses_colour"), roughness=0.3, coat=0.6, tint=0.0))
        faces.add_glasses(builder, body, eyes, frame, "round")


def _dress(builder: SubjectBuilder, body: Person, traits: Traits) -> None:
    top, second = colour(traits, "top_colour"), colour(traits, "second_colour")
    low, shoes = colour(traits, "bottom_colour"), colour(traits, "shoe_colour")
    bottoms = word(traits["bottoms"])
    pattern = word(traits["bottom_pattern"])
    clothes.add_top(builder, body, (top, second, low), word(traits["top"]), word(traits["sleeves"]), bottoms == "dungarees")
    if traits["skirt"]:
        clothes.add_skirt(builder, body, low, second, 0.50 * body.leg, pattern)
    else:
        clothes.add_trousers(builder, body, low, second, bottoms == "shorts", pattern)
    clothes.add_shoes(builder, body, shoes, SOLE, bool(traits["boots"]))
    if word(traits["hat"]) != "none":
        gear.add_hat(builder, body, word(traits["hat"]), colour(traits, "hat_colour"), second)
    if traits["scarf"]:
        gear.add_scarf(builder, body, colour(traits, "scarf_colour"))
    if traits["backpack"]:
        gear.add_backpack(builder, body, colour(traits, "backpack_colour"), colour(traits, "hat_colour"))
