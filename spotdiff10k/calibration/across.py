"""Measures that need other groups: good halves as sets, and sets in which something crosses over.

A set has pictures of one size, so the groups of each size are a set of their own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from spotdiff10k.calibration.bench import GroupOutcome, Taken
from spotdiff10k.calibration.defects import DEFECTS
from spotdiff10k.calibration.observed import Observed, Planting, rule_name
from spotdiff10k.limits import Rule, Scope
from spotdiff10k.measures import Check
from spotdiff10k.set_measures import SetCheck, SetGroup, SetMeasures

SPLITS = ("train", "test")
"""Neighbours are in different splits, so that what a group has of its neighbour has crossed over."""


def add_across(seen: Observed, outcomes: Sequence[GroupOutcome], rules: Sequence[Rule], checks: Mapping[str, Check]) -> None:
    """Add the measures that look across groups to what was observed of one half."""
    wanted = [rule for rule in rules if rule.scope is Scope.ACROSS]
    looking = {name: check for name, check in checks.items() if isinstance(check, SetCheck)}
    if not wanted or not looking:
        return
    values = {one.group: one.values for one in seen.good}
    for size in sorted({one.assigned.size for one in outcomes}):
        ordered = sorted((one for one in outcomes if one.assigned.size == size), key=lambda one: one.assigned.place)
        good = [_set_group(one, one.good) for one in ordered]
        found = {name: check.measure_set(good) for name, check in looking.items()}
        for group in good:
            _add(values[group.planned.id], found, [cell.key for cell in group.planned.cells], wanted)
        for rule in wanted:
            if why := found[rule.check].unchecked.get(rule.measure, ""):
                seen.unchecked[rule_name(rule)][why] += len(good)
        for place in list(seen.planted):
            if DEFECTS[place[0]].across:
                _add_planted(seen.planted[place], place, ordered, good, wanted, looking)


def _add_planted(
    plantings: Sequence[Planting],
    place: tuple[str, int],
    ordered: Sequence[GroupOutcome],
    good: Sequence[SetGroup],
    wanted: Sequence[Rule],
    looking: Mapping[str, Check],
) -> None:
    """Every second group carries the defect, so that each of them has an earlier, good partner of its size."""
    by_group = {planting.group: planting for planting in plantings}
    groups = list(good)
    changed: dict[str, tuple[str, ...]] = {}
    for position, outcome in enumerate(ordered):
        for planted in outcome.planted:
            if (planted.defect, planted.grade) == place and planted.visible:
                groups[position] = _set_group(outcome, planted.taken)
                changed[outcome.assigned.planned.id] = planted.changed
    found = {name: check.measure_set(groups) for name, check in looking.items() if isinstance(check, SetCheck)}
    for group, keys in changed.items():
        _add(by_group[group].values, found, keys, wanted)


def _set_group(outcome: GroupOutcome, taken: Taken) -> SetGroup:
    planned = replace(outcome.assigned.planned, split=SPLITS[outcome.assigned.place % len(SPLITS)])
    return SetGroup(planned, taken)


def _add(
    values: dict[str, tuple[float, ...]], found: Mapping[str, SetMeasures], keys: Sequence[str], wanted: Sequence[Rule]
) -> None:
    for rule in wanted:
        samples = found[rule.check].samples
        each = tuple(samples[key][rule.measure] for key in keys if rule.measure in samples.get(key, {}))
        if each:
            values[rule_name(rule)] = each
