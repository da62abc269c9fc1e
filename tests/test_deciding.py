"""deciding: what only the set as a whole can tell, and what could not be checked."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
import toy_runs

from spotdiff10k import verdicts
from spotdiff10k.deciding import decide
from spotdiff10k.errors import DataError, ModelError, RecipeError, RunError
from spotdiff10k.limits import read_rules
from spotdiff10k.repair import repair
from spotdiff10k.run import Run
from spotdiff10k.samples import pixels_digest
from spotdiff10k.set_measures import SetMeasures
from spotdiff10k.set_measuring import latest
from spotdiff10k.shards import shard
from spotdiff10k.stage import open_stage
from spotdiff10k.types import PlannedCell, PlannedGroup
from spotdiff10k.validate import Unchecked, validate

CHECKS = "checks: {{colours: {{{}}}}}"
TWIN = "g000003"


def with_checks(thresholds: str = "") -> str:
    return CHECKS.format(thresholds)


def spoiled_like_the_first(root: Path, more: str) -> Run:
    """A run in which the group TWIN shows the colour of g000001."""
    run = toy_runs.plan_run(root, more)
    groups = {group.id: group for group in toy_runs.groups_of(run)}
    for group in groups.values():
        toy_runs.commit(run, group, twin_of(groups["g000001"], group) if group.id == TWIN else toy_runs.unspoilt)
    return run


def twin_of(other: PlannedGroup, group: PlannedGroup) -> toy_runs.Spoil:
    cells: dict[str, PlannedCell] = {cell.key: cell for cell in group.cells}

    def spoil(key: str, members: dict[str, bytes]) -> dict[str, bytes]:
        cell = next(c for c in other.cells if c.key[-7:] == key[-7:])
        painted = toy_runs.disc_members(other, cell)["png"]
        record = {**json.loads(members["json"]), "pixels_sha256": pixels_digest(toy_runs.as_pixels(painted))}
        assert key in cells
        return {**members, "png": painted, "json": toy_runs.as_json(record)}

    return spoil


def test_a_group_that_does_not_go_with_an_earlier_one_is_refused_and_says_by_what(tmp_path: Path) -> None:
    run = spoiled_like_the_first(tmp_path, with_checks())
    summary = validate(run, workers=1)
    assert (summary.groups, summary.groups_accepted, summary.refused_groups) == (5, 4, [TWIN])
    rows = {row.sample or row.group: row for row in verdicts.read(run.verdicts)}
    assert rows[TWIN].check == "colours"
    assert rows[TWIN].reason.startswith(f"{TWIN}-p00-b00 does not go with the rest of the set: colours.nearest is ")
    assert "its colour is" in rows[f"{TWIN}-p00-b00"].evidence
    assert rows["g000001"].accepted


def test_such_a_group_is_not_made_again_but_replaced(tmp_path: Path) -> None:
    run = spoiled_like_the_first(tmp_path, with_checks("nearest_min: 1.0"))
    summary = repair(run, 1)
    assert summary.remade == 0
    assert summary.reserves == 1
    assert summary.groups_accepted == 5
    assert not list(run.groups.rglob("*.r1.tar"))


def test_a_set_that_does_not_pass_is_not_released(tmp_path: Path) -> None:
    run = toy_runs.generated_run(tmp_path, more=with_checks("nearest_min: 0.0, groups_min: 6"))
    summary = validate(run, workers=1)
    assert summary.set_refusals == ["colours.groups is 5, expected at least 6."]
    assert summary.groups_accepted == 5
    with pytest.raises(DataError, match=r"The set does not pass: colours\.groups is 5"):
        validate(run, workers=1, strict=True)
    with pytest.raises(DataError, match=r"not released: colours\.groups is 5"):
        shard(run)
    assert not run.release.exists()


def test_a_declared_control_may_fail_as_a_set(tmp_path: Path) -> None:
    more = "purpose: control\n" + with_checks("nearest_min: 0.0, groups_min: 6")
    run = toy_runs.generated_run(tmp_path, more=more)
    assert validate(run, workers=1).set_refusals == []
    shard(run)


def test_what_could_not_be_measured_is_counted_as_unchecked_and_passes_nothing(tmp_path: Path) -> None:
    summary = validate(toy_runs.generated_run(tmp_path, more=with_checks("nearest_min: 0.0")), workers=1)
    assert [item for item in summary.unchecked if item.measure.startswith("colours")] == [
        Unchecked("colours.beauty", "it is in the eye of the beholder", 1),
        Unchecked("colours.weight", "nobody has scales", 5),
    ]
    assert summary.groups_accepted == 5


def test_a_recipe_may_require_what_could_not_be_measured(tmp_path: Path) -> None:
    summary = validate(toy_runs.generated_run(tmp_path, more=with_checks("nearest_min: 0.0, required: true")), workers=1)
    assert summary.accepted == 0
    assert summary.refused_by == {"colours": 20}
    assert summary.set_refusals == []  # of nothing there is no set


def test_a_recipe_may_require_what_could_not_be_measured_in_the_set(tmp_path: Path) -> None:
    more = with_checks("nearest_min: 0.0") + "\n"
    run = toy_runs.generated_run(tmp_path, more=more)
    validate(run, workers=1)
    rules = [
        replace(rule, required=rule.measure == "beauty") for rule in read_rules({"colours": {"nearest_min": 0.0}, "mask": {}})
    ]
    found = decide(open_stage(run), {group.id for group in toy_runs.groups_of(run)}, rules)
    assert found.set_refusals == ["colours.beauty is required and could not be measured: it is in the eye of the beholder."]


def test_a_recipe_may_require_what_could_not_be_measured_among_the_groups(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import toy_colours

    alone = SetMeasures({}, {"groups": 5.0}, {}, {"nearest": "no two are alike", "beauty": "nobody looks"})
    monkeypatch.setattr(toy_colours.Colours, "measure_set", lambda *_: alone)
    run = toy_runs.generated_run(tmp_path, more=with_checks("nearest_min: 0.0"))
    assert validate(run, workers=1).groups_accepted == 5
    rules = [replace(rule, required=rule.measure == "nearest") for rule in read_rules({"colours": {}})]
    found = decide(open_stage(run), {group.id for group in toy_runs.groups_of(run)}, rules)
    assert not any(row.accepted for row in found.rows)
    reason = "colours.nearest is required and could not be measured: no two are alike."
    assert {row.reason for row in found.rows if row.sample} == {reason}


def test_a_check_of_the_set_that_measures_nothing_and_does_not_say_why_passes_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import toy_colours

    silent = SetMeasures({}, {"groups": 5.0}, {}, {"beauty": "nobody looks"})
    monkeypatch.setattr(toy_colours.Colours, "measure_set", lambda *_: silent)
    run = toy_runs.generated_run(tmp_path, more=with_checks("nearest_min: 0.0"))
    with pytest.raises(RunError, match="The check colours measured 0 of 20 samples of the set"):
        validate(run, workers=1)


def test_what_was_found_last_is_told_even_when_it_was_found_before(tmp_path: Path) -> None:
    run = spoiled_like_the_first(tmp_path, with_checks("nearest_min: 0.0"))
    stage, names = open_stage(run), {group.id for group in toy_runs.groups_of(run)}
    validate(run, workers=1)
    for least, groups in ((0.0, 5), (10.0, 4), (0.0, 5)):
        decide(stage, names, read_rules({"colours": {"nearest_min": least}}))
        assert latest(stage)["colours"].whole["groups"] == groups


def test_the_set_is_looked_at_once_while_nothing_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import toy_colours

    run = toy_runs.generated_run(tmp_path, more=with_checks("nearest_min: 0.0"))
    validate(run, workers=1)

    def never(*_: object) -> None:
        raise AssertionError("looked again")

    monkeypatch.setattr(toy_colours.Colours, "measure_set", never)
    assert validate(run, workers=1).groups_accepted == 5
    shard(run)
    (run.measures / "set.json").write_text("{broken")
    with pytest.raises(AssertionError, match="looked again"):
        validate(run, workers=1)


def test_another_option_is_measured_again(tmp_path: Path) -> None:
    run = toy_runs.generated_run(tmp_path, more=with_checks("channel: red, nearest_min: 0.0"))
    assert validate(run, workers=1).measured == 20
    assert validate(run, workers=1).measured == 0
    run.recipe.write_text(run.recipe.read_text().replace("channel: red", "channel: green"))
    summary = validate(run, workers=1)
    assert summary.measured == 20


def test_measures_of_another_option_do_not_decide(tmp_path: Path) -> None:
    run = toy_runs.generated_run(tmp_path, more=with_checks("channel: red, nearest_min: 0.0"))
    validate(run, workers=1)
    run.recipe.write_text(run.recipe.read_text().replace("channel: red", "channel: green"))
    with pytest.raises(RunError, match="no usable measures"):
        validate(run, workers=1, redecide=True)


def test_an_unknown_option_names_those_there_are(tmp_path: Path) -> None:
    run = toy_runs.generated_run(tmp_path, more=with_checks("channel: gren"))
    with pytest.raises(RecipeError, match=r"checks\.colours\.channel is 'gren'; it can be red, green\. Did you mean 'green'\?"):
        validate(run, workers=1)


def test_the_verdict_names_every_check_that_refuses(tmp_path: Path) -> None:
    run = toy_runs.generated_run(tmp_path, more="checks: {mask: {area_max: 0.01}, structure: {}}")
    validate(run, workers=1)
    rows = verdicts.read(run.verdicts)
    assert {row.refused_by for row in rows} == {"mask"}


def test_a_missing_model_is_said_before_anything_is_measured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPOTDIFF10K_MODELS", str(tmp_path / "no-models"))
    run = toy_runs.generated_run(tmp_path / "run", more="checks: {identity: {encoder: augnet}}")
    with pytest.raises(ModelError, match=r"need augnet, which is not on this machine. Run: spotdiff10k models fetch augnet"):
        validate(run, workers=1)
    assert not run.measures.exists()
