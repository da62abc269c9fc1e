"""A second rendering: some groups are made again from the plan and compared with what was released."""

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from spotdiff10k import registry, schema
from spotdiff10k.attempts import at
from spotdiff10k.engines import warm_up
from spotdiff10k.index import IndexedMember, IndexedSample
from spotdiff10k.samples import RECORD, UnreadableMemberError, decode, read_record
from spotdiff10k.seeds import seed_for
from spotdiff10k.types import EngineSettings, PlannedCell, PlannedGroup
from spotdiff10k.verification.problems import Problem

PIXEL_TOLERANCE = 2
"""Steps of a pixel's value that another CPU's arithmetic may make ..."""
STRAY_SHARE = 0.001
"""... in all pixels, and more in this share of them: an edge may fall on the other side of a pixel's centre."""


@dataclass(frozen=True, slots=True)
class RerenderTask:
    """One released group to make again."""

    planned: PlannedGroup  # as it was released: with the attempts of its samples
    samples: tuple[IndexedSample, ...]


@dataclass(slots=True)
class Comparison:
    """How a group's second rendering compares with the first."""

    members: int = 0
    same_bytes: int = 0
    largest_difference: int = 0  # steps of a pixel's value
    problems: list[Problem] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class RerenderWork:
    """Makes released groups again wherever an executor runs it."""

    root: Path
    engine: str
    settings: EngineSettings

    def warm_up(self) -> None:
        """Import and compile what the engine needs."""
        warm_up(registry.find("engines", self.engine)(self.settings))

    def open(self) -> Callable[[RerenderTask], Comparison]:
        """One engine for a worker's life."""
        engine = registry.find("engines", self.engine)(self.settings)

        def compare(task: RerenderTask) -> Comparison:
            comparison = Comparison()
            made = {sample.key: sample.members for group in engine.generate([task.planned]) for sample in group.samples}
            cells = {cell.key: cell for cell in task.planned.cells}
            for sample in task.samples:
                _compare_sample(self.root, sample, made.get(sample.key, {}), (task.planned, cells[sample.key]), comparison)
            return comparison

        return compare


def choose(
    samples: Sequence[IndexedSample], planned: Mapping[str, PlannedGroup], count: int, root_seed: int
) -> list[RerenderTask]:
    """`count` released groups, drawn by the recipe's seed; all of them when there are no more."""
    groups: dict[str, list[IndexedSample]] = {}
    for sample in samples:
        if sample.group in planned:
            groups.setdefault(sample.group, []).append(sample)
    draw = random.Random(seed_for(root_seed, "verify", "rerender"))  # noqa: S311 - not for secrets
    chosen = sorted(draw.sample(list(groups), min(count, len(groups))))
    return [_task(planned[name], groups[name], root_seed) for name in chosen]


def _task(planned: PlannedGroup, samples: Sequence[IndexedSample], root_seed: int) -> RerenderTask:
    return RerenderTask(at(planned, {sample.key: sample.attempt for sample in samples}, root_seed), tuple(samples))


def _compare_sample(
    root: Path, sample: IndexedSample, made: Mapping[str, bytes], plan: tuple[PlannedGroup, PlannedCell], comparison: Comparison
) -> None:
    with (root / sample.shard).open("rb") as file:
        for member in sample.members:
            comparison.members += 1
            file.seek(member.offset)
            released = file.read(member.size)
            if made.get(member.suffix) == released:
                comparison.same_bytes += 1
            elif why := _difference(member, released, made.get(member.suffix), plan, comparison):
                comparison.problems.append(Problem(sample.shard, why, f"{sample.key}.{member.suffix}", sample.key))


def _difference(
    member: IndexedMember, released: bytes, made: bytes | None, plan: tuple[PlannedGroup, PlannedCell], comparison: Comparison
) -> str:
    """Why two members are not the same picture or record; "" when only their bytes differ."""
    if made is None:
        return "the engine does not make this member any more."
    try:
        if member.suffix == RECORD:
            clauses = schema.disagreements(read_record(made), {**schema.planned_fields(*plan)})
            clauses += schema.disagreements(read_record(released), {**schema.planned_fields(*plan)})
            return f"{clauses[0]}." if clauses else ""
        before, after = decode(released).astype(np.int32), decode(made).astype(np.int32)
    except UnreadableMemberError as error:
        return f"{error}."
    if before.shape != after.shape:
        return f"it has the shape {before.shape}, made again {after.shape}."
    difference = np.abs(before - after)
    comparison.largest_difference = max(comparison.largest_difference, int(difference.max(initial=0)))
    stray = float((difference > PIXEL_TOLERANCE).mean())
    if stray <= STRAY_SHARE:
        return ""
    return f"made again, {stray:.1%} of its values differ by more than {PIXEL_TOLERANCE} steps: it is another picture."
