"""Taking a calibration's thresholds into the checks of a recipe."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from spotdiff10k import registry
from spotdiff10k.calibration.values import Calibration, CheckCalibration
from spotdiff10k.limits import Thresholds, options_of
from spotdiff10k.measures import Check
from spotdiff10k.recipe.calibrating import OTHER_OPTIONS
from spotdiff10k.recipe.delivery import Threshold


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


def not_taken(checks: Thresholds, found: Calibration) -> dict[str, str]:
    """The checks that `filled` leaves as they are although the calibration knows them, with what it is of instead."""
    reasons: dict[str, str] = {}
    for name, values in checks.items():
        check: type[Check] = registry.find("checks", name)
        calibrated = found.checks.get(name)
        if calibrated is not None and calibrated.version != check.version:
            reasons[name] = f"its version {calibrated.version}, and this is version {check.version}"
        elif calibrated is not None and options_of(name, check, values) != dict(calibrated.options):
            reasons[name] = OTHER_OPTIONS
    return reasons


def without_vacuous(found: Calibration) -> Calibration:
    """The calibration with only those thresholds chosen that something possible can fail; the others are left to the checks."""
    return replace(found, checks={name: _sensible(name, item) for name, item in found.checks.items()})


def _sensible(name: str, calibrated: CheckCalibration) -> CheckCalibration:
    ranges = _ranges(registry.find("checks", name))
    measures = {}
    for measure, item in calibrated.measures.items():
        bounds = {"low": (f"{measure}_min", item.low), "high": (f"{measure}_max", item.high)}
        sides = [
            side
            for side in item.calibrated
            if (bound := bounds[side][1]) is not None and _can_fail(bounds[side][0], bound, ranges)
        ]
        measures[measure] = replace(item, calibrated=tuple(sides))
    return replace(calibrated, measures=measures)


def _ranges(check: type[Check]) -> dict[str, tuple[float, float]]:
    return {**check.ranges, **check.group_ranges, **getattr(check, "across_ranges", {}), **getattr(check, "set_ranges", {})}


def _taken(name: str, values: Mapping[str, Threshold], found: Calibration) -> dict[str, float]:
    if name not in found.checks:
        return {}
    check: type[Check] = registry.find("checks", name)
    if not_taken({name: values}, found):
        return {}
    ranges = _ranges(check)
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
