"""An author's own limits instead of wider ones that were chosen: an author may have seen more than was planted."""

from collections.abc import Iterable, Mapping

import numpy as np

from spotdiff10k.calibration.sides import FEWEST_ANEW, LEAST_GAIN, Bools, Place, Severe, Side, caught, severe_places


def own_again(limits: Mapping[Side, float], severe: Severe, budget: float, share: float) -> dict[Side, float]:
    """The limits, with the author's own instead of wider ones that lose severe plantings by it, as far as the budget goes.

    First come those that lose what all others miss too, then those that lose what only the others of their check miss, if they
    cost no more than `share`. What an own limit costs is the share of good values seen that it refuses.
    """
    found = dict(limits)
    places = severe_places(list(found), severe)
    while True:
        missed = {place: ~caught(list(found), list(found.values()), place) for place in places}
        alone = {check: _missed_alone(found, check, places) for check in {one.rule.check for one in found}}
        gains: dict[Side, tuple[float, float]] = {}
        for one, limit in found.items():
            if one.own < limit and one.refused(one.own) <= budget:
                lost = {place: one.between(place, one.own, limit) for place in places if one.sees(place)}
                by_all = sum(float((missed[place] & values).mean()) for place, values in lost.items())
                by_check = sum(float((alone[one.rule.check][place] & values).mean()) for place, values in lost.items())
                by_check = by_check if one.refused(one.own) <= share else 0.0
                if max(by_all, by_check) >= LEAST_GAIN:
                    gains[one] = (by_all, by_check)
        if not gains:
            return found
        best = max(gains, key=lambda one: gains[one])
        found[best] = best.own
        budget -= best.refused(best.own)


def own_stand(limits: Mapping[Side, float], severe: Severe, budget: float) -> dict[Side, float]:
    """The limits, with the author's own instead of wider ones of sides that alone catch some of a severe defect.

    First come those that cost least; all sides together, each counted for itself, refuse `budget` of the good values at most.
    """
    found = dict(limits)
    places = severe_places(list(found), severe)
    wider = [one for one in found if one.own < found[one] and _catches_alone(found, one, places)]
    spent = sum(one.refused(limit) for one, limit in found.items())
    for one in sorted(wider, key=lambda side: side.refused(side.own)):
        more = one.refused(one.own) - one.refused(found[one])
        if spent + more <= budget:
            found[one] = one.own
            spent += more
    return found


def _catches_alone(limits: Mapping[Side, float], one: Side, places: Iterable[Place]) -> bool:
    """Whether a side, at its author's limit, catches some of a severe defect that no other side catches: more than by chance."""
    others = {other: limit for other, limit in limits.items() if other is not one}
    alone = [(one.planted[place] > one.own) & ~caught(list(others), list(others.values()), place) for place in places]
    return any(found.mean() >= LEAST_GAIN and np.count_nonzero(found) >= FEWEST_ANEW for found in alone)


def _missed_alone(limits: Mapping[Side, float], check: str, places: Iterable[Place]) -> dict[Place, Bools]:
    """Which plantings one check misses by itself."""
    own = {one: limit for one, limit in limits.items() if one.rule.check == check}
    return {place: ~caught(list(own), list(own.values()), place) for place in places}
