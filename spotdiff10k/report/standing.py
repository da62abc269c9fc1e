"""How the limits that are in force stand to a calibration: its rates are those of its own limits, on pictures like its own."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from spotdiff10k.calibration import Calibration
from spotdiff10k.calibration.taking import not_taken
from spotdiff10k.calibration.values import MeasureCalibration
from spotdiff10k.limits import Rule
from spotdiff10k.measures import Limit
from spotdiff10k.recipe import Recipe
from spotdiff10k.recipe.calibrated_on import differences

DIGITS = 1e-5
"""Relative: a calibration file holds six digits."""
CALIBRATED, MEASURED, ELSEWHERE, UNKNOWN = "calibrated", "measured", "elsewhere", "unknown"
"""Chosen by the calibration; the check's own, with known rates; known, but of other pictures; of unknown rates."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What a calibration says of a run, and what it does not."""

    calibration: Calibration
    differing: tuple[str, ...]  # "mask.area": limits in force that are not those whose rates were measured
    others: Mapping[str, str]  # check to what the calibration is of instead, such as other options
    left_out: tuple[str, ...]  # checks of the calibration that this run does not have
    elsewhere: str  # why the rates of the same limits may be others here, as a sentence; empty where they hold

    @property
    def holds(self) -> bool:
        """Whether the rates of all checks together are those of this run."""
        return not (self.differing or self.others or self.elsewhere)

    def holds_for(self, check: str) -> bool:
        """Whether the rates of a check are those of this run: all its limits are the calibration's."""
        known = check in self.calibration.checks and check not in self.others and not self.elsewhere
        return known and not any(name.startswith(f"{check}.") for name in self.differing)

    def values(self, rule: Rule) -> MeasureCalibration | None:
        """What is known of a measure whatever its limits are, such as its curves; nothing where other options took it."""
        if rule.check in self.others or rule.check not in self.calibration.checks:
            return None
        return self.calibration.checks[rule.check].measures.get(rule.measure)

    def of(self, rule: Rule) -> str:
        """How a rule's limit stands: one of the four words above; empty for a measure that nothing limits."""
        if rule.limit == Limit():
            return ""
        values = self.values(rule)
        if values is None or f"{rule.check}.{rule.measure}" in self.differing:
            return UNKNOWN
        if self.elsewhere:
            return ELSEWHERE
        return CALIBRATED if values.calibrated else MEASURED


def stand(recipe: Recipe, rules: Sequence[Rule], found: Calibration) -> Standing:
    """Compare a run's rules with the calibration it keeps, whatever the recipe says of where they came from."""
    others = not_taken(recipe.checks, found)
    used = {rule.check for rule in rules}
    differing = [f"{rule.check}.{rule.measure}" for rule in rules if rule.check not in others and not _is_known(rule, found)]
    left_out = tuple(name for name in found.checks if name not in used)
    return Standing(found, tuple(differing), others, left_out, differences(recipe, found))


def _is_known(rule: Rule, found: Calibration) -> bool:
    """Whether a rule's limit is the one whose rates were measured."""
    check = found.checks.get(rule.check)
    values = check.measures.get(rule.measure) if check else None
    if values is None:
        return rule.limit == Limit()  # nothing is refused that could have a rate
    low = -math.inf if values.low is None else values.low
    high = math.inf if values.high is None else values.high
    possible = rule.possible
    return _alike(max(low, possible.low), max(rule.limit.low, possible.low)) and _alike(
        min(high, possible.high), min(rule.limit.high, possible.high)
    )


def _alike(one: float, other: float) -> bool:
    """Whether two bounds are the same; one beyond what is possible at all was cut to it, so that it bounds nothing."""
    return one == other or math.isclose(one, other, rel_tol=DIGITS)
