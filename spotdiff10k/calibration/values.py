"""What a calibration says, as values: where every threshold comes from, and how often it errs, with intervals.

All shares are Rates with exact 95 % intervals. Thresholds were chosen on one set of subjects; every rate, curve and quantile here
is of other subjects, which had no part in the choice.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from spotdiff10k.calibration.rates import Rate

FORMAT = 1
ROC_POINTS = 64
"""At most, for one curve."""
QUANTILES = 33
"""Evenly spaced from 0 to 1, for plotting a distribution; the middle one is the median."""


@dataclass(frozen=True, slots=True)
class MadeOn:
    """What was measured: enough to make it again, without times, hosts and paths."""

    kind: str  # "groups": good groups with planted defects; "pairs": photographs of the same object and of others
    engine: str  # "" for photographs
    engine_version: int
    sizes: tuple[int, ...]  # pixels, sides of the pictures; empty for photographs
    seed: int
    recipe: Mapping[str, Any]  # pixel settings of the good groups; {} for photographs
    threshold_subjects: tuple[str, ...]  # "quadruped:812345", sorted; the thresholds were chosen on these
    held_out_subjects: tuple[str, ...]  # the rates are of these; none is in both
    threshold_samples: int
    held_out_samples: int


@dataclass(frozen=True, slots=True)
class Refusals:
    """What is refused wrongly: shares of the good samples and of the good groups (a group is refused with any sample of it)."""

    samples: Rate
    groups: Rate


@dataclass(frozen=True, slots=True)
class MeasureCalibration:
    """One measure on good groups."""

    scope: str  # "sample", "group", "sample among the groups", "set", as in limits.Scope
    low: float | None  # the threshold; None for no bound
    high: float | None
    calibrated: tuple[str, ...]  # of "low" and "high", those chosen here; the others are the check's own
    refused: Rate  # of the good values, by this measure
    quantiles: tuple[float, ...]  # of the good values, QUANTILES of them; empty when there is none
    unchecked: Mapping[str, int] = field(default_factory=dict)  # reason to good groups on which it could not be measured


@dataclass(frozen=True, slots=True)
class CheckCalibration:
    """One check: what took the measures, its thresholds, and what it refuses wrongly."""

    version: int
    setup: str  # what else decides its numbers, such as the digest of an encoder's weights
    options: Mapping[str, str]
    refused: Refusals
    measures: Mapping[str, MeasureCalibration]


@dataclass(frozen=True, slots=True)
class Curve:
    """How one measure sees one grade of one defect."""

    caught: Rate  # plantings that this measure alone refuses, at its threshold
    auc: float  # chance that a planted value lies further out than a good one, on the side where the defect shows; 0.5 is blind
    side: str  # "low" or "high": where the defect shows
    roc: tuple[tuple[float, float], ...] = ()  # (false refusals, caught) from (0, 0) to (1, 1), at most ROC_POINTS
    quantiles: tuple[float, ...] = ()  # of the planted values, QUANTILES of them


@dataclass(frozen=True, slots=True)
class GradeCalibration:
    """One grade of a defect. A planting counts as caught when a sample that carries it is refused, or its group, or the set."""

    severity: float
    severe: bool
    planted: int  # plantings that were measured
    invisible: int  # left out: planted, and changed nothing that can be seen, such as a turned vase
    caught: Rate  # by all checks together
    checks: Mapping[str, Rate]  # by each check alone; those that catch none are there too
    measures: Mapping[str, Curve]
    """"pose.turn_error" to its curve. Measures that are blind to the defect are left out; those that see it best have a ROC."""


@dataclass(frozen=True, slots=True)
class DefectCalibration:
    """A planted defect over its grades, mild to severe."""

    what: str  # "the subject is turned in one cell, labelled as planned"
    family: str  # "pose": the file of the defects' table it is in
    unit: str  # of the severities: "degrees"
    grades: tuple[GradeCalibration, ...]


@dataclass(frozen=True, slots=True)
class Calibration:
    """Thresholds with their error rates: the content of a calibration file."""

    name: str
    made_on: MadeOn
    target: float  # the share of good samples that all calibrated thresholds together may refuse
    refused: Refusals  # what all checks together do refuse of the held-out good ones
    checks: Mapping[str, CheckCalibration]
    defects: Mapping[str, DefectCalibration]
    skipped: Mapping[str, str] = field(default_factory=dict)  # check to why it could not be calibrated, such as a missing model
    format: int = FORMAT

    def thresholds(self, check: str) -> dict[str, float]:
        """The calibrated thresholds of a check as a recipe writes them: {"area_max": 0.4}; empty for a check that is not here."""
        if check not in self.checks:
            return {}
        found: dict[str, float] = {}
        for name, measure in self.checks[check].measures.items():
            if "low" in measure.calibrated and measure.low is not None:
                found[f"{name}_min"] = measure.low
            if "high" in measure.calibrated and measure.high is not None:
                found[f"{name}_max"] = measure.high
        return found
