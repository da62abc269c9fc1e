"""Deciding on a whole run: each group by its own measures, then what only the set as a whole can tell."""

from collections import Counter
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field, replace

from spotdiff10k import measures, verdicts
from spotdiff10k.committed import tar_paths
from spotdiff10k.errors import RunError
from spotdiff10k.limits import Rule, Scope, chosen_checks, make_check
from spotdiff10k.measures import GroupMeasures, setup_of
from spotdiff10k.run import Run
from spotdiff10k.set_measures import SetGroup, SetMeasures, seen
from spotdiff10k.set_measuring import SetMeasurer
from spotdiff10k.stage import Stage
from spotdiff10k.types import PlannedGroup
from spotdiff10k.verdicts import Verdict

CONTROL = "control"


@dataclass(slots=True)
class Decision:
    """The verdicts, in plan order, and what was found beside them."""

    rows: list[Verdict] = field(default_factory=list)
    set_refusals: list[str] = field(default_factory=list)  # why the set as a whole does not pass, as sentences
    unchecked: Counter[tuple[str, str]] = field(default_factory=Counter)  # (check.measure, why) to groups, or 1 for the set
    unseen: Counter[tuple[str, str]] = field(default_factory=Counter)  # the same to single samples of groups that were checked


def decide(stage: Stage, groups: Set[str], rules: Sequence[Rule]) -> Decision:
    """Decide on these groups, from the measures there are. Raises RunError when some are missing or old."""
    decision = Decision()
    measurer = SetMeasurer(stage, rules)
    made = {name: make_check(name, stage.recipe.checks) for name in chosen_checks(stage.recipe.checks)}
    versions = {name: (check.version, setup_of(check)) for name, check in made.items()}
    candidates: list[SetGroup] = []
    for group in stage.groups():
        if group.id in groups:
            known = measures.read(stage.run.group_measures(group.id))
            if known is None or not _is_usable(known, group, versions) or not _is_of_the_tars(known, stage.run):
                raise RunError(f"The group {group.id} has no usable measures. Run: spotdiff10k validate {stage.run.root}")
            rows = verdicts.decide(group, known, rules)
            decision.rows += rows
            _count_unchecked(decision, known, rules)
            if measurer.wanted and rows[-1].accepted:
                last = known.rounds[-1].checks
                candidates.append(SetGroup(group, {name: last[name].measures for name in last}))
    if measurer.wanted and candidates:
        _decide_on_the_set(decision, measurer, candidates, rules)
    if stage.recipe.purpose == CONTROL:
        decision.set_refusals.clear()  # confounded on purpose, and says so everywhere
    return decision


def _is_usable(known: GroupMeasures, planned: PlannedGroup, versions: Mapping[str, tuple[int, str]]) -> bool:
    """Whether measures are about this plan and were taken by the checks of today; a check that took none refuses later on."""
    taken = ((name, (check.version, check.setup)) for item in known.rounds for name, check in item.checks.items())
    current = all(versions.get(name, found) == found for name, found in taken)
    return bool(known.rounds) and current and known.planned == measures.planned_digest(planned)


def _is_of_the_tars(known: GroupMeasures, run: Run) -> bool:
    """Whether measures are of every tar that is there, by name and size; their bytes are looked at when they are read."""
    try:
        there = [(path.name, path.stat().st_size) for path in tar_paths(run, known.group)]
    except OSError:
        return False
    return there == [(item.tar.name, item.tar.size) for item in known.rounds]


def _count_unchecked(decision: Decision, known: GroupMeasures, rules: Sequence[Rule]) -> None:
    last = known.rounds[-1].checks
    for rule in rules:
        if rule.check in last and (why := last[rule.check].measures.unchecked.get(rule.measure)):
            decision.unchecked[f"{rule.check}.{rule.measure}", why] += 1
        elif rule.check in last and rule.scope is Scope.SAMPLE:
            _count_unseen(decision, rule, last[rule.check].measures.unseen)


def _count_unseen(decision: Decision, rule: Rule, unseen: Mapping[str, Mapping[str, str]]) -> None:
    for texts in unseen.values():
        if why := texts.get(rule.measure):
            decision.unseen[f"{rule.check}.{rule.measure}", why] += 1


def _decide_on_the_set(decision: Decision, measurer: SetMeasurer, groups: list[SetGroup], rules: Sequence[Rule]) -> None:
    """Refuse groups that do not go with the others, then judge the set of those that remain."""
    keys = [cell.key for group in groups for cell in group.planned.cells]
    refused = _refuse_across(decision, measurer.measure(groups), rules, keys)
    if refused:
        groups = [group for group in groups if group.planned.id not in refused]
    found = measurer.measure(groups) if groups else {}
    for rule in rules:
        if rule.scope is Scope.SET and groups and (why := found[rule.check].unchecked.get(rule.measure)):
            decision.unchecked[f"{rule.check}.{rule.measure}", why] += 1
    decision.set_refusals += set_faults(found, rules)


def set_faults(found: Mapping[str, SetMeasures], rules: Sequence[Rule]) -> list[str]:
    """Why a set as a whole does not pass, as sentences, by what its checks found."""
    faults: list[str] = []
    for rule in rules:
        if rule.scope is Scope.SET and rule.check in found:
            measured = found[rule.check]
            if fault := rule.fault(measured.whole.get(rule.measure), measured.unchecked.get(rule.measure, "")):
                faults.append(" ".join(filter(None, (fault, measured.evidence.get("")))))
    return faults


def _refuse_across(decision: Decision, found: Mapping[str, SetMeasures], rules: Sequence[Rule], keys: Sequence[str]) -> set[str]:
    """Turn the verdicts on samples that do not go with other groups, and on their groups; the groups' ids."""
    faults: dict[str, tuple[Rule, str]] = {}
    for rule in (rule for rule in rules if rule.scope is Scope.ACROSS):
        measured = found[rule.check]
        why = measured.unchecked.get(rule.measure, "")
        if why:
            decision.unchecked[f"{rule.check}.{rule.measure}", why] += 1
        else:
            _count_unseen(decision, rule, measured.unseen)
        for key in keys:
            if fault := rule.fault(*seen(measured, key, rule.measure)):
                faults.setdefault(key, (rule, fault))
    refused: dict[str, Verdict] = {}
    for number, row in enumerate(decision.rows):
        if row.accepted and row.sample in faults:
            by, reason = faults[row.sample]
            decision.rows[number] = verdicts.refused(row, by, reason, found[by.check].evidence.get(row.sample, ""))
            refused.setdefault(row.group, decision.rows[number])
    for number, row in enumerate(decision.rows):
        if not row.sample and row.accepted and row.group in refused:
            first = refused[row.group]
            told = f"{first.sample} does not go with the rest of the set: {first.reason}"
            decision.rows[number] = replace(first, sample="", attempt=row.attempt, reason=told)
    return set(refused)
