"""Taking a calibration's thresholds into the checks of a recipe."""

from collections.abc import Mapping
from typing import Any

from spotdiff10k import registry
from spotdiff10k.calibration.values import Calibration
from spotdiff10k.limits import Threshold, Thresholds, options_of
from spotdiff10k.measures import Check


def options_only(name: str, values: Mapping[str, Threshold]) -> dict[str, Threshold]:
    """Of what a recipe says of a check, what chooses how it measures; thresholds are left out. Raises RecipeError."""
    check: type[Check] = registry.find("checks", name)
    return {key: value for key, value in values.items() if key in options_of(name, check, values)}


def filled(checks: Thresholds, found: Calibration) -> dict[str, dict[str, Any]]:
    """The checks with the calibrated thresholds where the recipe sets none.

    A check is left as it is where the recipe chose other options than were calibrated, or the check has changed since: its
    numbers mean something else.
    """
    return {name: {**_taken(name, values, found), **values} for name, values in checks.items()}


def _taken(name: str, values: Mapping[str, Threshold], found: Calibration) -> dict[str, float]:
    if name not in found.checks:
        return {}
    check: type[Check] = registry.find("checks", name)
    calibrated = found.checks[name]
    if options_of(name, check, values) != dict(calibrated.options) or check.version != calibrated.version:
        return {}
    ranges = {**check.ranges, **check.group_ranges, **getattr(check, "across_ranges", {}), **getattr(check, "set_ranges", {})}
    return {key: value for key, value in found.thresholds(name).items() if _can_fail(key, value, ranges)}


def _can_fail(key: str, value: float, ranges: Mapping[str, tuple[float, float]]) -> bool:
    """Whether a threshold is of a measure the check has, and lies among its possible values.

    One that nothing possible can fail, as a tail that was fitted to few groups may give, says nothing: the check's own stays.
    """
    measure, _, side = key.rpartition("_")
    if measure not in ranges:
        return False
    low, high = ranges[measure]
    return value > low if side == "min" else value < high
