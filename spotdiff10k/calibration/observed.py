"""What was measured, as numbers by measure: of good groups, and of everything planted."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from spotdiff10k.calibration.bench import GroupOutcome, Taken
from spotdiff10k.limits import Rule, Scope

Values = dict[str, tuple[float, ...]]
"""Values by measure ("pose.turn_error"): one for each sample, or the one of the group."""


@dataclass(frozen=True, slots=True)
class GoodGroup:
    """A good group's values, in the order of its samples."""

    group: str
    subject: str
    samples: int
    values: Values


@dataclass(frozen=True, slots=True)
class Planting:
    """The values of the samples that carry a defect, and of their group."""

    group: str
    values: Values


@dataclass(slots=True)
class Observed:
    """One half: what thresholds are chosen on, or what is reported."""

    good: list[GoodGroup] = field(default_factory=list)
    sets: list[Values] = field(default_factory=list)  # of good sets, drawn from these groups
    planted: dict[tuple[str, int], list[Planting]] = field(default_factory=lambda: defaultdict(list))  # by defect and grade
    invisible: Counter[tuple[str, int]] = field(default_factory=Counter)
    unchecked: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))  # measure to reason to groups

    @property
    def samples(self) -> int:
        """Good samples."""
        return sum(one.samples for one in self.good)

    def good_values(self, measure: str) -> list[float]:
        """All good values of a measure."""
        groups = [value for one in self.good for value in one.values.get(measure, ())]
        return groups + [value for values in self.sets for value in values.get(measure, ())]


def rule_name(rule: Rule) -> str:
    """A measure's name among those of all checks."""
    return f"{rule.check}.{rule.measure}"


def values_of(taken: Taken, keys: Sequence[str], rules: Iterable[Rule]) -> Values:
    """The values that were taken: of these samples, and of the group."""
    found: Values = {}
    for rule in rules:
        measures = taken.get(rule.check)
        if measures is None:
            continue
        if rule.scope is Scope.SAMPLE:
            each = tuple(measures.samples[key][rule.measure] for key in keys if rule.measure in measures.samples.get(key, {}))
        elif rule.scope is Scope.GROUP:
            each = (measures.group[rule.measure],) if rule.measure in measures.group else ()
        else:
            continue
        if each:
            found[rule_name(rule)] = each
    return found


def observe(outcomes: Iterable[GroupOutcome], rules: Sequence[Rule], subjects: Mapping[str, str]) -> Observed:
    """Gather one half; `subjects` names each group's."""
    found = Observed()
    for outcome in sorted(outcomes, key=lambda one: one.assigned.place):
        planned = outcome.assigned.planned
        keys = [cell.key for cell in planned.cells]
        found.good.append(GoodGroup(planned.id, subjects[planned.id], len(keys), values_of(outcome.good, keys, rules)))
        for rule in rules:
            why = outcome.good[rule.check].unchecked.get(rule.measure, "") if rule.check in outcome.good else ""
            if why:
                found.unchecked[rule_name(rule)][why] += 1
        for planted in outcome.planted:
            place = (planted.defect, planted.grade)
            if planted.visible:
                found.planted[place].append(Planting(planned.id, values_of(planted.taken, planted.changed, rules)))
            else:
                found.invisible[place] += 1
    return found
