"""Which measures get a calibrated threshold, and which threshold that is.

Neyman and Pearson's question: catch most at a stated share of good samples refused. Every check is looked at by itself, so
that each can do its work where another is not run. Of its measures those are taken, one after the other, that catch most of
what is not yet caught; what catches nothing new spends nothing. Severe plantings that no check catches so are asked for once
more, of all measures, with all that the budget has to spare. Half of the budget is shared out evenly over all that were taken
(Bonferroni), so that together they keep it; the other half goes, in small parts, to whichever catches most severe plantings
that no check catches. Then thresholds move further out, by up to half of their distance from the middle of the good values,
as long as nothing severe is lost even at twice that: what is good and unlike anything seen is to pass as well. And where a
fitted tail reaches over a severe defect that lies apart from all that is good, the threshold ends halfway between the two.

A limit of a check's own that catches nothing here stays as it is, unless it refuses good samples: then it is moved out, but
not over severe plantings that it alone of its check catches. It then ends halfway between these and the outermost good value;
where they lie among each other, it stays where its author set it, as long as that keeps the budget by itself.

Every place is one on a scale that ends where possible values do (see scales.py), so no threshold lies beyond them.
"""

import math
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from spotdiff10k.calibration.observed import Observed, rule_name
from spotdiff10k.calibration.sides import Bools, Chosen, Place, Side, caught, severe_places, side_of
from spotdiff10k.calibration.tails import bound
from spotdiff10k.limits import Rule, Scope, Thresholds

FIRST_SHARES = 32
"""Parts of the budget that a measure is tried with, before it is known how many share it."""
LEAST_GAIN = 0.02
"""Of the plantings of one defect and grade, that a measure must catch anew to be taken."""
PARTS = 8
"""Of half of the budget, that are given where they catch most."""
AT_ONCE = (1, 2, 4, 8)
"""Parts that may be given together, where fewer catch nothing."""
FURTHER = (0.5, 0.25, 0.125)
"""Parts of its distance from the middle of the good values by which a threshold may move further out."""
SIDES = ("low", "high")

Severe = Mapping[Place, bool]


def choose(seen: Observed, rules: Sequence[Rule], severe: Severe, target: float) -> list[Chosen]:
    """The thresholds, in the order of the rules. `severe` says of every defect and grade whether it is."""
    sides = [side_of(seen, rule, side) for rule in rules if rule.scope is not Scope.SET for side in SIDES]
    first = target / FIRST_SHARES
    usable = [one for one in sides if math.isfinite(bound(one.good, first))]
    taken = _taken_of_all(usable, severe, first, target / 2)
    known = [one for found in taken.values() for one in found]
    strict = [one for one in usable if one not in known and one.own < one.outermost]
    share = target / 2 / max(1, len(known) + len(strict))
    levels = _levels(known, severe, share, target / 2)
    limits = {check: dict(zip(found, _limits(found, severe, levels), strict=True)) for check, found in taken.items()}
    found = {one: limit for each in limits.values() for one, limit in each.items()}
    found.update({one: _moved(one, limits[one.rule.check], severe, share, target) for one in strict})
    order = [rule_name(rule) for rule in rules]
    chosen = [one.at(limit) for one, limit in found.items() if limit != one.own]
    return sorted(chosen, key=lambda one: (order.index(rule_name(one.rule)), one.side))


def _taken_of_all(usable: Sequence[Side], severe: Severe, first: float, rest: float) -> dict[str, list[Side]]:
    """Of every check the sides that get a threshold."""
    checks = dict.fromkeys(one.rule.check for one in usable)
    taken = {name: _taken([one for one in usable if one.rule.check == name], first) for name in checks}
    known = [one for found in taken.values() for one in found]
    places = severe_places(usable, severe)
    done = {place: caught(known, [bound(one.good, first) for one in known], place) for place in places} if known else {}
    left = [one for one in usable if one not in known]
    for one in _taken(left, first + rest, done, places):
        taken[one.rule.check].append(one)
    return taken


def _taken(
    sides: Sequence[Side], level: float, before: Mapping[Place, Bools] | None = None, places: Sequence[Place] | None = None
) -> list[Side]:
    """The sides that catch something that no other does, the best first; `before` is caught already, only `places` count."""
    left = {id(one): one for one in sides}
    catches = {id(one): one.catches(bound(one.good, level), places) for one in sides}
    done = dict(before or {})
    taken: list[Side] = []
    while left:
        best = max(left, key=lambda name: _gain(catches[name], done))
        if _gain(catches[best], done)[0] < LEAST_GAIN:
            break
        for place, found in catches[best].items():
            done[place] = done.get(place, np.zeros_like(found)) | found
        taken.append(left.pop(best))
    return taken


def _levels(taken: Sequence[Side], severe: Severe, share: float, rest: float) -> dict[Side, float]:
    """The part of the budget of each side: an even share, and parts of the rest where all checks together catch more for it."""
    places = severe_places(taken, severe)
    levels = dict.fromkeys(taken, share)
    left = PARTS
    while left:
        limits = [bound(one.good, level) for one, level in levels.items()]
        missed = {place: ~caught(taken, limits, place) for place in places}
        gains: dict[tuple[Side, int], float] = {}
        for one in taken:
            for parts in AT_ONCE:
                lower = bound(one.good, levels[one] + parts * rest / PARTS)
                gain = sum(float((missed[place] & (one.planted[place] > lower)).mean()) for place in places)
                gains[one, parts] = gain / parts if parts <= left else 0.0
        best = max(gains, key=lambda key: gains[key], default=None)
        if best is None or gains[best] <= 0:
            break
        levels[best[0]] += best[1] * rest / PARTS
        left -= best[1]
    return levels


def _limits(taken: Sequence[Side], severe: Severe, levels: Mapping[Side, float]) -> list[float]:
    """The thresholds of one check's sides, larger further out: at their levels, then further out where that loses nothing.

    Only a side that catches all of some severe defect by itself moves, and it keeps all of these by itself.
    """
    limits = _kept(taken, [bound(one.good, levels[one]) for one in taken], severe)
    wanted = severe_places(taken, severe)
    before = {place: caught(taken, limits, place) for place in wanted}
    for position, one in enumerate(taken):
        sure = [one.planted[place] for place in wanted if (one.planted[place] > limits[position]).all()]
        reach = limits[position] - float(np.median(one.good))
        for factor in FURTHER if sure else ():
            tried = [*limits]
            tried[position] += 2 * factor * reach
            alone = all((values > tried[position]).all() for values in sure)
            if alone and all((caught(taken, tried, place) >= before[place]).all() for place in wanted):
                limits[position] += factor * reach
                break
    return limits


def _kept(taken: Sequence[Side], limits: Sequence[float], severe: Severe) -> list[float]:
    """The limits of one check, none of them over a severe defect that lies apart from all that is good and is else missed.

    Such a limit was drawn out by a fitted tail; it ends halfway between the outermost good value and the defect.
    """
    found = list(limits)
    for place in severe_places(taken, severe):
        missed = ~caught(taken, found, place)
        apart = [position for position, one in enumerate(taken) if (one.planted[place] > one.outermost).all()]
        if missed.any() and apart:
            best = max(apart, key=lambda position: float(taken[position].planted[place].min() - taken[position].outermost))
            begin = float(taken[best].planted[place].min())
            found[best] = min(found[best], (taken[best].outermost + begin) / 2)
    return found


def _moved(one: Side, beside: Mapping[Side, float], severe: Severe, share: float, target: float) -> float:
    """Where a limit of a check's own goes that refuses good samples; `beside` are the limits of the check's other sides.

    It never stays where it refuses more than the whole budget: there it is blind, whatever it catches.
    """
    free = max(one.own, bound(one.good, share))
    lost = []
    for place in severe_places([one, *beside], severe):
        values = one.planted[place]
        others = caught(list(beside), list(beside.values()), place) if beside else np.zeros(values.shape, np.bool_)
        lost += values[(values > one.own) & (values <= free) & ~others].tolist()
    begin = min(lost, default=math.inf)
    if begin == math.inf:
        return free
    if one.outermost < begin:
        return (one.outermost + begin) / 2
    return one.own if float((one.good > one.own).mean()) <= target else free


def _gain(catches: Mapping[Place, Bools], caught: Mapping[Place, Bools]) -> tuple[float, float]:
    """What is caught anew: the largest share of any defect and grade, and the sum of all shares."""
    fresh = [
        float((found & ~caught[place] if place in caught else found).mean()) for place, found in catches.items() if found.size
    ]
    return max(fresh, default=0.0), sum(fresh)


def with_chosen(checks: Thresholds, chosen: Iterable[Chosen]) -> Thresholds:
    """The checks with the chosen thresholds over their own."""
    found = {name: dict(values) for name, values in checks.items()}
    for one in chosen:
        ending = "min" if one.side == "low" else "max"
        found.setdefault(one.rule.check, {})[f"{one.rule.measure}_{ending}"] = one.value
    return found
