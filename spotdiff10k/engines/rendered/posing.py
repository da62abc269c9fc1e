"""A subject put into an articulation and a turn: bones, feet on the ground, skin, and its place on the stage."""

import numpy as np

from spotdiff10k.engines.rendered.geometry import F64, apply, euler
from spotdiff10k.engines.rendered.jit import kernel
from spotdiff10k.engines.rendered.model import (
    F32,
    STAGE_HEIGHT,
    STAGE_RADIUS,
    Articulation,
    PosedSubject,
    SubjectModel,
)
from spotdiff10k.engines.rendered.skeleton import Stance, length
from spotdiff10k.engines.rendered.skinning import dual_quaternions, skin
from spotdiff10k.errors import EngineError

GROUNDING_ROUNDS = 3
GROUND_TOLERANCE = 0.001
"""Metres at rest scale that a body may dip below the ground before the root is raised and the legs are bent again."""
STAGE_MARGIN = 0.985
"""Share of the stage that a subject fills at most, so that soft edges stay inside."""
CLOTH_PREFIX = "cloth"
"""Bones whose names begin so carry cloth that lies on the ground rather than lift the body off it."""
CLOTH_THICKNESS = 0.003
CIRCLE_DIRECTIONS = 48
CIRCLE_ROUNDS = 200


@kernel
def _enclosing_circle(points: F64, directions: int, rounds: int) -> tuple[float, float, float]:
    """Centre x, y and radius of a circle about the points seen from above, after Badoiu and Clarkson (within 1 %)."""
    hull = np.empty((directions, 2))
    for i in range(directions):
        ux, uy = np.cos(2.0 * np.pi * i / directions), np.sin(2.0 * np.pi * i / directions)
        best, farthest = 0, -1e9
        for v in range(len(points)):
            along = ux * points[v, 0] + uy * points[v, 1]
            if along > farthest:
                best, farthest = v, along
        hull[i, 0], hull[i, 1] = points[best, 0], points[best, 1]
    x, y = hull[:, 0].mean(), hull[:, 1].mean()
    for step in range(rounds):
        best, farthest = 0, -1.0
        for i in range(directions):
            d = (hull[i, 0] - x) ** 2 + (hull[i, 1] - y) ** 2
            if d > farthest:
                best, farthest = i, d
        x += (hull[best, 0] - x) / (step + 2)
        y += (hull[best, 1] - y) / (step + 2)
    radius = 0.0
    for v in range(len(points)):
        radius = max(radius, (points[v, 0] - x) ** 2 + (points[v, 1] - y) ** 2)
    return x, y, np.sqrt(radius)


def _plant(model: SubjectModel, stance: Stance, articulation: Articulation, lift: float) -> None:
    """Bring every planted foot flat to the ground below where it is; lower the root where a leg is too short."""
    legs = [leg for leg in model.legs if leg.end in articulation.planted]
    short = 0.0
    for leg in legs:
        upper, lower, end = (stance.number[name] for name in (leg.upper, leg.lower, leg.end))
        hip, foot = stance.joints[upper], stance.joints[end]
        reach = length(stance.joints[lower] - hip) + length(foot - stance.joints[lower])
        sideways = float(np.sqrt(((foot - hip)[:2] ** 2).sum()))
        deepest = float(np.sqrt(max((0.999 * reach) ** 2 - sideways * sideways, 0.0)))
        short = max(short, float(hip[2]) + lift - leg.sole - deepest)
    places = [stance.joints[stance.number[leg.end]].copy() for leg in legs]
    stance.shift(np.array([0.0, 0.0, lift - short]))
    for leg, place in zip(legs, places, strict=True):
        upper, lower, end = (stance.number[name] for name in (leg.upper, leg.lower, leg.end))
        stance.reach(upper, lower, end, np.array([place[0], place[1], leg.sole]))
        stance.flatten(end)


def _settled(model: SubjectModel, articulation: Articulation) -> tuple[Stance, F64, F64]:
    """The stance, vertices and normals at rest scale with the lowest point on the ground."""
    points, directions = np.empty(model.vertices.shape), np.empty(model.vertices.shape)
    stance = Stance(model.skeleton)
    cloth = np.array([name.startswith(CLOTH_PREFIX) for name in model.skeleton.names])
    soft = cloth[model.skin_bones[:, 0]]
    firm = ~soft if soft.any() else slice(None)
    lift, dip = 0.0, 0.0
    for _ in range(GROUNDING_ROUNDS):
        stance.take(articulation.angles, articulation.root_shift)
        _plant(model, stance, articulation, lift)
        offsets = stance.joints - np.stack(
            [apply(turn, rest[None])[0] for turn, rest in zip(stance.rotations, stance.rest, strict=True)]
        )
        duals = dual_quaternions(stance.rotations, offsets)
        skin(duals, model.skin_bones, model.skin_weights, model.vertices, model.normals, points, directions)
        dip = float(points[firm, 2].min())
        if not articulation.planted or dip > -GROUND_TOLERANCE:
            break
        lift -= dip
    points[:, 2] -= dip
    if soft.any():
        points[soft, 2] = np.maximum(points[soft, 2], CLOTH_THICKNESS)
    stance.shift(np.array([0.0, 0.0, -dip]))
    return stance, points, directions


def extents(model: SubjectModel, name: str) -> tuple[float, float]:
    """Height and radius (metres at rest scale) of an articulation: of the smallest stage that holds it at any turn."""
    _, points, _ = _settled(model, model.articulations[name])
    _, _, radius = _enclosing_circle(points, CIRCLE_DIRECTIONS, CIRCLE_ROUNDS)
    return float(points[:, 2].max()), float(radius)


def fitting_scale(model: SubjectModel) -> float:
    """The largest scale at which every articulation fits the stage at any turn."""
    sizes = [extents(model, name) for name in model.articulations]
    return STAGE_MARGIN * min(min(STAGE_HEIGHT / height, STAGE_RADIUS / radius) for height, radius in sizes)


def pose_subject(model: SubjectModel, articulation: str, turn_degrees: float) -> PosedSubject:
    """Pose a subject: articulated, planted, turned about the vertical, its circle's centre on the stage's axis.

    Raises EngineError when the subject does not have the articulation.
    """
    if articulation not in model.articulations:
        raise EngineError(
            f"The subject family '{model.family}' has no articulation '{articulation}'; it has "
            f"{', '.join(model.articulations)}. Add it to the family, or take it out of manifests/poses.yaml."
        )
    stance, points, directions = _settled(model, model.articulations[articulation])
    x, y, _ = _enclosing_circle(points, CIRCLE_DIRECTIONS, CIRCLE_ROUNDS)
    facing = euler((0.0, 0.0, -turn_degrees))  # the camera looks along -x, so its left is -y
    axis = np.array([x, y, 0.0])

    def placed(values: F64) -> F32:
        return np.ascontiguousarray(apply(facing, values - axis) * model.scale, np.float32)

    vertices = placed(points)
    keypoints = np.array(
        [
            stance.carry(bone, rest)
            for bone, rest in zip(model.keypoint_bones, model.keypoint_rest.astype(np.float64), strict=True)
        ]
    ).reshape(-1, 3)
    low, high = vertices.min(axis=0), vertices.max(axis=0)
    center = ((low + high) / 2).astype(np.float32)
    return PosedSubject(
        vertices=vertices,
        normals=np.ascontiguousarray(apply(facing, directions), np.float32),
        faces=model.faces,
        rest=model.vertices,
        fields=model.fields,
        face_material=model.face_material,
        materials=model.materials,
        uv=model.uv,
        atlas=model.atlas,
        keypoints=placed(keypoints),
        keypoint_names=model.keypoint_names,
        keypoint_schema=model.keypoint_schema,
        joints=placed(stance.joints),
        joint_names=model.skeleton.names,
        joint_parents=model.skeleton.parents,
        center=center,
        radius=float(np.sqrt(((vertices - center) ** 2).sum(axis=1).max())),
        two_sided=model.two_sided,
    )
