"""The rules that decide: every measure of the chosen checks with its limit, from the check or from the recipe."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from enum import Enum

from spotdiff10k import registry
from spotdiff10k.errors import RecipeError
from spotdiff10k.measures import Check, Limit
from spotdiff10k.recipe.delivery import ENABLED, REQUIRED, Threshold

ALWAYS = "structure"
"""What every recipe gets, whether it names it or not; it comes first, and what it refuses no other check sees."""

Ranges = Mapping[str, tuple[float, float]]


Thresholds = Mapping[str, Mapping[str, Threshold]]
"""`checks` of a recipe: check name to `<measure>_min` or `<measure>_max` to a number, or to false for no bound."""


class Scope(Enum):
    """What a measure is about."""

    SAMPLE = "sample"
    GROUP = "group"
    ACROSS = "sample among the groups"
    SET = "set"


@dataclass(frozen=True, slots=True)
class Rule:
    """One measure, the values it can have at all, and those that pass."""

    check: str
    measure: str
    scope: Scope
    possible: Limit
    limit: Limit
    required: bool = False
    """Whether what could not be measured is refused; otherwise it is only reported as unchecked."""

    def fault(self, value: float | None, unchecked: str = "") -> str:
        """Why a value does not pass, as a sentence; empty when it does. None means that nothing was measured.

        `unchecked` is the check's reason for that, where it gave one.
        """
        name = f"{self.check}.{self.measure}"
        if value is None and unchecked:
            return f"{name} is required and could not be measured: {unchecked}." if self.required else ""
        if value is None:
            return f"{name} was not measured."
        if math.isnan(value):
            return f"{name} is not a number, expected {self.limit}."
        if not self.possible.holds(value):
            return f"{name} is {value:g}, which cannot be: its values are {self.possible}."
        return "" if self.limit.holds(value) else f"{name} is {value:.4g}, expected {self.limit}."


def chosen_checks(thresholds: Thresholds) -> dict[str, type[Check]]:
    """The checks of a recipe by name, in the order in which they are taken.

    Raises RecipeError for an unknown one, and where it leaves out what cannot be left out.
    """
    for name, values in thresholds.items():
        if not isinstance(values.get(ENABLED, True), bool):
            raise RecipeError(f"checks.{name}.{ENABLED} should be true or false; found {values[ENABLED]!r}.")
    left_out = {name for name, values in thresholds.items() if values.get(ENABLED) is False}
    if ALWAYS in left_out:
        raise RecipeError(f"checks.{ALWAYS} cannot be left out: what it refuses, no other check could read.")
    return {name: registry.find("checks", name) for name in dict.fromkeys([ALWAYS, *thresholds]) if name not in left_out}


def options_of(name: str, check: type[Check], thresholds: Mapping[str, Threshold]) -> dict[str, str]:
    """A check's options with what the recipe chose, or their defaults; an option without known values takes any text.

    Raises RecipeError for a value that is none of the known ones.
    """
    known: Mapping[str, tuple[str, ...]] = getattr(check, "options", {})
    found: dict[str, str] = {}
    for option, values in known.items():
        found[option] = str(thresholds.get(option, values[0] if values else ""))
        if values and found[option] not in values:
            near = get_close_matches(found[option], values, n=1)
            hint = f" Did you mean '{near[0]}'?" if near else ""
            raise RecipeError(f"checks.{name}.{option} is '{found[option]}'; it can be {', '.join(values)}.{hint}")
    return found


def make_check(name: str, thresholds: Thresholds) -> Check:
    """A check as the recipe wants it. Raises RecipeError for a wrong option, and what the check raises for a missing model."""
    check: type[Check] = registry.find("checks", name)
    return check(**options_of(name, check, thresholds.get(name, {})))


def read_rules(thresholds: Thresholds) -> tuple[Rule, ...]:
    """The rules of every chosen check, in order.

    Raises RecipeError, with the nearest known name, for a threshold that no measure has, that is no number, or that
    nothing can pass.
    """
    checks = chosen_checks(thresholds)
    return tuple(rule for name, check in checks.items() for rule in _rules(name, check, thresholds.get(name, {})))


def _rules(name: str, check: type[Check], thresholds: Mapping[str, Threshold]) -> list[Rule]:
    scopes = _scopes(check)
    known = {measure: possible for measure, (_, possible) in scopes.items()}
    options = options_of(name, check, thresholds)
    limits = own_limits(check, options)
    required = thresholds.get(REQUIRED, False)
    if not isinstance(required, bool):
        raise RecipeError(f"checks.{name}.{REQUIRED} should be true or false; found {required!r}.")
    for key, value in thresholds.items():
        if key in options or key in (REQUIRED, ENABLED):
            continue
        measure, _, side = key.rpartition("_")
        if side not in ("min", "max") or measure not in known:
            raise RecipeError(_unknown(name, key, list(known), [*options, REQUIRED, ENABLED]))
        bound = _bound(f"checks.{name}.{key}", value, side)
        limit = limits.get(measure, Limit())
        limits[measure] = replace(limit, low=bound) if side == "min" else replace(limit, high=bound)
    for measure, limit in limits.items():
        if limit.low > limit.high:
            raise RecipeError(
                f"checks.{name}: nothing can pass, since {measure}_min is {limit.low:g} and {measure}_max is {limit.high:g}."
            )
    return [
        Rule(name, measure, scope, Limit(*possible), limits.get(measure, Limit()), required)
        for measure, (scope, possible) in scopes.items()
    ]


def own_limits(check: type[Check], options: Mapping[str, str]) -> dict[str, Limit]:
    """A check's limits where the recipe sets none; under options that make its numbers mean something else, others.

    A check may say so itself, by a class method `limits_with(options)`.
    """
    said: Callable[[Mapping[str, str]], Mapping[str, Limit]] | None = getattr(check, "limits_with", None)
    return dict(check.limits if said is None else said(options))


def _scopes(check: type[Check]) -> dict[str, tuple[Scope, tuple[float, float]]]:
    """Every measure of a check with what it is about and the values that are possible at all."""
    found = {name: (Scope.SAMPLE, possible) for name, possible in check.ranges.items()}
    found.update({name: (Scope.GROUP, possible) for name, possible in check.group_ranges.items()})
    across: Ranges = getattr(check, "across_ranges", {})
    found.update({name: (Scope.ACROSS, possible) for name, possible in across.items()})
    whole: Ranges = getattr(check, "set_ranges", {})
    found.update({name: (Scope.SET, possible) for name, possible in whole.items()})
    return found


def _bound(where: str, value: Threshold, side: str) -> float:
    if value is False:
        return -math.inf if side == "min" else math.inf
    if isinstance(value, (bool, str)) or not math.isfinite(value):
        raise RecipeError(f"{where} should be a number, or false for no bound; found {value!r}.")
    return float(value)


def _unknown(name: str, key: str, measures: list[str], others: list[str]) -> str:
    known = [f"{measure}_{side}" for measure in measures for side in ("min", "max")] + others
    near = get_close_matches(key, known, n=1)
    hint = f" Did you mean '{near[0]}'?" if near else ""
    return f"checks.{name} has no threshold '{key}'; known: {', '.join(known)}.{hint}"
