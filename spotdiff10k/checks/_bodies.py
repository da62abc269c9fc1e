"""Whether two poses can be of one body: every place on its surface must be carried from one pose to the other by some bone.

Records tell where each bone is and how it is turned, so that its rigid motion from pose to pose is known. A place on the surface
follows one bone, or a blend of a few; which ones is not told. So it counts against a body only if *every* bone carries it into
what the other picture shows to be free space (space carving, Kutulakos and Seitz 2000). Light, colours and cameras are no
matter; another subject of the family, whose body is another one, sticks out.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from spotdiff10k.checks._joints import NO_JOINTS, Joints, joints_of
from spotdiff10k.checks._numbers import numbers
from spotdiff10k.checks._surface import EMPTY, LOOSE, Surface, surfaces_of_all
from spotdiff10k.committed import SampleView
from spotdiff10k.engines.rendered.jit import kernel

ROTATIONS = "joint_rotations"
"""In the annotations: a unit quaternion [w, x, y, z] for each joint, from the shape at rest to the pose in the world."""
NO_ROTATIONS = "the annotations tell no rotations of joints"
QUATERNION = 4
UNIT = 0.01
"""How far the length of a quaternion may be from 1."""
MOST_POINTS = 600
"""Of a surface that are asked about at most, evenly taken; never fewer than half as many of a large one."""
MOTION = 12

F64 = npt.NDArray[np.float64]
Labels = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Body:
    """What one picture shows of a body, and where its bones are."""

    surface: Surface
    points: F64  # (N, 3) metres of the world, some of the surface's
    joints: Joints
    rotations: F64  # (J, 3, 3) from rest to the world


def read_rotations(told: object, count: int) -> F64 | None:
    """(J, 3, 3) rotations from what annotations tell; None when that is not `count` unit quaternions."""
    quaternions = numbers(told, (count, QUATERNION))
    if quaternions is None:
        return None
    lengths = np.sqrt((quaternions**2).sum(axis=1))
    if not (np.abs(lengths - 1.0) <= UNIT).all():
        return None
    w, x, y, z = (quaternions / lengths[:, None]).T
    rows = [
        [1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)],
        [2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)],
        [2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)],
    ]
    return np.ascontiguousarray(np.array(rows, np.float64).transpose(2, 0, 1))


@kernel
def _motions(places: F64, rotations: F64, other_places: F64, other_rotations: F64) -> F64:
    """(J, 12): the rotation, row by row, and the shift by which each bone moves from one pose to another."""
    bones = len(places)
    motions = np.zeros((bones, MOTION))
    for bone in range(bones):
        for row in range(3):
            shift = other_places[bone, row]
            for column in range(3):
                turned = 0.0
                for axis in range(3):
                    turned += other_rotations[bone, row, axis] * rotations[bone, column, axis]
                motions[bone, 3 * row + column] = turned
                shift -= turned * places[bone, column]
            motions[bone, 9 + row] = shift
    return motions


@kernel
def _fits(point: F64, motion: F64, position: F64, rotation: F64, focal: float, nearest: F64, loose: float) -> bool:
    """Whether a place, moved, is not where the camera sees free space. focal: in sides of the picture."""
    grid = nearest.shape[0]
    x = motion[0] * point[0] + motion[1] * point[1] + motion[2] * point[2] + motion[9] - position[0]
    y = motion[3] * point[0] + motion[4] * point[1] + motion[5] * point[2] + motion[10] - position[1]
    z = motion[6] * point[0] + motion[7] * point[1] + motion[8] * point[2] + motion[11] - position[2]
    depth = rotation[2, 0] * x + rotation[2, 1] * y + rotation[2, 2] * z
    if depth <= 0.0:
        return False
    across = 0.5 + focal * (rotation[0, 0] * x + rotation[0, 1] * y + rotation[0, 2] * z) / depth
    along = 0.5 + focal * (rotation[1, 0] * x + rotation[1, 1] * y + rotation[1, 2] * z) / depth
    column, row = int(np.floor(across * grid)), int(np.floor(along * grid))
    if column < 0 or row < 0 or column >= grid or row >= grid:
        return False
    seen = nearest[row, column]
    return bool(seen != EMPTY and depth >= seen * (1.0 - loose))


@kernel
def _misfits(points: F64, motions: F64, position: F64, rotation: F64, focal: float, nearest: F64, loose: float) -> float:
    """The share of places that no motion fits into what a picture shows; 1 of none. Neighbours mostly follow the same bone."""
    misfits, guess = 0, 0
    for i in range(len(points)):
        found = _fits(points[i], motions[guess], position, rotation, focal, nearest, loose)
        bone = 0
        while not found and bone < len(motions):
            found = _fits(points[i], motions[bone], position, rotation, focal, nearest, loose)
            if found:
                guess = bone
            bone += 1
        if not found:
            misfits += 1
    return misfits / len(points) if len(points) else 1.0


def misfit(one: Body, other: Body) -> float:
    """The share of what one picture shows that cannot be of the body in the other; 1 where they have not the same bones."""
    if one.joints.names != other.joints.names:
        return 1.0
    motions = _motions(one.joints.places, one.rotations, other.joints.places, other.rotations)
    eye = other.surface.eye
    share = _misfits(one.points, motions, eye.position, eye.rotation, eye.focal / eye.size, other.surface.nearest, LOOSE)
    return float(share)


def shape_errors(bodies: Sequence[Body], poses: Labels) -> F64:
    """(N,), 0 to 1: how much of each body and those of the pose that it fits best cannot be of one; NaN where there is one pose.

    Of a pair the worse of both ways, of a pose the lower median of its pictures: one wrong picture speaks for no pose, and one
    wrong pose does not accuse the others as long as there are two more. A picture that shows nothing has an error of 1 and
    accuses nobody.
    """
    found = np.full(len(bodies), np.nan)
    apart = np.zeros((len(bodies), len(bodies)))
    for i, one in enumerate(bodies):
        for j, other in enumerate(bodies[:i]):
            if poses[i] != poses[j]:
                apart[i, j] = apart[j, i] = max(misfit(one, other), misfit(other, one))
    shown = np.array([len(body.points) > 0 for body in bodies], np.bool_)
    for i in range(len(bodies)):
        others = [np.sort(apart[i, (poses == pose) & shown]) for pose in np.unique(poses) if pose != poses[i]]
        errors = [float(seen[(len(seen) - 1) // 2]) for seen in others if len(seen)]
        if others:
            found[i] = min(errors, default=0.0) if shown[i] else 1.0
    return found


def _body(sample: SampleView, surface: Surface) -> Body | str:
    joints = joints_of(sample, surface.eye)
    if joints is None:
        return NO_JOINTS
    rotations = read_rotations(sample.annotations.get(ROTATIONS), len(joints.names))
    if rotations is None:
        return NO_ROTATIONS
    step = -(-len(surface.points) // MOST_POINTS) or 1
    return Body(surface, np.ascontiguousarray(surface.points[::step]), joints, rotations)


def bodies_of_all(samples: Sequence[SampleView]) -> tuple[Body, ...] | str:
    """What every picture shows of its body, or why that cannot be had."""
    surfaces = surfaces_of_all(samples)
    if isinstance(surfaces, str):
        return surfaces
    found: list[Body] = []
    for sample, surface in zip(samples, surfaces, strict=True):
        body = _body(sample, surface)
        if isinstance(body, str):
            return body
        found.append(body)
    return tuple(found)


def warm_up() -> None:
    """Compile or load the kernels."""
    from spotdiff10k.checks._warm_pose import tiny_surface

    surface = tiny_surface()
    joints = Joints(("only",), np.zeros((1, 3)))
    body = Body(surface, np.ascontiguousarray(surface.points[::2]), joints, np.eye(3)[None])
    shape_errors([body, body], np.arange(2))
