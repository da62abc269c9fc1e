"""The rules that decide: every measure of the chosen checks with its limit, from the check or from the recipe."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from enum import Enum

from spotdiff10k import registry
from spotdiff10k.errors import RecipeError
from spotdiff10k.measures import Check, Limit

ALWAYS = ("structure", "mask")
"""What every recipe gets, whether it names them or not; `structure` comes first, and what it refuses no other check sees."""

Threshold = bool | int | float | str
Thresholds = Mapping[str, Mapping[str, Threshold]]
"""`checks` of a recipe: check name to `<measure>_min` or `<measure>_max` to a number, or to false for no bound."""


class Scope(Enum):
    """What a measure is about."""

    SAMPLE = "sample"
    GROUP = "group"


@dataclass(frozen=True, slots=True)
class Rule:
    """One measure, the values it can have at all, and those that pass."""

    check: str
    measure: str
    scope: Scope
    possible: Limit
    limit: Limit

    def fault(self, value: float | None) -> str:
        """Why a value does not pass, as a sentence; empty when it does. None means that nothing was measured."""
        name = f"{self.check}.{self.measure}"
        if value is None:
            return f"{name} was not measured."
        if math.isnan(value):
            return f"{name} is not a number, expected {self.limit}."
        if not self.possible.holds(value):
            return f"{name} is {value:g}, which cannot be: its values are {self.possible}."
        return "" if self.limit.holds(value) else f"{name} is {value:.4g}, expected {self.limit}."


def chosen_checks(thresholds: Thresholds) -> dict[str, type[Check]]:
    """The checks of a recipe by name, in the order in which they are taken. Raises RecipeError for an unknown one."""
    return {name: registry.find("checks", name) for name in dict.fromkeys([*ALWAYS, *thresholds])}


def read_rules(thresholds: Thresholds) -> tuple[Rule, ...]:
    """The rules of every chosen check, in order.

    Raises RecipeError, with the nearest known name, for a threshold that no measure has, that is no number, or that
    nothing can pass.
    """
    checks = chosen_checks(thresholds)
    return tuple(rule for name, check in checks.items() for rule in _rules(name, check, thresholds.get(name, {})))


def _rules(name: str, check: type[Check], thresholds: Mapping[str, Threshold]) -> list[Rule]:
    limits = dict(check.limits)
    known = {**check.ranges, **check.group_ranges}
    for key, value in thresholds.items():
        measure, _, side = key.rpartition("_")
        if side not in ("min", "max") or measure not in known:
            raise RecipeError(_unknown(name, key, list(known)))
        bound = _bound(f"checks.{name}.{key}", value, side)
        limit = limits.get(measure, Limit())
        limits[measure] = replace(limit, low=bound) if side == "min" else replace(limit, high=bound)
    for measure, limit in limits.items():
        if limit.low > limit.high:
            raise RecipeError(
                f"checks.{name}: nothing can pass, since {measure}_min is {limit.low:g} and {measure}_max is {limit.high:g}."
            )
    scopes = {**dict.fromkeys(check.ranges, Scope.SAMPLE), **dict.fromkeys(check.group_ranges, Scope.GROUP)}
    return [
        Rule(name, measure, scopes[measure], Limit(*possible), limits.get(measure, Limit()))
        for measure, possible in known.items()
    ]


def _bound(where: str, value: Threshold, side: str) -> float:
    if value is False:
        return -math.inf if side == "min" else math.inf
    if isinstance(value, (bool, str)) or not math.isfinite(value):
        raise RecipeError(f"{where} should be a number, or false for no bound; found {value!r}.")
    return float(value)


def _unknown(name: str, key: str, measures: list[str]) -> str:
    known = [f"{measure}_{side}" for measure in measures for side in ("min", "max")]
    near = get_close_matches(key, known, n=1)
    hint = f" Did you mean '{near[0]}'?" if near else ""
    return f"checks.{name} has no threshold '{key}'; known: {', '.join(known)}.{hint}"
