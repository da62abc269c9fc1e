"""One side of one measure, as choosing looks at it: where the good values lie, and where what was planted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from spotdiff10k.calibration.curves import BEYOND, Floats
from spotdiff10k.calibration.observed import Observed, rule_name
from spotdiff10k.calibration.scales import Scale
from spotdiff10k.limits import Rule

Bools = npt.NDArray[np.bool_]
Place = tuple[str, int]
"""A defect and the place of its grade."""
NOTHING = np.zeros(0)


@dataclass(frozen=True, slots=True)
class Chosen:
    """A calibrated threshold."""

    rule: Rule
    side: str
    value: float


@dataclass(frozen=True, slots=True, eq=False)
class Side:
    """Values on a scale on which larger is further out, and every place is one of a value that can be."""

    rule: Rule
    scale: Scale
    own: float  # where the check's own limit lies
    good: Floats
    planted: Mapping[Place, Floats]  # the outermost value of each planting; -inf where there is none

    @property
    def outermost(self) -> float:
        """Of the good values that are numbers."""
        numbers = self.good[self.good != BEYOND]
        return float(numbers.max()) if numbers.size else -np.inf

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


def severe_places(sides: Sequence[Side], severe: Mapping[Place, bool]) -> list[Place]:
    """The severe defects and grades that were planted."""
    wanted = [place for place, is_severe in severe.items() if is_severe]
    return [place for place in wanted if all(one.planted.get(place, NOTHING).size for one in sides)]


def caught(sides: Sequence[Side], limits: Sequence[float], place: Place) -> Bools:
    """Which plantings of a place any of the sides catches; of no side, none."""
    found: Bools = np.any([one.planted[place] > limit for one, limit in zip(sides, limits, strict=True)], axis=0)
    return found
