"""background: a background is the same behind every pose, no two look alike, and a level means the same for every subject.

Measured where neither the subject nor its shadow is. Whether the plate fits the picture is for the check `plate` to say.
"""

from collections.abc import Mapping, Sequence
from typing import ClassVar

import numpy as np

from spotdiff10k.checks._backdrop import backdrop, differences, look
from spotdiff10k.checks._levels import held, variety
from spotdiff10k.checks._shared_levels import agreement, mean_of, note, read_note
from spotdiff10k.committed import GroupView
from spotdiff10k.errors import DataError
from spotdiff10k.measures import Limit, Measures
from spotdiff10k.set_measures import SetGroup, SetMeasures

SHARE = (0.0, 1.0)
DIFFERENCE = (-1.0, 1.0)
ONE_POSE = "the group has one pose"
ONE_BACKGROUND = "the group has one background"
NO_SAMPLES = "there is no sound sample"
NO_NOTES = "the backgrounds of some groups were not noted"
NO_GROUPS = "there is no group"
NAME, NOTE = "background", "grid"


class Background:
    """Compares the backgrounds of a group with each other, and those of a level across groups."""

    version: ClassVar[int] = 1
    ranges: ClassVar[Mapping[str, tuple[float, float]]] = {"error": SHARE, "margin": DIFFERENCE}
    group_ranges: ClassVar[Mapping[str, tuple[float, float]]] = {"variety": SHARE}
    across_ranges: ClassVar[Mapping[str, tuple[float, float]]] = {"level_error": SHARE, "level_margin": DIFFERENCE}
    set_ranges: ClassVar[Mapping[str, tuple[float, float]]] = {"levels_shared": SHARE}
    limits: ClassVar[Mapping[str, Limit]] = {
        "error": Limit(high=0.02),
        "margin": Limit(low=0.0),
        "variety": Limit(low=0.01),
        "level_error": Limit(high=0.03),
        "level_margin": Limit(low=0.0),
    }

    @classmethod
    def warm_up(cls) -> None:
        """Compile the kernels, or load them."""
        some = look(np.zeros((16, 16, 3), np.uint8), np.zeros((16, 16), np.uint8), np.zeros((1, 1, 3), np.uint8), False)
        differences([some, some])

    def measure(self, group: GroupView) -> Measures:
        """Measure every sample against its siblings, and note its background."""
        if not group.samples:
            return Measures({}, {}, {}, dict.fromkeys((*self.ranges, *self.group_ranges), NO_SAMPLES))
        seen = [backdrop(sample) for sample in group.samples]
        labels = np.array([sample.cell.background_index for sample in group.samples], np.int64)
        poses = np.array([sample.cell.pose_index for sample in group.samples], np.int64)
        distances = differences(seen)
        found = held(distances, labels, poses)
        one_pose, one_background = len(group.planned.poses) < 2, len(group.planned.backgrounds) < 2
        unchecked = {"error": ONE_POSE, "margin": ONE_POSE} if one_pose else {}
        if one_background:
            unchecked |= {"margin": ONE_BACKGROUND, "variety": ONE_BACKGROUND}
        samples: dict[str, dict[str, float]] = {}
        words: dict[str, str] = {}
        for place, sample in enumerate(group.samples):
            values = {"error": float(found.error[place]), "margin": min(1.0, float(found.margin[place]))}
            samples[sample.key] = {name: value for name, value in values.items() if name not in unchecked}
            if found.nearest[place] != labels[place]:
                words[sample.key] = f"looks like {group.planned.backgrounds[found.nearest[place]].id}"
            elif found.alone[place] and not one_pose:
                words[sample.key] = "no other sample of its background is sound"
        whole = {} if one_background else {"variety": min(1.0, variety(distances, labels, poses))}
        notes = {sample.key: {NOTE: note(one)} for sample, one in zip(group.samples, seen, strict=True)}
        return Measures(samples, whole, words, unchecked, notes)

    def measure_set(self, groups: Sequence[SetGroup]) -> SetMeasures:
        """A level means the same for every subject that takes it."""
        if not groups:
            return SetMeasures(unchecked=dict.fromkeys((*self.across_ranges, *self.set_ranges), NO_GROUPS))
        try:
            levels, shown, keys = _by_level(groups)
        except (KeyError, DataError) as error:
            reason = NO_NOTES if isinstance(error, KeyError) else str(error)
            return SetMeasures(unchecked=dict.fromkeys((*self.across_ranges, *self.set_ranges), reason))
        found = agreement(levels, shown)
        samples: dict[str, dict[str, float]] = {}
        words: dict[str, str] = {}
        for place, members in enumerate(keys):
            for key in members:
                samples[key] = {"level_error": float(found.error[place]), "level_margin": float(found.margin[place])}
                if found.alone[place]:
                    words[key] = f"no other group takes {levels[place]}"
                elif found.nearest[place] != levels[place]:
                    words[key] = f"looks like {found.nearest[place]} of other groups"
        return SetMeasures(samples, {"levels_shared": 1.0 - float(found.alone.mean())}, words)


def _by_level(
    groups: Sequence[SetGroup],
) -> tuple[list[str], list[np.ndarray[tuple[int, ...], np.dtype[np.float64]]], list[list[str]]]:
    """Level, what it shows, and the samples, of every background of every group. Raises KeyError, DataError."""
    levels, shown, keys = [], [], []
    for group in groups:
        for index, level in enumerate(group.planned.backgrounds):
            members = [cell.key for cell in group.planned.cells if cell.background_index == index]
            shown.append(mean_of([read_note(group.fact(NAME, key, NOTE)) for key in members]))
            levels.append(level.id)
            keys.append(members)
    return levels, shown, keys
