"""Which measures get a calibrated threshold, and which threshold that is.

Neyman and Pearson's question: catch most at a stated share of good samples refused. Every check is looked at by itself, so
that each can do its work where another is not run. Of its measures those are taken, one after the other, that catch most of
what is not yet caught; what catches nothing new spends nothing. Severe plantings that no check catches so are asked for once
more, of all measures, with all that the budget has to spare. Half of the budget is shared out evenly over all that were taken
(Bonferroni), so that together they keep it; the other half goes, in small parts, to whichever catches most severe plantings
that no check catches, as long as a part buys more than what may be chance. Then thresholds move further out, by up to half of
their distance from the middle of the good values, as long as nothing severe is lost even at twice that: what is good and unlike
anything seen is to pass as well. And where a fitted tail reaches over a severe defect that lies apart from all that is good, the
threshold ends halfway between the two.

A limit of a check's own that catches nothing here stays as it is, unless it refuses good samples: then it is moved out. Where
severe plantings are missed by all that was chosen so, the author's own limit is taken again, as far as half of the budget goes;
where only the others of its check miss them, if it costs no more than its part: an author may have seen more than was planted.
What one measure alone sees of a severe defect, nobody else makes up for, and some 60 plantings cannot show the one in a hundred
that lies between two limits: there an author's closer limit stands as far as the same half of the budget goes.

At last thresholds move out of the tail of the good values, as far as nothing severe needs them there (see moving.py): all that
were chosen, and limits of a check's own that lie in the tail, by which new good samples would be refused beyond their part. An
author's wider limit stands where it loses no severe planting that fewer than two other measures catch.

Measures across groups keep their authors' limits: how near the nearest is depends on how many there are.

Every place is one on a scale that ends where possible values do (see scales.py), so no threshold lies beyond them.
"""

import math
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from spotdiff10k.calibration.moving import moved_out
from spotdiff10k.calibration.observed import Observed, rule_name
from spotdiff10k.calibration.owning import own_again, own_stand
from spotdiff10k.calibration.sides import (
    FEWEST_ANEW,
    LEAST_GAIN,
    Bools,
    Chosen,
    Place,
    Severe,
    Side,
    caught,
    severe_places,
    side_of,
)
from spotdiff10k.limits import Rule, Scope, Thresholds

FIRST_SHARES = 32
"""Parts of the budget that a measure is tried with, before it is known how many share it."""
PARTS = 8
"""Of half of the budget, that are given where they catch most."""
AT_ONCE = (1, 2, 4, 8)
"""Parts that may be given together, where fewer catch nothing."""
FURTHER = (0.5, 0.25, 0.125)
"""Parts of its distance from the middle of the good values by which a threshold may move further out."""
SEEN = 0.1
"""Of the plantings of a severe grade, that a check must catch to count as seeing it; of others it catches one by chance."""
SIDES = ("low", "high")
CALIBRATED = (Scope.SAMPLE, Scope.GROUP)
"""What lies across groups or is of the set depends on how many there are: of a calibration's halves it says little of others."""


def choose(seen: Observed, rules: Sequence[Rule], severe: Severe, target: float) -> list[Chosen]:
    """The thresholds, in the order of the rules. `severe` says of every defect and grade whether it is."""
    sides = [side_of(seen, rule, side) for rule in rules if rule.scope in CALIBRATED for side in SIDES]
    first = target / FIRST_SHARES
    usable = [one for one in sides if one.tells and math.isfinite(one.bound(first))]
    taken = _taken_of_all(usable, severe, first, target / 2)
    known = [one for found in taken.values() for one in found]
    strict = [one for one in usable if one not in known and one.own < one.outermost]
    share = target / 2 / max(1, len(known) + len(strict))
    levels = _levels(known, severe, share, target / 2)
    limits = {one: limit for found in taken.values() for one, limit in zip(found, _limits(found, severe, levels), strict=True)}
    limits.update({one: max(one.own, one.bound(share)) for one in strict})
    limits.update({one: one.own for one in usable if one not in limits and one.expected(one.own) > share})
    limits = own_stand(own_again(_kept(limits, severe), severe, target / 2, share), severe, target / 2)
    limits = moved_out(limits, severe)
    order = [rule_name(rule) for rule in rules]
    chosen = [one.at(limit) for one, limit in limits.items() if limit != one.own]
    return sorted(chosen, key=lambda one: (order.index(rule_name(one.rule)), one.side))


def _taken_of_all(usable: Sequence[Side], severe: Severe, first: float, rest: float) -> dict[str, list[Side]]:
    """Of every check the sides that get a threshold."""
    checks = dict.fromkeys(one.rule.check for one in usable)
    taken = {name: _taken([one for one in usable if one.rule.check == name], first) for name in checks}
    known = [one for found in taken.values() for one in found]
    places = severe_places(usable, severe)
    done = {place: caught(known, [one.bound(first) for one in known], place) for place in places} if known else {}
    left = [one for one in usable if one not in known]
    for one in _taken(left, first + rest, done, places):
        taken[one.rule.check].append(one)
    return taken


def _taken(
    sides: Sequence[Side], level: float, before: Mapping[Place, Bools] | None = None, places: Sequence[Place] | None = None
) -> list[Side]:
    """The sides that catch something that no other does, the best first.

    `before` is caught already; of `places` those count that a side sees.
    """
    left = {id(one): one for one in sides}
    seen = {id(one): None if places is None else [place for place in places if one.sees(place)] for one in sides}
    catches = {id(one): one.catches(one.bound(level), seen[id(one)]) for one in sides}
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
        limits = [one.bound(level) for one, level in levels.items()]
        missed = {place: ~caught(taken, limits, place) for place in places}
        gains: dict[tuple[Side, int], float] = {}
        for one in taken:
            for parts in AT_ONCE:
                lower = one.bound(levels[one] + parts * rest / PARTS)
                gain = sum(float((missed[place] & (one.planted[place] > lower)).mean()) for place in places if one.sees(place))
                gains[one, parts] = gain / parts if parts <= left else 0.0
        best = max(gains, key=lambda key: gains[key], default=None)
        if best is None or gains[best] < LEAST_GAIN:
            break
        levels[best[0]] += best[1] * rest / PARTS
        left -= best[1]
    return levels


def _limits(taken: Sequence[Side], severe: Severe, levels: Mapping[Side, float]) -> list[float]:
    """The thresholds of one check's sides, larger further out: at their levels, then further out where that loses nothing.

    Only a side that catches all of some severe defect by itself moves, and it keeps all of these by itself. It moves no further
    than to the check's own limit.
    """
    limits = [one.bound(levels[one]) for one in taken]
    before = {place: caught(taken, limits, place) for place in severe_places(taken, severe)}
    wanted = [place for place, found in before.items() if found.mean() >= SEEN]
    for position, one in enumerate(taken):
        sure = [one.planted[place] for place in wanted if (one.planted[place] > limits[position]).all()]
        reach = limits[position] - float(np.median(one.good))
        for factor in FURTHER if sure and limits[position] < one.own else ():
            tried = [*limits]
            tried[position] += 2 * factor * reach
            further = one.within(limits[position] + factor * reach)
            if limits[position] < one.own < further:
                further = one.own
            alone = all((values > tried[position]).all() for values in sure)
            if alone and all((caught(taken, tried, place) >= before[place]).all() for place in wanted):
                limits[position] = max(limits[position], further)
                break
    return limits


def _kept(limits: Mapping[Side, float], severe: Severe) -> dict[Side, float]:
    """The limits, none of them over a severe defect that lies apart from all that is good and is else missed.

    Such a limit was drawn out by a fitted tail; it ends halfway between the outermost good value and the defect.
    """
    found = dict(limits)
    for place in severe_places(list(found), severe):
        apart = [one for one in found if (one.planted[place] > one.outermost).all()]
        if apart and not caught(list(found), list(found.values()), place).all():
            best = max(apart, key=lambda one: float(one.planted[place].min() - one.outermost))
            found[best] = min(found[best], (best.outermost + float(best.planted[place].min())) / 2)
    return found


def _gain(catches: Mapping[Place, Bools], caught: Mapping[Place, Bools]) -> tuple[float, float]:
    """What is caught anew: the largest share of any defect and grade, and the sum of all shares."""
    anew = [found & ~caught[place] if place in caught else found for place, found in catches.items() if found.size]
    fresh = [float(found.mean()) for found in anew if np.count_nonzero(found) >= FEWEST_ANEW]
    return max(fresh, default=0.0), sum(fresh)


def with_chosen(checks: Thresholds, chosen: Iterable[Chosen]) -> Thresholds:
    """The checks with the chosen thresholds over their own."""
    found = {name: dict(values) for name, values in checks.items()}
    for one in chosen:
        ending = "min" if one.side == "low" else "max"
        found.setdefault(one.rule.check, {})[f"{one.rule.measure}_{ending}"] = one.value
    return found
