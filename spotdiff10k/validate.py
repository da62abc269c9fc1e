"""validate: measure what is unmeasured, then decide by the recipe's rules and write the verdicts."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, field

from spotdiff10k import measures, verdicts
from spotdiff10k.errors import DataError, RunError
from spotdiff10k.executors import Task
from spotdiff10k.limits import Rule, chosen_checks, read_rules
from spotdiff10k.measuring import MeasureWork
from spotdiff10k.release import write_sealed
from spotdiff10k.run import Run, driver_lock
from spotdiff10k.spread import spread
from spotdiff10k.stage import Stage, open_stage
from spotdiff10k.verdicts import Verdict

NAMED = 3
"""How many culprits a sentence names before it only counts them."""


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
    refused_by: dict[str, int] = field(default_factory=dict)  # check to samples it refuses now
    refused_groups: list[str] = field(default_factory=list)

    @property
    def refused(self) -> int:
        """Samples refused now."""
        return self.samples - self.accepted


def validate(run: Run, workers: int = 0, redecide: bool = False, strict: bool = False) -> ValidateSummary:
    """Measure and decide under the run's driver lock; with `redecide`, decide only, from the measures there are.

    Raises RunError when groups are missing or damaged; with `strict`, DataError when anything is refused.
    """
    stage = open_stage(run)
    with driver_lock(run):
        summary = judge(stage, workers, redecide)
    if strict and (summary.refused_groups or summary.groups_quarantined):
        raise DataError(_strict_sentence(summary, run))
    return summary


def judge(stage: Stage, workers: int = 0, redecide: bool = False) -> ValidateSummary:
    """Measure and decide; the caller holds the driver lock. Raises RecipeError before any work when a threshold is wrong."""
    rules = read_rules(stage.recipe.checks)
    summary = ValidateSummary()
    made = _made(stage, summary)
    if not redecide:
        summary.measured = _measure(stage, made, workers)
    write_sealed(stage.run, stage.run.verdicts, verdicts.verdict_bytes(_counted(summary, _decide(stage, made, rules))))
    return summary


def _strict_sentence(summary: ValidateSummary, run: Run) -> str:
    named = ", ".join(summary.refused_groups[:NAMED])
    refused = f"{len(summary.refused_groups)} of {summary.groups} groups are refused" + (f" ({named})" if named else "")
    return f"{refused} and {summary.groups_quarantined} could not be made; --strict asks for none. {run.verdicts} says why."


def _made(stage: Stage, summary: ValidateSummary) -> set[str]:
    """The groups that were made, reserves too. Raises RunError when one that should have been was not."""
    made: set[str] = set()
    missing: list[str] = []
    for group in stage.groups():
        summary.groups_planned += not group.reserve
        if stage.run.group_tar(group.id).is_file():
            made.add(group.id)
        elif (stage.run.quarantine / f"{group.id}.json").is_file():
            summary.groups_quarantined += 1
        elif not group.reserve:
            missing.append(group.id)
    root = stage.run.root
    if missing:
        named = ", ".join(missing[:NAMED]) + (", ..." if len(missing) > NAMED else "")
        raise RunError(f"{len(missing)} groups are not made yet ({named}). Run: spotdiff10k generate {root}")
    if not made:
        raise RunError(f"There is nothing to validate: no group of {root} could be made. Its quarantine folder says why.")
    return made


def _measure(stage: Stage, made: Set[str], workers: int) -> int:
    """Measure what is unmeasured; how many samples that was. Raises RunError when a committed tar is damaged."""
    checks = tuple(chosen_checks(stage.recipe.checks))
    work = MeasureWork(stage.run, stage.recipe.seed, stage.recipe.engine.name, stage.settings, checks)
    tasks = (Task(group.id, group) for group in stage.groups() if group.id in made)
    measured = 0
    damage: dict[str, str] = {}
    for group, outcome in spread(work, tasks, workers):
        measured += outcome.samples
        if outcome.damage:
            damage[group] = outcome.damage
    if damage:
        first = min(damage)
        more = f" {len(damage) - 1} more are damaged." if len(damage) > 1 else ""
        raise RunError(
            f"The committed group {first} is damaged: {damage[first]}{more} Run: spotdiff10k generate {stage.run.root}"
        )
    return measured


def _decide(stage: Stage, made: Set[str], rules: Sequence[Rule]) -> Iterator[Verdict]:
    for group in stage.groups():
        if group.id in made:
            known = measures.read(stage.run.group_measures(group.id))
            if known is None or known.planned != measures.planned_digest(group) or not known.rounds:
                raise RunError(f"The group {group.id} has no usable measures. Run: spotdiff10k validate {stage.run.root}")
            yield from verdicts.decide(group, known, rules)


def _counted(summary: ValidateSummary, rows: Iterable[Verdict]) -> Iterator[Verdict]:
    """Count verdicts as they pass by."""
    refused: Counter[str] = Counter()
    for row in rows:
        if not row.sample:
            summary.groups += 1
            summary.groups_accepted += row.accepted
            if not row.accepted:
                summary.refused_groups.append(row.group)
        elif not row.superseded:
            summary.samples += 1
            summary.accepted += row.accepted
            summary.repaired += row.accepted and row.attempt > 0
            if not row.accepted:
                refused[row.check] += 1
        yield row
    summary.refused_by = dict(sorted(refused.items()))
