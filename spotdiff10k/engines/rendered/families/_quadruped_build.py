"""Puts an animal on four legs together, whatever its family."""

import numpy as np

from spotdiff10k.engines.rendered.builder import SubjectBuilder
from spotdiff10k.engines.rendered.families import _quadruped_armour as armour
from spotdiff10k.engines.rendered.families import _quadruped_extras as extras
from spotdiff10k.engines.rendered.families import _quadruped_gear as gear
from spotdiff10k.engines.rendered.families._eyes import eye_material
from spotdiff10k.engines.rendered.families._finishes import colour, number, shade, word
from spotdiff10k.engines.rendered.families._quadruped_acts import add_articulations
from spotdiff10k.engines.rendered.families._quadruped_anatomy import Anatomy, anatomy
from spotdiff10k.engines.rendered.families._quadruped_body import add_hooves, add_legs, add_skeleton, add_tail, add_trunk
from spotdiff10k.engines.rendered.families._quadruped_coat import coat_fields, coat_material, hair_fields, hair_material
from spotdiff10k.engines.rendered.families._quadruped_head import Face, add_ears, add_eyes, add_mouth, add_nose, add_skull
from spotdiff10k.engines.rendered.model import Material, SubjectModel
from spotdiff10k.traits import Traits

CELL_SIZE = 0.0190
"""Between flesh samples of an animal one metre in size."""
DARK = (0.012, 0.010, 0.011)
HORN = (0.10, 0.08, 0.065)
SOFT_NOSE = (0.72, 0.36, 0.34)
IVORY = Material((0.80, 0.74, 0.60), roughness=0.35, coat=0.3, tint=0.06)
HAIR_CELL = 0.0205
ARMOUR_CELL = 0.0180


def assemble(traits: Traits, identity: int, family: str) -> SubjectModel:
    """One animal of a family on four legs. Its pattern noise comes from the identity, all else from its traits."""
    seed = int(np.random.default_rng([identity, 1]).integers(1 << 20))
    body = anatomy(traits)
    builder = SubjectBuilder(family, "ap10k")
    face = Face()
    coat = builder.material(coat_material(body, traits))
    add_skeleton(builder, body)
    add_trunk(builder, body)
    add_legs(builder, body)
    if word(traits["bodywear"]) != "none":
        gear.add_bodywear(builder, body, word(traits["bodywear"]), colour(traits, "wear_colour"), colour(traits, "trim_colour"))
    _add_head(builder, body, face, traits)
    add_tail(builder, body)
    add_ears(builder, body, face)
    extras.add_trunk_of_elephant(builder, body)
    horn, ivory = builder.material(Material(HORN, roughness=0.45, coat=0.2, tint=0.1)), builder.material(IVORY)
    add_hooves(builder, body, horn)
    extras.add_horns(builder, body, horn, ivory, coat)
    if extras.has_hair(body):
        builder.layer(
            extras.HAIR,
            builder.material(hair_material(body, traits)),
            lambda s: hair_fields(s, body, traits, seed),
            HAIR_CELL * body.size,
            covers=True,
        )
        extras.add_hair(builder, body)
    if armour.has_armour(body):
        ink = builder.material(armour.material(traits))
        builder.layer(armour.ARMOUR, ink, None, ARMOUR_CELL * body.size)
        armour.add_armour(builder, body)
        armour.add_membranes(builder, body, ink)
    builder.keypoint("neck", "neck", body.neck)
    builder.keypoint("root_of_tail", "tail_1", body.tail)
    add_articulations(builder, body)
    return builder.build(coat, lambda surface: coat_fields(surface, body, face, traits, seed), CELL_SIZE * body.size)


def _add_head(builder: SubjectBuilder, body: Anatomy, face: Face, traits: Traits) -> None:
    dark = builder.material(Material(DARK, roughness=0.28, coat=0.6, tint=0.0))
    soft = builder.material(Material(SOFT_NOSE, roughness=0.5, tint=0.05))
    eye = builder.material(eye_material(colour(traits, "iris")))
    lid = builder.material(Material(shade(colour(traits, "coat"), 0.8), roughness=0.7, sheen=0.4, tint=0.1))
    add_skull(builder, body, face)
    gear.add_neckwear(builder, body, word(traits["neckwear"]), colour(traits, "neck_colour"), colour(traits, "trim_colour"))
    gear.add_hat(builder, body, word(traits["hat"]), colour(traits, "hat_colour"), colour(traits, "trim_colour"))
    add_eyes(builder, body, face, eye, lid, number(traits, "droop"))
    add_nose(builder, body, face, dark, soft)
    add_mouth(builder, body, face, dark, number(traits, "smile"))
