"""The eight articulations of a quadruped, in degrees; z turns to its left, y nods, x rolls."""

import numpy as np

from spotdiff10k.engines.rendered.builder import SubjectBuilder
from spotdiff10k.engines.rendered.families._quadruped_anatomy import FEET, Anatomy

Angles = tuple[float, float, float]
CURVED_TAIL = {"tail_1": (0.0, -6.0, 4.0), "tail_2": (0.0, 14.0, 8.0), "tail_3": (0.0, 18.0, 8.0)}
BEGGARS = ("mouse", "rabbit", "bear")
"""Species that sit up on their haunches."""
BEGGING = 50.0
"""Degrees that they sit up."""
COAT_ROOM = 0.006
"""Metres more under a sitting animal, for what it wears."""
BELLY_CLEARANCE = 0.065
"""Metres left under the belly when an animal bows."""


def _legs(**bends: tuple[float, float, float]) -> dict[str, Angles]:
    """Nods of upper, lower and foot by leg: fl, fr, bl, br."""
    names = {"fl": "front_left", "fr": "front_right", "bl": "back_left", "br": "back_right"}
    angles: dict[str, Angles] = {}
    for leg, (upper, lower, foot) in bends.items():
        for part, bend in (("upper", upper), ("lower", lower), ("foot", foot)):
            angles[f"{names[leg]}_{part}"] = (0.0, bend, 0.0)
    return angles


def _tail(lift: float, swing: float) -> dict[str, Angles]:
    return {"tail_1": (0.0, lift, swing), "tail_2": (0.0, 0.6 * lift, swing), "tail_3": (0.0, 0.4 * lift, swing)}


def add_articulations(builder: SubjectBuilder, body: Anatomy) -> None:
    _upright(builder, body)
    _sit(builder, body)
    _lively(builder, body)


def _upright(builder: SubjectBuilder, body: Anatomy) -> None:
    stride = 27.0 if body.species.leg < 0.45 else 21.0
    builder.articulate("stand", {"head": (0, 0, 5), "ear_left": (0, -4, 0), **CURVED_TAIL}, FEET)
    builder.articulate(
        "walk",
        {
            **_legs(
                fl=(-stride, 0, 0),
                fr=(0.5 * stride, 48, 20),
                bl=(0.9 * stride, 6, 0),
                br=(-stride - 6, 30, 0),
            ),
            "neck": (0, 5, 0),
            "head": (0, -4, -5),
            **_tail(12, -14),
        },
        ("front_left_foot", "back_left_foot", "back_right_foot"),
    )
    twist = {"spine": (0, 0, 8), "chest": (0, 0, 10)}
    builder.articulate("look", {**twist, "neck": (0, -4, 44), "head": (-6, 4, 56), **_tail(18, 22)}, FEET)
    builder.articulate(
        "lean",
        {"root": (15, 0, 0), "chest": (6, 0, 0), "neck": (14, 0, -6), "head": (24, 0, 4), **_tail(8, 30)},
        FEET,
        (0.0, -0.16 * body.species.leg, -0.05 * body.species.leg),
    )


def _sit(builder: SubjectBuilder, body: Anatomy) -> None:
    species = body.species
    if not species.sits:
        fold = _legs(fl=(-74, 150, 50), fr=(-62, 142, 50), bl=(-62, 118, -50), br=(-66, 120, -50))
        spread = {
            name: (angle[0] + (10 if "left" in name else -10) * ("upper" in name), angle[1], 0.0) for name, angle in fold.items()
        }
        tail = {"tail_1": (0.0, 4.0 - species.tail_degrees, 30.0), "tail_2": (0.0, -6.0, 40.0), "tail_3": (0.0, -4.0, 40.0)}
        angles = {**spread, "neck": (0, 4, 16), "head": (0, 2, 22), **tail}
        builder.articulate("sit", angles, (), (0.0, 0.0, -0.8 * species.leg))
        return
    if body.name in BEGGARS:
        builder.articulate("sit", _begging(), FEET[2:], (0.0, 0.0, 1.02 * species.girth - float(body.pelvis[2])))
        return
    low = species.girth * max(1.0, species.waist) + COAT_ROOM
    shoulder = body.chest[2] - 0.25 * species.girth
    pitch = float(np.degrees(np.arcsin(np.clip((0.97 * shoulder - low) / (1.02 * species.length), 0.07, 0.75))))
    angles = {
        "root": (0.0, -pitch, 0.0),
        **_legs(fl=(pitch - 4, 0, 0), fr=(pitch - 4, 0, 0), bl=(pitch - 78, 0, 0), br=(pitch - 78, 0, 0)),
        "back_left_lower": (0.0, 70.0, 0.0),
        "back_right_lower": (0.0, 70.0, 0.0),
        "neck": (0.0, 0.35 * pitch, 4.0),
        "head": (0.0, 0.55 * pitch, 8.0),
        "tail_1": (0.0, pitch + 0.6 * species.tail_degrees, 24.0),
        "tail_2": (0.0, 6.0, 26.0),
        "tail_3": (0.0, 4.0, 26.0),
    }
    builder.articulate("sit", angles, FEET, (0.0, 0.0, low - float(body.pelvis[2])))


def _lively(builder: SubjectBuilder, body: Anatomy) -> None:
    species = body.species
    low_slung = species.leg < 1.75 * species.girth
    builder.articulate(
        "reach",
        {
            "root": (0, 0 if low_slung else 4, 0),
            **_legs(fl=(-72, 14, 20), fr=(8, 0, 0), bl=(16, 0, 0), br=(26, 0, 0)),
            "neck": (0, 6 if low_slung else 26, 0),
            "head": (0, -4 if low_slung else -20, 0),
            **_tail(18, 0),
        },
        ("front_right_foot", "back_left_foot", "back_right_foot"),
        (0.05 * species.length, 0.0, 0.0),
    )
    rise = 21.0 if species.leg < 0.45 else 15.0
    builder.articulate(
        "wave",
        {
            "root": (0, -rise, 0),
            **_legs(fl=(-98, 34, 30), fr=(-24, 66, 40), bl=(rise - 6, 0, 0), br=(rise - 16, 0, 0)),
            "neck": (0, 0.5 * rise, 4),
            "head": (4, 0.4 * rise, 8),
            **_tail(0.7 * rise, 16),
        },
        ("back_left_foot", "back_right_foot"),
    )
    if low_slung:
        builder.articulate("stretch", _sprawled(), (), (0.0, 0.0, -0.5 * species.leg))
        return
    drop = min(0.46 * species.leg, species.leg - 0.51 * species.girth - BELLY_CLEARANCE)
    bow = float(np.degrees(np.arcsin(np.clip(drop / species.length, 0.04, 0.5))))
    builder.articulate(
        "stretch",
        {
            "root": (0, bow, 0),
            **_legs(fl=(-64 - bow, 10, 0), fr=(-58 - bow, 10, 0), bl=(4 - bow, 0, 0), br=(-4 - bow, 0, 0)),
            "neck": (0, -0.5 * bow - 6, 0),
            "head": (0, -0.5 * bow, 6),
            **_tail(12, 10),
        },
        FEET,
    )


def _sprawled() -> dict[str, Angles]:
    """Flat on the belly, forelegs ahead and hind legs behind: how short legs stretch."""
    legs = _legs(fl=(-84, 6, 30), fr=(-76, 6, 30), bl=(80, -10, 40), br=(86, -10, 40))
    return {**legs, "neck": (0, -6, 0), "head": (0, -4, 6), **_tail(8, 12)}


def _begging() -> dict[str, Angles]:
    """Upright on the haunches, forepaws before the chest."""
    half = 0.5 * BEGGING
    return {
        "root": (0.0, -BEGGING, 0.0),
        **_legs(fl=(-6, 74, 30), fr=(-12, 80, 30), bl=(BEGGING - 78, 70, 0), br=(BEGGING - 78, 70, 0)),
        "neck": (0.0, half, 5.0),
        "head": (0.0, half, 9.0),
        "tail_1": (0.0, BEGGING + 10.0, 20.0),
        "tail_2": (0.0, 6.0, 24.0),
        "tail_3": (0.0, 6.0, 24.0),
    }
