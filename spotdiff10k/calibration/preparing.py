"""What a calibration is asked for, and what of it can be measured here: groups, checks, defects."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from spotdiff10k.calibration.defects import DEFECTS, NAMES
from spotdiff10k.calibration.defects.plans import PLAN_DEFECTS
from spotdiff10k.calibration.good import Assigned, Counts, assigned, calibration_recipe, confounded, plan_good
from spotdiff10k.errors import MissingExtraError, ModelError, RecipeError
from spotdiff10k.limits import Scope, Thresholds, chosen_checks, make_check, read_rules
from spotdiff10k.plan import Plan
from spotdiff10k.recipe import Recipe
from spotdiff10k.recipe.base import nearest


@dataclass(frozen=True, slots=True)
class Request:
    """What to calibrate, and on how much."""

    name: str
    base: Mapping[str, Any]  # recipe values: engine, poses, backgrounds, ...
    counts: Counts
    sizes: tuple[int, ...]  # pixels
    target: float  # share of good samples that may be refused
    checks: Thresholds  # with the options to calibrate under
    defects: tuple[str, ...] = NAMES
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Prepared:
    """A request, planned: what would be measured."""

    request: Request
    recipe: Recipe
    plan: Plan
    groups: tuple[Assigned, ...]
    checks: Thresholds
    skipped: Mapping[str, str]

    @property
    def plantings(self) -> int:
        """Defects to plant, grade by grade."""
        wanted = [DEFECTS[name] for name in self.request.defects if name in DEFECTS]
        severe = sum(sum(grade >= one.severe for grade in one.grades) for one in wanted)
        mild = sum(len(one.grades) for one in wanted) - severe
        return severe * sum(one.planted for one in self.groups) + mild * sum(one.mild for one in self.groups)


def prepare(request: Request) -> Prepared:
    """Plan the good groups, and see which checks can be made here. Raises RecipeError or PlanError."""
    for name in request.defects:
        if name not in NAMES:
            raise RecipeError(f"There is no defect '{name}'; known: {', '.join(NAMES)}.{nearest(name, NAMES)}")
    recipe = calibration_recipe(request.base, request.counts, request.sizes[0], request.seed)
    made = plan_good(recipe, request.counts)
    usable, skipped = available(request.checks)
    groups = [*assigned(made, request.counts, request.sizes), *_confounded(recipe, request, usable)]
    return Prepared(request, recipe, made, tuple(groups), usable, skipped)


def _confounded(recipe: Recipe, request: Request, checks: Thresholds) -> Iterator[Assigned]:
    """The groups of confounded plans, where a check looks at sets as a whole."""
    if any(rule.scope is Scope.SET for rule in read_rules(checks)):
        for name, defect in PLAN_DEFECTS.items():
            if name in request.defects:
                yield from confounded(recipe, defect.factor, request.counts, request.sizes, name)


def available(checks: Thresholds) -> tuple[Thresholds, dict[str, str]]:
    """The checks that can be made here, and why others cannot: a model is not there, a part is not installed."""
    usable: dict[str, Mapping[str, Any]] = {}
    skipped: dict[str, str] = {}
    for name in chosen_checks(checks):
        try:
            make_check(name, checks)
            usable[name] = checks.get(name, {})
        except (ModelError, MissingExtraError) as error:
            skipped[name] = str(error)
    return usable, skipped
