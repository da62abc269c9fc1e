"""Insects, and the snail: large, friendly, enamelled; six planted legs, wings and wing cases that open."""

from dataclasses import dataclass

import numpy as np

from spotdiff10k.engines.rendered.families import _finishes as finish
from spotdiff10k.engines.rendered.families._assembly import Angles, Assembly, Pattern, Poses, plain
from spotdiff10k.engines.rendered.families._finishes import colour, number, word
from spotdiff10k.engines.rendered.families._insect_kinds import CATERPILLAR_SEGMENTS, KINDS
from spotdiff10k.engines.rendered.families._insect_parts import Look, add_gear, add_hat
from spotdiff10k.engines.rendered.families._shapes import F64
from spotdiff10k.engines.rendered.families._solids import hoop, tapered
from spotdiff10k.engines.rendered.model import Articulation, SubjectModel
from spotdiff10k.traits import Traits

PLACES = ("front", "middle", "hind")
CASED = ("ladybird", "stag beetle", "grasshopper")
EYES = {"round": 1.0, "large": 1.3, "small": 0.78}
SPOTS = {"large spots": 0.062, "small spots": 0.036}


def assemble(traits: Traits, identity: int) -> tuple[Assembly, Poses]:
    """The insect's parts and its articulations."""
    assembly = Assembly("insect")
    look = _look(traits)
    kind = word(traits["kind"])
    head, radius, back, neck = KINDS[kind](assembly, look)
    add_hat(assembly, word(traits["hat"]), head, radius, colour(traits, "hat_colour"))
    add_gear(assembly, word(traits["gear"]), back, neck)
    if traits["scarf"]:
        cloth = finish.cloth(colour(traits, "scarf_colour"))
        joint = assembly.place_of("head")
        assembly.add("head", hoop(radius * 0.72, radius * 0.26, 26, 10).turned(y=80).at(joint + (0.0, 0, radius * 0.1)), cloth)
        tail = tapered(0.02, radius * 0.6, radius * 1.5, 0.018, radius * 0.4, 0.006).turned(x=158)
        assembly.add("head", tail.at(joint + (0.02, radius * 0.6, radius * 0.1)), cloth)
    return assembly, _poses(assembly, kind)


def build(traits: Traits, identity: int) -> SubjectModel:
    """The insect of these traits, its head to +x."""
    assembly, articulations = assemble(traits, identity)
    assembly.joints(name for name in assembly.bones if not name.startswith("upper"))
    return assembly.finish(articulations)


def _look(traits: Traits) -> Look:
    coat, accent = colour(traits, "coat"), colour(traits, "accent")
    name = word(traits["pattern"])
    faces = {"same": coat, "dark": (0.03, 0.028, 0.03), "accent": accent}
    return Look(
        coat=coat,
        accent=accent,
        body=finish.enamel(coat, None if name == "none" else accent),
        pattern=_pattern(name),
        face=finish.enamel(faces[word(traits["face"])]),
        leg=finish.plastic((0.035, 0.032, 0.036)),
        boot=finish.enamel(colour(traits, "boots_colour")) if traits["boots"] else None,
        wing=colour(traits, "wing_colour"),
        wing_mark=word(traits["wing_mark"]),
        wings=word(traits["wings"]) if traits["wings"] != "none" else "rounded",
        feelers=word(traits["feelers"]),
        eyes=EYES[word(traits["eyes"])],
        spots=SPOTS.get(name, 0.0),
        marking=name,
        plump=number(traits, "plump"),
        stride=0.9 + 0.25 * number(traits, "leg"),
    )


def _pattern(name: str) -> Pattern:
    """Stripes across, along, or a dipped end; spots are raised and need no field."""

    def values(points: F64) -> F64:
        fields = np.zeros((len(points), 3))
        if name == "broad stripes":
            fields[:, 0] = 0.5 + 0.9 * np.cos(points[:, 0] * 48)
        elif name == "a stripe down its back":
            fields[:, 0] = 0.5 + 24 * (0.055 - np.abs(points[:, 1]))
        elif name == "a dipped tail":
            fields[:, 0] = 0.5 + 24 * (-0.2 - points[:, 0])
        return fields

    return plain if name in ("none", *SPOTS) else values


def _poses(assembly: Assembly, kind: str) -> Poses:
    if kind == "caterpillar":
        return {name: Articulation(_crawl(*bow)) for name, bow in CRAWLS.items()}
    if kind == "snail":
        return {name: Articulation(angles) for name, angles in SNAIL.items()}
    feet = tuple(name for name in assembly.bones if name.startswith("foot_"))
    return {name: _six_legged(stance, feet, kind in CASED) for name, stance in STANCES.items()}


def _wings(up: float, back: float) -> dict[str, Angles]:
    """Wings raised and swung back, degrees; the hind ones a little less."""
    return {
        f"{pair}wing_{side}": (sign * up * share, 0.0, sign * back * share)
        for pair, share in (("", 1.0), ("hind_", 0.8))
        for side, sign in (("left", 1), ("right", -1))
    }


def _gait(swing: float) -> dict[str, Angles]:
    """Legs swung forward and back by turns: three on the ground forward, three back."""
    return {
        f"upper_{place}_{side}": (0.0, 0.0, swing * sign * (1 if i % 2 == 0 else -1))
        for i, place in enumerate(PLACES)
        for side, sign in (("left", 1), ("right", 1))
    }


@dataclass(frozen=True, slots=True)
class Stance:
    """A pose of all with six legs; degrees."""

    angles: dict[str, Angles]
    wings: tuple[float, float] | None = None
    """How far raised and swung back; wing cases stay shut unless they open wide."""
    wide: bool = False
    lifted: tuple[str, ...] = ()
    """How the names of feet begin that leave the ground."""
    shift: Angles = (0.0, 0.0, 0.0)


STANCES: dict[str, Stance] = {
    "stand": Stance({}),
    "walk": Stance({**_gait(24.0), "head": (0.0, 0.0, 10.0), "abdomen": (0.0, 0.0, -8.0), "root": (0.0, -4.0, 0.0)}, (12.0, 0.0)),
    "look": Stance(
        {"head": (0.0, -8.0, 54.0), "root": (0.0, 0.0, 10.0), "abdomen": (0.0, 8.0, 26.0), "tail2": (0.0, 0.0, 14.0)},
        (-6.0, 14.0),
    ),
    "reach": Stance(
        {
            "upper_front_left": (8.0, -40.0, -46.0),
            "upper_front_right": (-8.0, -40.0, 46.0),
            "root": (0.0, -16.0, 0.0),
            "head": (0.0, -6.0, 0.0),
            "abdomen": (0.0, -10.0, 0.0),
        },
        (6.0, 40.0),
        lifted=("foot_front",),
    ),
    "sit": Stance(
        {"head": (0.0, 18.0, 0.0), "abdomen": (0.0, -14.0, 0.0), "tail2": (0.0, -10.0, 0.0)},
        (-20.0, 34.0),
        shift=(0.0, 0.0, -0.1),
    ),
    "lean": Stance({"root": (20.0, 0.0, 0.0), "head": (14.0, 0.0, -12.0), "abdomen": (8.0, 0.0, -14.0)}),
    "wave": Stance(
        {
            "upper_front_left": (68.0, -30.0, 0.0),
            "lower_front_left": (30.0, 0.0, 0.0),
            "root": (-7.0, -14.0, 0.0),
            "head": (12.0, -6.0, -12.0),
        },
        (20.0, 0.0),
        lifted=("foot_front_left",),
    ),
    "stretch": Stance(
        {
            "head": (0.0, -24.0, 0.0),
            "abdomen": (0.0, 20.0, 0.0),
            "tail1": (0.0, 8.0, 0.0),
            "tail2": (0.0, 8.0, 0.0),
            "tail3": (0.0, 8.0, 0.0),
        },
        (46.0, -12.0),
        wide=True,
        shift=(0.0, 0.0, 0.05),
    ),
}
OPENED: dict[str, Angles] = {"wing_left": (0.0, 34.0, -38.0), "wing_right": (0.0, 34.0, 38.0)}
"""Wing cases, wide open."""


def _six_legged(stance: Stance, feet: tuple[str, ...], cased: bool) -> Articulation:
    planted = tuple(foot for foot in feet if not foot.startswith(stance.lifted))
    if cased:
        wings = OPENED if stance.wide else {}
    else:
        wings = {} if stance.wings is None else _wings(*stance.wings)
    return Articulation({**stance.angles, **wings}, planted, stance.shift)


# front half: pitch and yaw of each joint; back half: pitch and yaw; head; roll of the whole
CRAWLS: dict[str, tuple[tuple[float, float], tuple[float, float], Angles, float]] = {
    "stand": ((0, 0), (0, 0), (0, 0, 0), 0),
    "walk": ((26, 0), (-24, 0), (0, -30, 10), 0),
    "look": ((0, 22), (0, -12), (0, -10, 30), 0),
    "reach": ((-27, 0), (0, 0), (0, 62, 0), 0),
    "sit": ((0, 30), (0, 30), (0, -10, 20), 0),
    "lean": ((0, -18), (0, 14), (14, 0, 0), 22),
    "wave": ((-20, 16), (0, -8), (18, 10, -10), 0),
    "stretch": ((-36, 0), (-6, 0), (0, 20, 0), 0),
}  # fmt: skip


def _crawl(front: tuple[float, float], back: tuple[float, float], head: Angles, roll: float) -> dict[str, Angles]:
    middle = CATERPILLAR_SEGMENTS // 2
    angles: dict[str, Angles] = {"root": (roll, -front[0] if front[0] > 0 else 0.0, 0.0), "head": head}
    for i in range(CATERPILLAR_SEGMENTS):
        if i > middle:
            angles[f"segment{i}"] = (0.0, front[0], front[1])
        elif i < middle:
            angles[f"segment{i}"] = (0.0, -back[0], -back[1])
    return angles


SNAIL: dict[str, dict[str, Angles]] = {
    "stand": {},
    "walk": {"neck1": (0, 0, 12), "neck2": (0, 14, 12), "neck3": (0, -10, -8), "abdomen": (0, 12, 0)},
    "look": {"neck1": (0, 0, 26), "neck2": (0, -6, 30), "neck3": (0, -8, 26), "abdomen": (0, 0, -12)},
    "reach": {"neck1": (0, -14, 0), "neck2": (0, -24, 0), "neck3": (0, 26, 0), "head": (0, 18, 0), "abdomen": (0, -14, 0)},
    "sit": {"neck1": (0, 0, -34), "neck2": (0, 6, -52), "neck3": (0, 16, -46), "head": (0, 6, -20), "abdomen": (-12, 0, 10)},
    "lean": {"root": (0, 0, 0), "abdomen": (34, 0, 0), "neck1": (10, 0, -14), "neck2": (10, 0, -14), "head": (20, 0, 0)},
    "wave": {"neck1": (0, -30, 10), "neck2": (0, -34, 14), "neck3": (0, 20, 10), "head": (20, 20, 0), "abdomen": (-12, 0, 0)},
    "stretch": {"neck1": (0, -8, 0), "neck2": (0, 14, 0), "neck3": (0, 34, 0), "head": (0, -26, 0), "abdomen": (0, -30, 0)},
}
