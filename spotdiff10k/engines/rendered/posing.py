"""A subject put into an articulation and a turn: bones, feet on the ground, skin, and its place on the stage."""

import numpy as np

from spotdiff10k.engines.rendered.geometry import F64, apply, euler
from spotdiff10k.engines.rendered.grounding import settle
from spotdiff10k.engines.rendered.jit import kernel
from spotdiff10k.engines.rendered.model import (
    F32,
    STAGE_HEIGHT,
    STAGE_RADIUS,
    PosedSubject,
    SubjectModel,
)
from spotdiff10k.engines.rendered.skeleton import Stance, multiply
from spotdiff10k.engines.rendered.skinning import dual_quaternions
from spotdiff10k.errors import EngineError

STAGE_MARGIN = 0.985
"""Share of the stage that a subject fills at most, so that soft edges stay inside."""
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


def extents(model: SubjectModel, name: str) -> tuple[float, float]:
    """Height and radius (metres at rest scale) of an articulation: of the smallest stage that holds it at any turn."""
    _, points, _ = settle(model, model.articulations[name])
    _, _, radius = _enclosing_circle(points, CIRCLE_DIRECTIONS, CIRCLE_ROUNDS)
    return float(points[:, 2].max()), float(radius)


def fitting_scale(model: SubjectModel) -> float:
    """The largest scale at which every articulation fits the stage at any turn."""
    sizes = [extents(model, name) for name in model.articulations]
    return STAGE_MARGIN * min(min(STAGE_HEIGHT / height, STAGE_RADIUS / radius) for height, radius in sizes)


def _keypoints(model: SubjectModel, stance: Stance) -> F64:
    """Keypoints (K, 3) at rest scale, each carried by its bone."""
    places = zip(model.keypoint_bones, model.keypoint_rest.astype(np.float64), strict=True)
    return np.array([stance.carry(bone, rest) for bone, rest in places]).reshape(-1, 3)


def _rotations(stance: Stance, facing: F64) -> F32:
    """(B, 4) unit quaternions: how each bone is turned from rest, once the subject faces where it shall."""
    turned = np.stack([multiply(facing, rotation) for rotation in stance.rotations])
    duals = dual_quaternions(turned, np.zeros((len(turned), 3)))
    return np.ascontiguousarray(duals[:, :4], np.float32)


def pose_subject(model: SubjectModel, articulation: str, turn_degrees: float) -> PosedSubject:
    """Pose a subject: articulated, planted, turned about the vertical, its circle's centre on the stage's axis.

    Raises EngineError when the subject does not have the articulation.
    """
    if articulation not in model.articulations:
        raise EngineError(
            f"The subject family '{model.family}' has no articulation '{articulation}'; it has "
            f"{', '.join(model.articulations)}. Add it to the family, or take it out of manifests/poses.yaml."
        )
    stance, points, directions = settle(model, model.articulations[articulation])
    x, y, _ = _enclosing_circle(points, CIRCLE_DIRECTIONS, CIRCLE_ROUNDS)
    facing = euler((0.0, 0.0, -turn_degrees))  # the camera looks along -x, so its left is -y
    axis = np.array([x, y, 0.0])

    def placed(values: F64) -> F32:
        return np.ascontiguousarray(apply(facing, values - axis) * model.scale, np.float32)

    vertices = placed(points)
    keypoints = _keypoints(model, stance)
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
        joint_rotations=_rotations(stance, facing),
        center=center,
        radius=float(np.sqrt(((vertices - center) ** 2).sum(axis=1).max())),
        two_sided=model.two_sided,
    )
