"""The plan as a value: what it says of itself, its catalogues, and its groups one at a time."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from spotdiff10k.errors import PlanError
from spotdiff10k.plan.independence import Dependence
from spotdiff10k.types import BackgroundLevel, PlannedGroup, PoseLevel


class GroupSource(Protocol):
    """Where groups come from: columns in memory, or plan.parquet."""

    def __len__(self) -> int: ...

    def groups(self, start: int, stop: int) -> Iterator[PlannedGroup]:
        """The groups with ordinals start ≤ ordinal < stop."""
        ...


@dataclass(frozen=True, slots=True)
class Facts:
    """What plan.json says beside the catalogues; plain values, the same for the same recipe everywhere."""

    fingerprint: str  # sha256 of all that decides samples: recipe, catalogues, people's own files
    name: str
    purpose: str
    seed: int
    counts: Mapping[str, Any]  # groups, reserve, samples, splits → groups, reserve, samples
    balance: Mapping[str, Any]  # factor → level counts; family and split tables
    sharing: Mapping[str, Mapping[str, int]]  # split → cells, those that one group alone takes
    dependence: tuple[Dependence, ...]
    rejected: Mapping[str, int]  # family → draws refused as too like an earlier subject
    inputs: Mapping[str, str]  # file name → sha256 of people's own files


@dataclass(frozen=True, slots=True)
class Plan:
    """Every group, cell, seed and caption. Iterate it, or ask for one group; nothing is held that can be made again."""

    facts: Facts
    poses: tuple[PoseLevel, ...]
    backgrounds: tuple[BackgroundLevel, ...]
    source: GroupSource

    def __len__(self) -> int:
        """How many groups there are, reserves included."""
        return len(self.source)

    def __iter__(self) -> Iterator[PlannedGroup]:
        """All groups in plan order: the regular ones, then the reserves."""
        return self.source.groups(0, len(self.source))

    def groups(self, split: str | None = None, reserve: bool | None = None) -> Iterator[PlannedGroup]:
        """The groups of one split, or only regular ones or reserves, in plan order."""
        regular = int(self.facts.counts["groups"])
        start = regular if reserve else 0
        stop = regular if reserve is False else len(self.source)
        return (group for group in self.source.groups(start, stop) if split is None or group.split == split)

    def group(self, which: str | int) -> PlannedGroup:
        """One group by id ("g000042") or ordinal. Raises PlanError when there is none."""
        ordinal = which if isinstance(which, int) else ordinal_of(which)
        if not 0 <= ordinal < len(self.source):
            last = f"g{len(self.source) - 1:06d}"
            raise PlanError(f"There is no group '{which}' in this plan; it has g000000 to {last}.")
        return next(self.source.groups(ordinal, ordinal + 1))


def ordinal_of(group: str) -> int:
    """The ordinal in a group's id; -1 for what is no id."""
    digits = group[1:]
    return int(digits) if group[:1] == "g" and digits.isascii() and digits.isdigit() and len(digits) < 12 else -1
