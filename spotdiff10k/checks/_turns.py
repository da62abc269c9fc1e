"""Whether every pose is turned against the other poses of its group as the plan says.

One turn is measured between the joints of two poses. The plan knows what it should be. A pose that is wrong on every background
disagrees with all other poses, and these agree with each other.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from spotdiff10k.checks._joints import Joints, degrees_apart, turn_between
from spotdiff10k.checks._levels import F64

UNTOLD = "the joints do not tell a turn"
Flags = npt.NDArray[np.bool_]


def turn_errors(
    joints: Sequence[Joints], planned: F64, poses: npt.NDArray[np.int64], centres: Sequence[int]
) -> tuple[F64, Flags]:
    """Degrees between measured and planned turn of each sample against the other poses, and whether any could be measured.

    planned (N,) degrees; poses (N,) labels; centres: the sample that stands for each pose. Of several other poses the lower
    median counts: one that is itself wrong accuses nobody.
    """
    errors, told = np.zeros(len(joints)), np.zeros(len(joints), np.bool_)
    for i, own in enumerate(joints):
        found = []
        for centre in centres:
            turn = None if poses[centre] == poses[i] else turn_between(joints[centre], own)
            if turn is not None:
                found.append(degrees_apart(turn, planned[i] - planned[centre]))
        if found:
            errors[i], told[i] = sorted(found)[(len(found) - 1) // 2], True
    return errors, told
