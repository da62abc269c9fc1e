"""join: how well a painted subject was joined to its background, by what the engine measured while it still had all parts.

What was painted before it went over into the plate is in no file of a sample, so the numbers are those of its record. For engines
that paint; where a record has no such numbers, nothing is said. Not among the default checks.
"""

from collections.abc import Mapping
from typing import ClassVar

from spotdiff10k.committed import GroupView
from spotdiff10k.measures import Limit, Measures

FIELDS: Mapping[str, str] = {"growth": "object_expansion", "seam": "seam", "agreement": "mask_agreement"}
"""The measures, and the fields of records that hold them; a negative number there stands for "not measured"."""
GREY_LEVELS = 255.0
MANY_TIMES = 1e6
NOT_TOLD = "the engine did not measure {field} on every sample of the group"
NO_SAMPLES = "there is no sound sample"


class Join:
    """Takes measures from records.

    growth: pixels beyond the mask that became something else, shadows aside, by the mask's area. seam: mean grey levels between
    what was painted and the plate along the outside of the painted band. agreement: of two segmenters on the subject, as
    intersection over union.
    """

    version: ClassVar[int] = 1
    ranges: ClassVar[Mapping[str, tuple[float, float]]] = {
        "growth": (0.0, MANY_TIMES),
        "seam": (0.0, GREY_LEVELS),
        "agreement": (0.0, 1.0),
    }
    group_ranges: ClassVar[Mapping[str, tuple[float, float]]] = {}
    # First guesses: no set of real weights was looked at yet. A quarter of a subject's area is a limb or a second subject; an
    # eighth of all grey levels along the whole band is an edge that everybody sees; masks that share less than three quarters
    # are of different things.
    limits: ClassVar[Mapping[str, Limit]] = {
        "growth": Limit(high=0.25),
        "seam": Limit(high=32.0),
        "agreement": Limit(low=0.75),
    }

    def measure(self, group: GroupView) -> Measures:
        """Read every sample's record."""
        if not group.samples:
            return Measures({}, unchecked=dict.fromkeys(self.ranges, NO_SAMPLES))
        told = {measure: [_number(sample.record.get(field)) for sample in group.samples] for measure, field in FIELDS.items()}
        missing = [measure for measure, values in told.items() if None in values]
        samples = {
            sample.key: {measure: float(values[place] or 0.0) for measure, values in told.items() if measure not in missing}
            for place, sample in enumerate(group.samples)
        }
        return Measures(samples, unchecked={measure: NOT_TOLD.format(field=FIELDS[measure]) for measure in missing})


def _number(value: object) -> float | None:
    """A measured number; None where a record has none."""
    if isinstance(value, bool) or not isinstance(value, int | float) or value < 0.0:
        return None
    return float(value)
