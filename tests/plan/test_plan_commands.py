"""`recipes` and `plan` on the command line."""

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from spotdiff10k import plan as plans
from spotdiff10k import recipe
from spotdiff10k.commands import plan, recipes
from spotdiff10k.errors import PlanError, RecipeError
from spotdiff10k.run import Run

runner = CliRunner()
app = typer.Typer()
recipes.register(app)
plan.register(app)


def said(*arguments: str) -> str:
    done = runner.invoke(app, list(arguments), catch_exceptions=False, env={"COLUMNS": "160"})
    assert done.exit_code == 0, done.output
    return done.output


def test_recipes_lists_the_smallest_first() -> None:
    text = said("recipes", "list")
    assert text.index("tiny") < text.index("quickstart") < text.index("spotdiff10k")
    listed = json.loads(said("recipes", "list", "--json"))["recipes"]
    assert {row["name"]: row["pictures"] for row in listed}["spotdiff10k"] == 10_000


def test_a_recipe_is_shown_as_written_or_resolved() -> None:
    assert said("recipes", "show", "tiny") == recipe.text_of("tiny")
    assert said("recipes", "show", "tiny", "--resolved") == recipe.dump(recipe.load("tiny"))
    assert json.loads(said("recipes", "show", "tiny", "--json"))["engine"]["size"] == 128


def test_a_copy_loads_and_finds_its_schema_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "my.yaml"
    assert "spotdiff10k plan" in said("recipes", "copy", "quickstart", str(path))
    assert recipe.load(path) == recipe.load("quickstart")
    assert path.read_text().startswith("# yaml-language-server: $schema=recipe.schema.json\n")
    assert json.loads((tmp_path / "recipe.schema.json").read_text()) == json.loads(said("recipes", "schema"))


def test_a_copy_overwrites_nothing_unless_it_is_told_to(tmp_path: Path) -> None:
    path = tmp_path / "my.yaml"
    path.write_text("mine")
    with pytest.raises(RecipeError, match="is there already"):
        said("recipes", "copy", "tiny", str(path))
    assert path.read_text() == "mine"
    said("recipes", "copy", "tiny", str(path), "--force")
    assert recipe.load(path).name == "tiny"


def test_a_plan_is_shown_without_writing_anything(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    text = said("plan", "quickstart")
    for word in ("train", "Balance", "Dependence", "Captions", "Estimate: 864 pictures", "are free"):
        assert word in text
    assert list(tmp_path.iterdir()) == []


def test_a_plan_is_written_into_a_run_and_told_as_json(tmp_path: Path) -> None:
    told = json.loads(said("plan", "tiny", "--run", str(tmp_path / "run"), "--set", "seed=3", "--json"))
    found = plans.read(Run(tmp_path / "run"))
    assert told["fingerprint"] == found.facts.fingerprint
    assert told["counts"]["samples"] == 24
    assert told["estimate"]["total_bytes"] > 0
    assert len(told["captions"]) == 4
    assert recipe.read_resolved(tmp_path / "run" / "recipe.yaml").seed == 3


def test_a_quiet_plan_says_nothing(tmp_path: Path) -> None:
    assert said("plan", "tiny", "--run", str(tmp_path / "run"), "-q") == ""


def test_errors_come_out_as_they_are() -> None:
    with pytest.raises(RecipeError, match=r"engine\.size"):
        said("plan", "tiny", "--set", "engine.size=7")
    with pytest.raises(PlanError, match="confounded"):
        said("plan", "quickstart", "--set", "poses.depends_on=family")


def test_thresholds_that_no_check_knows_are_refused_before_anything_is_made() -> None:
    with pytest.raises(RecipeError, match="area_mni"):
        said("plan", "tiny", "--set", "checks.mask.area_mni=0.1")


def test_a_split_without_subjects_is_told() -> None:
    done = runner.invoke(app, ["plan", "tiny", "--set", "subjects.count=2"], catch_exceptions=False)
    assert "the split test gets no subject" in done.stderr


def test_a_control_says_that_it_is_one() -> None:
    assert "declared control" in said("plan", "quickstart", "--set", "poses.depends_on=family", "--set", "purpose=control")


@pytest.mark.parametrize(("count", "text"), [(0, "0 B"), (999, "999 B"), (1500, "1.5 kB"), (6.2e9, "6.2 GB"), (4.4e16, "44 PB")])
def test_sizes_are_readable(count: float, text: str) -> None:
    assert plan.size(count) == text


@pytest.mark.parametrize(("seconds", "text"), [(1, "1 s"), (90, "90 s"), (600, "10 min"), (9000, "2.5 h")])
def test_times_are_readable(seconds: float, text: str) -> None:
    assert plan.duration(seconds) == text
