"""The report's story of the checks: margins, histograms, the pictures at the edge, and the yield."""

import math
from pathlib import Path

import numpy as np
import pytest
import toy_runs

from spotdiff10k.limits import Rule, Scope
from spotdiff10k.measures import Limit
from spotdiff10k.report import checks, source
from spotdiff10k.report.margins import RuleValues, edges, margin
from spotdiff10k.run import Run
from spotdiff10k.validate import validate
from spotdiff10k.verdicts import Verdict

ANYTHING = Limit(-1e9, 1e9)


def values(limit: Limit, numbers: list[float], check: str = "mask") -> RuleValues:
    rule = Rule(check, "area", Scope.SAMPLE, ANYTHING, limit)
    return RuleValues(rule, [f"g000001-p00-b{n:02d}" for n in range(len(numbers))], numbers)


def rows(accepted: list[bool], by: str = "mask") -> list[Verdict]:
    return [
        Verdict("g000001", f"g000001-p00-b{n:02d}", "train", 0, False, ok, refused_by="" if ok else by)
        for n, ok in enumerate(accepted)
    ]


def test_a_margin_is_one_at_the_median_and_nothing_at_the_limit() -> None:
    assert margin(Limit(high=2.0), 1.0, 1.0) == 1.0
    assert margin(Limit(high=2.0), 2.0, 1.0) == 0.0
    assert margin(Limit(high=2.0), 3.0, 1.0) == -1.0
    assert margin(Limit(0.0, 2.0), 0.25, 1.0) == 0.25
    assert margin(Limit(low=1.0), 1.0, 1.0) == math.inf
    assert margin(Limit(low=1.0), 0.5, 1.0) == -math.inf
    assert margin(Limit(low=1.0), math.nan, 2.0) == -math.inf


def test_the_worst_accepted_and_the_best_refused_come_first() -> None:
    found = edges(
        [values(Limit(high=10.0), [1.0, 9.0, 5.0, 11.0, 30.0, 1.0, 1.0, 1.0, 1.0])], rows([True] * 3 + [False] * 2 + [True] * 4)
    )
    accepted, refused = found["mask"]
    assert [edge.value for edge in accepted] == [9.0, 5.0]
    assert [edge.value for edge in refused] == [11.0, 30.0]


def test_what_another_check_refuses_as_well_is_not_at_this_ones_edge() -> None:
    _, refused = edges([values(Limit(high=10.0), [1.0, 1.0, 11.0])], rows([True, True, False], by="mask,pose"))["mask"]
    assert refused == []


def test_a_histogram_counts_every_number_and_says_which_pass() -> None:
    rng = np.random.default_rng(3)
    numbers = [float(v) for v in rng.normal(0, 1, 1000)] + [math.nan]
    found = checks.histogram(values(Limit(high=1.0), numbers))
    assert found is not None
    assert sum(found["passed"]) == sum(v <= 1.0 for v in numbers)
    assert sum(found["failed"]) == sum(v > 1.0 for v in numbers)
    assert (found["total"], found["not_numbers"]) == (1001, 1)
    assert found["from"] <= 1.0 <= found["to"]


def test_a_limit_far_from_all_values_does_not_squeeze_them() -> None:
    found = checks.histogram(values(Limit(high=1000.0), [0.0, 0.5, 1.0]))
    assert found is not None
    assert found["to"] == 1.0


def test_what_cannot_be_does_not_count_as_passed_and_a_wild_value_is_no_accident() -> None:
    found = checks.histogram(values(Limit(), [*[0.0] * 500, *[5e-324] * 500, 1e10]))
    assert found is not None
    assert (sum(found["passed"]), sum(found["failed"])) == (1000, 1)


def test_no_number_is_no_histogram() -> None:
    assert checks.histogram(values(Limit(), [math.nan])) is None
    assert checks.histogram(values(Limit(), [])) is None


@pytest.fixture
def judged(tmp_path: Path) -> Run:
    def spoil(key: str, members: dict[str, bytes]) -> dict[str, bytes]:
        return {**members, "mask.png": toy_runs.png(np.full((64, 64), 255, np.uint8))} if key == "g000002-p01-b00" else members

    more = "checks: {colours: {nearest_min: 0.0, groups_min: 100}}"
    run = toy_runs.generated_run(tmp_path, spoil, more)
    validate(run, workers=1)
    return run


def test_the_story_of_a_judged_run_has_yield_edges_and_what_is_unchecked(judged: Run) -> None:
    story = source.read(judged).judged
    told = story.summary
    assert told["yield"]["made"] == 20
    assert told["yield"]["released"] == 16
    assert told["calibration"] is None
    assert told["set_refusals"] == ["colours.groups is 4, expected at least 100."]
    assert told["set_refusals"] == validate(judged, workers=1).set_refusals
    by_name = {check["name"]: check for check in told["checks"]}
    assert [edge["key"] for edge in by_name["mask"]["refused"]] == ["g000002-p01-b00"]
    assert set(story.pictures) >= {"g000002-p01-b00@0"}
    colours = {measure["name"]: measure for measure in by_name["colours"]["measures"]}
    assert colours["weight"]["unchecked"] == {"nobody has scales": 5}
    assert colours["nearest"]["histogram"]["total"] == 16


def test_a_broken_calibration_is_a_problem_and_no_more(judged: Run) -> None:
    (judged.root / "calibration.json").write_text("{nonsense")
    story = source.read(judged)
    assert story.judged.summary["calibration"] is None
    assert any("calibration.json is no calibration" in problem for problem in story.problems)


def test_nothing_judged_is_no_story(tmp_path: Path) -> None:
    assert source.read(toy_runs.generated_run(tmp_path)).judged.summary == {}
