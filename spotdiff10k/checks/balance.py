"""balance: what refusals left of the plan's independence, and whether one factor can be read off another in the finished set.

It looks at the set alone. Cramér's V beyond chance says whether levels depend on families, colours or each other; probes say
whether backgrounds or poses tell the subject, which they must not, and whether subjects tell themselves, which they must.
"""

from collections.abc import Mapping, Sequence
from typing import ClassVar

import numpy as np

from spotdiff10k.checks._colours import colours
from spotdiff10k.checks._pixels import blank
from spotdiff10k.checks._set_table import COLOURS, SetTable, read_table
from spotdiff10k.checks._told import FEWEST_GROUPS, certain_dependence, probe, probed_groups
from spotdiff10k.committed import GroupView
from spotdiff10k.errors import DataError
from spotdiff10k.measures import Limit, Measures
from spotdiff10k.set_measures import SetGroup, SetMeasures

SHARE = (0.0, 1.0)
MOST_GROUPS = 1e9
NO_NOTES = "the check background, which notes what backgrounds look like, did not look at all groups"


class Balance:
    """Notes the colours of every subject, and asks of the set what they and the backgrounds tell."""

    version: ClassVar[int] = 1
    ranges: ClassVar[Mapping[str, tuple[float, float]]] = {}
    group_ranges: ClassVar[Mapping[str, tuple[float, float]]] = {}
    across_ranges: ClassVar[Mapping[str, tuple[float, float]]] = {}
    set_ranges: ClassVar[Mapping[str, tuple[float, float]]] = {
        "smallest_split": (1.0, MOST_GROUPS),
        "cells_shared": SHARE,
        "pose_by_family": SHARE,
        "pose_by_palette": SHARE,
        "background_by_family": SHARE,
        "background_by_palette": SHARE,
        "pose_by_background": SHARE,
        "family_from_background": SHARE,
        "family_from_pose": SHARE,
        "subject_from_background": SHARE,
        "subject_from_subject": SHARE,
        "background_gap": SHARE,
    }
    limits: ClassVar[Mapping[str, Limit]] = {
        "cells_shared": Limit(low=0.5),
        "pose_by_family": Limit(high=0.05),
        "pose_by_palette": Limit(high=0.05),
        "background_by_family": Limit(high=0.05),
        "background_by_palette": Limit(high=0.05),
        "pose_by_background": Limit(high=0.05),
        "family_from_background": Limit(high=0.05),
        "family_from_pose": Limit(high=0.05),
        "subject_from_background": Limit(high=0.05),
        "subject_from_subject": Limit(low=0.65),
        "background_gap": Limit(high=0.05),
    }

    @classmethod
    def warm_up(cls) -> None:
        """Compile what looks at colours, or load it."""
        colours(blank(16, 16, 3), blank(16, 16))

    def measure(self, group: GroupView) -> Measures:
        """Note the colours of every sample's subject."""
        facts = {
            sample.key: {COLOURS[1]: colours(np.asarray(sample.picture, np.uint8), np.asarray(sample.mask, np.uint8))}
            for sample in group.samples
        }
        return Measures({key: {} for key in facts}, facts=facts)

    def measure_set(self, groups: Sequence[SetGroup]) -> SetMeasures:
        """Ask of the set."""
        few = f"the set has {len(groups)} groups; from {FEWEST_GROUPS} on this says something"
        if len(groups) < FEWEST_GROUPS:
            return SetMeasures(unchecked=dict.fromkeys(self.set_ranges, few))
        planned = [group.planned for group in groups]
        table = SetTable.of(planned)
        whole = {"smallest_split": float(table.smallest_split)}
        words: list[str] = []
        unchecked: dict[str, str] = {}
        shared = table.cells_shared()
        if shared:
            whole["cells_shared"] = sum(twice for _, twice in shared.values()) / sum(cells for cells, _ in shared.values())
            words.extend(f"{split}: {twice} of {cells} cells shared" for split, (cells, twice) in shared.items())
        else:
            unchecked["cells_shared"] = "no split has two groups"
        whole.update(certain_dependence(table, words))
        probed = probed_groups(len(groups))
        try:
            notes = read_table([groups[i] for i in probed])
        except (KeyError, DataError) as error:
            reason = NO_NOTES if isinstance(error, KeyError) else str(error)
            unchecked.update(
                dict.fromkeys([name for name in self.set_ranges if "_from_" in name or name.endswith("gap")], reason)
            )
            return SetMeasures({}, whole, {"": "; ".join(words)}, unchecked)
        found, missing = probe(SetTable.of([planned[i] for i in probed]), notes, words)
        return SetMeasures({}, {**whole, **found}, {"": "; ".join(words)}, {**unchecked, **missing})
