"""Which measures get a calibrated threshold, and which threshold that is.

Neyman and Pearson's question: catch most at a stated share of good groups refused. Every check is looked at by itself, so
that each can do its work where another is not run. Of its measures those are taken, one after the other, that catch most of
what is not yet caught; what catches nothing new spends nothing. The budget is shared out evenly over all that were taken
(Bonferroni), so that together they keep it. Where the severe defects that a measure was taken for lie further out than the
budget asks, its threshold moves half of the way to them: groups unlike those seen are to pass as well. Where severe ones are
left that nothing catches, the measure that sees them best moves in on them, as far as it alone keeps the whole budget. A
limit of a check's own that catches nothing here stays as it is, unless it refuses good groups: then it is moved out.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from spotdiff10k.calibration.curves import Floats, auc, outward
from spotdiff10k.calibration.observed import Observed, rule_name
from spotdiff10k.calibration.tails import bound
from spotdiff10k.limits import Rule, Scope, Thresholds

FIRST_SHARES = 32
"""Parts of the budget that a measure is tried with, before it is known how many share it."""
LEAST_GAIN = 0.02
"""Of the plantings of one defect and grade, that a measure must catch anew to be taken."""
SEES = 0.99
"""Area under the curve from which a measure is moved in on a severe defect."""
SURELY = 0.01
"""Share of severe plantings that may be missed; the quantile at which they begin."""
SIDES = ("low", "high")
DIGITS = 4

Bools = npt.NDArray[np.bool_]
Place = tuple[str, int]
"""A defect and the place of its grade."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """A calibrated threshold."""

    rule: Rule
    side: str
    value: float


@dataclass(frozen=True, slots=True, eq=False)
class _Side:
    """One side of one measure, turned so that larger is further out."""

    rule: Rule
    side: str
    good: Floats
    extremes: Floats  # of every good group
    planted: Mapping[Place, Floats]  # the outermost value of each planting; -inf where there is none

    @property
    def own(self) -> float:
        """The check's own limit."""
        return self.rule.limit.high if self.side == "high" else -self.rule.limit.low


@dataclass(slots=True, eq=False)
class _Taken:
    """A side that gets a threshold, and what for."""

    of: _Side
    severe: dict[Place, list[float]] = field(default_factory=dict)  # values of severe plantings that it was the first to catch
    wanted: list[float] = field(default_factory=list)  # where severe plantings begin that nothing catches yet


def choose(seen: Observed, rules: Sequence[Rule], severe: Mapping[Place, bool], target: float) -> list[Chosen]:
    """The thresholds, in the order of the rules. `severe` says of every defect and grade whether it is."""
    sides = [_side(seen, rule, side) for rule in rules if rule.scope is not Scope.SET for side in SIDES]
    usable = [one for one in sides if math.isfinite(bound(one.extremes, target / FIRST_SHARES))]
    checks = dict.fromkeys(one.rule.check for one in usable)
    taken = [one for name in checks for one in _of_check([s for s in usable if s.rule.check == name], severe, target)]
    known = [one.of for one in taken]
    strict = [_Taken(one) for one in usable if one not in known and one.own < float(one.extremes.max())]
    level = target / max(1, len(taken) + len(strict))
    found = [Chosen(one.of.rule, one.of.side, _threshold(one, target, level)) for one in [*taken, *strict]]
    order = [rule_name(rule) for rule in rules]
    meant = [one for one in found if _can_refuse(one) or _has_own(one)]
    return sorted(meant, key=lambda one: (order.index(rule_name(one.rule)), one.side))


def _can_refuse(one: Chosen) -> bool:
    """Whether any value that is possible at all lies beyond the threshold."""
    possible = one.rule.possible
    return one.value < possible.high if one.side == "high" else one.value > possible.low


def _has_own(one: Chosen) -> bool:
    return math.isfinite(one.rule.limit.high if one.side == "high" else one.rule.limit.low)


def _side(seen: Observed, rule: Rule, side: str) -> _Side:
    name = rule_name(rule)
    extremes = [outward(one.values[name], side).max() for one in seen.good if name in one.values]
    planted = {
        place: np.asarray([outward(one.values[name], side).max() if name in one.values else -np.inf for one in plantings])
        for place, plantings in seen.planted.items()
    }
    return _Side(rule, side, outward(seen.good_values(name), side), np.asarray(extremes, np.float64), planted)


def _of_check(sides: Sequence[_Side], severe: Mapping[Place, bool], target: float) -> list[_Taken]:
    """Of one check, the sides that catch something that no other does, the best first."""
    left = {id(one): one for one in sides}
    catches = {id(one): _catches(one, bound(one.extremes, target / FIRST_SHARES)) for one in sides}
    caught: dict[Place, Bools] = {}
    taken: list[_Taken] = []
    while left:
        best = max(left, key=lambda name: _gain(catches[name], caught))
        if _gain(catches[best], caught)[0] < LEAST_GAIN:
            break
        one = _Taken(left.pop(best))
        for place, found in catches[best].items():
            fresh = found & ~caught.get(place, np.zeros_like(found))
            if severe[place]:
                one.severe[place] = one.of.planted[place][fresh].tolist()
            caught[place] = caught.get(place, np.zeros_like(found)) | found
        taken.append(one)
    _move_in(taken, sides, caught, severe, target)
    return taken


def _move_in(
    taken: list[_Taken], sides: Sequence[_Side], caught: Mapping[Place, Bools], severe: Mapping[Place, bool], target: float
) -> None:
    """Ask the side that sees them best to begin where severe plantings begin that are not all caught."""
    for place, found in caught.items():
        if not severe[place] or not found.size or found.mean() >= 1 - SURELY:
            continue
        for one in taken:
            one.severe.pop(place, None)  # it has none to spare
        areas = {one: auc(one.good.tolist(), one.planted[place].tolist(), "high") for one in sides if one.good.size}
        best = max(areas, key=lambda one: areas[one])
        start = float(np.quantile(best.planted[place], SURELY))
        if areas[best] >= SEES and start > bound(best.extremes, target):
            known = next((one for one in taken if one.of is best), None) or _Taken(best)
            known.wanted.append(start)
            taken += [] if known in taken else [known]


def _catches(one: _Side, limit: float) -> dict[Place, Bools]:
    return {place: np.asarray(values > limit) for place, values in one.planted.items()}


def _gain(catches: Mapping[Place, Bools], caught: Mapping[Place, Bools]) -> tuple[float, float]:
    """What is caught anew: the largest share of any defect and grade, and the sum of all shares."""
    fresh = [
        float((found & ~caught[place] if place in caught else found).mean()) for place, found in catches.items() if found.size
    ]
    return max(fresh, default=0.0), sum(fresh)


def _threshold(one: _Taken, target: float, level: float) -> float:
    limit = bound(one.of.extremes, level)
    severe = [value for values in one.severe.values() for value in values if math.isfinite(value)]
    if severe:
        limit = max(limit, (limit + float(np.quantile(severe, SURELY))) / 2)
    if one.wanted:
        limit = max(bound(one.of.extremes, target), min(limit, *one.wanted))
    return _rounded(limit, one.of.side)


def _rounded(limit: float, side: str) -> float:
    """A bound, larger further out, as a threshold: rounded outward to a few digits."""
    value = limit if side == "high" else -limit
    if value == 0:
        return 0.0
    step = 10.0 ** (math.floor(math.log10(abs(value))) - DIGITS + 1)
    number = math.ceil(value / step) if side == "high" else math.floor(value / step)
    return float(f"{number * step:.{DIGITS}g}")


def with_chosen(checks: Thresholds, chosen: Iterable[Chosen]) -> Thresholds:
    """The checks with the chosen thresholds over their own."""
    found = {name: dict(values) for name, values in checks.items()}
    for one in chosen:
        ending = "min" if one.side == "low" else "max"
        found.setdefault(one.rule.check, {})[f"{one.rule.measure}_{ending}"] = one.value
    return found
