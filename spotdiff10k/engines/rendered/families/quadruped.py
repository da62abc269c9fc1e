"""Four-legged animals: seventeen species with their own coats, markings and clothes."""

import numpy as np

from spotdiff10k.engines.rendered.builder import SubjectBuilder, Surface
from spotdiff10k.engines.rendered.families._finishes import colour, number
from spotdiff10k.engines.rendered.families._quadruped_acts import add_articulations
from spotdiff10k.engines.rendered.families._quadruped_anatomy import anatomy
from spotdiff10k.engines.rendered.families._quadruped_body import add_hooves, add_legs, add_skeleton, add_tail, add_trunk
from spotdiff10k.engines.rendered.families._quadruped_coat import coat_fields, coat_material
from spotdiff10k.engines.rendered.families._quadruped_head import Face, add_ears, add_eyes, add_mouth, add_nose, add_skull
from spotdiff10k.engines.rendered.geometry import F64
from spotdiff10k.engines.rendered.model import Material, SubjectModel
from spotdiff10k.traits import Traits

CELL_SIZE = 0.0135
DARK = (0.012, 0.010, 0.011)
HORN = (0.10, 0.08, 0.065)
SOFT_NOSE = (0.72, 0.36, 0.34)


def eye_material(iris: tuple[float, float, float]) -> Material:
    """Sclera, iris, pupil and a glint; the fields are cosines, see SubjectBuilder.eye."""
    return Material(
        (0.88, 0.87, 0.84), iris, (0.004, 0.004, 0.005), (1.0, 1.0, 1.0),
        roughness=0.12, coat=1.0, tint=0.0, edges=(0.62, 0.80, 0.955), widths=(0.03, 0.03, 0.012),
    )  # fmt: skip


def build(traits: Traits, identity: int) -> SubjectModel:
    """One quadruped. Its pattern noise comes from the identity, all else from its traits."""
    seed = int(np.random.default_rng([identity, 1]).integers(1 << 20))
    body = anatomy(traits)
    builder = SubjectBuilder("quadruped", "ap10k")
    face = Face()
    coat = builder.material(coat_material(body, traits))
    dark = builder.material(Material(DARK, roughness=0.28, coat=0.6, tint=0.0))
    horn = builder.material(Material(HORN, roughness=0.45, coat=0.2, tint=0.1))
    soft = builder.material(Material(SOFT_NOSE, roughness=0.5, tint=0.05))
    eye = builder.material(eye_material(colour(traits, "iris")))
    lid = builder.material(Material(colour(traits, "coat"), roughness=0.7, sheen=0.4, tint=0.1))
    add_skeleton(builder, body)
    add_trunk(builder, body)
    add_legs(builder, body)
    add_skull(builder, body, face)
    add_eyes(builder, body, face, eye, lid, number(traits, "droop"))
    add_nose(builder, body, face, dark, soft)
    add_mouth(builder, body, face, dark, number(traits, "smile"))
    add_tail(builder, body)
    add_ears(builder, body, face)
    add_hooves(builder, body, horn)
    builder.keypoint("neck", "neck", body.neck)
    builder.keypoint("root_of_tail", "tail_1", body.tail)
    add_articulations(builder, body)

    def fields(surface: Surface) -> F64:
        return coat_fields(surface, body, face, traits, seed)

    return builder.build(coat, fields, CELL_SIZE)
