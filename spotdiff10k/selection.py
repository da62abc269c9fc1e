"""Which groups are released, and from which tar each of their samples comes."""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

from spotdiff10k.committed import StoredMember
from spotdiff10k.errors import RunError
from spotdiff10k.measures import GroupMeasures
from spotdiff10k.run import Run
from spotdiff10k.samples import split_member
from spotdiff10k.types import PlannedCell, PlannedGroup


@dataclass(frozen=True, slots=True)
class SampleSource:
    """One accepted sample and where its members lie, sorted by name."""

    cell: PlannedCell
    attempt: int
    tar: Path
    members: tuple[StoredMember, ...]


@dataclass(frozen=True, slots=True)
class GroupSource:
    """One released group, its samples in plan order."""

    planned: PlannedGroup
    samples: tuple[SampleSource, ...]


def released(groups: Iterable[PlannedGroup], accepted: Collection[str]) -> list[PlannedGroup]:
    """The accepted groups in plan order; reserves only as far as groups of their split were refused."""
    wanted: Counter[str] = Counter()
    regular: list[PlannedGroup] = []
    reserves: list[PlannedGroup] = []
    for group in groups:
        wanted[group.split] += not group.reserve
        if group.id in accepted:
            (reserves if group.reserve else regular).append(group)
    wanted.subtract(group.split for group in regular)
    for group in reserves:
        if wanted[group.split] > 0:
            wanted[group.split] -= 1
            regular.append(group)
    return sorted(regular, key=lambda group: group.ordinal)


def sources(run: Run, planned: PlannedGroup, measured: GroupMeasures) -> GroupSource:
    """Where a group's samples lie: for each cell, in the tar of the last round that made it.

    Raises RunError when the measures know of no such sample.
    """
    found: dict[str, tuple[int, list[StoredMember]]] = {}
    for number, item in enumerate(measured.rounds):
        here: dict[str, list[StoredMember]] = {}
        for member in item.tar.members:
            here.setdefault(split_member(member.name)[0], []).append(member)
        found.update({key: (number, members) for key, members in here.items()})
    samples: list[SampleSource] = []
    for cell in planned.cells:
        if cell.key not in found:
            raise RunError(f"{cell.key} was accepted but never made. Run: spotdiff10k validate {run.root}")
        number, members = found[cell.key]
        in_order = tuple(sorted(members, key=lambda member: member.name))
        samples.append(SampleSource(cell, number or cell.attempt, run.group_tar(planned.id, number), in_order))
    return GroupSource(planned, tuple(samples))
