"""Which measures get a calibrated threshold, and which threshold that is.

Neyman and Pearson's question: catch most at a stated share of good samples refused. Every check is looked at by itself, so
that each can do its work where another is not run. Of its measures those are taken, one after the other, that catch most of
what is not yet caught; what catches nothing new spends nothing. Half of the budget is shared out evenly over all that were
taken (Bonferroni), so that together they keep it; the other half goes, in small parts, to whichever catches most severe
plantings that no check catches. Then thresholds move further out, by up to half of their distance from the middle of the good
values, as long as nothing severe is lost even at twice that: what is good and unlike anything seen is to pass as well. A limit
of a check's own that catches nothing here stays as it is, unless it refuses good samples: then it is moved out.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from spotdiff10k.calibration.curves import Floats, outward
from spotdiff10k.calibration.observed import Observed, rule_name
from spotdiff10k.calibration.tails import bound
from spotdiff10k.limits import Rule, Scope, Thresholds

FIRST_SHARES = 32
"""Parts of the budget that a measure is tried with, before it is known how many share it."""
LEAST_GAIN = 0.02
"""Of the plantings of one defect and grade, that a measure must catch anew to be taken."""
PARTS = 8
"""Of half of the budget, that are given where they catch most."""
FURTHER = (0.5, 0.25, 0.125)
"""Parts of its distance from the middle of the good values by which a threshold may move further out."""
SIDES = ("low", "high")
DIGITS = 4

Bools = npt.NDArray[np.bool_]
NOTHING = np.zeros(0)
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
    planted: Mapping[Place, Floats]  # the outermost value of each planting; -inf where there is none

    @property
    def own(self) -> float:
        """The check's own limit."""
        return self.rule.limit.high if self.side == "high" else -self.rule.limit.low

    def at(self, limit: float) -> Chosen:
        """The threshold at a bound."""
        return Chosen(self.rule, self.side, _rounded(limit, self.side))


def choose(seen: Observed, rules: Sequence[Rule], severe: Mapping[Place, bool], target: float) -> list[Chosen]:
    """The thresholds, in the order of the rules. `severe` says of every defect and grade whether it is."""
    sides = [_side(seen, rule, side) for rule in rules if rule.scope is not Scope.SET for side in SIDES]
    usable = [one for one in sides if math.isfinite(bound(one.good, target / FIRST_SHARES))]
    checks = dict.fromkeys(one.rule.check for one in usable)
    taken = {name: _taken([one for one in usable if one.rule.check == name], target / FIRST_SHARES) for name in checks}
    known = [one for found in taken.values() for one in found]
    strict = [one for one in usable if one not in known and one.own < float(one.good.max())]
    share = target / 2 / max(1, len(known) + len(strict))
    levels = _levels(known, severe, share, target / 2)
    found = [one.at(limit) for each in taken.values() for one, limit in zip(each, _limits(each, severe, levels), strict=True)]
    loosened = [one.at(max(one.own, bound(one.good, share))) for one in strict]
    order = [rule_name(rule) for rule in rules]
    meant = [one for one in [*found, *loosened] if _can_refuse(one) or _has_own(one)]
    return sorted(meant, key=lambda one: (order.index(rule_name(one.rule)), one.side))


def _can_refuse(one: Chosen) -> bool:
    """Whether any value that is possible at all lies beyond the threshold."""
    possible = one.rule.possible
    return one.value < possible.high if one.side == "high" else one.value > possible.low


def _has_own(one: Chosen) -> bool:
    return math.isfinite(one.rule.limit.high if one.side == "high" else one.rule.limit.low)


def _side(seen: Observed, rule: Rule, side: str) -> _Side:
    name = rule_name(rule)
    planted = {
        place: np.asarray([outward(one.values[name], side).max() if name in one.values else -np.inf for one in plantings])
        for place, plantings in seen.planted.items()
    }
    return _Side(rule, side, outward(seen.good_values(name), side), planted)


def _taken(sides: Sequence[_Side], level: float) -> list[_Side]:
    """Of one check, the sides that catch something that no other does, the best first."""
    left = {id(one): one for one in sides}
    catches = {id(one): _catches(one, bound(one.good, level)) for one in sides}
    caught: dict[Place, Bools] = {}
    taken: list[_Side] = []
    while left:
        best = max(left, key=lambda name: _gain(catches[name], caught))
        if _gain(catches[best], caught)[0] < LEAST_GAIN:
            break
        for place, found in catches[best].items():
            caught[place] = caught.get(place, np.zeros_like(found)) | found
        taken.append(left.pop(best))
    return taken


def _levels(taken: Sequence[_Side], severe: Mapping[Place, bool], share: float, rest: float) -> dict[_Side, float]:
    """The part of the budget of each side: an even share, and parts of the rest where all checks together catch more for it."""
    places = _severe_places(taken, severe)
    levels = dict.fromkeys(taken, share)
    for _ in range(PARTS):
        limits = {one: bound(one.good, level) for one, level in levels.items()}
        missed = {place: ~_caught(taken, list(limits.values()), place) for place in places}
        gains = {}
        for one in taken:
            lower = bound(one.good, levels[one] + rest / PARTS)
            gains[one] = sum(float((missed[place] & (one.planted[place] > lower)).mean()) for place in places)
        best = max(gains, key=lambda one: gains[one], default=None)
        if best is None or gains[best] <= 0:
            break
        levels[best] += rest / PARTS
    return levels


def _severe_places(taken: Sequence[_Side], severe: Mapping[Place, bool]) -> list[Place]:
    wanted = [place for place, is_severe in severe.items() if is_severe]
    return [place for place in wanted if all(one.planted.get(place, NOTHING).size for one in taken)]


def _limits(taken: Sequence[_Side], severe: Mapping[Place, bool], levels: Mapping[_Side, float]) -> list[float]:
    """The thresholds of one check's sides, larger further out: at their levels, then further out where that loses nothing.

    Only a side that catches all of some severe defect by itself moves, and it keeps all of these by itself.
    """
    limits = [bound(one.good, levels[one]) for one in taken]
    wanted = _severe_places(taken, severe)
    before = {place: _caught(taken, limits, place) for place in wanted}
    for position, one in enumerate(taken):
        sure = [one.planted[place] for place in wanted if (one.planted[place] > limits[position]).all()]
        reach = limits[position] - float(np.median(one.good))
        for factor in FURTHER if sure else ():
            tried = [*limits]
            tried[position] += 2 * factor * reach
            alone = all((values > tried[position]).all() for values in sure)
            if alone and all((_caught(taken, tried, place) >= before[place]).all() for place in wanted):
                limits[position] += factor * reach
                break
    return limits


def _caught(taken: Sequence[_Side], limits: Sequence[float], place: Place) -> Bools:
    """Which plantings any of the sides catches."""
    found: Bools = np.any([one.planted[place] > limit for one, limit in zip(taken, limits, strict=True)], axis=0)
    return found


def _catches(one: _Side, limit: float) -> dict[Place, Bools]:
    return {place: np.asarray(values > limit) for place, values in one.planted.items()}


def _gain(catches: Mapping[Place, Bools], caught: Mapping[Place, Bools]) -> tuple[float, float]:
    """What is caught anew: the largest share of any defect and grade, and the sum of all shares."""
    fresh = [
        float((found & ~caught[place] if place in caught else found).mean()) for place, found in catches.items() if found.size
    ]
    return max(fresh, default=0.0), sum(fresh)


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
