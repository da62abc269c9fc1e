"""Thresholds out of the tails of good values: further out, as far as nothing severe is lost by it.

A threshold that is chosen by a share of good values lies at their tail, wherever the defects are. Most of what is severe lies
far beyond, and is seen by many measures at once; a threshold at the tail then buys nothing, and refuses good groups that are
unlike any seen before. So each moves out into the gap: to the middle between where it was and the nearest severe planting that
needs it, and no further than as far again from the middle of the good values.

A planting needs a side that catches it as long as fewer than SPARE others do. That it takes more than one keeps what was planted
on other subjects, which no choice has seen, from slipping between sides that relied on each other: measures of one check look
at much the same.

A side that alone catches something stays where it is. But its author's own limit, where it is a wider one, may know more good
values than were seen here: it stands if it catches every planting that fewer than OTHERS other sides do.
"""

from collections.abc import Mapping

import numpy as np

from spotdiff10k.calibration.curves import Floats
from spotdiff10k.calibration.sides import Bools, Place, Side, severe_places

SPARE = 3
"""Other sides that must catch a planting for a side to be free of it."""
SEEN = 0.1
"""Of the plantings of a severe grade, that a side must catch to count as seeing it; of others it catches one by chance."""
OTHERS = 2
"""Other sides that must catch a planting that an author's wider limit lets pass."""
AGAIN = 1.0
"""Of its distance from the middle of the good values, that a threshold moves further out at most."""


def moved_out(limits: Mapping[Side, float], severe: Mapping[Place, bool]) -> dict[Side, float]:
    """The limits, each as far out as is of use; those nearest to good values move first, as it is they that refuse them.

    What lies on the far side of a limit is caught by it.
    """
    sides = list(limits)
    found = np.array([limits[one] for one in sides], np.float64)
    planted = [_Planted(sides, found, place) for place in severe_places(sides, severe)]
    for position in np.argsort([_room(one, limits[one]) for one in sides], kind="stable"):
        alone = any(one.caught_alone(found, int(position)) for one in planted)
        needed = [one.needed(found, int(position), OTHERS if alone else SPARE) for one in planted]
        nearest = min((float(values.min()) for values in needed if values.size), default=np.inf)
        found[position] = (_to_own if alone else _further)(sides[position], float(found[position]), nearest)
    return dict(zip(sides, found.tolist(), strict=True))


class _Planted:
    """All plantings of a severe defect and grade, as every side sees them."""

    def __init__(self, sides: list[Side], limits: Floats, place: Place) -> None:
        self.values: Floats = np.stack([one.planted[place] for one in sides])  # (sides, plantings)
        self.seen: Bools = (self.values > limits[:, None]).mean(axis=1) >= SEEN

    def caught_alone(self, limits: Floats, position: int) -> bool:
        """Whether a side catches anything that no other does."""
        catches = self._catches(limits)
        return bool((catches[position] & (catches.sum(axis=0) == 1)).any())

    def needed(self, limits: Floats, position: int, others: int) -> Floats:
        """The places of the plantings that need a side, as fewer than so many others catch them."""
        catches = self._catches(limits)
        few = catches.sum(axis=0) <= others
        return np.asarray(self.values[position][catches[position] & few])

    def _catches(self, limits: Floats) -> Bools:
        """(sides, plantings)."""
        return np.asarray((self.values > limits[:, None]) & self.seen[:, None])


def _room(one: Side, limit: float) -> float:
    """How far a limit lies beyond all good values, as a share of its distance from their middle; below 0 for one among them."""
    reach = limit - float(np.median(one.good))
    return (limit - one.outermost) / reach if reach > 0 else 0.0


def _to_own(one: Side, limit: float, nearest: float) -> float:
    """The author's own limit where it is wider and may stand, else the limit."""
    return one.own if limit < one.own < nearest else limit


def _further(one: Side, limit: float, nearest: float) -> float:
    """The limit, or the place further out that it moves to; `nearest` is the first planting that needs it."""
    reach = limit - float(np.median(one.good))
    inner = max(limit, one.outermost) if one.outermost < nearest else limit
    return max(limit, min(one.within(limit + AGAIN * reach), (inner + nearest) / 2))
