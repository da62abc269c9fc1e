"""Thresholds: from the recipe to rules, and from rules to reasons."""

import math
from pathlib import Path

import pytest

from spotdiff10k import recipe
from spotdiff10k.errors import RecipeError
from spotdiff10k.limits import Rule, Scope, chosen_checks, read_rules
from spotdiff10k.measures import Limit
from spotdiff10k.recipe.delivery import DEFAULT_CHECKS

SCORE = Rule("quality", "score", Scope.SAMPLE, Limit(0.0, 5.0), Limit(low=3.5))


def rule(name: str, thresholds: dict[str, dict[str, bool | int | float | str]]) -> Rule:
    check, _, measure = name.partition(".")
    return next(rule for rule in read_rules(thresholds) if (rule.check, rule.measure) == (check, measure))


def test_structure_comes_first_and_cannot_be_left_out() -> None:
    assert next(rule.check for rule in read_rules({"mask": {}})) == "structure"


def test_a_threshold_of_the_recipe_replaces_one_side_of_the_check_s_own() -> None:
    before, after = rule("mask.area", {"mask": {}}).limit, rule("mask.area", {"mask": {"area_max": 0.3}}).limit
    assert after == Limit(before.low, 0.3)


def test_false_takes_a_bound_away() -> None:
    assert rule("mask.area", {"mask": {"area_max": False, "area_min": False}}).limit == Limit()


@pytest.mark.parametrize(
    ("thresholds", "words"),
    [
        ({"mask": {"aera_max": 1}}, "Did you mean 'area_max'"),
        ({"mask": {"area": 1}}, "area_min"),
        ({"mask": {"area_max": "much"}}, "should be a number"),
        ({"mask": {"area_max": True}}, "should be a number"),
        ({"mask": {"area_max": math.nan}}, "should be a number"),
        ({"mask": {"area_min": 0.5, "area_max": 0.4}}, "nothing can pass"),
        ({"maks": {}}, "Did you mean 'mask'"),
    ],
)
def test_a_threshold_that_makes_no_sense_is_a_sentence(thresholds: dict[str, dict[str, object]], words: str) -> None:
    with pytest.raises(RecipeError, match=words):
        read_rules(thresholds)  # type: ignore[arg-type]


@pytest.mark.parametrize("value", [3.5, 4.0, 5.0])
def test_a_value_inside_its_limit_passes(value: float) -> None:
    assert SCORE.fault(value) == ""


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (131184.0, "cannot be"),  # a published set let this through a filter of "at least 3.5"
        (math.inf, "cannot be"),
        (math.nan, "not a number"),
        (None, "was not measured"),
        (3.4999, "expected at least 3.5"),
        (-1.0, "cannot be"),
    ],
)
def test_a_value_outside_is_refused_with_its_reason(value: float | None, words: str) -> None:
    assert words in SCORE.fault(value)
    assert SCORE.fault(value).startswith("quality.score")


def test_a_measure_without_a_limit_is_still_refused_when_it_is_impossible() -> None:
    free = Rule("quality", "score", Scope.SAMPLE, Limit(0.0, 5.0), Limit())
    assert free.fault(2.0) == ""
    assert free.fault(6.0)


def test_a_check_can_be_left_out_but_not_structure() -> None:
    assert list(chosen_checks({"mask": {}, "plate": {"enabled": False}})) == ["structure", "mask"]
    with pytest.raises(RecipeError, match=r"checks\.structure cannot be left out"):
        chosen_checks({"structure": {"enabled": False}})
    with pytest.raises(RecipeError, match=r"checks\.mask\.enabled should be true or false; found 'no'"):
        read_rules({"mask": {"enabled": "no"}})


def test_what_a_recipe_says_of_one_check_leaves_the_others_as_they_are(tmp_path: Path) -> None:
    factors = "subjects: {count: 4}\nposes: {levels: 2, count: 2}\nbackgrounds: {levels: 2, count: 2}\n"
    chosen = recipe.parse(f"name: x\n{factors}checks: {{mask: {{area_max: 0.5}}}}\n", "x.yaml", tmp_path)
    assert list(chosen_checks(chosen.checks)) == list(DEFAULT_CHECKS)
    assert chosen.checks["mask"]["area_max"] == 0.5
