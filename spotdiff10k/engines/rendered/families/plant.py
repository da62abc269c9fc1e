"""Potted plants: stems and fronds that bend along chains of bones."""

from dataclasses import dataclass

import numpy as np

from spotdiff10k.engines.rendered.families._assembly import Angles, Assembly, Poses
from spotdiff10k.engines.rendered.families._finishes import colour, number, word
from spotdiff10k.engines.rendered.families._garden import Garden
from spotdiff10k.engines.rendered.families._plant_kinds import MAKERS
from spotdiff10k.engines.rendered.families._pots import add_guest, add_pot
from spotdiff10k.engines.rendered.families._shapes import tilt
from spotdiff10k.engines.rendered.model import Articulation, SubjectModel
from spotdiff10k.traits import Traits


@dataclass(frozen=True, slots=True)
class Move:
    """A pose of a plant: how its pot, stems and fronds tip; degrees towards an azimuth (0 is the front)."""

    pot: tuple[float, float] = (0.0, 0.0)  # azimuth, degrees
    stem: tuple[float, float] = (0.0, 0.0)
    twist: float = 0.0
    spread: float = 0.0  # fronds outward (or, negative, inward)
    droop: float = 0.0  # the fronds' outer halves downward
    lifted: float = 0.0  # the left side's fronds upward
    head: tuple[float, float] = (0.0, 0.0)


MOVES = {
    "stand": Move(),
    "walk": Move(pot=(20.0, 16.0), stem=(200.0, 44.0), spread=6.0, head=(0.0, 20.0)),
    "look": Move(stem=(80.0, 46.0), twist=75.0, head=(90.0, 26.0), lifted=-14.0),
    "reach": Move(stem=(0.0, 72.0), head=(0.0, 12.0), spread=-6.0),
    "sit": Move(stem=(140.0, 66.0), spread=32.0, droop=46.0, head=(60.0, 62.0)),
    "lean": Move(pot=(-90.0, 20.0), stem=(-90.0, 36.0), head=(-90.0, 10.0)),
    "wave": Move(pot=(90.0, 9.0), stem=(-105.0, 62.0), lifted=50.0, head=(150.0, 30.0)),
    "stretch": Move(pot=(0.0, 9.0), spread=-30.0, droop=-30.0, stem=(180.0, 70.0), head=(180.0, 34.0)),
}


def assemble(traits: Traits, identity: int) -> tuple[Assembly, Poses]:
    """The plant's parts and its articulations."""
    assembly = Assembly("plant")
    assembly.bone("root", None, (0.0, 0.0, 0.0))
    assembly.bone("pot", "root", (0.0, 0.0, 0.0))
    tones = colour(traits, "pot"), colour(traits, "accent")
    rim = add_pot(assembly, word(traits["pot_shape"]), word(traits["ware"]), tones, word(traits["pattern"]))
    garden = Garden(
        assembly=assembly,
        ground=np.array((0.0, 0.0, rim[0] - 0.01)),
        radius=rim[1],
        leaf=colour(traits, "leaf"),
        petal=colour(traits, "petal"),
        marking=word(traits["ribs"] if traits["type"] == "cactus" else traits["marking"]),
        bloom={"large blossoms": 1.3, "small blossoms": 0.75}.get(word(traits["bloom"]), 1.0),
        count=number(traits, "count"),
        tall=0.85 + 0.35 * number(traits, "tall"),
        broad=0.85 + 0.35 * number(traits, "broad"),
        noise=np.random.default_rng([identity, 7]),
    )
    MAKERS[word(traits["type"])](garden)
    add_guest(assembly, word(traits["guest"]), garden.perch, rim)
    return assembly, {name: _articulation(garden, move) for name, move in MOVES.items()}


def build(traits: Traits, identity: int) -> SubjectModel:
    """The plant of these traits."""
    assembly, articulations = assemble(traits, identity)
    assembly.joints(list(assembly.bones)[:12])
    return assembly.finish(articulations)


def _articulation(garden: Garden, move: Move) -> Articulation:
    angles: dict[str, Angles] = {"pot": tilt(*move.pot)}
    for chain in garden.stems:
        share = 1.0 / len(chain)
        for i, bone in enumerate(chain):
            bow = tilt(move.stem[0], move.stem[1] * share * garden.supple)
            angles[bone] = (bow[0], bow[1], bow[2] + (move.twist if i == 0 else 0.0))
    for frond in garden.fronds:
        side = max(0.0, float(np.sin(np.radians(frond.azimuth))))
        outward = move.spread - move.lifted * side * 0.8
        if not garden.stems:
            facing = float(np.cos(np.radians(frond.azimuth - move.stem[0])))
            outward += move.stem[1] * 0.8 * facing
        angles[frond.base] = tilt(frond.azimuth, outward * frond.freedom)
        if frond.tip:
            angles[frond.tip] = tilt(frond.azimuth, (move.droop - move.lifted * side * 0.5) * frond.freedom)
        if not garden.stems and move.twist:
            base = angles[frond.base]
            angles[frond.base] = (base[0], base[1], base[2] + move.twist * 0.4)
    for head in garden.heads:
        angles[head] = tilt(*move.head)
    return Articulation(angles)
