"""The eight articulations of a person, in degrees."""

from spotdiff10k.engines.rendered.builder import SubjectBuilder
from spotdiff10k.engines.rendered.families._character_anatomy import ARM_DEGREES, Person

FEET = ("leg_left_foot", "leg_right_foot")
HANGING = 76.0
"""Degrees below the horizontal of an arm that hangs."""
Angles = dict[str, tuple[float, float, float]]


def _arm(side: str, raised: float, forward: float, elbow: float = 12.0, inward: float = 0.0) -> Angles:
    """An arm `raised` degrees above the horizontal (-90 hangs) and swung `forward`.

    Its elbow bends forward by `elbow`, and up by `inward` (below 0: back to the hip).
    """
    sign = 1.0 if side == "left" else -1.0
    lift = raised + ARM_DEGREES
    return {
        f"arm_{side}_upper": (sign * lift, -forward, 0.0),
        f"arm_{side}_lower": (sign * inward, -elbow, 0.0),
    }


def _leg(side: str, forward: float, knee: float = 0.0, foot: float = 0.0, apart: float = 0.0) -> Angles:
    sign = 1.0 if side == "left" else -1.0
    return {
        f"leg_{side}_upper": (sign * apart, -forward, 0.0),
        f"leg_{side}_lower": (0.0, knee, 0.0),
        f"leg_{side}_foot": (0.0, foot, 0.0),
    }


def add_articulations(builder: SubjectBuilder, body: Person) -> None:
    hang = -HANGING
    builder.articulate(
        "stand",
        {
            **_arm("left", hang, 4),
            **_arm("right", hang, 4),
            **_leg("left", 0, 0, 0, 4),
            **_leg("right", 0, 0, 0, 4),
            "head": (0, 0, 4),
        },
        FEET,
    )
    builder.articulate(
        "walk",
        {
            **_arm("left", hang, -30, 18),
            **_arm("right", hang, 34, 32),
            **_leg("left", 30),
            **_leg("right", -20, 34, 16),
            "spine": (0, 4, -5),
            "chest": (0, 2, 10),
            "head": (0, -2, -4),
        },
        ("leg_left_foot",),
    )
    builder.articulate(
        "look",
        {
            **_arm("left", -46, -12, 0, -92),
            **_arm("right", hang, 10, 20),
            **_leg("left", -4, 0, 0, 8),
            **_leg("right", 6, 0, 0, 8),
            "spine": (0, 0, 16),
            "chest": (0, 0, 20),
            "neck": (0, 0, 14),
            "head": (-4, 0, 42),
        },
        FEET,
    )
    builder.articulate(
        "reach",
        {
            **_arm("left", hang, 84, 8),
            **_arm("right", hang, 74, 12),
            **_leg("left", 22),
            **_leg("right", -18),
            "root": (0, 6, 0),
            "spine": (0, 9, 0),
            "head": (0, -12, 0),
        },
        FEET,
        (0.0, 0.0, -0.03),
    )
    _more(builder, body)


def _more(builder: SubjectBuilder, body: Person) -> None:
    builder.articulate(
        "sit",
        {
            **_arm("left", -60, 34, 30),
            **_arm("right", -60, 34, 30),
            **_leg("left", 84, 18, 0, 12),
            **_leg("right", 88, 34, 0, 12),
            "root": (0, -6, 0),
            "spine": (0, 10, 0),
            "head": (0, -2, 12),
        },
        (),
        (0.0, 0.0, -body.leg + 0.08),
    )
    builder.articulate(
        "lean",
        {
            **_arm("left", 2, 4, 6),
            **_arm("right", 8, 4, 6),
            **_leg("left", 0, 0, 0, 12),
            **_leg("right", 0, 0, 0, 16),
            "root": (8, 0, 0),
            "spine": (12, 0, 0),
            "chest": (8, 0, 0),
            "head": (12, 0, 0),
        },
        FEET,
        (0.0, 0.02, -0.01),
    )
    builder.articulate(
        "wave",
        {
            **_arm("left", 46, 6, 0, 52),
            **_arm("right", -46, -12, 0, -92),
            **_leg("left", 0, 0, 0, 5),
            **_leg("right", 3, 0, 0, 7),
            "chest": (-4, 0, -6),
            "head": (8, 0, 4),
        },
        FEET,
    )
    builder.articulate(
        "stretch",
        {
            **_arm("left", 62, 8, 4),
            **_arm("right", 62, 8, 4),
            **_leg("left", 2, 0, 0, 17),
            **_leg("right", 2, 0, 0, 17),
            "spine": (0, -6, 0),
            "chest": (0, -6, 0),
            "head": (0, -12, 0),
        },
        FEET,
    )
