"""The recipe's `calibration`."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import toy_runs

from spotdiff10k import calibration, plan, recipe, registry
from spotdiff10k.calibration import Calibration
from spotdiff10k.calibration.rates import rate
from spotdiff10k.calibration.taking import filled, without_vacuous
from spotdiff10k.calibration.values import CheckCalibration, MadeOn, MeasureCalibration, Refusals
from spotdiff10k.checks.mask import Mask
from spotdiff10k.errors import RecipeError
from spotdiff10k.limits import options_of
from spotdiff10k.recipe import Recipe, calibrating
from spotdiff10k.run import Run
from spotdiff10k.shards import shard
from spotdiff10k.validate import validate
from spotdiff10k.verify import verify

NONE = Refusals(rate(0, 0), rate(0, 0))


def some_calibration() -> Calibration:
    """Thresholds for two measures of `mask`, one of them not calibrated."""
    measures = {
        "area": MeasureCalibration("sample", 0.02, 0.5, ("low", "high"), rate(0, 10), ()),
        "border": MeasureCalibration("sample", None, 0.01, (), rate(0, 10), ()),
    }
    check = CheckCalibration(Mask.version, "", options_of("mask", Mask, {}), NONE, measures)
    made_on = MadeOn("groups", "discs", 7, (64,), 0, {}, ("a:1",), ("a:2",), 10, 10)
    return Calibration("mine", made_on, 0.01, NONE, {"mask": check}, {})


@pytest.fixture()
def folder(tmp_path: Path) -> Path:
    calibration.write(tmp_path / "mine.json", some_calibration())
    return tmp_path


def parsed(folder: Path, more: str) -> Recipe:
    return recipe.parse(toy_runs.RECIPE.format(engine="discs", splits=toy_runs.SPLITS, more=more), "toys.yaml", folder)


def test_thresholds_are_written_out_where_the_recipe_sets_none(folder: Path) -> None:
    found = parsed(folder, "calibration: mine.json\nchecks: {mask: {area_max: 0.3}}")
    assert found.checks["mask"] == {"area_min": 0.02, "area_max": 0.3}
    assert found.calibration == f"mine@{calibration.digest_of(some_calibration())}"
    assert calibrating.left_alone(found) == []


def test_without_one_nothing_changes(folder: Path) -> None:
    found = parsed(folder, "calibration: none\nchecks: {mask: {area_max: 0.3}}")
    assert (found.calibration, found.checks["mask"]) == ("none", {"area_max": 0.3})
    assert parsed(folder, "").calibration == "none"  # none is shipped for this engine


def test_a_file_is_understood_once_and_again_when_it_says_something_else(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    texts: list[bytes] = []
    parse = calibration.file.parse
    monkeypatch.setattr(calibration.file, "parse", lambda data, name: (texts.append(data), parse(data, name))[1])
    found = some_calibration()
    calibration.write(folder / "mine.json", replace(found, target=0.015))
    text = "calibration: mine.json\nchecks: {mask: {}}"
    assert parsed(folder, text) == parsed(folder, text)
    assert len(texts) == 1
    measures = {"area": replace(found.checks["mask"].measures["area"], low=0.03)}  # a file of the same size
    calibration.write(
        folder / "mine.json",
        replace(
            found,
            target=0.015,
            checks={"mask": replace(found.checks["mask"], measures={**found.checks["mask"].measures, **measures})},
        ),
    )
    assert parsed(folder, text).checks["mask"]["area_min"] == 0.03
    assert len(texts) == 2


@pytest.mark.parametrize("change", [{"version": Mask.version + 1}, {"options": {"segmenter": "other"}}])
def test_thresholds_for_other_numbers_are_not_taken(folder: Path, change: dict[str, Any]) -> None:
    found = some_calibration()
    calibration.write(folder / "mine.json", replace(found, checks={"mask": replace(found.checks["mask"], **change)}))
    chosen = parsed(folder, "calibration: mine.json\nchecks: {mask: {}}")
    assert chosen.checks["mask"] == {}
    (sentence,) = calibrating.left_alone(chosen)
    assert sentence.startswith("The check mask keeps its own thresholds: mine is of ")


def test_a_run_keeps_a_copy_and_its_edited_thresholds(folder: Path) -> None:
    run = Run(folder / "run")
    chosen = parsed(folder, "calibration: mine.json\nchecks: {mask: {}}")
    plan.write(plan.make(chosen), chosen, run)
    assert calibration.read(run.calibration) == calibration.read(folder / "mine.json")
    text = run.recipe.read_text()
    assert "area_max: 0.5" in text
    run.recipe.write_text(text.replace(", area_max: 0.5", ""))
    assert recipe.read_resolved(run.recipe).checks["mask"] == {"area_min": 0.02}


def test_a_resolved_recipe_is_a_recipe_again(folder: Path) -> None:
    run = Run(folder / "run")
    chosen = parsed(folder, "calibration: mine.json\nchecks: {mask: {}}")
    plan.write(plan.make(chosen), chosen, run)
    assert recipe.load(run.recipe) == chosen


def test_a_resolved_recipe_whose_calibration_is_gone_says_so(folder: Path) -> None:
    digest = "0" * 64
    with pytest.raises(RecipeError, match="cannot be read"):
        parsed(folder, f"calibration: mine@{digest}")
    calibration.write(folder / "calibration.json", some_calibration())
    with pytest.raises(RecipeError, match="not the one this recipe was resolved with"):
        parsed(folder, f"calibration: mine@{digest}")


@pytest.mark.parametrize(
    ("wanted", "sentence"),
    [
        ("nonesuch", "there is no 'nonesuch'; expected auto, none"),
        ("missing.json", "cannot be read"),
        ("broken.json", "not JSON"),
    ],
)
def test_what_is_no_calibration_is_refused(folder: Path, wanted: str, sentence: str) -> None:
    (folder / "broken.json").write_text("{")
    with pytest.raises(RecipeError, match=sentence):
        parsed(folder, f"calibration: {wanted}")


def test_a_release_states_its_calibration(folder: Path) -> None:
    run = Run(folder / "run")
    off = ", ".join(f"{name}: {{enabled: false}}" for name in registry.names("checks") if name not in ("structure", "mask"))
    chosen = parsed(folder, f"calibration: mine.json\nchecks: {{mask: {{}}, {off}}}")
    plan.write(plan.make(chosen), chosen, run)
    for group in toy_runs.groups_of(run):
        toy_runs.commit(run, group)
    validate(run, workers=1)
    shard(run, workers=1)
    sealed = json.loads((run.root / "release.json").read_text())
    assert sealed["calibration"] == chosen.calibration
    assert sealed["checks"]["mask"]["limits"]["area"] == "0.02 to 0.5"
    verify(run.root, workers=1).require()


def test_lossy_pictures_are_not_judged_by_a_calibration_of_lossless_ones() -> None:
    if "rendered" not in calibrating.shipped():
        pytest.skip("no calibration is shipped for the rendered engine")
    assert recipe.load("tiny").calibration.startswith("rendered@")
    assert recipe.load("tiny", ["outputs.picture=jpg"]).calibration == "none"


@pytest.mark.parametrize(
    ("made_on", "clause"),
    [
        ({"kind": "pairs", "engine": "", "engine_version": 0}, "is of photographs, not of what the engine discs makes:"),
        ({"engine": "blots"}, "is of the engine blots, not of discs:"),
        ({"engine_version": 6}, "is of version 6 of the engine discs, not of version 7:"),
        ({"sizes": (128, 512)}, "is of pictures of 128 to 512 pixels a side, not of 64:"),
        ({"sizes": (32,)}, "is of pictures of 32 pixels a side, not of 64:"),
        ({"recipe": {"outputs": {"picture": "webp"}}}, "is of webp pictures, not of png:"),
        (
            {"engine": "blots", "sizes": (32,)},
            "is of the engine blots, not of discs; and of pictures of 32 pixels a side, not of 64:",
        ),
    ],
)
def test_a_calibration_of_other_pictures_is_taken_with_a_sentence(folder: Path, made_on: dict[str, Any], clause: str) -> None:
    found = some_calibration()
    calibration.write(folder / "mine.json", replace(found, made_on=replace(found.made_on, **made_on)))
    chosen = parsed(folder, "calibration: mine.json\nchecks: {mask: {}}")
    assert chosen.checks["mask"] == {"area_min": 0.02, "area_max": 0.5}
    (sentence,) = calibrating.made_on_others(chosen)
    assert f"The calibration mine {clause}" in sentence
    assert "how often its limits err here is not known" in sentence


def test_a_calibration_of_such_pictures_needs_no_sentence(folder: Path) -> None:
    assert calibrating.made_on_others(parsed(folder, "calibration: mine.json\nchecks: {mask: {}}")) == []
    assert calibrating.made_on_others(parsed(folder, "calibration: none")) == []


@pytest.mark.parametrize(("size", "taken"), [(64, False), (128, True), (384, True), (512, True), (520, False), (1024, False)])
def test_auto_takes_a_calibration_within_its_sizes_alone_and_says_so(size: int, taken: bool) -> None:
    chosen = recipe.load("tiny", [f"engine.size={size}"])
    assert chosen.calibration.startswith("rendered@") == taken
    told = calibrating.made_on_others(chosen)
    assert told == [] if taken else f"rendered is of pictures of 128 to 512 pixels a side, not of {size}" in told[0]
    named = recipe.load("tiny", [f"engine.size={size}", "calibration=rendered"])
    assert named.calibration.startswith("rendered@")
    assert bool(calibrating.made_on_others(named)) != taken


def test_a_threshold_that_nothing_can_fail_is_not_taken() -> None:
    made = some_calibration()
    measures = {
        "area": MeasureCalibration("sample", -0.5, 0.5, ("low", "high"), rate(0, 10), ()),
        "border": MeasureCalibration("sample", None, 1.7, ("high",), rate(0, 10), ()),
    }
    vacuous = replace(made, checks={"mask": replace(made.checks["mask"], measures=measures)})
    assert filled({"mask": {}}, vacuous) == {"mask": {"area_max": 0.5}}
    assert without_vacuous(vacuous).thresholds("mask") == {"area_max": 0.5}


def test_a_shipped_calibration_fills_in_what_looking_at_the_checks_would() -> None:
    known = calibrating.shipped()
    if "rendered" not in known:
        pytest.skip("no calibration is shipped for the rendered engine")
    assert calibrating.left_alone(recipe.load("tiny")) == []
    (said,) = calibrating.left_alone(recipe.load("tiny", ["checks.identity.encoder=augnet"]))
    assert said == "The check identity keeps its own thresholds: rendered is of other options of it."
    given = ["checks.mask.area_max=0.5", "checks.identity.encoder=augnet", "checks.caption.required=true"]
    chosen = recipe.load("tiny", [*given, "calibration=none"])
    assert recipe.load("tiny", given).checks == filled(chosen.checks, calibration.read(known["rendered"]))
