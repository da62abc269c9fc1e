"""From values to places in a drawing."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)


@dataclass(frozen=True, slots=True)
class Scale:
    """A straight axis: `low` lies at `start` pixels, `high` at `end`."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """The place of a value; what lies beyond the axis is at its end."""
        share = (min(max(value, self.low), self.high) - self.low) / ((self.high - self.low) or 1.0)
        return self.start + share * (self.end - self.start)


def ticks(low: float, high: float, most: int = 5) -> tuple[float, ...]:
    """Round values between the two, at most about `most`."""
    span = (high - low) or 1.0
    raw = span / max(1, most)
    magnitude = 10.0 ** math.floor(math.log10(raw))
    step = next(size * magnitude for size in STEPS if size * magnitude >= raw)
    first = math.ceil(low / step - 1e-9)
    last = math.floor(high / step + 1e-9)
    return tuple(place * step for place in range(first, last + 1))


def around(values: Iterable[float], bounds: Sequence[float] = (0.0, 1.0)) -> tuple[float, float]:
    """The bounds of an axis, wider where a value lies outside them; NaN counts for nothing."""
    known = [value for value in values if math.isfinite(value)]
    return min([bounds[0], *known]), max([bounds[1], *known])
