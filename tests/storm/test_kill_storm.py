"""Builds under random SIGKILLs to workers, to the nursery they come from, and to the driver; resumed until they are complete.

Whatever is killed and when, the committed bytes in the end are those of a run that nobody disturbed.
"""

import random
from collections.abc import Callable
from pathlib import Path

import pytest
from kill_storm import Storm
from sketch_runs import committed, digests, litter, planned, recipe_file, start_build, start_driver

from spotdiff10k.generate import generate
from spotdiff10k.run import Run


@pytest.fixture
def slow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Makes every group take so many seconds from now on."""
    folder = tmp_path / "misdeeds"
    folder.mkdir()
    monkeypatch.setenv("SKETCH_MISDEEDS", str(folder))

    def set_seconds(seconds: float) -> None:
        (folder / "slow").write_text(str(seconds))

    return set_seconds


def generate_in_a_storm(
    folder: Path, slow: Callable[[float], None], groups: int, kills: int, seed: int, engine: str = "sketch"
) -> None:
    seconds = 0.25
    undisturbed = planned(folder / "undisturbed", groups, engine=engine)
    generate(undisturbed, 1)
    slow(seconds)
    run = planned(folder / "stormy", groups, engine=engine)

    def is_time(killed: int) -> bool:
        return len(committed(run)) >= groups * killed // (kills + 2)

    storm = Storm(lambda: start_driver(run, workers=3), kills, seconds, random.Random(seed), is_time)
    storm.rage()
    assert digests(run) == digests(undisturbed)
    assert litter(run) == []
    assert not run.quarantine.exists()


def build_in_a_storm(
    folder: Path, slow: Callable[[float], None], groups: int, kills: int, seed: int, engine: str = "sketch"
) -> None:
    recipe = recipe_file(folder / "recipe.yaml", groups, engine=engine)
    undisturbed, stormy = Run(folder / "undisturbed"), Run(folder / "stormy")
    assert start_build(recipe, undisturbed, workers=1).communicate() == (None, "")
    slow(0.1)
    Storm(lambda: start_build(recipe, stormy, workers=2), kills, pause=1.5, stream=random.Random(seed)).rage()
    assert stormy.release.read_bytes() == undisturbed.release.read_bytes()
    assert sealed_files(stormy) == sealed_files(undisturbed)


def sealed_files(run: Run) -> dict[str, bytes]:
    """Everything a release is made of, by name."""
    files = [*run.shards.iterdir(), *run.preview.iterdir(), run.index, run.recipe, run.plan_json, run.plan_parquet]
    return {path.name: path.read_bytes() for path in files}


def test_a_handful_of_kills_in_generate_changes_no_byte(tmp_path: Path, slow: Callable[[float], None]) -> None:
    generate_in_a_storm(tmp_path, slow, groups=32, kills=6, seed=11)


def test_a_handful_of_kills_in_build_changes_nothing_of_the_release(tmp_path: Path, slow: Callable[[float], None]) -> None:
    build_in_a_storm(tmp_path, slow, groups=8, kills=5, seed=12)


@pytest.mark.storm
@pytest.mark.parametrize("seed", [1, 2])
def test_fifty_kills_in_generate_change_no_byte(tmp_path: Path, slow: Callable[[float], None], seed: int) -> None:
    generate_in_a_storm(tmp_path, slow, groups=200, kills=50, seed=seed)


@pytest.mark.storm
@pytest.mark.parametrize("seed", [3, 4])
def test_fifty_kills_in_build_change_nothing_of_the_release(tmp_path: Path, slow: Callable[[float], None], seed: int) -> None:
    build_in_a_storm(tmp_path, slow, groups=40, kills=50, seed=seed)


@pytest.mark.storm
def test_fifty_kills_in_generate_with_the_embedded_engine_change_no_byte(tmp_path: Path, slow: Callable[[float], None]) -> None:
    generate_in_a_storm(tmp_path, slow, groups=100, kills=50, seed=5, engine="rendered")


@pytest.mark.storm
def test_fifty_kills_in_build_with_the_embedded_engine_change_nothing_of_the_release(
    tmp_path: Path, slow: Callable[[float], None]
) -> None:
    build_in_a_storm(tmp_path, slow, groups=60, kills=50, seed=6, engine="rendered")


@pytest.mark.parametrize("engine", ["sketch", pytest.param("rendered", marks=pytest.mark.storm)])
def test_one_two_and_five_workers_seal_the_same_release(tmp_path: Path, engine: str) -> None:
    recipe = recipe_file(tmp_path / "recipe.yaml", 12, engine=engine)
    runs = {workers: Run(tmp_path / str(workers)) for workers in (1, 2, 5)}
    for workers, run in runs.items():
        assert start_build(recipe, run, workers).communicate() == (None, "")
    assert len({run.release.read_bytes() for run in runs.values()}) == 1
    assert sealed_files(runs[1]) == sealed_files(runs[2]) == sealed_files(runs[5])
