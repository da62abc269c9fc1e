"""Furniture that moves: backs recline, drawers slide, doors and lids open, legs splay."""

import numpy as np

from spotdiff10k.engines.rendered.families import _finishes as finish
from spotdiff10k.engines.rendered.families._assembly import Angles, Assembly, Poses
from spotdiff10k.engines.rendered.families._finishes import colour, number, word
from spotdiff10k.engines.rendered.families._furniture_kinds import KINDS
from spotdiff10k.engines.rendered.families._furniture_parts import Style, add_extra, cloth_pattern, slide
from spotdiff10k.engines.rendered.model import Articulation, Material, SubjectModel
from spotdiff10k.traits import Traits

LEG_TONES = {"oak": (0.42, 0.25, 0.1), "walnut": (0.11, 0.05, 0.022), "birch": (0.75, 0.58, 0.36)}
BACKS = {
    "a slatted back": "slats",
    "a spindle back": "spindles",
    "a ladder back": "ladder",
    "a rounded back": "rounded",
    "a keyhole back": "keyhole",
}


def assemble(traits: Traits, identity: int) -> tuple[Assembly, Poses]:
    """The furniture's parts and its articulations."""
    assembly = Assembly("furniture")
    assembly.bone("root", None, (0.0, 0.0, 0.0))
    style = _style(traits)
    kind = word(traits["kind"])
    bone, top, reach = KINDS[kind](assembly, style)
    add_extra(assembly, word(traits["extra"]), bone, top, reach, colour(traits, "extra_colour"))
    return assembly, _poses(assembly, kind)


def build(traits: Traits, identity: int) -> SubjectModel:
    """The furniture of these traits, its front to +x."""
    assembly, articulations = assemble(traits, identity)
    assembly.joints(name for name in assembly.bones if not name.endswith(("_crank", "_link")))
    return assembly.finish(articulations)


def _style(traits: Traits) -> Style:
    paint, accent = colour(traits, "paint"), colour(traits, "accent")
    legs = word(traits["leg_finish"])
    return Style(
        paint=finish.enamel(paint),
        accent=finish.enamel(accent, paint),
        cloth=finish.cloth(accent, finish.shade((0.86, 0.83, 0.74), 1.0)),
        pattern=cloth_pattern(word(traits["pattern"])),
        leg=_leg_material(legs, paint, accent),
        legs=word(traits["legs"]),
        back=BACKS.get(word(traits["back"]), "panel"),
        knob=word(traits["knob"]),
        knob_material=finish.metal((0.75, 0.5, 0.14)) if word(traits["knob_finish"]) == "brass" else finish.metal(),
        emblem=word(traits["emblem"]),
        emblem_paint=finish.enamel(colour(traits, "emblem_colour")),
        tall=0.9 + 0.25 * number(traits, "tall"),
        wide=0.9 + 0.25 * number(traits, "wide"),
    )


def _leg_material(name: str, paint: finish.Linear, accent: finish.Linear) -> Material:
    if name in LEG_TONES:
        return finish.wood(LEG_TONES[name])
    return finish.metal() if name == "steel" else finish.enamel(paint if name == "painted" else accent)


def _poses(assembly: Assembly, kind: str) -> Poses:
    """Only the bones that a kind has take part."""
    splay = {"wardrobe": 12.0, "chest of drawers": 12.0, "bookcase": 12.0, "rocking chair": 0.0}.get(kind, 30.0)
    poses: dict[str, dict[str, Angles]] = {
        "stand": {},
        "walk": {
            "root": (7.0, 13.0, 0.0),
            **_legs(assembly, 0.0, 16.0 if splay else 0.0),
            **slide("drawer2", 0.06),
            "door_left": (0.0, 0.0, -14.0),
        },
        "look": {
            "door_left": (0.0, 0.0, -82.0),
            "back": (0.0, 0.0, 24.0),
            "top": (0.0, 0.0, 38.0),
            "body": (0.0, -5.0, 0.0),
            **slide("drawer1", 0.13),
        },
        "reach": {
            "root": (0.0, 20.0, 0.0),
            "back": (0.0, 26.0, 0.0),
            **slide("drawer1", 0.06),
            **slide("drawer2", 0.15),
            "lid": (0.0, -24.0, 0.0),
        },
        "sit": {
            "back": (0.0, -44.0, 0.0),
            **_legs(assembly, splay, 0.0),
            **slide("drawer3", 0.16),
            "door_right": (0.0, 0.0, 64.0),
            "lid": (0.0, -10.0, 0.0),
        },
        "lean": {"root": (24.0, 0.0, 0.0), "top": (0.0, 0.0, -20.0)},
        "wave": {
            "root": (0.0, -24.0, 0.0),
            "lid": (0.0, -64.0, 0.0),
            "door_right": (0.0, 0.0, 104.0),
            "back": (0.0, -8.0, 0.0),
            **slide("drawer1", 0.1),
        },
        "stretch": {
            "door_left": (0.0, 0.0, -118.0),
            "door_right": (0.0, 0.0, 118.0),
            "lid": (0.0, -84.0, 0.0),
            "back": (0.0, -26.0, 0.0),
            "top": (0.0, 14.0, 0.0),
            **slide("drawer1", 0.19),
            **slide("drawer2", 0.13),
            **slide("drawer3", 0.07),
            **_legs(assembly, min(splay, 12.0), 0.0),
        },
    }
    return {
        name: Articulation({bone: angle for bone, angle in angles.items() if bone in assembly.bones})
        for name, angles in poses.items()
    }


def _legs(assembly: Assembly, splay: float, stride: float) -> dict[str, Angles]:
    """All legs outward by `splay` degrees, or in turns forward and back by `stride`."""
    angles: dict[str, Angles] = {}
    for i in range(4):
        if f"leg{i + 1}" in assembly.bones:
            place = assembly.place_of(f"leg{i + 1}")
            forward = stride if i % 2 == 0 else -stride
            angles[f"leg{i + 1}"] = (
                float(np.sign(place[1])) * splay * 0.7,
                -float(np.sign(place[0])) * splay * 0.7 + forward,
                0.0,
            )
    return angles
