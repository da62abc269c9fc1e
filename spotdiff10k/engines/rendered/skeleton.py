"""Where bones go: forward kinematics by Euler angles, and two-bone inverse kinematics for legs."""

from collections.abc import Mapping, Sequence

import numpy as np

from spotdiff10k.engines.rendered.geometry import F64, euler, unit
from spotdiff10k.engines.rendered.model import Skeleton

LONGEST_REACH = 0.9995
"""A leg is never straighter than this share of its length, so that its knee keeps a side to bend to."""

Angles = Mapping[str, Sequence[float]]


def multiply(a: F64, b: F64) -> F64:
    """Product of two (3, 3), summed in a fixed order."""
    product: F64 = a[:, 0:1] * b[0] + a[:, 1:2] * b[1] + a[:, 2:3] * b[2]
    return product


def turn(matrix: F64, vector: F64) -> F64:
    """Product of (3, 3) and (3,), summed in a fixed order."""
    product: F64 = matrix[:, 0] * vector[0] + matrix[:, 1] * vector[1] + matrix[:, 2] * vector[2]
    return product


class Stance:
    """A skeleton in some articulation: the rotation of every bone from rest (B, 3, 3) and its joint (B, 3)."""

    def __init__(self, skeleton: Skeleton) -> None:
        self.skeleton = skeleton
        self.rest: F64 = skeleton.rest.astype(np.float64)
        self.number = {name: i for i, name in enumerate(skeleton.names)}
        self.rotations: F64 = np.tile(np.eye(3), (len(skeleton.names), 1, 1))
        self.joints: F64 = self.rest.copy()

    def take(self, angles: Angles, root_shift: Sequence[float]) -> None:
        """Forward kinematics: `angles` are degrees about each joint, x first, relative to the parent."""
        for bone, name in enumerate(self.skeleton.names):
            parent = self.skeleton.parents[bone]
            own = euler(angles[name]) if name in angles else None
            if parent < 0:
                self.rotations[bone] = np.eye(3) if own is None else own
                self.joints[bone] = self.rest[bone] + np.asarray(root_shift, np.float64)
                continue
            above = self.rotations[parent]
            self.rotations[bone] = above if own is None else multiply(above, own)
            self.joints[bone] = self.joints[parent] + turn(above, self.rest[bone] - self.rest[parent])

    def carry(self, bone: int, point: F64) -> F64:
        """Where a rest point (3,) fixed to a bone is now."""
        moved: F64 = self.joints[bone] + turn(self.rotations[bone], point - self.rest[bone])
        return moved

    def below(self, bone: int) -> list[int]:
        """All bones that hang from `bone`, parents first."""
        found = {bone}
        for child, parent in enumerate(self.skeleton.parents):
            if parent in found:
                found.add(child)
        return sorted(found - {bone})

    def _swing(self, bone: int, before: F64, after: F64) -> None:
        """Turn a bone and all that hangs from it about its joint by the shortest turn from `before` to `after`."""
        swing = shortest_turn(before, after)
        pivot = self.joints[bone].copy()
        for i in (bone, *self.below(bone)):
            self.rotations[i] = multiply(swing, self.rotations[i])
            self.joints[i] = pivot + turn(swing, self.joints[i] - pivot)

    def reach(self, upper: int, lower: int, end: int, target: F64) -> float:
        """Bend a two-bone leg so that its end joint comes to `target`; returns by how many metres it falls short."""
        hip, knee, foot = self.joints[upper].copy(), self.joints[lower].copy(), self.joints[end].copy()
        thigh, shin = length(knee - hip), length(foot - knee)
        gap = target - hip
        distance = length(gap)
        span = min(max(distance, abs(thigh - shin) + 1e-4), (thigh + shin) * LONGEST_REACH)
        towards = gap / max(distance, 1e-9)
        side = self._bend_direction(hip, knee, foot, upper, lower, end, towards)
        along = (thigh * thigh - shin * shin + span * span) / (2.0 * span)
        out = max(thigh * thigh - along * along, 0.0) ** 0.5
        new_knee = hip + towards * along + side * out
        self._swing(upper, knee - hip, new_knee - hip)
        self._swing(lower, self.joints[end] - self.joints[lower], hip + towards * span - self.joints[lower])
        return distance - span

    def _bend_direction(self, hip: F64, knee: F64, foot: F64, upper: int, lower: int, end: int, towards: F64) -> F64:
        """Which way the knee points: as it does now, or as it does at rest where the leg is straight."""
        for now in (
            off_axis(knee - hip, foot - hip),
            turn(self.rotations[upper], off_axis(self.rest[lower] - self.rest[upper], self.rest[end] - self.rest[upper])),
            np.array([1.0, 0.0, 0.0]),
        ):
            side = off_axis(now, towards)
            if length(now) > 1e-4 and length(side) > 1e-6:
                return unit(side)
        return np.array([0.0, 1.0, 0.0])

    def flatten(self, end: int) -> None:
        """Lay a foot level about its joint, keeping where it heads."""
        heading = self.rotations[end][:, 0]
        angle = float(np.degrees(np.arctan2(heading[1], heading[0])))
        level = multiply(euler((0.0, 0.0, angle)), self.rotations[end].T)
        pivot = self.joints[end].copy()
        for i in (end, *self.below(end)):
            self.rotations[i] = multiply(level, self.rotations[i])
            self.joints[i] = pivot + turn(level, self.joints[i] - pivot)

    def shift(self, offset: F64) -> None:
        """Move everything by (3,)."""
        self.joints += offset


def length(vector: F64) -> float:
    """Metres from the origin."""
    return float(np.sqrt((vector * vector).sum()))


def off_axis(vector: F64, axis: F64) -> F64:
    """The part of a vector at right angles to an axis."""
    direction = unit(axis)
    rest: F64 = vector - direction * float((vector * direction).sum())
    return rest


def shortest_turn(before: F64, after: F64) -> F64:
    """The rotation (3, 3) that takes the direction `before` to `after` and turns no more than it must."""
    a, b = unit(before), unit(after)
    axis = np.cross(a, b)
    cosine = float((a * b).sum())
    if cosine < -0.999999:  # opposite: any axis at right angles will do
        guide = np.array([1.0, 0.0, 0.0]) if abs(a[0]) < 0.9 else np.array([0.0, 1.0, 0.0])
        normal = unit(np.cross(a, guide))
        return np.asarray(2.0 * normal[:, None] * normal[None, :] - np.eye(3), np.float64)
    x, y, z = axis
    cross = np.array([[0.0, -z, y], [z, 0.0, -x], [-y, x, 0.0]])
    return np.asarray(np.eye(3) + cross + multiply(cross, cross) / (1.0 + cosine), np.float64)
