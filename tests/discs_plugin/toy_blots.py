"""A plug-in engine that spoils some of what it makes, in ways that attempts and reserves can mend."""

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, ClassVar

import toy_runs

from spotdiff10k.errors import EngineError
from spotdiff10k.types import EngineSettings, FinishedGroup, FinishedSample, PlannedCell, PlannedGroup

SPOIL = "SPOTDIFF_BLOTS"
"""Environment variable: "g000001-p00-b00:2,g000003" spoils a sample's first two attempts, and all attempts of a group;
"g000005:never" cannot be made at all."""


POSES = "SPOTDIFF_BLOTS_POSES"
"""Environment variable: set, the cells of a pose are made again together."""


ALIKE = "SPOTDIFF_BLOTS_ALIKE"
"""Environment variable: set, a sample shows the same in every attempt."""


class Blots:
    version: ClassVar[int] = 1

    @classmethod
    def remakes_poses(cls, options: Mapping[str, Any]) -> bool:
        return POSES in os.environ

    def __init__(self, settings: EngineSettings) -> None:
        self.settings = settings

    def generate(self, groups: Iterable[PlannedGroup]) -> Iterator[FinishedGroup]:
        for group in groups:
            yield FinishedGroup(group.id, tuple(self._sample(group, cell) for cell in group.cells))

    def _sample(self, group: PlannedGroup, cell: PlannedCell) -> FinishedSample:
        drawn = replace(cell, seed=group.ordinal) if ALIKE in os.environ else cell
        members = toy_runs.disc_members(group, drawn, engine="blots")
        for item in filter(None, os.environ.get(SPOIL, "").split(",")):
            name, _, attempts = item.partition(":")
            if not cell.key.startswith(name):
                continue
            if attempts == "never":
                raise EngineError(f"{cell.key} cannot be made.")
            if cell.attempt < int(attempts or 99):
                empty = toy_runs.blank_mask()
                members = {**members, "mask.png": empty}
        return FinishedSample(cell.key, members)
