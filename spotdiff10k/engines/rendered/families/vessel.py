"""Vessels: teapots, jugs, vases, mugs and the like, turned on a wheel, glazed, with handles, spouts and lids."""

from dataclasses import dataclass, replace

import numpy as np

from spotdiff10k.engines.rendered.families import _finishes as finish
from spotdiff10k.engines.rendered.families._assembly import Assembly, Poses, bend
from spotdiff10k.engines.rendered.families._finishes import colour, number, word
from spotdiff10k.engines.rendered.families._shapes import F64, Shape
from spotdiff10k.engines.rendered.families._solids import hoop, softened, turned
from spotdiff10k.engines.rendered.families._vessel_parts import (
    Pot,
    add_emblem,
    add_extra,
    add_handle,
    add_knob,
    add_raised,
    add_spout,
    glaze_pattern,
)
from spotdiff10k.engines.rendered.model import Material, SubjectModel
from spotdiff10k.traits import Traits

WALL = 0.016
LIP = 0.075
"""How far a pouring lip stands out, metres."""
SEGMENTS = 64


@dataclass(frozen=True, slots=True)
class Form:
    """A type of vessel: its outer profile (radius, z) in metres and what it carries."""

    profile: tuple[tuple[float, float], ...]
    lid: bool = False
    spout: str = "none"
    handles: tuple[str, ...] = ()  # "back", "left", "right", "top"


FORMS = {
    "teapot": Form(
        ((0.15, 0.0), (0.16, 0.015), (0.22, 0.07), (0.26, 0.16), (0.24, 0.26), (0.16, 0.33), (0.12, 0.345)),
        True,
        "curved",
        ("back",),
    ),
    "jug": Form(
        ((0.14, 0.0), (0.15, 0.02), (0.2, 0.12), (0.21, 0.24), (0.15, 0.4), (0.12, 0.5), (0.15, 0.58)), False, "lip", ("back",)
    ),
    "vase": Form(((0.11, 0.0), (0.12, 0.02), (0.2, 0.18), (0.22, 0.34), (0.14, 0.52), (0.085, 0.6), (0.13, 0.68))),
    "amphora": Form(
        (
            (0.07, 0.0),
            (0.08, 0.03),
            (0.06, 0.06),
            (0.16, 0.24),
            (0.22, 0.42),
            (0.17, 0.56),
            (0.075, 0.62),
            (0.07, 0.7),
            (0.1, 0.74),
        ),
        False,
        "none",
        ("left", "right"),
    ),
    "mug": Form(((0.17, 0.0), (0.18, 0.012), (0.185, 0.03), (0.185, 0.2), (0.185, 0.38)), False, "none", ("back",)),
    "sugar jar": Form(
        ((0.13, 0.0), (0.14, 0.015), (0.2, 0.1), (0.22, 0.22), (0.2, 0.33), (0.17, 0.37)), True, "none", ("left", "right")
    ),
    "watering can": Form(
        ((0.19, 0.0), (0.2, 0.015), (0.195, 0.14), (0.185, 0.28), (0.15, 0.33), (0.12, 0.34)), False, "rose", ("back", "top")
    ),
    "kettle": Form(((0.2, 0.0), (0.22, 0.02), (0.23, 0.08), (0.21, 0.2), (0.16, 0.29), (0.12, 0.31)), True, "short", ("top",)),
    "goblet": Form(
        ((0.14, 0.0), (0.145, 0.012), (0.05, 0.05), (0.028, 0.16), (0.04, 0.26), (0.13, 0.33), (0.175, 0.44), (0.18, 0.58))
    ),
    "bottle": Form(
        ((0.14, 0.0), (0.15, 0.015), (0.155, 0.06), (0.155, 0.32), (0.13, 0.42), (0.05, 0.5), (0.042, 0.62), (0.05, 0.68))
    ),
}


def assemble(traits: Traits, identity: int) -> tuple[Assembly, Poses]:
    """The vessel's parts and its articulations."""
    assembly = Assembly("vessel")
    kind = word(traits["type"])
    form = FORMS[kind]
    pot = _pot(form, 0.88 + 0.26 * number(traits, "belly"), 0.88 + 0.28 * number(traits, "height"))
    clay = _clay(word(traits["finish"]), colour(traits, "glaze"), colour(traits, "accent"))
    plain_clay = replace(clay, second=None)
    assembly.bone("root", None, (0, 0, 0))
    assembly.bone("body", "root", (0, 0, 0))
    _bones(assembly, form, pot)
    pattern = glaze_pattern(word(traits["pattern"]), pot.height)
    shell = _shell(pot)
    assembly.add("body", shell.mapped(lambda points: _lipped(points, pot)) if form.spout == "lip" else shell, clay, pattern)
    if form.spout not in ("none", "lip"):
        add_spout(assembly, pot, form.spout, plain_clay)
    for place in form.handles:
        add_handle(
            assembly, pot, place, word(traits["handle"]), plain_clay if kind != "kettle" else finish.wood((0.2, 0.09, 0.04))
        )
    if form.lid:
        add_knob(assembly, pot, word(traits["knob"]), clay, finish.enamel(colour(traits, "accent")))
    _rim(assembly, pot, word(traits["rim"]), form.spout == "lip")
    add_raised(assembly, pot, word(traits["stripe"]), finish.enamel(colour(traits, "accent")))
    add_emblem(assembly, pot, word(traits["emblem"]), finish.enamel(colour(traits, "emblem_colour")), _free_angles(form))
    add_extra(assembly, pot, word(traits["extra"]), colour(traits, "extra_colour"))
    return assembly, poses()


def build(traits: Traits, identity: int) -> SubjectModel:
    """The vessel of these traits, its front to +x."""
    assembly, articulations = assemble(traits, identity)
    assembly.joints(assembly.bones)
    return assembly.finish(articulations)


def poses() -> Poses:
    """What a vessel does: it rocks, tips to pour, lifts its lid.

    It never lies flat: seen along its axis, a vessel shows its foot or its mouth and nothing that tells it apart.
    """
    return {
        "stand": bend(),
        "walk": bend(body=(9.0, 17.0, 0.0), lid=(0.0, -12.0, 0.0)),
        "look": bend(body=(-10.0, 0.0, 52.0), lid=(0.0, -30.0, 20.0), handle_top=(0.0, 20.0, 0.0)),
        "reach": bend(body=(0.0, 44.0, 0.0)),
        "sit": bend(body=(0.0, -40.0, 16.0), handle_top=(0.0, -56.0, 0.0)),
        "lean": bend(body=(30.0, 0.0, 0.0), handle_top=(0.0, 30.0, 0.0)),
        "wave": bend(body=(-34.0, -12.0, 0.0), lid=(0.0, -58.0, 0.0), handle_top=(0.0, 48.0, 0.0)),
        "stretch": bend(body=(54.0, 8.0, -24.0), lid=(0.0, -58.0, 0.0), handle_top=(0.0, -62.0, 0.0)),
    }


def _pot(form: Form, wide: float, high: float) -> Pot:
    profile = [(radius * wide, level * high) for radius, level in form.profile]
    return Pot(tuple(softened(profile, 8)))


def _clay(name: str, base: finish.Linear, accent: finish.Linear) -> Material:
    if name == "matt":
        return finish.matt(base, accent)
    if name == "metal":
        return replace(finish.enamel(base, accent), roughness=0.3, metal=0.75, reflectance=0.5, coat=0.3)
    return finish.ceramic(base, accent)


def _shell(pot: Pot) -> Shape:
    """The wall: up the outside, over the lip, down the inside."""
    outer = list(pot.profile)
    inner = [(max(radius - WALL, 0.006), max(level, WALL)) for radius, level in outer[::-4]]
    top_radius, top = outer[-1]
    lip = [(top_radius - WALL * 0.3, top + WALL * 0.35), (top_radius - WALL * 0.75, top + WALL * 0.3)]
    return turned(((0.0, 0.0), *outer, *lip, *inner, (0.0, WALL * 1.5)), SEGMENTS, 50.0)


def _bones(assembly: Assembly, form: Form, pot: Pot) -> None:
    rim = pot.profile[-1][0]
    if form.lid:
        assembly.bone("lid", "body", (-rim, 0, pot.height))
    if "top" in form.handles:
        assembly.bone("handle_top", "body", (0, 0, pot.height * 0.86))


def _free_angles(form: Form) -> tuple[float, ...]:
    """Where an emblem is hidden by neither spout nor handle, degrees about z."""
    if form.spout not in ("none", "lip"):
        return 90.0, -90.0
    return (0.0,) if "back" in form.handles else (0.0, 180.0)


def _rim(assembly: Assembly, pot: Pot, kind: str, lip: bool) -> None:
    looks = {"gold": finish.metal((0.75, 0.5, 0.14)), "dark": finish.dark(), "white": finish.ceramic((0.85, 0.84, 0.8))}
    if kind in looks:
        ring = hoop(pot.profile[-1][0] - WALL * 0.45, WALL * 0.62, SEGMENTS, 8).moved(z=pot.height + 0.002)
        assembly.add("body", ring.mapped(lambda points: _lipped(points, pot)) if lip else ring, looks[kind])


def _lipped(points: F64, pot: Pot) -> F64:
    """The rim drawn out to a pouring lip at the front."""
    angle = np.arctan2(points[:, 1], points[:, 0])
    near_top = np.clip((points[:, 2] / pot.height - 0.82) / 0.18, 0.0, 1.0) ** 2
    pull = LIP * near_top * np.exp(-((angle / 0.36) ** 2))
    return np.stack((points[:, 0] + pull, points[:, 1] * (1 - 2.2 * pull), points[:, 2] + 0.3 * pull), axis=1)
