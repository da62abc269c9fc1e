"""A pilot: make and judge a few groups of a plan, and say with intervals what the whole of it will yield and cost.

The groups are drawn from all splits and families by the recipe's seed and are the run's own: a build goes on from there.
"""

import random
from collections import defaultdict
from dataclasses import dataclass

from spotdiff10k import generate, intervals, verdicts
from spotdiff10k.committed import tar_paths
from spotdiff10k.errors import RecipeError
from spotdiff10k.events import read_events
from spotdiff10k.intervals import Interval
from spotdiff10k.limits import Scope, read_rules
from spotdiff10k.making import OnProgress
from spotdiff10k.measures import Limit
from spotdiff10k.models.needs import refuse_missing
from spotdiff10k.repair import Watchers, mend_made
from spotdiff10k.run import Run, driver_lock
from spotdiff10k.seeds import seed_for
from spotdiff10k.stage import open_stage
from spotdiff10k.types import PlannedGroup
from spotdiff10k.verdicts import Verdict
from spotdiff10k.yields import Yield, account

LEAST_GROUPS = 8
"""Of fewer groups, an interval says nothing."""
STORED_TWICE = 2
"""A released group lies in `groups/` and in a shard."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """What a pilot says of the whole plan; intervals are at 95 %."""

    groups: int  # of the pilot
    planned_groups: int  # of the plan
    workers: int
    yields: Yield  # of the pilot
    accepted_first: Interval  # share of samples accepted at their first attempt
    accepted_groups: Interval  # share of groups accepted, after repair
    attempts: Interval  # pictures made for one planned
    reserves_needed: Interval  # groups, for the whole plan
    reserves_planned: int
    seconds: Interval  # to make the whole plan with these workers
    judging_seconds: Interval  # to measure it, and again what is made again; without what is decided among all groups
    bytes: Interval  # of groups and shards
    among_groups: tuple[
        str, ...
    ] = ()  # checks that compare groups, of which a pilot has few: what they refuse grows with the set

    @property
    def enough_reserves(self) -> bool:
        """Whether the plan holds as many reserves as may be needed."""
        return self.reserves_planned >= self.reserves_needed.high


def refuse_few(count: int) -> None:
    """Raise RecipeError for a pilot that is too small to say anything."""
    if count < LEAST_GROUPS:
        raise RecipeError(f"A pilot of {count} groups says nothing; expected at least {LEAST_GROUPS}.")


def choose(groups: list[PlannedGroup], count: int, root: int) -> list[PlannedGroup]:
    """Some of the regular groups, as evenly as possible from every split and family, the same for the same seed."""
    strata: dict[tuple[str, str], list[PlannedGroup]] = defaultdict(list)
    for group in groups:
        strata[group.split, group.subject.family].append(group)
    rng = random.Random(seed_for(root, "pilot"))  # noqa: S311 - a drawing, not a secret
    queues = [rng.sample(found, len(found)) for _, found in sorted(strata.items())]
    placed = [((rank + rng.random()) / len(queue), group) for queue in queues for rank, group in enumerate(queue)]
    return [group for _, group in sorted(placed, key=lambda item: item[0])[:count]]


def pilot(run: Run, count: int, workers: int = 0, making: OnProgress | None = None, watchers: Watchers | None = None) -> Forecast:
    """Make, judge and repair `count` groups of a planned run. Raises RecipeError for too few, and what `generate` raises."""
    refuse_few(count)
    stage = open_stage(run)
    refuse_missing(stage.recipe.checks)
    rules = read_rules(stage.recipe.checks)
    with driver_lock(run):
        planned = list(stage.groups())
        regular = [group for group in planned if not group.reserve]
        chosen = choose(regular, count, stage.recipe.seed)
        names = {group.id for group in chosen}
        made = generate.generate(run, workers, groups=sorted(names), on_progress=making)
        _, judging = mend_made(stage, workers, watchers or Watchers(making=making))
        rows = [row for row in verdicts.read(run.verdicts) if row.group in names]
    found = account(chosen, rows)
    accepted = intervals.share(found.made_groups - found.refused_groups, found.made_groups)
    lost = Interval(1 - accepted.value, 1 - accepted.high, 1 - accepted.low)
    attempts = intervals.mean([_count(rows, group) / len(group.cells) for group in chosen], "attempts")
    first = sum(_count(rows, group, first=True) / len(group.cells) for group in chosen)
    return Forecast(
        groups=len(chosen),
        planned_groups=len(regular),
        workers=made.workers,
        yields=found,
        accepted_first=intervals.share(first, len(chosen)),
        accepted_groups=accepted,
        attempts=attempts,
        reserves_needed=lost.times(len(regular)),
        reserves_planned=len(planned) - len(regular),
        seconds=_seconds(run, names).times(len(regular) * attempts.value / made.workers),
        judging_seconds=_mean([judging[name] for name in sorted(names & judging.keys())]).times(len(regular) / made.workers),
        bytes=_bytes(run, chosen).times(len(regular) * STORED_TWICE),
        among_groups=tuple(dict.fromkeys(rule.check for rule in rules if rule.scope is Scope.ACROSS and rule.limit != Limit())),
    )


def _count(rows: list[Verdict], group: PlannedGroup, first: bool = False) -> int:
    """How many samples of a group were made, or accepted at their first attempt."""
    return sum(row.group == group.id and bool(row.sample) and (not first or (row.accepted and not row.attempt)) for row in rows)


def _seconds(run: Run, names: set[str]) -> Interval:
    """Of one worker for one group, from the event log; zero where it is silent."""
    found = {
        str(event.get("group")): event.get("seconds") for event in read_events(run.events) if event.get("event") == "group made"
    }
    seconds = [float(value) for name, value in found.items() if name in names and isinstance(value, (int, float))]
    return _mean(seconds)


def _mean(seconds: list[float]) -> Interval:
    """Of one worker for one group; zero where nothing was timed."""
    return intervals.mean(seconds, "seconds") if seconds else Interval(0.0, 0.0, 0.0)


def _bytes(run: Run, groups: list[PlannedGroup]) -> Interval:
    sizes = [float(sum(path.stat().st_size for path in tar_paths(run, group.id))) for group in groups]
    return intervals.mean(sizes, "bytes")
