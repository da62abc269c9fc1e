"""A measure's values on a scale without an end, so that a bound that is reckoned on it is always a value that can be.

Larger is further out. Where the possible values end, say at 0, the scale is minus the logarithm of the distance from that
end: far from it nothing changes but the unit, near to it no step, however long, reaches over it. Order is kept, so what
lies beyond what stays as it is.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from spotdiff10k.calibration.curves import BEYOND, Floats
from spotdiff10k.measures import Limit

DIGITS = 4
MOST_DIGITS = 15
FURTHEST = 600.0
"""Places beyond which a distance from the end is no number of any use."""
SMALLEST = 1e-300
AT_THE_END = math.inf
"""On the scale, of a value than which none is further out."""


@dataclass(frozen=True, slots=True)
class Scale:
    """Of one side of a measure."""

    side: str  # "low" or "high"
    end: float  # the last possible value on that side; infinite where there is none

    @classmethod
    def of(cls, possible: Limit, side: str) -> "Scale":
        """The scale of a measure's side, from its possible values."""
        return cls(side, possible.high if side == "high" else possible.low)

    def values(self, values: Sequence[float]) -> Floats:
        """Where values lie; one that is no number lies further out than any other but those at the end."""
        found = np.asarray(values, np.float64)
        places = np.full(found.shape, BEYOND)
        finite = np.isfinite(found)
        if not math.isfinite(self.end):
            places[finite] = found[finite] if self.side == "high" else -found[finite]
            return places
        distance = np.abs(found[finite] - self.end) * self._inside(found[finite])
        with np.errstate(divide="ignore"):
            places[finite] = np.where(distance > 0, -np.log(distance), AT_THE_END)
        return places

    def limit(self, value: float) -> float:
        """Where a limit lies; at the end where it bounds nothing."""
        if math.isfinite(value):
            return float(self.values([value])[0])
        return math.inf

    def value(self, place: float) -> float:
        """The value at a place, rounded outward to a few digits, or to as many as keep it from the end."""
        value = self._exact(place)
        for digits in range(DIGITS, MOST_DIGITS + 1):
            found = _rounded(value, self.side, digits)
            if found != self.end:
                return found
        return value

    def _exact(self, place: float) -> float:
        if not math.isfinite(self.end):
            return place if self.side == "high" else -place
        distance = math.exp(-min(FURTHEST, max(-FURTHEST, place)))
        if self.side == "high":
            return min(self.end - distance, math.nextafter(self.end, -math.inf))
        return max(self.end + distance, math.nextafter(self.end, math.inf))

    def _inside(self, values: Floats) -> Floats:
        """1 for values that can be, 0 for those beyond the end."""
        return np.asarray(values < self.end if self.side == "high" else values > self.end, np.float64)


def _rounded(value: float, side: str, digits: int) -> float:
    """Outward to so many digits."""
    if abs(value) < SMALLEST:
        return 0.0
    step = 10.0 ** (math.floor(math.log10(abs(value))) - digits + 1)
    number = math.ceil(value / step) if side == "high" else math.floor(value / step)
    return float(f"{number * step:.{digits}g}")
