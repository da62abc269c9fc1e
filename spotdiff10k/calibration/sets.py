"""Measures of a set as a whole: good sets, and sets whose plan is confounded for a share of the subjects.

Sets are drawn again and again from the same groups, three quarters of them at a time: their values are alike, and intervals on
how many were caught are narrower than they would be for new sets.
"""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from spotdiff10k.calibration.bench import GroupOutcome
from spotdiff10k.calibration.defects.plans import PLAN_DEFECTS
from spotdiff10k.calibration.observed import Observed, Planting, Values, rule_name
from spotdiff10k.limits import Rule, Scope
from spotdiff10k.measures import Check
from spotdiff10k.seeds import seed_for
from spotdiff10k.set_measures import SetCheck, SetGroup

DRAWN_SETS = 20
DRAWN_SHARE = 0.75


@dataclass(frozen=True, slots=True)
class _Sets:
    """What sets are drawn from: the good groups of one half, and the checks that look at sets."""

    good: Sequence[SetGroup]
    rules: Sequence[Rule]
    checks: Mapping[str, Check]
    seed: int

    def values(self, number: int, twins: Mapping[str, SetGroup], share: float) -> Values:
        """Measure the set of this number, with a share of its groups replaced by their twins."""
        rng = random.Random(seed_for(self.seed, "set", number))  # noqa: S311 - not for secrets
        groups = rng.sample(list(self.good), round(DRAWN_SHARE * len(self.good)))
        order = sorted(range(len(groups)), key=lambda _: rng.random())
        replaced = {groups[place].planned.id for place in order[: round(share * len(groups))]}
        chosen = [twins[one.planned.id] if one.planned.id in replaced else one for one in groups]
        ordered = sorted(chosen, key=lambda one: one.planned.ordinal)
        found: Values = {}
        for name, check in self.checks.items():
            if isinstance(check, SetCheck) and any(rule.check == name for rule in self.rules):
                whole = check.measure_set(ordered).whole
                mine = [rule for rule in self.rules if rule.check == name and rule.measure in whole]
                found.update({rule_name(rule): (whole[rule.measure],) for rule in mine})
        return found


def add_sets(
    seen: Observed,
    good: Sequence[GroupOutcome],
    twins: Mapping[str, Sequence[GroupOutcome]],
    rules: Sequence[Rule],
    checks: Mapping[str, Check],
    seed: int,
) -> None:
    """Add measures of the set to what was observed of one half; `twins` are the groups of each confounded plan."""
    wanted = [rule for rule in rules if rule.scope is Scope.SET]
    if not wanted:
        return
    sets = _Sets([_group(one) for one in good], wanted, checks, seed)
    numbers = range(DRAWN_SETS)
    seen.sets += [sets.values(number, {}, 0.0) for number in numbers]
    for name, outcomes in twins.items():
        by_group = {one.assigned.planned.id: _group(one) for one in outcomes}
        for place, severity in enumerate(PLAN_DEFECTS[name].grades):
            values = [sets.values(number, by_group, severity / 100) for number in numbers]
            seen.planted[name, place] += [Planting(f"set {number}", found) for number, found in zip(numbers, values, strict=True)]


def _group(outcome: GroupOutcome) -> SetGroup:
    return SetGroup(outcome.assigned.planned, outcome.good)
