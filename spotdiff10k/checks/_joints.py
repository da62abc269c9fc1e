"""What recorded joints say of a pose: where they are in the world, and by how much two poses are turned against each other."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from spotdiff10k.checks._numbers import numbers
from spotdiff10k.checks._surface import NO_CAMERA, eye_of
from spotdiff10k.committed import SampleView
from spotdiff10k.duplicates import skeletons
from spotdiff10k.engines.rendered.jit import kernel
from spotdiff10k.eyes import Eye

JOINTS, PARENTS = "joints", "joint_parents"
"""In the annotations: a list of [name, pixel x, pixel y, camera z, visibility], and of each its parent's place, -1 for none."""
NO_JOINTS = "the annotations tell no joints"
OUTSIDE, HIDDEN, SEEN = range(3)
"""What annotations say of a joint: outside the picture, behind something of the subject, or to be seen."""
RIGID = 0.01
"""Metres by which two joints may come nearer to each other or rise against each other and still count as rigid."""
LEVEL = 0.5
"""Steepest slope between two joints that still tell a turn: a leaning column tells where it leans, not where it faces."""
CLEAR_FIT = 0.6
"""How well (0..1) the rigid pairs of two poses must agree on one turn for it to be believed."""
CLEAR_LENGTH = 0.02
"""Metres: root mean square over all pairs of joints, the rigid level ones counted with their length, the others with none."""

F64 = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Joints:
    """A subject's joints in the world."""

    names: tuple[str, ...]
    places: F64  # (J, 3) metres
    seen: tuple[int, ...] = ()  # OUTSIDE, HIDDEN or SEEN, as the annotations say of each; empty where they do not

    @property
    def extent(self) -> float:
        """Metres: the diagonal of the box about all joints."""
        return float(np.sqrt((np.ptp(self.places, axis=0) ** 2).sum())) if len(self.names) else 0.0


def joints_of(sample: SampleView, eye: Eye) -> Joints | None:
    """The joints that the annotations tell, through the recorded camera; None when they tell none."""
    points = sample.annotations.get(JOINTS)
    if not isinstance(points, list) or not points:
        return None
    if not all(isinstance(point, list) and point for point in points):
        return None
    names = tuple(str(point[0]) for point in points)
    places = numbers([point[1:4] for point in points], (len(points), 3))
    if places is None:
        return None
    told = [point[4] for point in points if len(point) > 4 and point[4] in (OUTSIDE, HIDDEN, SEEN)]
    return Joints(names, eye.world(places), tuple(told) if len(told) == len(names) else ())


def skeleton_note(sample: SampleView, joints: Joints) -> str | None:
    """A sample's bones as text; None when the annotations do not tell how its joints hang together."""
    parents = numbers(sample.annotations.get(PARENTS), (len(joints.names),))
    if parents is None or not ((parents >= -1) & (parents < len(parents)) & (parents == np.rint(parents))).all():
        return None
    return skeletons.note(joints.names, parents.astype(np.int64).tolist(), joints.places)


def joints_apart(first: Joints, second: Joints) -> float:
    """Mean distance between joints of the same name, as a share of their extent; 1 where they are not the same joints."""
    if first.names != second.names:
        return 1.0
    extent = max(first.extent, second.extent)
    apart = np.sqrt(((first.places - second.places) ** 2).sum(axis=1)).mean()
    return min(1.0, float(apart) / extent) if extent > 0.0 else 0.0


STEADY = 20.0
"""Degrees by which the turn may change when any one joint is left out."""


@kernel
def _turn(first: F64, second: F64, rigid: float, level: float, skipped: int) -> tuple[float, float, float]:
    """Cosine and sine parts of the turn that takes rigid, level pairs of joints to the others, and their lengths' product."""
    cosine = 0.0
    sine = 0.0
    before = 0.0
    after = 0.0
    for i in range(len(first)):
        for j in range(i):
            if i == skipped or j == skipped:
                continue
            ax = first[i, 0] - first[j, 0]
            ay = first[i, 1] - first[j, 1]
            az = first[i, 2] - first[j, 2]
            bx = second[i, 0] - second[j, 0]
            by = second[i, 1] - second[j, 1]
            bz = second[i, 2] - second[j, 2]
            a = ax * ax + ay * ay
            b = bx * bx + by * by
            if az * az > level * level * a or bz * bz > level * level * b:
                continue
            nearer = (np.sqrt(a + az * az) - np.sqrt(b + bz * bz)) / rigid
            raised = (az - bz) / (2.0 * rigid)
            weight = np.exp(-nearer * nearer - raised * raised)
            cosine += weight * (ax * bx + ay * by)
            sine += weight * (ax * by - ay * bx)
            before += weight * a
            after += weight * b
    return cosine, sine, np.sqrt(before * after)


def turn_between(first: Joints, second: Joints) -> float | None:
    """Degrees by which `second` is turned against `first`, about the vertical, positive as a plan's turns are.

    None when the joints do not tell: too few of them stay rigid and lie level, as in a vase or a lamp.
    """
    if first.names != second.names or len(first.names) < 2:
        return None
    count = len(first.names)
    turns = []
    for skipped in (-1, *range(count)):
        cosine, sine, length = _turn(first.places, second.places, RIGID, LEVEL, skipped)
        least = CLEAR_LENGTH**2 * count * (count - 1) / 2 if skipped < 0 else 0.0
        if length <= least or float(np.hypot(cosine, sine)) < CLEAR_FIT * length:
            return None
        turns.append(float(-np.degrees(np.arctan2(sine, cosine))))
    return turns[0] if all(degrees_apart(turns[0], other) <= STEADY for other in turns) else None


def degrees_apart(first: float, second: float) -> float:
    """The angle between two turns, 0..180."""
    return abs((first - second + 180.0) % 360.0 - 180.0)


def joints_of_all(samples: Sequence[SampleView]) -> tuple[Joints, ...] | str:
    """The joints of every sample, or why they cannot be had."""
    found = []
    for sample in samples:
        eye = eye_of(sample)
        if eye is None:
            return NO_CAMERA
        joints = joints_of(sample, eye)
        if joints is None:
            return NO_JOINTS
        found.append(joints)
    return tuple(found)


def joint_distances(joints: Sequence[Joints]) -> F64:
    """(N, N) mean distance of joints as a share of their extent."""
    found = np.zeros((len(joints), len(joints)))
    for i, first in enumerate(joints):
        for j in range(i):
            found[i, j] = found[j, i] = joints_apart(first, joints[j])
    return found
