"""Wooden and tin toys: things that rock, roll, spin, stack and pop up."""

from collections.abc import Callable

from spotdiff10k.engines.rendered.families._assembly import Angles, Assembly, Poses
from spotdiff10k.engines.rendered.families._finishes import colour, number, word
from spotdiff10k.engines.rendered.families._toy_kinds import (
    jack_in_the_box,
    nesting_doll,
    rocket,
    snowman,
    spinning_top,
    stacking_rings,
)
from spotdiff10k.engines.rendered.families._toy_parts import Kit
from spotdiff10k.engines.rendered.families._toy_riders import pull_along_duck, rocking_horse, toy_plane, toy_train
from spotdiff10k.engines.rendered.model import Articulation, SubjectModel
from spotdiff10k.traits import Traits

KINDS: dict[str, Callable[[Assembly, Kit], None]] = {
    "rocking horse": rocking_horse,
    "pull-along duck": pull_along_duck,
    "set of stacking rings": stacking_rings,
    "toy train": toy_train,
    "toy rocket": rocket,
    "toy plane": toy_plane,
    "nesting doll": nesting_doll,
    "toy snowman": snowman,
    "jack-in-the-box": jack_in_the_box,
    "spinning top": spinning_top,
}
CHAIN, WHEELS = "every link", "every wheel"
"""What a pose says of several bones at once."""


def assemble(traits: Traits, identity: int) -> tuple[Assembly, Poses]:
    """The toy's parts and its articulations."""
    assembly = Assembly("toy")
    assembly.bone("root", None, (0.0, 0.0, 0.0))
    kit = Kit(
        paint=colour(traits, "paint"),
        accent=colour(traits, "accent"),
        third=colour(traits, "third"),
        gloss=word(traits["gloss"]),
        pattern=word(traits["pattern"]),
        emblem=word(traits["emblem"]),
        trim=word(traits["trim"]),
        tall=0.9 + 0.25 * number(traits, "tall"),
        wide=0.9 + 0.25 * number(traits, "wide"),
    )
    KINDS[word(traits["kind"])](assembly, kit)
    return assembly, _poses(assembly, word(traits["kind"]))


def build(traits: Traits, identity: int) -> SubjectModel:
    """The toy of these traits, its front to +x."""
    assembly, articulations = assemble(traits, identity)
    assembly.joints(assembly.bones)
    return assembly.finish(articulations)


def _poses(assembly: Assembly, kind: str) -> Poses:
    """The same eight for all; a toy takes part with the bones it has."""
    poses = {name: _each(assembly, angles) for name, angles in POSES.items()}
    if kind == "spinning top":
        poses |= SPINS
    if kind == "toy plane":
        poses |= {name: {**poses[name], **angles} for name, angles in FLIGHTS.items()}
    if kind in ("toy rocket", "nesting doll"):
        poses |= {
            name: {**_chain(assembly, (0.0, float(open_by), 0.0)), **angles} for name, (open_by, angles) in OPENINGS.items()
        }
    return {
        name: Articulation({bone: angle for bone, angle in angles.items() if bone in assembly.bones})
        for name, angles in poses.items()
    }


def _each(assembly: Assembly, angles: dict[str, Angles]) -> dict[str, Angles]:
    """The angles of every bone, where a pose names all links of a chain or all wheels at once."""
    found: dict[str, Angles] = {}
    for bone, turn in angles.items():
        if bone == CHAIN:
            found |= _chain(assembly, turn)
        elif bone == WHEELS:
            found |= {name: turn for name in assembly.bones if name.startswith("wheel")}
        else:
            found[bone] = turn
    return found


POSES: dict[str, dict[str, Angles]] = {
    "stand": {},
    "walk": {
        "base": (4.0, 13.0, 0.0),
        CHAIN: (0.0, -9.0, 0.0),
        "top": (0.0, -14.0, 10.0),
        "wagon": (0.0, 0.0, 16.0),
        "tail": (0.0, -10.0, 14.0),
        WHEELS: (0.0, 35.0, 0.0),
        "nose": (40.0, 0.0, 0.0),
    },
    "look": {
        "top": (0.0, -6.0, 58.0),
        "middle": (0.0, 0.0, 16.0),
        "lid": (0.0, -24.0, 0.0),
        CHAIN: (6.0, 0.0, 10.0),
        "wagon": (0.0, 0.0, -24.0),
        "tail": (0.0, 0.0, -30.0),
    },
    "reach": {
        "base": (0.0, 21.0, 0.0),
        CHAIN: (0.0, 14.0, 0.0),
        "top": (0.0, 18.0, 0.0),
        "arm_left": (0.0, -40.0, -20.0),
        "arm_right": (0.0, -40.0, 20.0),
        "wagon": (0.0, -21.0, 0.0),
        "middle": (0.0, 6.0, 0.0),
    },
    "sit": {
        "base": (0.0, -17.0, 0.0),
        "top": (0.0, 40.0, 0.0),
        CHAIN: (0.0, -13.0, 0.0),
        "arm_left": (-30.0, 0.0, 0.0),
        "arm_right": (30.0, 0.0, 0.0),
        "wagon": (0.0, 17.0, -34.0),
    },
    "lean": {"root": (22.0, 0.0, 0.0), CHAIN: (8.0, 0.0, 0.0), "top": (16.0, 0.0, -10.0), "middle": (6.0, 0.0, 0.0)},
    "wave": {
        "arm_left": (64.0, 0.0, 0.0),
        "arm_right": (12.0, 0.0, 0.0),
        "middle": (-12.0, -8.0, -14.0),
        "top": (-14.0, -20.0, 0.0),
        "base": (-6.0, -14.0, 0.0),
        CHAIN: (-9.0, -5.0, 0.0),
        "lid": (0.0, -44.0, 0.0),
    },
    "stretch": {
        "top": (0.0, -46.0, 0.0),
        CHAIN: (0.0, -6.0, 14.0),
        "arm_left": (38.0, 0.0, 30.0),
        "arm_right": (-38.0, 0.0, -30.0),
        "lid": (0.0, -70.0, 0.0),
        "middle": (0.0, -10.0, 0.0),
        "tail": (0.0, 34.0, 0.0),
        "nose": (80.0, 0.0, 0.0),
        "wagon": (0.0, 0.0, 34.0),
    },
}


# a plane's wings sweep and bank as wings do, where other toys swing their arms
FLIGHTS: dict[str, dict[str, Angles]] = {
    "reach": {"arm_left": (0.0, 0.0, -16.0), "arm_right": (0.0, 0.0, 16.0)},
    "sit": {"arm_left": (-12.0, 0.0, 20.0), "arm_right": (12.0, 0.0, -20.0)},
    "wave": {"arm_left": (22.0, 0.0, 0.0), "arm_right": (10.0, 0.0, 0.0), "base": (-20.0, -12.0, 0.0)},
    "stretch": {"arm_left": (14.0, 0.0, 26.0), "arm_right": (-14.0, 0.0, -26.0), "nose": (80.0, 0.0, 0.0)},
}
SPINS: dict[str, dict[str, Angles]] = {
    "walk": {"base": (10.0, 16.0, 0.0), "middle": (0.0, 0.0, 40.0)},
    "look": {"base": (-14.0, 8.0, 0.0), "middle": (0.0, 0.0, 70.0), "top": (20.0, -20.0, 0.0)},
    "reach": {"base": (0.0, 44.0, 0.0)},
    "sit": {"base": (0.0, -58.0, 0.0), "middle": (0.0, 0.0, 120.0)},
    "lean": {"base": (34.0, 0.0, 0.0), "middle": (0.0, 0.0, -30.0)},
    "wave": {"base": (-30.0, -16.0, 0.0), "top": (-24.0, 0.0, 0.0)},
    "stretch": {"base": (176.0, 0.0, 0.0), "middle": (0.0, 0.0, 90.0)},
}


# how far fins open, and the angles; the upper part is hinged at the back and opens backward only
OPENINGS: dict[str, tuple[int, dict[str, Angles]]] = {
    "walk": (0, {"base": (8.0, 15.0, 0.0)}),
    "look": (6, {"base": (-9.0, 6.0, 48.0), "top": (0.0, -32.0, 0.0)}),
    "reach": (-8, {"base": (0.0, 40.0, 0.0)}),
    "sit": (14, {"base": (0.0, -38.0, 0.0)}),
    "lean": (0, {"base": (28.0, 0.0, 0.0)}),
    "wave": (10, {"base": (-16.0, -10.0, -12.0), "top": (0.0, -62.0, 0.0)}),
    "stretch": (20, {"base": (0.0, 4.0, 0.0), "top": (0.0, -104.0, 0.0)}),
}


def _chain(assembly: Assembly, bow: Angles) -> dict[str, Angles]:
    """The same small bow at every ring or spring; fins open outward by its size."""
    angles: dict[str, Angles] = {name: bow for name in assembly.bones if name.startswith(("ring", "spring"))}
    spread = 1.4 * (bow[0] + bow[1] + bow[2])
    for name in assembly.bones:
        if name.startswith("fin"):
            place = assembly.place_of(name)
            angles[name] = (spread * (1 if place[1] > 0 else -1), -spread * (1 if place[0] > 0 else -1), 0.0)
    return angles
