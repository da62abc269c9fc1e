"""One side of one measure, as choosing looks at it: where the good values lie, and where what was planted."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from spotdiff10k.calibration.curves import BEYOND, Floats
from spotdiff10k.calibration.observed import Observed, rule_name
from spotdiff10k.calibration.scales import Scale
from spotdiff10k.calibration.tails import bound, share_beyond
from spotdiff10k.limits import Rule

Bools = npt.NDArray[np.bool_]
Place = tuple[str, int]
"""A defect and the place of its grade."""
Severe = Mapping[Place, bool]
"""Whether a grade of a defect is severe."""
NOTHING = np.zeros(0)
RARE, SEEN = 0.995, 0.25
"""Where a quarter of what was planted lies beyond what 5 in 1000 good values do, that is no chance, even of nine samples each."""
LEAST_GAIN = 0.02
"""Of the plantings of one defect and grade, that a measure must catch anew to be taken, or for a part of the budget."""
FEWEST_ANEW = 2
"""Plantings of one defect and grade that must be caught anew to count: one may be chance."""
NEAR = math.log(20)
"""Of a scale with an end: from so much nearer to it than the middle, a place is all but the end."""
NEARER = math.log(10)
"""Of such a scale: no threshold lies further beyond what was seen."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """A calibrated threshold."""

    rule: Rule
    side: str
    value: float


@dataclass(frozen=True, slots=True, eq=False)
class Side:
    """Values on a scale on which larger is further out, and every place is one of a value that can be.

    Where the scale has an end, one unit is a factor of e in the distance from it.
    """

    rule: Rule
    scale: Scale
    own: float  # where the check's own limit lies
    good: Floats
    planted: Mapping[Place, Floats]  # the outermost value of each planting; -inf where there is none
    _bounds: dict[float, float] = field(default_factory=dict)  # by level

    @property
    def outermost(self) -> float:
        """Of the good values that are numbers."""
        numbers = self.good[self.good != BEYOND]
        return float(numbers.max()) if numbers.size else -np.inf

    @property
    def tells(self) -> bool:
        """Whether a threshold on this side can mean something, although its check sets none.

        Good values that come as near to the end as no rounding could tell from it, such as errors that are all but 0, say no more
        of a threshold there than that.
        """
        if not self.good.size or not math.isfinite(self.scale.end) or math.isfinite(self.own):
            return bool(self.good.size)
        return self.outermost <= float(np.median(self.good)) + NEAR

    def sees(self, place: Place) -> bool:
        """Whether what was planted lies further out than good values do, so that one beyond a limit is not there by chance."""
        if not self.planted[place].size:
            return False
        return float((self.planted[place] > float(np.quantile(self.good, RARE))).mean()) >= SEEN

    def between(self, place: Place, inner: float, outer: float) -> Bools:
        """Which plantings one limit catches and a wider one does not."""
        return np.asarray((self.planted[place] > inner) & (self.planted[place] <= outer))

    def refused(self, limit: float) -> float:
        """The share of the good values seen that a limit refuses."""
        return float((self.good > limit).mean())

    def expected(self, limit: float) -> float:
        """The share of new good values that a limit is expected to refuse: of those seen or by their tail, whichever is more."""
        return share_beyond(self.good, limit)

    def bound(self, level: float) -> float:
        """Where good values lie beyond with a chance of `level`; NaN if nothing can be said."""
        if level not in self._bounds:
            self._bounds[level] = self.within(bound(self.good, level))
        return self._bounds[level]

    def within(self, place: float) -> float:
        """The place, or the last one before the end at which a threshold still is what good values ask for; NaN stays NaN."""
        last = self.outermost + NEARER if math.isfinite(self.scale.end) else math.inf
        return last if place > last else place

    def at(self, place: float) -> Chosen:
        """The threshold at a place of the scale."""
        return Chosen(self.rule, self.scale.side, self.scale.value(place))

    def catches(self, limit: float, places: Sequence[Place] | None = None) -> dict[Place, Bools]:
        """Which plantings lie beyond a limit; of some places, or of all."""
        return {place: np.asarray(self.planted[place] > limit) for place in (self.planted if places is None else places)}


def side_of(seen: Observed, rule: Rule, side: str) -> Side:
    """One side of a measure with all that was observed of it."""
    name = rule_name(rule)
    scale = Scale.of(rule.possible, side)
    planted = {
        place: np.asarray([scale.values(one.values[name]).max() if name in one.values else -np.inf for one in plantings])
        for place, plantings in seen.planted.items()
    }
    own = rule.limit.high if side == "high" else rule.limit.low
    return Side(rule, scale, scale.limit(own), scale.values(seen.good_values(name)), planted)


def severe_places(sides: Sequence[Side], severe: Severe) -> list[Place]:
    """The severe defects and grades that were planted."""
    wanted = [place for place, is_severe in severe.items() if is_severe] if sides else []
    return [place for place in wanted if all(one.planted.get(place, NOTHING).size for one in sides)]


def caught(sides: Sequence[Side], limits: Sequence[float], place: Place) -> Bools:
    """Which plantings of a place any of the sides catches; of no side, none."""
    found: Bools = np.any([one.planted[place] > limit for one, limit in zip(sides, limits, strict=True)], axis=0)
    return found
