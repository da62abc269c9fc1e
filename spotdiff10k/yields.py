"""The yield of a run: what was planned, made, refused by which check, repaired and released, and what each filter costs.

All of it is read from the verdicts; nothing is measured again.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from spotdiff10k.selection import released
from spotdiff10k.types import PlannedGroup
from spotdiff10k.verdicts import EARLIER, Verdict


@dataclass(frozen=True, slots=True)
class FilterCost:
    """What one check takes away."""

    check: str
    refused: int  # samples at any attempt that it refuses
    first: int  # of these, the ones that it was the first to refuse: summed over all checks, each refusal counts once
    alone: int  # of these, the ones that no other check refuses: what dropping the check would bring back
    made_again: int  # samples that were made again because it was the first to refuse them
    groups: int  # groups that stay refused because of it


@dataclass(frozen=True, slots=True)
class Yield:
    """Counts of a run; samples unless a name says groups."""

    planned: int
    planned_groups: int
    made: int  # every attempt
    accepted_first: int  # at their first attempt
    repaired: int  # accepted at a later one
    refused: int  # now
    made_groups: int
    reserves: int  # of the groups made, those that stand in
    refused_groups: int
    released: int
    released_groups: int
    filters: tuple[FilterCost, ...] = field(default=())

    @property
    def share(self) -> float:
        """Pictures released for one picture made; 0 when none was made."""
        return self.released / self.made if self.made else 0.0


def account(groups: Iterable[PlannedGroup], rows: Sequence[Verdict]) -> Yield:
    """The yield of a run with these planned groups, reserves and all, and these verdicts."""
    planned = list(groups)
    regular = [group for group in planned if not group.reserve]
    judged = {row.group: row.accepted for row in rows if not row.sample}
    samples = [row for row in rows if row.sample]
    now = [row for row in samples if not row.superseded]
    out = released(planned, {name for name, accepted in judged.items() if accepted})
    return Yield(
        planned=sum(len(group.cells) for group in regular),
        planned_groups=len(regular),
        made=len(samples),
        accepted_first=sum(row.accepted and row.attempt == 0 for row in now),
        repaired=sum(row.accepted and row.attempt > 0 for row in now),
        refused=sum(not row.accepted for row in now),
        made_groups=len(judged),
        reserves=sum(group.reserve and group.id in judged for group in planned),
        refused_groups=sum(not accepted for accepted in judged.values()),
        released=sum(len(group.cells) for group in out),
        released_groups=len(out),
        filters=_filters(rows),
    )


def _filters(rows: Iterable[Verdict]) -> tuple[FilterCost, ...]:
    refused: Counter[str] = Counter()
    alone: Counter[str] = Counter()
    firsts: Counter[str] = Counter()
    again: Counter[str] = Counter()
    groups: Counter[str] = Counter()
    for row in rows:
        if row.accepted:
            continue
        first = row.check or EARLIER
        if not row.sample:
            groups[first] += 1
            continue
        named = row.refused_by.split(",") if row.refused_by else [first]
        refused.update(named)
        alone[first] += len(named) == 1
        firsts[first] += 1
        again[first] += row.superseded
    order = sorted({*refused, *groups}, key=lambda name: (-refused[name], name))
    return tuple(FilterCost(name, refused[name], firsts[name], alone[name], again[name], groups[name]) for name in order)
