"""What a report tells, as values: read from the run by `source`, written as pages by `pages` and `summary`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from spotdiff10k.types import PlannedGroup


@dataclass(frozen=True, slots=True)
class Place:
    """Where the bytes of one member lie."""

    path: str
    offset: int  # bytes from the start of the file
    size: int  # bytes


Members = Mapping[str, Mapping[str, Place]]
"""Sample key -> member suffix ("png", "mask.png", "json") -> where it is."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A sample or a whole group that a check refused, and why."""

    group: str
    key: str  # "" for a whole group
    check: str
    reason: str
    evidence: str = ""
    attempt: int = 0
    superseded: bool = False  # a later attempt took its place


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A group that could not be made, with the error that its engine raised."""

    group: str
    error: str


@dataclass(frozen=True, slots=True)
class Throughput:
    """How fast pictures were made, from the event log: quoted for people, never a result."""

    pictures: int
    seconds: float
    per_second: float
    series: tuple[float, ...] = ()  # pictures/s over equal stretches of time


@dataclass(slots=True)
class Tallies:
    """Pictures counted by factor over the groups that count (released, or else made, or else planned)."""

    counted: str = "planned"  # which groups were counted
    groups: int = 0
    pictures: int = 0
    splits: dict[str, int] = field(default_factory=dict)  # pictures
    split_groups: dict[str, int] = field(default_factory=dict)
    families: dict[str, int] = field(default_factory=dict)
    poses: dict[str, int] = field(default_factory=dict)
    backgrounds: dict[str, int] = field(default_factory=dict)
    balance: dict[tuple[str, str], int] = field(default_factory=dict)  # (family, background kind) -> pictures

    def count(self, group: PlannedGroup) -> None:
        """Add a complete group."""
        pictures = len(group.cells)
        self.groups += 1
        self.pictures += pictures
        _add(self.splits, group.split, pictures)
        _add(self.split_groups, group.split, 1)
        _add(self.families, group.subject.family, pictures)
        for pose in group.poses:
            _add(self.poses, pose.id, len(group.backgrounds))
        for background in group.backgrounds:
            _add(self.backgrounds, background.id, len(group.poses))
            kind = (group.subject.family, background.kind)
            self.balance[kind] = self.balance.get(kind, 0) + len(group.poses)


def _add(counts: dict[str, int], name: str, number: int) -> None:
    counts[name] = counts.get(name, 0) + number


@dataclass(frozen=True, slots=True)
class StageState:
    """Whether a stage is done, and how far it is if that is known."""

    name: str
    done: bool
    progress: str = ""  # "61 of 96 groups"


@dataclass(frozen=True, slots=True)
class CheckStory:
    """All that the page shows of the checks; empty before anything was judged."""

    summary: Mapping[str, Any] = field(default_factory=dict)
    pictures: Mapping[str, str] = field(default_factory=dict)  # base64 WebP by "<key>@<attempt>"
    problems: tuple[str, ...] = ()


NOT_JUDGED = CheckStory()


class Library(Protocol):
    """Where the samples of a run lie; looked up a group at a time, so that a large run stays cheap."""

    def members(self, group: str) -> Members:
        """The samples of a group as they count now; empty when there are none. Raises DataError when they are damaged."""
        ...

    def attempt(self, group: str, key: str, attempt: int) -> Mapping[str, Place]:
        """The members of one attempt at a sample; empty when it is gone. Raises DataError."""
        ...


@dataclass(frozen=True, slots=True)
class Story:
    """All that is known of a run, except for its pictures."""

    title: str
    purpose: str
    recipe: str  # YAML text
    stages: tuple[StageState, ...]
    groups: tuple[PlannedGroup, ...]  # browsable, in plan order
    states: Mapping[str, str]  # group -> "released", "accepted", "refused", "made", "quarantined", "waiting"
    library: Library
    tallies: Tallies
    refusals: tuple[Refusal, ...]
    quarantined: tuple[Quarantined, ...]
    facts: Mapping[str, Any]  # totals and digests
    versions: tuple[tuple[str, str], ...]
    throughput: Throughput | None
    problems: tuple[str, ...] = ()  # sentences about files that could not be read
    judged: CheckStory = NOT_JUDGED
