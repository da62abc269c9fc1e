"""validate: measure what is unmeasured, then decide by the recipe's rules and write the verdicts."""

from collections import Counter
from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass, field

from spotdiff10k import verdicts
from spotdiff10k.deciding import Decision, decide
from spotdiff10k.errors import DataError, RunError
from spotdiff10k.executors import Task
from spotdiff10k.limits import read_rules
from spotdiff10k.measuring import Measured, MeasureWork
from spotdiff10k.models.needs import refuse_missing
from spotdiff10k.release import write_sealed
from spotdiff10k.run import Run, driver_lock, remove_leftovers
from spotdiff10k.spread import spread
from spotdiff10k.stage import Stage, open_stage
from spotdiff10k.verdicts import EARLIER

NAMED = 3
"""How many culprits a sentence names before it only counts them."""

OnProgress = Callable[[int, int], None]
"""Told (groups done, groups in all)."""
Seconds = dict[str, float]
"""What workers took to measure a group, by its id."""


@dataclass(frozen=True, slots=True)
class Unchecked:
    """A measure that could not be taken: neither passed nor refused."""

    measure: str  # "mask.agreement"
    why: str
    groups: int  # it is about; 1 for a measure of the set
    samples: int = 0  # where it is single samples of groups that were checked


@dataclass(slots=True)
class ValidateSummary:
    """What validate found; samples unless a name says groups."""

    groups_planned: int = 0
    groups: int = 0  # made, and so judged
    groups_accepted: int = 0
    groups_quarantined: int = 0  # could not be made at all
    samples: int = 0
    measured: int = 0  # just now; the rest was known
    accepted: int = 0
    repaired: int = 0  # accepted at a later attempt than the plan's own
    remade: int = 0  # refused attempts that were made again; history
    reserves: int = 0  # of the groups made, those that stand in for refused ones
    refused_by: dict[str, int] = field(default_factory=dict)  # check to samples it refused, history included
    refused_groups: list[str] = field(default_factory=list)
    set_refusals: list[str] = field(default_factory=list)  # why the set as a whole does not pass
    unchecked: list[Unchecked] = field(default_factory=list)

    @property
    def refused(self) -> int:
        """Samples refused now."""
        return self.samples - self.accepted


class DamagedError(RunError):
    """Committed tars that cannot be read; `groups` are those they belong to."""

    def __init__(self, found: Mapping[str, Measured], run: Run) -> None:
        self.groups = sorted(found)
        first = found[self.groups[0]]
        more = f" {len(found) - 1} more are damaged." if len(found) > 1 else ""
        firsts = [group for group, item in found.items() if item.damaged == run.group_tar(group).name]
        mend = f"generate {run.root}" if firsts else f"repair {run.root}"
        super().__init__(f"The committed file {first.damaged} is damaged: {first.damage}{more} Run: spotdiff10k {mend}")


def validate(
    run: Run, workers: int = 0, redecide: bool = False, strict: bool = False, on_progress: OnProgress | None = None
) -> ValidateSummary:
    """Measure and decide under the run's driver lock; with `redecide`, decide only, from the measures there are.

    Raises RunError when groups are missing or damaged; with `strict`, DataError when anything is refused.
    """
    stage = open_stage(run)
    with driver_lock(run):
        remove_leftovers(run)
        summary = judge(stage, workers, redecide, on_progress)
    if strict:
        require_all(summary, run)
    return summary


def require_all(summary: ValidateSummary, run: Run) -> None:
    """Raise DataError when any group is refused or could not be made, or the set as a whole does not pass."""
    if summary.set_refusals:
        raise DataError("The set does not pass: " + " ".join(summary.set_refusals))
    if summary.refused_groups or summary.groups_quarantined:
        raise DataError(_strict_sentence(summary, run))


def judge(
    stage: Stage,
    workers: int = 0,
    redecide: bool = False,
    on_progress: OnProgress | None = None,
    only: Set[str] | None = None,
    partial: bool = False,
    seconds: Seconds | None = None,
) -> ValidateSummary:
    """Measure and decide; the caller holds the driver lock. `only` names the groups to measure, when the others are known.

    With `partial`, groups that are not made yet are left out. What measuring takes is added to `seconds`.

    Raises RecipeError, before any work, when a threshold is wrong; DamagedError when a committed tar is.
    """
    rules = read_rules(stage.recipe.checks)
    summary = ValidateSummary()
    made = _made(stage, summary, partial)
    if not redecide:
        refuse_missing(stage.recipe.checks)
        summary.measured = _measure(stage, made if only is None else made & only, workers, on_progress, seconds)
    decision = decide(stage, made, rules)
    _count(summary, decision)
    write_sealed(stage.run, stage.run.verdicts, verdicts.verdict_bytes(decision.rows))
    return summary


def _strict_sentence(summary: ValidateSummary, run: Run) -> str:
    named = ", ".join(summary.refused_groups[:NAMED])
    refused = f"{len(summary.refused_groups)} of {summary.groups} groups are refused" + (f" ({named})" if named else "")
    return f"{refused} and {summary.groups_quarantined} could not be made; --strict asks for none. {run.verdicts} says why."


def _made(stage: Stage, summary: ValidateSummary, partial: bool) -> set[str]:
    """The groups that were made, reserves too. Raises RunError when one that should have been was not."""
    made: set[str] = set()
    missing: list[str] = []
    for group in stage.groups():
        summary.groups_planned += not group.reserve
        if stage.run.group_tar(group.id).is_file():
            made.add(group.id)
            summary.reserves += group.reserve
        elif (stage.run.quarantine / f"{group.id}.json").is_file():
            summary.groups_quarantined += 1
        elif not group.reserve and not partial:
            missing.append(group.id)
    root = stage.run.root
    if missing:
        named = ", ".join(missing[:NAMED]) + (", ..." if len(missing) > NAMED else "")
        raise RunError(f"{len(missing)} groups are not made yet ({named}). Run: spotdiff10k generate {root}")
    if not made:
        raise RunError(f"There is nothing to validate: no group of {root} could be made. Its quarantine folder says why.")
    return made


def _measure(stage: Stage, wanted: Set[str], workers: int, on_progress: OnProgress | None, seconds: Seconds | None) -> int:
    """Measure what is unmeasured; how many samples that was. Raises DamagedError."""
    work = MeasureWork(stage.run, stage.recipe.seed, stage.recipe.engine.name, stage.settings, stage.recipe.checks)
    tasks = (Task(group.id, group) for group in stage.groups() if group.id in wanted)
    measured = 0
    damage: dict[str, Measured] = {}
    for done, (group, outcome) in enumerate(spread(work, tasks, workers), start=1):
        measured += outcome.samples
        if seconds is not None and outcome.samples:
            seconds[group] = seconds.get(group, 0.0) + outcome.seconds
        if outcome.damaged:
            damage[group] = outcome
        if on_progress is not None:
            on_progress(done, len(wanted))
    if damage:
        raise DamagedError(damage, stage.run)
    return measured


def _count(summary: ValidateSummary, decision: Decision) -> None:
    """Count what was decided."""
    refused: Counter[str] = Counter()
    for row in decision.rows:
        if not row.sample:
            summary.groups += 1
            summary.groups_accepted += row.accepted
            if not row.accepted:
                summary.refused_groups.append(row.group)
        else:
            summary.remade += row.superseded
            summary.samples += not row.superseded
            summary.accepted += row.accepted
            summary.repaired += row.accepted and row.attempt > 0
            if not row.accepted:
                refused[row.check or EARLIER] += 1
    summary.refused_by = dict(sorted(refused.items()))
    summary.set_refusals = decision.set_refusals
    summary.unchecked = [Unchecked(*what, groups) for what, groups in sorted(decision.unchecked.items())]
    summary.unchecked += [Unchecked(*what, 0, samples) for what, samples in sorted(decision.unseen.items())]
