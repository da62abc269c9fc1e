"""What can be said of the poses of a group, by what lies there: surfaces from depth, outlines from masks, joints from records.

A witness is a matrix of distances between the group's samples, or the reason why it cannot be had.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from spotdiff10k.checks._joints import Joints, joints_apart, joints_of
from spotdiff10k.checks._levels import F64
from spotdiff10k.checks._outline import outline, unlikeness
from spotdiff10k.checks._surface import DEPTH, Surface, disagreements, eye_of, surface_of
from spotdiff10k.committed import SampleView

BEST, ALL, MASKS = "best", "all", "masks"
"""Which witnesses to hear: outlines only where there are no surfaces, everything there is, or outlines alone."""
SURFACES_KNOW = "surfaces from depth say it better"
MASKS_ONLY = "the recipe asks for masks only"
NO_CAMERA = "the records tell no camera"
NO_SCALE = "the records tell no scale of depth"
NO_DEPTH = "the release has no depth layer"
NO_JOINTS = "the annotations tell no joints"


@dataclass(frozen=True, slots=True)
class Witnesses:
    """What was found on each sample; a reason stands where it could not be had for all of them."""

    surfaces: tuple[Surface, ...] | str
    joints: tuple[Joints, ...] | str
    outlines: tuple[F64, ...] | str


def hear(samples: Sequence[SampleView], wanted: str = BEST) -> Witnesses:
    """Look at every sample once; `wanted` is BEST, ALL or MASKS."""
    surfaces = MASKS_ONLY if wanted == MASKS else _surfaces(samples)
    joints = MASKS_ONLY if wanted == MASKS else _joints(samples)
    if wanted == BEST and not isinstance(surfaces, str):
        return Witnesses(surfaces, joints, SURFACES_KNOW)
    return Witnesses(surfaces, joints, tuple(outline(np.asarray(sample.mask, np.uint8)) for sample in samples))


def _surfaces(samples: Sequence[SampleView]) -> tuple[Surface, ...] | str:
    found = []
    for sample in samples:
        if DEPTH not in sample.members:
            return NO_DEPTH
        eye = eye_of(sample)
        if eye is None or "depth_scale" not in sample.record:
            return NO_CAMERA if eye is None else NO_SCALE
        found.append(surface_of(sample, np.asarray(sample.pixels(DEPTH), np.uint16), eye))
    return tuple(found)


def _joints(samples: Sequence[SampleView]) -> tuple[Joints, ...] | str:
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


def surface_distances(heard: Witnesses) -> F64 | str:
    """(N, N) disagreement of surfaces."""
    return heard.surfaces if isinstance(heard.surfaces, str) else disagreements(heard.surfaces)


def outline_distances(heard: Witnesses) -> F64 | str:
    """(N, N) unlikeness of outlines."""
    return heard.outlines if isinstance(heard.outlines, str) else unlikeness(heard.outlines)


def joint_distances(heard: Witnesses) -> F64 | str:
    """(N, N) mean distance of joints as a share of their extent."""
    if isinstance(heard.joints, str):
        return heard.joints
    count = len(heard.joints)
    found = np.zeros((count, count))
    for i, first in enumerate(heard.joints):
        for j in range(i):
            found[i, j] = found[j, i] = joints_apart(first, heard.joints[j])
    return found
