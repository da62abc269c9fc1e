"""The report's story of the checks: margins, histograms, the pictures at the edge, and the yield."""

import base64
import io
import math
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import toy_runs
from PIL import Image

from spotdiff10k import calibration, measures
from spotdiff10k.calibration import Calibration
from spotdiff10k.calibration.rates import rate
from spotdiff10k.calibration.values import CheckCalibration, MadeOn, MeasureCalibration, Refusals
from spotdiff10k.committed import StoredMember, StoredTar
from spotdiff10k.generate import generate
from spotdiff10k.limits import Rule, Scope, chosen_checks, options_of, read_rules
from spotdiff10k.measures import CheckMeasures, GroupMeasures, Limit, Measures, Round
from spotdiff10k.repair import repair
from spotdiff10k.report import checks, edge_pictures, source
from spotdiff10k.report.library import RunLibrary
from spotdiff10k.report.margins import Edge, RuleValues, collect, edges, margin
from spotdiff10k.run import Run
from spotdiff10k.stage import open_stage
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


def test_an_attempt_that_was_made_again_is_refused_by_what_it_measured_then() -> None:
    item = values(Limit(high=10.0), [1.0, 2.0, 3.0, 4.0])
    item.earlier["g000001-p00-b03", 0] = 11.0
    item.earlier["g000001-p00-b02", 0] = 12.0
    item.earlier["g000001-p00-b02", 1] = 12.0  # alike: shown once, the later one
    again = [replace(row, attempt={2: 2, 3: 1}.get(n, 0)) for n, row in enumerate(rows([True] * 4))]
    history = [
        Verdict("g000001", f"g000001-p00-b0{place}", "train", attempt, True, False, "mask", refused_by="mask")
        for place, attempt in ((2, 0), (2, 1), (3, 0))
    ]
    _, refused = edges([item], [*history, *again])["mask"]
    assert [(edge.key, edge.attempt, edge.value) for edge in refused] == [
        ("g000001-p00-b03", 0, 11.0),
        ("g000001-p00-b02", 1, 12.0),
    ]


def test_a_number_that_stands_in_for_what_an_earlier_attempt_did_not_show_is_at_no_edge(tmp_path: Path) -> None:
    run, keys = Run(tmp_path), ["g000001-p00-b00", "g000001-p00-b01"]
    unseen = {keys[0]: {"area": "no subject"}}
    taken = Measures({key: {"area": 11.0} for key in keys}, unseen=unseen)
    tar = StoredTar("g000001.tar", 0, "0", tuple(StoredMember(f"{key}.png", 0, 0, "0") for key in keys))
    rounds = (Round(tar, {"mask": CheckMeasures(1, taken)}),) * 2
    measures.write(run.group_measures("g000001"), GroupMeasures("g000001", "0", rounds))
    rule = Rule("mask", "area", Scope.SAMPLE, ANYTHING, Limit(high=10.0))
    (item,) = collect(run, [rule], rows([False, False]), {})
    assert (item.earlier, item.keys) == ({(keys[1], 0): 11.0}, keys[1:])


def test_groups_that_a_check_refused_as_such_stand_beside_those_it_nearly_did() -> None:
    rule = Rule("mask", "alike", Scope.GROUP, ANYTHING, Limit(low=0.5))
    names = [f"g00000{n}" for n in range(6)]
    item = RuleValues(rule, names, [0.55, 0.9, 0.9, 0.9, 0.4, 0.3])
    verdicts = [Verdict(name, "", "train", 0, False, n < 4, refused_by="" if n < 4 else "mask") for n, name in enumerate(names)]
    verdicts[5] = replace(verdicts[5], refused_by="mask,pose")
    accepted, refused = edges([item], verdicts)["mask"]
    assert [(edge.key, edge.whole) for edge in accepted] == [("g000000", True)]
    assert [(edge.key, edge.value) for edge in refused] == [("g000004", 0.4)]


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


def test_a_repaired_run_shows_the_attempts_that_were_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPOTDIFF_BLOTS", "g000001-p00-b00:1")
    run = toy_runs.plan_run(tmp_path, engine="blots")
    generate(run, 1)
    summary = repair(run, 1)
    assert (summary.refused, summary.repaired) == (0, 1)
    story = source.read(run).judged
    refused = [edge for check in story.summary["checks"] for edge in check["refused"]]
    assert {(edge["key"], edge["attempt"]) for edge in refused} == {("g000001-p00-b00", 0)}
    assert "g000001-p00-b00@0" in story.pictures


def test_a_group_at_the_edge_is_a_grid_of_its_pictures(judged: Run) -> None:
    edge = Edge("g000001", 0, "g000001", "alike", 0.4, "", -0.2, whole=True)
    (name, data), *rest = edge_pictures.pictures([edge, edge], RunLibrary(judged, {})).items()
    image = Image.open(io.BytesIO(base64.b64decode(data)))
    assert (name, rest) == ("g000001@0", [])
    assert image.width == image.height == edge_pictures.GRID_SIDE
    gone = replace(edge, key="g000009", group="g000009")
    assert edge_pictures.pictures([gone], RunLibrary(judged, {})) == {}


NONE = Refusals(rate(0, 0), rate(0, 0))
OF_TOYS = MadeOn("groups", "discs", 7, (64,), 0, {}, ("a:1",), ("a:2",), 10, 10)


def calibrated(run: Run, made_on: MadeOn = OF_TOYS, **changes: Limit) -> Calibration:
    """A calibration whose limits are those in force, but for changes by measure of the check `mask`."""
    checks = {}
    stage = open_stage(run)
    for name, check in chosen_checks(stage.recipe.checks).items():
        measures = {}
        for rule in (rule for rule in read_rules(stage.recipe.checks) if rule.check == name):
            limit = changes.get(rule.measure, rule.limit) if name == "mask" else rule.limit
            low, high = (None if math.isinf(bound) else bound for bound in (limit.low, limit.high))
            measures[rule.measure] = MeasureCalibration(rule.scope.value, low, high, ("high",), rate(1, 100), ())
        options = options_of(name, check, stage.recipe.checks.get(name, {}))
        checks[name] = CheckCalibration(check.version, "", options, Refusals(rate(1, 100), rate(1, 10)), measures)
    return Calibration("toys", made_on, 0.01, NONE, checks, {})


def told_of(run: Run, found: Calibration) -> tuple[dict[str, Any], dict[str, Any]]:
    """What the report tells of a calibration, and of the check `mask`."""
    calibration.write(run.calibration, found)
    told = source.read(run).judged.summary
    return told["calibration"], next(check for check in told["checks"] if check["name"] == "mask")


def standings(check: Mapping[str, Any]) -> dict[str, str]:
    return {measure["name"]: measure["standing"] for measure in check["measures"]}


def test_rates_are_told_where_the_limits_in_force_are_those_of_the_calibration(judged: Run) -> None:
    overall, mask = told_of(judged, calibrated(judged))
    assert (overall["holds"], overall["differing"]) == (True, [])
    assert standings(mask)["soft_edge"] == "calibrated"
    assert mask["rates"] == ""
    assert mask["false_refusals"]["samples"]["count"] == 1
    assert all(one["false_refusals"]["of"] == 100 for one in mask["measures"] if one["standing"])


def test_a_limit_that_was_changed_has_no_rates_and_takes_those_of_its_check_with_it(judged: Run) -> None:
    overall, mask = told_of(judged, calibrated(judged, soft_edge=Limit(1.0, 1.001)))
    assert (overall["holds"], overall["differing"]) == (False, ["mask.soft_edge"])
    assert standings(mask)["soft_edge"] == "unknown"
    assert standings(mask)["area"] == "calibrated"
    assert mask["rates"] == "rates unknown: 1 limit is not the calibration's"
    assert mask["false_refusals"] is None
    assert [one["name"] for one in mask["measures"] if one["standing"] and one["false_refusals"] is None] == ["soft_edge"]


@pytest.mark.parametrize("change", [{"version": 1000}, {"options": {"segmenter": "another"}}])
def test_a_check_that_measures_otherwise_than_was_calibrated_has_no_rates(judged: Run, change: dict[str, Any]) -> None:
    found = calibrated(judged)
    overall, mask = told_of(judged, replace(found, checks={**found.checks, "mask": replace(found.checks["mask"], **change)}))
    assert (overall["holds"], list(overall["others"])) == (False, ["mask"])
    assert set(standings(mask).values()) <= {"unknown", ""}
    assert (mask["false_refusals"], mask["defects"]) == (None, [])
    assert mask["rates"].startswith("rates unknown: the calibration is of ")


def test_a_calibration_of_other_pictures_gives_no_rates_of_these(judged: Run) -> None:
    overall, mask = told_of(judged, calibrated(judged, replace(OF_TOYS, sizes=(128, 256))))
    assert not overall["holds"]
    assert "is of pictures of 128 to 256 pixels a side, not of 64" in overall["elsewhere"]
    assert set(standings(mask).values()) <= {"elsewhere", ""}
    assert (mask["false_refusals"], mask["rates"]) == (None, "rates unknown: the calibration is of other pictures")


def test_a_bound_beyond_what_is_possible_is_none(judged: Run) -> None:
    overall, _ = told_of(judged, calibrated(judged, border=Limit(-5.0, 0.02)))
    assert "mask.border" not in overall["differing"]


def test_nothing_judged_is_no_story(tmp_path: Path) -> None:
    assert source.read(toy_runs.generated_run(tmp_path)).judged.summary == {}
