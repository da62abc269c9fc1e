"""Puts an articulated subject on the ground: planted feet flat on it, nothing below it.

The root is lowered where a planted leg is too short and raised where the body would dip into the ground; swinging feet
that would dip are lifted by bending their legs. What is left after a few rounds is shifted away as a whole.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from spotdiff10k.engines.rendered.geometry import F64, apply
from spotdiff10k.engines.rendered.model import Articulation, Leg, SubjectModel
from spotdiff10k.engines.rendered.skeleton import Stance, length
from spotdiff10k.engines.rendered.skinning import dual_quaternions, skin

ROUNDS = 5
TOLERANCE = 0.0008
"""Metres at rest scale that a foot may be off the ground, or anything below it, before another round is made."""
BODY_TOLERANCE = 0.002
"""The same for the rest of the body, which then is shifted out of the ground."""
STRAIGHTEST = 0.999
"""Share of its length that a planted leg may span."""
CLOTH_PREFIX = "cloth"
"""Bones whose names begin so carry cloth that lies on the ground rather than lift the body off it."""
CLOTH_THICKNESS = 0.003
FOOT_SHARE = 0.5
"""Vertices that follow a foot's bone by at least this weight are the foot."""

Flags = npt.NDArray[np.bool_]


@dataclass(slots=True)
class Corrections:
    """What the rounds so far have found: how far to lift the root, and each leg's end joint, metres."""

    root: float
    ends: list[float]


@dataclass(frozen=True, slots=True)
class Regions:
    """Which vertices (V,) are cloth, each leg's foot, and the rest."""

    cloth: Flags
    feet: tuple[Flags, ...]
    rest: Flags


def regions(model: SubjectModel) -> Regions:
    """Sort the vertices of a model by what may touch the ground."""
    names = model.skeleton.names
    cloth = np.array([name.startswith(CLOTH_PREFIX) for name in names])[model.skin_bones[:, 0]]
    main, share = model.skin_bones[:, 0], model.skin_weights[:, 0]
    feet = tuple((main == names.index(leg.end)) & (share >= FOOT_SHARE) for leg in model.legs)
    rest = ~cloth
    for foot in feet:
        rest = rest & ~foot
    return Regions(cloth, feet, rest)


def settle(model: SubjectModel, articulation: Articulation) -> tuple[Stance, F64, F64]:
    """The stance, vertices (V, 3) and normals at rest scale, the lowest point on the ground."""
    points, directions = np.empty(model.vertices.shape), np.empty(model.vertices.shape)
    stance, parts = Stance(model.skeleton), regions(model)
    found = Corrections(0.0, [0.0] * len(model.legs))
    for _ in range(ROUNDS):
        stance.take(articulation.angles, articulation.root_shift)
        _place_legs(model, stance, articulation, found)
        _move_skin(model, stance, points, directions)
        if not articulation.planted or _correct(model, articulation, parts, points, found):
            break
    dip = float(points[~parts.cloth, 2].min())
    points[:, 2] -= dip
    points[parts.cloth, 2] = np.maximum(points[parts.cloth, 2], CLOTH_THICKNESS)
    stance.shift(np.array([0.0, 0.0, -dip]))
    return stance, points, directions


def _move_skin(model: SubjectModel, stance: Stance, points: F64, directions: F64) -> None:
    turned = [apply(rotation, rest[None])[0] for rotation, rest in zip(stance.rotations, stance.rest, strict=True)]
    duals = dual_quaternions(stance.rotations, stance.joints - np.stack(turned))
    skin(duals, model.skin_bones, model.skin_weights, model.vertices, model.normals, points, directions)


def _numbers(stance: Stance, leg: Leg) -> tuple[int, int, int]:
    return stance.number[leg.upper], stance.number[leg.lower], stance.number[leg.end]


def _place_legs(model: SubjectModel, stance: Stance, articulation: Articulation, found: Corrections) -> None:
    """Plant the planted feet below where they are, and lift the others by what they dipped."""
    planted = [leg.end in articulation.planted for leg in model.legs]
    places = [stance.joints[stance.number[leg.end]].copy() for leg in model.legs]
    short = 0.0
    for leg, down, lift in zip(model.legs, planted, found.ends, strict=True):
        if down:
            short = max(short, _shortfall(stance, leg, found.root, lift))
    stance.shift(np.array([0.0, 0.0, found.root - short]))
    for leg, down, place, lift in zip(model.legs, planted, places, found.ends, strict=True):
        upper, lower, end = _numbers(stance, leg)
        if down:
            stance.reach(upper, lower, end, np.array([place[0], place[1], leg.sole + lift]))
            stance.flatten(end)
        elif lift > 0.0:
            stance.reach(upper, lower, end, stance.joints[end] + np.array([0.0, 0.0, lift]))


def _shortfall(stance: Stance, leg: Leg, root_lift: float, end_lift: float) -> float:
    """How far the root must come down for a leg to reach the ground below its foot."""
    upper, lower, end = _numbers(stance, leg)
    hip, foot = stance.joints[upper], stance.joints[end]
    reach = STRAIGHTEST * (length(stance.joints[lower] - hip) + length(foot - stance.joints[lower]))
    sideways = float(((foot - hip)[:2] ** 2).sum())
    return float(hip[2]) + root_lift - leg.sole - end_lift - float(np.sqrt(max(reach * reach - sideways, 0.0)))


def _correct(model: SubjectModel, articulation: Articulation, parts: Regions, points: F64, found: Corrections) -> bool:
    """Note what is off the ground or below it; true when nothing is."""
    settled = True
    for i, (leg, foot) in enumerate(zip(model.legs, parts.feet, strict=True)):
        low = float(points[foot, 2].min()) if foot.any() else 0.0
        if low < -TOLERANCE or (leg.end in articulation.planted and low > TOLERANCE):
            found.ends[i] -= low
            settled = False
    low = float(points[parts.rest, 2].min())
    if low < -BODY_TOLERANCE:
        found.root -= low
        settled = False
    return settled
