"""Estimates move the way the work does."""

import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest

from spotdiff10k import recipe
from spotdiff10k.plan.estimate import Estimate, estimate, free_bytes, usable_cores


def of(*overrides: str, workers: int = 2) -> Estimate:
    return estimate(recipe.load("quickstart", overrides), workers)


def test_twice_the_subjects_take_twice_the_time_and_space() -> None:
    one, two = of(), of("subjects.count=192")
    assert two.samples == 2 * one.samples
    assert two.seconds == pytest.approx(2 * (one.seconds or 0), abs=1)
    assert two.total_bytes == pytest.approx(2 * one.total_bytes, rel=0.01)


def test_more_workers_take_less_time_and_the_same_space() -> None:
    one, four = of(workers=1), of(workers=4)
    assert one.seconds == pytest.approx(4 * (four.seconds or 0), abs=4)
    assert one.total_bytes == four.total_bytes
    assert of(workers=0).workers == usable_cores()


@pytest.mark.parametrize("smaller", ["outputs.picture=jpg", "outputs.layers=[]", "engine.size=128"])
def test_what_holds_less_takes_less_space(smaller: str) -> None:
    assert of(smaller).groups_bytes < of().groups_bytes


def test_groups_and_shards_are_counted_both() -> None:
    found = of()
    assert found.shards_bytes == found.groups_bytes
    assert found.total_bytes > 2 * found.groups_bytes


def test_ten_thousand_pictures_fit_the_order_of_magnitude_that_was_measured() -> None:
    found = estimate(recipe.load("spotdiff10k"), 2)
    assert 5e9 < found.total_bytes < 50e9
    assert 300 < found.seconds < 3600


def test_free_space_is_that_of_the_nearest_folder_that_exists(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Path] = []
    monkeypatch.setattr(shutil, "disk_usage", lambda path: asked.append(Path(path)) or SimpleNamespace(free=7))
    assert free_bytes(tmp_path / "not" / "yet") == 7
    assert asked == [tmp_path]


def test_an_engine_is_counted_on_by_its_own_rates_and_one_that_knows_none_names_no_time(monkeypatch: pytest.MonkeyPatch) -> None:
    known = of().seconds
    monkeypatch.setattr("spotdiff10k.engines.rendered.Rendered.rates", (0.06, 0.72), raising=False)
    assert of().seconds == pytest.approx(2 * (known or 0), abs=1)
    monkeypatch.setattr("spotdiff10k.engines.rendered.Rendered.rates", None, raising=False)
    assert of().seconds is None
