"""Planting a defect in a good group: what a defect is, what it may use, and what comes of it."""

import random
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from spotdiff10k import registry
from spotdiff10k.errors import EngineError
from spotdiff10k.types import (
    BackgroundLevel,
    Engine,
    EngineSettings,
    FinishedGroup,
    FinishedSample,
    PlannedCell,
    PlannedGroup,
    PoseLevel,
    SubjectLevel,
)

Members = Mapping[str, bytes]
"""The members of a sample: suffix to bytes."""


@dataclass(frozen=True)
class Group:
    """A group as an engine made it, with its plan: what a defect is planted in."""

    planned: PlannedGroup
    finished: FinishedGroup

    @cached_property
    def by_key(self) -> dict[str, Members]:
        """The members of every sample."""
        return {sample.key: sample.members for sample in self.finished.samples}

    def members(self, cell: PlannedCell) -> Members:
        """The members of one cell's sample."""
        return self.by_key[cell.key]

    def cell(self, pose_index: int, background_index: int) -> PlannedCell:
        """The cell at a place of the group."""
        for cell in self.planned.cells:
            if (cell.pose_index, cell.background_index) == (pose_index, background_index):
                return cell
        raise KeyError((pose_index, background_index))

    def with_samples(self, changed: Mapping[str, Members]) -> "Group":
        """The group with other members for some samples."""
        samples = tuple(FinishedSample(one.key, changed.get(one.key, one.members)) for one in self.finished.samples)
        return Group(self.planned, FinishedGroup(self.finished.id, samples))


@dataclass(frozen=True, slots=True)
class Planted:
    """What came of planting: the group with the defect, labelled as if nothing had happened."""

    group: Group
    changed: tuple[str, ...]  # keys of the samples that carry the defect
    visible: bool = True  # False: the pictures look as before, as those of a turned vase do

    @classmethod
    def in_samples(cls, group: Group, changed: Mapping[str, Members], visible: bool = True) -> "Planted":
        """A defect that is in the members of these samples."""
        return cls(group.with_samples(changed), tuple(changed), visible)


@dataclass(frozen=True, slots=True)
class Workshop:
    """What planting may use besides the group: the engine, the shared levels, and subjects that are in no group."""

    engine: Engine
    settings: EngineSettings
    poses: tuple[PoseLevel, ...]
    backgrounds: tuple[BackgroundLevel, ...]
    siblings: Mapping[str, tuple[SubjectLevel, ...]]
    """By family: subjects that are in no group of this role or another, for swapping."""
    partner: PlannedGroup | None = None
    """A good group of another split, for what crosses over."""
    _made: dict[tuple[str, str], FinishedSample] = field(default_factory=dict, repr=False)

    def render(self, planned: PlannedGroup, cells: Iterable[PlannedCell]) -> Iterator[Members]:
        """Let the engine make some cells of a group whose plan may have been changed. Raises EngineError."""
        asked = replace(planned, cells=tuple(cells))
        for finished in self.engine.generate([asked]):
            if len(finished.samples) != len(asked.cells):
                raise EngineError(f"The engine made {len(finished.samples)} of {len(asked.cells)} cells of {planned.id}.")
            yield from (sample.members for sample in finished.samples)


Plant = Callable[[Group, float, random.Random, Workshop], Planted | None]
"""Plants a defect of some severity; None where this group has no room for it. The same random numbers, the same bytes."""


@dataclass(frozen=True, slots=True)
class Defect:
    """An entry of the table of defects. It knows nothing of checks."""

    name: str
    what: str  # a sentence without its stop: "the mask is shifted in one sample"
    unit: str  # of the severities
    grades: tuple[float, ...]  # mild to severe
    severe: float  # from this severity on it must be caught
    plant: Plant
    across: bool = False  # shows only against other groups


def open_engine(name: str, settings: EngineSettings) -> Engine:
    """An engine by its registered name."""
    engine: Engine = registry.find("engines", name)(settings)
    return engine
