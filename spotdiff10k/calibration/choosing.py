"""Which measures get a calibrated threshold, and which threshold that is.

Neyman and Pearson's question: catch most at a stated share of good groups refused. Every check is looked at by itself, so
that each can do its work where another is not run. Of its measures those are taken, one after the other, that catch most of
what is not yet caught; what catches nothing new spends nothing. The budget is shared out evenly over all that were taken
(Bonferroni), so that together they keep it. A limit of a check's own that catches nothing here stays as it is, unless it
refuses good groups: then it is moved out as far as the budget asks.
"""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

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
"""Area under the curve from which a measure is held to see a severe defect."""
SURELY = 0.01
"""Quantile of the severe plantings a measure sees, that its threshold should not lie beyond."""
SIDES = ("low", "high")
DIGITS = 4

Bools = npt.NDArray[np.bool_]


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
    extremes: Floats  # of every good group
    planted: Mapping[
        tuple[str, int], Floats
    ]  # by defect and grade, the outermost value of each planting; -inf where there is none


def choose(seen: Observed, rules: Sequence[Rule], severe: Mapping[tuple[str, int], bool], target: float) -> list[Chosen]:
    """The thresholds, in the order of the rules. `severe` says of every defect and grade whether it is."""
    sides = [_side(seen, rule, side) for rule in rules if rule.scope is not Scope.SET for side in SIDES]
    usable = [one for one in sides if math.isfinite(bound(one.extremes, target / FIRST_SHARES))]
    taken = list(_taken(usable, target / FIRST_SHARES))
    strict = [one for one in usable if one not in taken and _own(one) < float(one.extremes.max())]
    level = target / max(1, len(taken) + len(strict))
    found = [Chosen(one.rule, one.side, _threshold(one, seen, severe, (target, level))) for one in taken]
    loosened = [Chosen(one.rule, one.side, _rounded(bound(one.extremes, level), one.side)) for one in strict]
    return sorted([*found, *loosened], key=lambda one: [rule_name(rule) for rule in rules].index(rule_name(one.rule)))


def _own(one: _Side) -> float:
    """The check's own limit on this side, larger further out."""
    return one.rule.limit.high if one.side == "high" else -one.rule.limit.low


def _side(seen: Observed, rule: Rule, side: str) -> _Side:
    name = rule_name(rule)
    extremes = [outward(one.values[name], side).max() for one in seen.good if name in one.values]
    planted = {
        place: np.asarray([outward(one.values[name], side).max() if name in one.values else -np.inf for one in plantings])
        for place, plantings in seen.planted.items()
    }
    return _Side(rule, side, np.asarray(extremes, np.float64), planted)


def _taken(sides: Sequence[_Side], level: float) -> Iterator[_Side]:
    """Those that catch something that no other of their check does, the best of each check first."""
    for check in dict.fromkeys(one.rule.check for one in sides):
        left = [one for one in sides if one.rule.check == check]
        catches = {id(one): _catches(one, bound(one.extremes, level)) for one in left}
        caught: dict[tuple[str, int], Bools] = {}
        while left:
            gains = [_gain(catches[id(one)], caught) for one in left]
            best = max(range(len(left)), key=lambda place: gains[place])
            if gains[best][0] < LEAST_GAIN:
                break
            for place, found in catches[id(left[best])].items():
                caught[place] = caught.get(place, np.zeros_like(found)) | found
            yield left.pop(best)


def _catches(one: _Side, limit: float) -> dict[tuple[str, int], Bools]:
    return {place: np.asarray(values > limit) for place, values in one.planted.items()}


def _gain(catches: Mapping[tuple[str, int], Bools], caught: Mapping[tuple[str, int], Bools]) -> tuple[float, float]:
    """What is caught anew: the largest share of any defect and grade, and the sum of all shares."""
    fresh = [
        float((found & ~caught[place] if place in caught else found).mean()) for place, found in catches.items() if found.size
    ]
    return max(fresh, default=0.0), sum(fresh)


def _threshold(one: _Side, seen: Observed, severe: Mapping[tuple[str, int], bool], levels: tuple[float, float]) -> float:
    """As far out as the stricter of two levels asks, and no further than severe defects begin, but as far as the other asks."""
    nearest, limit = (bound(one.extremes, level) for level in levels)
    turned = outward(seen.good_values(rule_name(one.rule)), one.side)
    for place, values in one.planted.items():
        present = values[np.isfinite(values)]
        if severe[place] and present.size and auc(turned.tolist(), present.tolist(), "high") >= SEES:
            limit = max(nearest, min(limit, float(np.quantile(present, SURELY))))
    return _rounded(limit, one.side)


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
