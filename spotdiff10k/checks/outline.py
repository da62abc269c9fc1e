"""outline: a pose has the same outline on every background, and no two poses have the same, by masks alone.

For releases without depth; where there is depth, the check `pose` says it better. A mask's own box takes place and size out,
which the backgrounds' cameras change; what their height does to a shape is left in, and bounds what can be seen.
"""

from collections.abc import Mapping
from typing import ClassVar

import numpy as np

from spotdiff10k.checks._levels import excess
from spotdiff10k.checks._outline import outline, unlikeness
from spotdiff10k.checks._taking import ALIKE, POSE, VARIED, Taking
from spotdiff10k.committed import GroupView
from spotdiff10k.measures import Limit, Measures

NO_SAMPLES = "there is no sound sample"
WARM_SIDE = 8  # pixels
SLACK = 0.1
"""Of unlike outlines: added to the distance of the nearest other pose, so that poses that all look alike say little."""


class Outline:
    """Compares the outlines of a group with each other."""

    version: ClassVar[int] = 1
    ranges: ClassVar[Mapping[str, tuple[float, float]]] = {**ALIKE, "excess": (0.0, 1.0 / SLACK)}
    group_ranges: ClassVar[Mapping[str, tuple[float, float]]] = VARIED
    # Set on 108 rendered groups of all families: their 720 samples reach error 0.24, excess 0.15 and margin 0.02.
    # docs/pose-and-background.md tells what they let pass and refuse on other subjects.
    limits: ClassVar[Mapping[str, Limit]] = {
        "error": Limit(high=0.35),
        "excess": Limit(high=0.18),
        "margin": Limit(low=-0.06),
        "variety": Limit(low=0.005),
    }

    @classmethod
    def warm_up(cls) -> None:
        """Compile the kernels, or load them."""
        mask = np.full((WARM_SIDE, WARM_SIDE), 255, np.uint8)
        mask.flags.writeable = False  # as decoded masks are, which makes a kernel of its own
        unlikeness([outline(mask)] * 2)

    def measure(self, group: GroupView) -> Measures:
        """Measure every sample against its siblings.

        excess: the part of the error that the two cameras do not explain, by the distance to the nearest other pose.
        """
        if not group.samples:
            return Measures({}, {}, {}, dict.fromkeys((*self.ranges, *self.group_ranges), NO_SAMPLES))
        taken = Taking(group, POSE)
        distances = unlikeness([outline(np.asarray(sample.mask, np.uint8)) for sample in group.samples])
        found = taken.compare("", distances)
        if "margin" in taken.unchecked:
            taken.unchecked["excess"] = taken.unchecked["margin"]
        else:
            other = np.minimum(1.0, found.error + found.margin)
            taken.note("excess", excess(distances, taken.labels, taken.contexts, found) / (other + SLACK))
        return taken.measures()
