"""The eight articulations of a bird, in degrees."""

from spotdiff10k.engines.rendered.builder import SubjectBuilder
from spotdiff10k.engines.rendered.families._bird_body import Anatomy

FEET = ("leg_left_foot", "leg_right_foot")
STEEP_DEGREES = 48.0
OPEN_DEGREES = 90.0
"""From here on a raised wing is turned out all the way."""
Angles = dict[str, tuple[float, float, float]]


def _wings(body: Anatomy, raised: float, only: str = "") -> Angles:
    """Wings lifted and turned out, so that their broad sides show to the front."""
    lift = (0.90 if body.species.tilt > STEEP_DEGREES else 0.38) * raised
    turn = 84.0 * min(1.0, raised / OPEN_DEGREES)
    angles: Angles = {}
    for side, sign in (("left", 1.0), ("right", -1.0)):
        if only in ("", side):
            angles[f"wing_{side}"] = (0.0, lift, -sign * turn)
            angles[f"tip_{side}"] = (0.0, 0.15 * lift, 0.0)
    return angles


def _neck(nod: float, turn: float = 0.0, roll: float = 0.0, level: float = 1.0) -> Angles:
    """Bend the neck forward by `nod`; the head keeps looking ahead as far as `level` says."""
    return {
        "neck_1": (0.4 * roll, 0.6 * nod, 0.25 * turn),
        "neck_2": (0.3 * roll, 0.4 * nod, 0.25 * turn),
        "head": (0.6 * roll, -level * nod, 0.6 * turn),
    }


def add_articulations(builder: SubjectBuilder, body: Anatomy) -> None:
    bird = body.species
    stride = 26.0 if bird.leg > 0.1 else 16.0
    builder.articulate("stand", {**_neck(0, 6), **_wings(body, 2)}, FEET)
    builder.articulate(
        "walk",
        {
            "leg_left_upper": (0, -stride, 0),
            "leg_right_upper": (0, 0.5 * stride, 0),
            "leg_right_lower": (0, 1.5 * stride, 0),
            "leg_right_foot": (0, 20, 0),
            "root": (4, 6, 0),
            **_neck(14, -8),
            **_wings(body, 8),
            "tail": (0, 10, -6),
        },
        ("leg_left_foot",),
    )
    builder.articulate("look", {**_neck(-6, 118, 0, 0.6), "root": (0, -3, 6), "tail": (0, 16, 14), **_wings(body, 2)}, FEET)
    lean = 12.0 if bird.upright else 24.0
    builder.articulate(
        "reach",
        {"root": (0, lean, 0), **_neck(46 if bird.neck > 0.1 else 24, 0, 0, 0.55), "tail": (0, 12, 0), **_wings(body, 22)},
        FEET,
        (0.0, 0.0, -0.12 * bird.leg),
    )
    sitting = {"root": (0, -4, 0), "leg_left_upper": (0, -78, 8), "leg_right_upper": (0, -78, -8)}
    folded = {
        "leg_left_lower": (0, 120, 0),
        "leg_right_lower": (0, 120, 0),
        "leg_left_foot": (0, -42, 0),
        "leg_right_foot": (0, -42, 0),
    }
    sunk = _neck(24 if bird.neck > 0.1 else 8, -16)
    builder.articulate("sit", {**sitting, **folded, **sunk, **_wings(body, 10), "tail": (0, 8, 0)}, (), (0.0, 0.0, -bird.leg))
    builder.articulate(
        "lean",
        {"root": (min(16.0, 70.0 * bird.leg), 0, 0), **_neck(0, 10, 32), **_wings(body, 60, "left"), "tail": (0, 10, 10)},
        FEET,
        (0.0, -0.02, -0.01),
    )
    one_up = {**_wings(body, 118, "left"), **_wings(body, 12, "right"), "tail": (0.0, 24.0, 0.0)}
    builder.articulate("wave", {"root": (0, -10, 0), **_neck(-8, -6), **one_up}, FEET)
    builder.articulate("stretch", {"root": (0, -12, 0), **_neck(-12, 0), **_wings(body, 98), "tail": (0, 26, 0)}, FEET)
