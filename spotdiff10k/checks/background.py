"""background: a background is the same behind every pose, no two look alike, and a level means the same for every subject.

Measured where neither the subject nor its shadow is. Whether the plate fits the picture is for the check `plate` to say.
"""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import ClassVar

import numpy as np

from spotdiff10k.checks._backdrop import backdrop, differences, look
from spotdiff10k.checks._pixels import blank
from spotdiff10k.checks._shared_levels import agreement, mean_of, note, read_note
from spotdiff10k.checks._taking import ALIKE, BACKGROUND, VARIED, Taking
from spotdiff10k.committed import GroupView
from spotdiff10k.errors import DataError
from spotdiff10k.measures import Limit, Measures
from spotdiff10k.set_measures import SetGroup, SetMeasures

SHARE = (0.0, 1.0)
DIFFERENCE = (-1.0, 1.0)
NO_SAMPLES = "there is no sound sample"
NO_NOTES = "the backgrounds of some groups were not noted"
NO_GROUPS = "there is no group"
ALONE = "no other group takes {level}"
NAME, NOTE = BACKGROUND, "grid"


class Background:
    """Compares the backgrounds of a group with each other, and those of a level across groups."""

    version: ClassVar[int] = 1
    ranges: ClassVar[Mapping[str, tuple[float, float]]] = ALIKE
    group_ranges: ClassVar[Mapping[str, tuple[float, float]]] = VARIED
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
        some = look(blank(16, 16, 3), blank(16, 16), blank(1, 1, 3), False)
        differences([some, some])

    def measure(self, group: GroupView) -> Measures:
        """Measure every sample against its siblings, and note its background."""
        if not group.samples:
            return Measures({}, {}, {}, dict.fromkeys((*self.ranges, *self.group_ranges), NO_SAMPLES))
        taken = Taking(group, NAME)
        seen = [sample.once(NAME, partial(backdrop, sample)) for sample in group.samples]
        taken.compare("", differences(seen))
        taken.facts = {sample.key: {NOTE: note(one)} for sample, one in zip(group.samples, seen, strict=True)}
        return taken.measures()

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
        unseen: dict[str, dict[str, str]] = {}
        for place, members in enumerate(keys):
            for key in members:
                samples[key] = {"level_error": float(found.error[place]), "level_margin": float(found.margin[place])}
                if found.alone[place]:
                    words[key] = ALONE.format(level=levels[place])
                    unseen[key] = dict.fromkeys(self.across_ranges, ALONE.format(level="its level"))
                elif found.nearest[place] != levels[place]:
                    words[key] = f"looks like {found.nearest[place]} of other groups"
        return SetMeasures(samples, {"levels_shared": 1.0 - float(found.alone.mean())}, words, unseen=unseen)


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
