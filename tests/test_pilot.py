"""pilot: a few groups are made, and what they say of the whole is an interval that holds."""

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import toy_runs
from plain_checks import CHECKS
from typer.testing import CliRunner

from spotdiff10k import measuring
from spotdiff10k import repair as repairing
from spotdiff10k.commands.main import app
from spotdiff10k.errors import RecipeError
from spotdiff10k.generate import generate
from spotdiff10k.pilot import choose, pilot
from spotdiff10k.repair import repair
from spotdiff10k.run import Run

SPOIL = "SPOTDIFF_BLOTS"
MANY = toy_runs.RECIPE.replace("count: 5, reserve: 3", "count: 40, reserve: 6")


def many_run(root: Path, monkeypatch: pytest.MonkeyPatch, spoil: str = "") -> Run:
    monkeypatch.setenv(SPOIL, spoil)
    monkeypatch.setattr(toy_runs, "RECIPE", MANY)
    return toy_runs.plan_run(root, engine="blots")


def test_a_pilot_is_drawn_from_every_split_and_family_and_is_the_same_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    groups = toy_runs.groups_of(many_run(tmp_path, monkeypatch))
    chosen = choose(groups, 20, 0)
    assert [group.id for group in chosen] == [group.id for group in choose(groups, 20, 0)]
    assert [group.id for group in chosen] != [group.id for group in choose(groups, 20, 1)]
    families = Counter(group.subject.family for group in chosen)
    assert set(families.values()) == {10}
    splits = Counter(group.split for group in chosen)
    assert all(abs(splits[name] - count / 2) <= 1 for name, count in Counter(group.split for group in groups).items())
    assert len(choose(groups, 400, 0)) == len(groups)


def test_a_pilot_of_good_groups_forecasts_a_full_yield(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = many_run(tmp_path, monkeypatch)
    found = pilot(run, 10, workers=1)
    assert (found.groups, found.planned_groups, found.yields.made) == (10, 40, 40)
    assert found.accepted_groups.value == 1.0
    assert 0.6 < found.accepted_groups.low < 1.0
    assert found.reserves_needed.value == 0.0
    assert found.reserves_needed.high == pytest.approx(40 * (1 - found.accepted_groups.low))
    assert not found.enough_reserves
    assert found.bytes.value == pytest.approx(2 * 40 * sum(p.stat().st_size for p in run.groups.rglob("*.tar")) / 10)
    assert len(list(run.groups.rglob("*.tar"))) == 10


def test_the_forecast_holds_what_the_whole_run_then_yields(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spoil = ",".join(f"g{n:06d}-p00-b00:1" for n in range(0, 40, 3)) + "," + ",".join(f"g{n:06d}" for n in range(0, 40, 10))
    run = many_run(tmp_path, monkeypatch, spoil)
    forecast = pilot(run, 20, workers=1)
    assert forecast.yields.filters[0].check == "mask"
    generate(run, 1)
    summary = repair(run, 1)
    lost = summary.groups - summary.groups_accepted
    assert forecast.reserves_needed.low <= lost <= forecast.reserves_needed.high
    first = 1 - (14 + 4 * 4 - 2) / 160
    assert forecast.accepted_first.low <= first <= forecast.accepted_first.high


def test_the_time_to_measure_is_what_groups_take_without_repairs_and_warming_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = [0.0]

    def taking(seconds: float, function: Callable[..., Any]) -> Callable[..., Any]:
        def slow(*arguments: Any, **options: Any) -> Any:
            clock[0] += seconds
            return function(*arguments, **options)

        return slow

    monkeypatch.setattr(measuring, "time", SimpleNamespace(monotonic=lambda: clock[0]))
    monkeypatch.setattr(measuring.MeasureWork, "measure", taking(1.0, measuring.MeasureWork.measure))
    monkeypatch.setattr(measuring.MeasureWork, "warm_up", taking(1e4, measuring.MeasureWork.warm_up))
    monkeypatch.setattr(repairing.generate, "remake", taking(1e4, repairing.generate.remake))
    half = ",".join(f"g{n:06d}-p00-b00:1" for n in range(0, 40, 2))
    run = many_run(tmp_path, monkeypatch, half)
    forecast = pilot(run, 8, workers=1)
    assert clock[0] > 1e4
    again = sum(1 for group in run.groups.rglob("*.r1.tar"))
    assert 0 < again < 8
    found = forecast.judging_seconds
    assert found.value == pytest.approx((8 + again) * 40 / 8)  # a second a group, and one more where it was measured again
    assert 40.0 <= found.low < found.value < found.high <= 80.0


def test_a_forecast_names_the_checks_that_compare_groups(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(toy_runs, "RECIPE", MANY + "checks: {{colours: {{nearest_min: 0.0}}}}\n")
    monkeypatch.setenv(SPOIL, "")
    run = toy_runs.plan_run(tmp_path, engine="blots")
    assert pilot(run, 8, workers=1).among_groups == ("colours",)


def test_the_build_goes_on_from_the_pilot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = many_run(tmp_path, monkeypatch)
    pilot(run, 8, workers=1)
    summary = generate(run, 1)
    assert (summary.kept_groups, summary.made_groups) == (8, 32)


def test_a_pilot_of_a_few_groups_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match="at least 8"):
        pilot(toy_runs.plan_run(tmp_path), 3)


def test_the_command_shows_the_forecast_and_keeps_nothing_without_a_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SPOIL, "")
    recipe = tmp_path / "many.yaml"
    recipe.write_text(MANY.format(engine="blots", splits=toy_runs.SPLITS, more=CHECKS))
    result = CliRunner().invoke(app, ["plan", str(recipe), "--pilot", "8", "-j", "1", "--json"])
    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout)
    assert told["run"] is None
    assert told["pilot"]["groups"] == 8
    assert told["pilot"]["accepted_groups"]["value"] == 1.0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["many.yaml"]
    assert set(told["pilot"]["judging_seconds"]) == {"value", "low", "high"}
    shown = CliRunner().invoke(app, ["plan", str(recipe), "--pilot", "8", "-j", "1"])
    assert "Forecast for 40 groups, from 8" in shown.stdout
    assert "groups accepted, after repair" in shown.stdout
    assert "time to measure it, 1 process" in shown.stdout
    warned = "Without --run, what the pilot makes is thrown away"
    assert warned in shown.stderr
    kept = CliRunner().invoke(app, ["plan", str(recipe), "--pilot", "8", "-j", "1", "--run", str(tmp_path / "kept")])
    assert warned not in kept.stderr
    again = CliRunner().invoke(app, ["plan", str(recipe), "--pilot", "8", "-j", "1", "--run", str(tmp_path / "kept")])
    assert again.exit_code == 0, again.output
    assert "not timed" in again.stdout  # what was measured before says nothing of how long it takes


def test_a_small_pilot_is_refused_before_anything_is_shown_or_written(tmp_path: Path) -> None:
    shown = CliRunner().invoke(app, ["plan", "tiny", "--pilot", "5", "--run", str(tmp_path / "run")])
    assert isinstance(shown.exception, RecipeError)
    assert shown.stdout == ""
    assert not (tmp_path / "run").exists()
