"""A plan that is missing, or not what was planned, makes no picture."""

import json
from pathlib import Path

import pytest

from spotdiff10k.errors import PlanError, RunError
from spotdiff10k.generate import generate
from spotdiff10k.run import Run


def test_a_run_without_a_plan_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(RunError, match=r"Run: spotdiff10k plan RECIPE --run"):
        generate(Run(tmp_path / "nothing"), 1)


def test_a_recipe_changed_after_planning_is_refused(done: Run) -> None:
    text = done.recipe.read_text()
    done.recipe.write_text(text.replace("size: 64", "size: 128"))
    with pytest.raises((RunError, PlanError), match="recipe"):
        generate(done, 1)


def test_an_altered_plan_is_refused(done: Run) -> None:
    data = bytearray(done.plan_parquet.read_bytes())
    data[len(data) // 2] ^= 1
    done.plan_parquet.write_bytes(data)
    with pytest.raises(RunError, match="was altered"):
        generate(done, 1)


def test_a_level_altered_in_the_plan_makes_no_picture(done: Run) -> None:
    document = json.loads(done.plan_json.read_bytes())
    document["levels"]["pose"][0]["turn_degrees"] += 1.0
    done.plan_json.write_text(json.dumps(document))
    with pytest.raises(RunError, match="its levels or counts"):
        generate(done, 1)
