"""Lamps: desk, gooseneck, twin, tripod, bedside and clamp builds; they bow, fold, hop and look about."""

import numpy as np

from spotdiff10k.engines.rendered.families import _finishes as finish
from spotdiff10k.engines.rendered.families._assembly import Angles, Assembly, Poses
from spotdiff10k.engines.rendered.families._finishes import colour, number, word
from spotdiff10k.engines.rendered.families._lamp_parts import add_charm, add_foot, add_shade
from spotdiff10k.engines.rendered.families._shapes import F64
from spotdiff10k.engines.rendered.families._solids import ball, cylinder, rod, softened, tube, turned
from spotdiff10k.engines.rendered.model import Articulation, Material, SubjectModel
from spotdiff10k.traits import Traits

FOOT_HEIGHT = 0.055
NECK_BONES = 6
ARMS = {"silver": (0.62, 0.62, 0.64), "gold": (0.75, 0.5, 0.14), "copper": (0.62, 0.26, 0.13)}
REST_HEAD = 100.0
"""How far the head hangs over at rest, degrees: the shade opens to the front and a little down."""


def assemble(traits: Traits, identity: int) -> tuple[Assembly, Poses]:
    """The lamp's parts and its articulations."""
    assembly = Assembly("lamp")
    kind = word(traits["build"]).removesuffix(" lamp")
    length = 0.85 + 0.3 * number(traits, "arm")
    paint = finish.enamel(colour(traits, "paint"))
    steel = _arm_material(word(traits["metal"]))
    assembly.bone("root", None, (0.0, 0.0, 0.0))
    accent = finish.enamel(colour(traits, "accent"))
    makers = {"desk": _desk, "clamp": _desk, "gooseneck": _gooseneck, "twin": _twin, "tripod": _tripod, "bedside": _bedside}
    heads = makers[kind](assembly, length, paint, accent, steel, kind)
    if kind != "tripod":
        add_foot(assembly, "clamp" if kind == "clamp" else word(traits["base"]), accent, paint)
    for bone, joint, facing in heads:
        add_shade(assembly, bone, joint, facing, traits, kind)
    bone, joint, _ = heads[0]
    add_charm(assembly, word(traits["charm"]), bone, joint, finish.enamel(colour(traits, "charm_colour")))
    return assembly, _poses(kind)


def build(traits: Traits, identity: int) -> SubjectModel:
    """The lamp of these traits, its light to +x."""
    assembly, articulations = assemble(traits, identity)
    assembly.joints(assembly.bones)
    return assembly.finish(articulations)


Head = tuple[str, F64, float]
"""A bone that carries a shade, its joint, and the degrees by which the shade's opening is turned from up to +x."""


def _arm_material(name: str) -> Material:
    if name in ARMS:
        return finish.metal(ARMS[name])
    return finish.enamel((0.02, 0.02, 0.022) if name == "black" else (0.86, 0.85, 0.82))


def _desk(assembly: Assembly, length: float, paint: Material, accent: Material, steel: Material, kind: str) -> list[Head]:
    lower, upper = 0.33 * length, 0.3 * length
    hip = np.array((0.0, 0.0, FOOT_HEIGHT + 0.015))
    elbow = hip + (-0.1 * length, 0, lower)
    wrist = elbow + (0.17 * length, 0, upper * 0.86)
    for name, parent, joint in (("lower", "root", hip), ("upper", "lower", elbow), ("head", "upper", wrist)):
        assembly.bone(name, parent, joint)
        assembly.add(name, cylinder(0.032, 0.062, 0.008, 24).turned(x=90).at(joint), paint)
        assembly.add(name, cylinder(0.018, 0.074, 0.004, 16).turned(x=90).at(joint), accent)
    for y in (0.019, -0.019):
        assembly.add("lower", rod(hip + (0, y, 0), elbow + (0, y, 0), 0.011), steel)
        assembly.add("upper", rod(elbow + (0, y, 0), wrist + (0, y, 0), 0.01), steel)
    spring = [hip + (0.03 + 0.012 * np.cos(a), 0.012 * np.sin(a), 0.03 + 0.006 * a) for a in np.linspace(0, 8 * np.pi, 70)]
    lean = np.array([point - (0.1 * length * (point[2] - hip[2]) / lower, 0, 0) for point in spring])
    assembly.add("lower", tube(lean, 0.0035, 6), finish.metal())
    return [("head", wrist, REST_HEAD)]


def _gooseneck(assembly: Assembly, length: float, paint: Material, accent: Material, steel: Material, kind: str) -> list[Head]:
    start = np.array((-0.04, 0.0, FOOT_HEIGHT))
    arc = np.linspace(0, 1, NECK_BONES * 4 + 1)
    path = (
        np.stack(
            (0.2 * length * arc**2.2 - 0.06 * np.sin(np.pi * arc), 0 * arc, 0.66 * length * np.sin(arc * 1.45) / np.sin(1.45)),
            axis=1,
        )
        + start
    )
    parent = "root"
    for i in range(NECK_BONES):
        name = assembly.bone(f"neck{i + 1}", parent, path[4 * i])
        piece = path[4 * i : 4 * i + 5]
        assembly.add(name, tube(piece, 0.019, 14), steel)
        beads = [ball(0.0235, level=2).at(piece[j]) for j in range(4)]
        assembly.add(name, beads, steel)
        parent = name
    assembly.bone("head", parent, path[-1])
    assembly.add("head", ball(0.034).at(path[-1]), paint)
    return [("head", path[-1], REST_HEAD + 22)]


def _twin(assembly: Assembly, length: float, paint: Material, accent: Material, steel: Material, kind: str) -> list[Head]:
    top = np.array((0.0, 0.0, FOOT_HEIGHT + 0.34 * length))
    assembly.bone("post", "root", (0, 0, FOOT_HEIGHT))
    assembly.add("post", rod((0, 0, FOOT_HEIGHT - 0.01), top, 0.017, None, 16), steel)
    assembly.add("post", ball(0.036).at(top), accent)
    heads: list[Head] = []
    for i, (name, sign) in enumerate((("left", 1), ("right", -1))):
        elbow = top + (0.02, sign * (0.13 + 0.03 * i), (0.2 + 0.06 * i) * length)
        assembly.bone(f"arm_{name}", "post", top)
        assembly.add(f"arm_{name}", rod(top, elbow, 0.012), steel)
        assembly.bone(f"head_{name}", f"arm_{name}", elbow)
        assembly.add(f"head_{name}", ball(0.03).at(elbow), paint)
        heads.append((f"head_{name}", elbow, REST_HEAD))
    return heads


def _tripod(assembly: Assembly, length: float, paint: Material, accent: Material, steel: Material, kind: str) -> list[Head]:
    hub = np.array((0.0, 0.0, 0.46 * length))
    assembly.bone("hub", "root", hub)
    assembly.add("hub", turned(((0.0, -0.06), (0.05, -0.045), (0.06, 0.0), (0.04, 0.03), (0.0, 0.035)), 28).at(hub), paint)
    for i, angle in enumerate((0.0, 120.0, 240.0)):
        away = np.array((np.cos(np.radians(angle)), np.sin(np.radians(angle)), 0.0))
        name = assembly.bone(f"leg{i + 1}", "root", hub + away * 0.035)
        foot = away * 0.27 * (0.8 + 0.2 * length) + (0, 0, 0.014)
        assembly.add(name, rod(hub + away * 0.035 - (0, 0, 0.015), foot, 0.02, 0.013, 14), finish.wood(accent.base))
        assembly.add(name, ball(0.018, level=2).at(foot - (0, 0, 0)), finish.rubber())
    neck = hub + (0, 0, 0.15 * length)
    assembly.bone("neck", "hub", hub + (0, 0, 0.02))
    assembly.add("neck", rod(hub, neck, 0.016), steel)
    assembly.bone("head", "neck", neck)
    assembly.add("head", ball(0.03).at(neck), paint)
    return [("head", neck, REST_HEAD)]


def _bedside(assembly: Assembly, length: float, paint: Material, accent: Material, steel: Material, kind: str) -> list[Head]:
    assembly.bone("stem", "root", (0, 0, FOOT_HEIGHT))
    profile = ((0.03, 0.0), (0.085, 0.03), (0.105, 0.1), (0.06, 0.17), (0.035, 0.2), (0.055, 0.235), (0.03, 0.27), (0.0, 0.275))
    smooth = [(r, z * length) for r, z in softened(profile)]
    assembly.add("stem", turned(smooth, 36, 50.0).moved(z=FOOT_HEIGHT - 0.01), paint)
    neck = np.array((0.0, 0.0, FOOT_HEIGHT + 0.26 * length))
    assembly.bone("neck", "stem", neck)
    middle = neck + (0.0, 0.0, 0.1)
    assembly.add("neck", rod(neck - (0, 0, 0.02), middle, 0.014), steel)
    assembly.add("neck", ball(0.022).at(neck), steel)
    assembly.bone("head", "neck", middle)
    assembly.add("head", ball(0.024).at(middle), steel)
    return [("head", middle, 180.0)]


def _poses(kind: str) -> Poses:
    """Each pose as bows of a chain; a chain of many bones shares the bow among them."""
    bows: dict[str, tuple[Angles, Angles, Angles, Angles]] = {
        # root, lower arm, upper arm, head
        "stand": ((0, 0, 0), (0, 0, 0), (0, 0, 0), (0, 0, 0)),
        "walk": ((0, 13, 0), (0, 16, 0), (0, -42, 0), (0, 22, 0)),
        "look": ((0, 0, 0), (0, -6, 62), (0, 4, 0), (14, -18, 30)),
        "reach": ((0, 0, 0), (0, 42, 0), (0, 14, 0), (0, -34, 0)),
        "sit": ((0, 0, 0), (0, -48, 0), (0, 74, 0), (0, 12, 0)),
        "lean": ((0, 0, 0), (34, 0, 0), (12, 0, 0), (16, 0, -18)),
        "wave": ((0, 0, 0), (0, -6, -24), (-22, -34, 0), (-30, -66, 10)),
        "stretch": ((0, 0, 0), (0, 18, 0), (0, -30, 0), (0, -88, 0)),
    }
    return {name: _bow(kind, *bow) for name, bow in bows.items()}


def _bow(kind: str, root: Angles, lower: Angles, upper: Angles, head: Angles) -> Articulation:
    if kind == "gooseneck":
        halves = (lower,) * (NECK_BONES // 2) + (upper,) * (NECK_BONES // 2)
        chain: dict[str, Angles] = {f"neck{i + 1}": (bow[0] / 3, bow[1] / 3, bow[2] / 3) for i, bow in enumerate(halves)}
        return Articulation({"root": root, **chain, "head": head})
    if kind == "twin":
        other = (-upper[0] * 0.5 + lower[0] * 0.4, -lower[1] * 0.7, lower[2] * 0.5)
        arms = {"arm_left": _sum(lower, (upper[0], upper[1] * 0.6, 0)), "arm_right": other}
        return Articulation(
            {
                "root": root,
                "post": (lower[0] * 0.7, lower[1] * 0.35, lower[2] * 0.5),
                **arms,
                "head_left": head,
                "head_right": (0.0, -head[1] * 0.6, -head[2]),
            }
        )
    if kind == "tripod":
        spread = {f"leg{i + 1}": _swing(angle, -lower[1] * 0.5) for i, angle in enumerate((0.0, 120.0, 240.0))}
        tipped = (lower[0] * 0.5, root[1] * 0.8, 0.0)
        return Articulation({"root": tipped, **spread, "neck": _sum(upper, (lower[0], lower[1] * 0.5, lower[2])), "head": head})
    if kind == "bedside":
        return Articulation(
            {
                "root": (lower[0] * 0.35, root[1] + lower[1] * 0.2, 0.0),
                "stem": (0.0, 0.0, lower[2]),
                "neck": _sum(upper, lower),
                "head": (head[0], head[1] * 0.45, head[2]),
            }
        )
    return Articulation({"root": root, "lower": lower, "upper": upper, "head": head})


def _sum(first: Angles, second: Angles) -> Angles:
    return first[0] + second[0], first[1] + second[1], first[2] + second[2]


def _swing(angle: float, outward: float) -> Angles:
    """A leg at `angle` about z swung outward by degrees, as small Euler angles."""
    return outward * float(np.sin(np.radians(angle))), -outward * float(np.cos(np.radians(angle))), 0.0
