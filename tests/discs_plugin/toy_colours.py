"""A check of the set for tests: no two groups may have a disc of the same red, and a set needs a number of groups."""

from collections.abc import Sequence
from typing import ClassVar

import numpy as np

from spotdiff10k.committed import GroupView
from spotdiff10k.measures import Limit, Measures
from spotdiff10k.set_measures import SetGroup, SetMeasures

FULL = 255.0


class Colours:
    """Notes the red of every disc as a fact; looks across groups for the nearest red of an earlier one."""

    version: ClassVar[int] = 1
    options: ClassVar[dict[str, tuple[str, ...]]] = {"channel": ("red", "green")}
    ranges: ClassVar[dict[str, tuple[float, float]]] = {"weight": (0.0, 1.0)}
    group_ranges: ClassVar[dict[str, tuple[float, float]]] = {}
    across_ranges: ClassVar[dict[str, tuple[float, float]]] = {"nearest": (0.0, FULL)}
    set_ranges: ClassVar[dict[str, tuple[float, float]]] = {"groups": (0.0, 1e9), "beauty": (0.0, 1.0)}
    limits: ClassVar[dict[str, Limit]] = {"nearest": Limit(low=10.0)}

    def __init__(self, channel: str = "red") -> None:
        self.setup = f"channel={channel}"
        self._channel = ("red", "green").index(channel)

    def measure(self, group: GroupView) -> Measures:
        facts = {}
        for sample in group.samples:
            value = np.median(np.asarray(sample.picture)[sample.inside][:, self._channel])
            facts[sample.key] = {"colour": str(float(value))}
        return Measures({sample.key: {} for sample in group.samples}, unchecked={"weight": "nobody has scales"}, facts=facts)

    def measure_set(self, groups: Sequence[SetGroup]) -> SetMeasures:
        seen: list[float] = []
        found: dict[str, dict[str, float]] = {}
        evidence = {}
        for group in groups:
            own = [float(group.fact("colours", cell.key, "colour")) for cell in group.planned.cells]
            for cell, value in zip(group.planned.cells, own, strict=True):
                found[cell.key] = {"nearest": min((abs(value - other) for other in seen), default=FULL)}
                evidence[cell.key] = f"its colour is {value:g}"
            seen += own
        return SetMeasures(found, {"groups": float(len(groups))}, evidence, {"beauty": "it is in the eye of the beholder"})
