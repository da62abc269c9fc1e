"""The command `calibrate`."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import toy_runs  # noqa: F401 - makes the engine `discs` known
from PIL import Image
from typer.testing import CliRunner, Result

from spotdiff10k import calibration
from spotdiff10k.calibration.page import why_nothing_planted
from spotdiff10k.commands.main import app
from spotdiff10k.errors import DataError, RecipeError, RunError

RECIPE = """
name: toys
engine: {name: discs, size: 64}
subjects: {count: 5, families: [lamp, vessel], least_difference: 0.0}
poses: {levels: 3, count: 2}
backgrounds: {levels: 3, count: 2, kinds: [studio]}
"""
FEW = ["--subjects", "20", "--held-out", "20", "--planted", "2", "--size", "64", "-j", "1"]
VIEW = 48


@pytest.fixture()
def recipe(tmp_path: Path) -> Path:
    path = tmp_path / "toys.yaml"
    path.write_text(RECIPE)
    return path


def called(*arguments: Any) -> Result:
    return CliRunner().invoke(app, ["calibrate", *map(str, arguments)], catch_exceptions=True)


def test_it_writes_a_calibration_and_says_what_was_caught(recipe: Path, tmp_path: Path) -> None:
    target = tmp_path / "mine.json"
    result = called(recipe, "-o", target, *FEW, "--checks", "mask", "--defects", "mask-shifted,blank")
    assert result.exit_code == 0, result.exception
    found = calibration.read(target)
    assert set(found.defects) == {"blank", "mask-shifted"}
    assert found.made_on.engine == "discs"
    assert "mask-shifted" in result.stdout
    assert "Good ones refused" in result.stdout
    assert not target.with_suffix(".parts").exists()


def test_its_document_says_the_same(recipe: Path, tmp_path: Path) -> None:
    target = tmp_path / "mine.json"
    result = called(recipe, "-o", target, *FEW, "--checks", "mask", "--defects", "mask-shifted", "--json")
    document = json.loads(result.stdout)
    assert document["calibration"] == str(target)
    assert document["caught"]["mask-shifted"]["20"] == 1.0


def test_a_dry_run_writes_nothing(recipe: Path, tmp_path: Path) -> None:
    target = tmp_path / "mine.json"
    result = called(recipe, "-o", target, *FEW, "--dry-run", "--json")
    assert result.exit_code == 0
    assert json.loads(result.stdout)["groups"] >= 40
    assert not target.exists()


def test_a_file_that_is_there_is_not_replaced(recipe: Path, tmp_path: Path) -> None:
    target = tmp_path / "mine.json"
    target.write_text("precious")
    result = called(recipe, "-o", target, *FEW)
    assert isinstance(result.exception, RunError)
    assert target.read_text() == "precious"


SIZES = [("--size", size) for size in ("big", "100", "7", "56", "2056", "-128", "128,100", ",")]


@pytest.mark.parametrize(("option", "value"), [("-o", "mine.yaml"), ("--subjects", "5"), *SIZES])
def test_what_cannot_be_is_a_matter_of_usage(recipe: Path, tmp_path: Path, option: str, value: str) -> None:
    result = called(recipe, "-o", tmp_path / "mine.json", option, value, "--dry-run")
    assert result.exit_code == 2
    assert not isinstance(result.exception, ValueError)


def test_a_size_that_no_engine_makes_is_answered_with_those_it_does(recipe: Path, tmp_path: Path) -> None:
    result = called(recipe, "-o", tmp_path / "mine.json", "--size", "100", "--dry-run")
    said = " ".join(result.output.replace("│", " ").split())
    assert "--size should be multiples of 8 from 64 to 2048" in said
    assert "found 100" in said


def test_an_unknown_check_is_refused_with_the_nearest_name(recipe: Path, tmp_path: Path) -> None:
    result = called(recipe, "-o", tmp_path / "mine.json", "--checks", "maks")
    assert isinstance(result.exception, RecipeError)
    assert "Did you mean 'mask'" in str(result.exception)


def photographs(folder: Path, objects: int, views: int = 3) -> None:
    """Objects of one colour each, in other shapes and brightness, with masks."""
    rng = np.random.default_rng(0)
    for number in range(objects):
        (folder / f"object-{number:02d}").mkdir(parents=True)
        colour = rng.integers(20, 235, 3)
        for view in range(views):
            y, x = np.mgrid[0:VIEW, 0:VIEW]
            inside = np.hypot(x - VIEW / 2 - view, (y - VIEW / 2) * (1 + 0.2 * view)) < VIEW / 3
            picture = rng.integers(0, 255, (VIEW, VIEW, 3))
            picture[inside] = colour * (0.8 + 0.1 * view)
            path = folder / f"object-{number:02d}" / f"{view}.jpg"
            Image.fromarray(picture.astype(np.uint8)).save(path)
            Image.fromarray((inside * 255).astype(np.uint8)).save(path.with_name(f"{view}.mask.png"))


def test_photographs_give_thresholds_too(tmp_path: Path) -> None:
    photographs(tmp_path / "photos", 40)
    target = tmp_path / "photos.json"
    result = called("--pairs", tmp_path / "photos", "-o", target, "--size", "64", "--checks", "duplicates")
    assert result.exit_code == 0, result.exception
    found = calibration.read(target)
    assert found.made_on.kind == "pairs"
    assert (len(found.made_on.threshold_subjects), len(found.made_on.held_out_subjects)) == (20, 20)
    exact = found.defects["copied-view"].grades[-1]
    assert exact.measures["duplicates.twin_bits"].auc == 1.0


def test_too_few_photographs_are_refused(tmp_path: Path) -> None:
    photographs(tmp_path / "photos", 3)
    result = called("--pairs", tmp_path / "photos", "-o", tmp_path / "photos.json")
    assert isinstance(result.exception, DataError)
    assert "3 folders of objects; 40 are needed" in str(result.exception)


def test_a_photograph_that_is_none_is_named(tmp_path: Path) -> None:
    photographs(tmp_path / "photos", 40)
    (tmp_path / "photos" / "object-07" / "1.jpg").write_bytes(b"no picture")
    result = called("--pairs", tmp_path / "photos", "-o", tmp_path / "photos.json", "--checks", "duplicates")
    assert isinstance(result.exception, DataError)
    assert "object-07/1.jpg cannot be read as a picture" in str(result.exception)


def test_a_dry_run_on_photographs_says_what_would_be_measured_and_leaves_the_file_alone(tmp_path: Path) -> None:
    photographs(tmp_path / "photos", 40)
    target = tmp_path / "photos.json"
    target.write_text("precious")
    result = called("--pairs", tmp_path / "photos", "-o", target, "--size", "64", "--dry-run", "--json")
    assert result.exit_code == 0, result.exception
    assert json.loads(result.stdout) == {
        "objects": 40,
        "views": 120,
        "plantings": 160,
        "sizes": [64],
        "checks": ["identity", "duplicates"],
    }
    shown = called("--pairs", tmp_path / "photos", "-o", target, "--size", "64", "--dry-run")
    assert "20 objects to choose thresholds on, 20 others to report on, 120 views; 160 planted defects" in shown.stdout
    assert target.read_text() == "precious"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["photos", "photos.json"]


def test_a_dry_run_on_photographs_knows_what_it_could_not_do(tmp_path: Path) -> None:
    photographs(tmp_path / "photos", 3)
    result = called("--pairs", tmp_path / "photos", "-o", tmp_path / "photos.json", "--dry-run")
    assert isinstance(result.exception, DataError)
    photographs(tmp_path / "more", 40)
    result = called("--pairs", tmp_path / "more", "-o", tmp_path / "photos.json", "--dry-run", "--checks", "identiy")
    assert isinstance(result.exception, RecipeError)


@pytest.mark.parametrize(
    ("given", "named"),
    [
        (["nosuch.yaml"], "RECIPE"),
        (["--defects", "blank"], "--defects"),
        (["--set", "a.b=c"], "--set"),
        (["--subjects", "40"], "--subjects"),
        (["--held-out", "200"], "--held-out"),
        (["--planted", "9"], "--planted"),
        (["--severe-planted", "9"], "--severe-planted"),
        (["--size", "128,256"], "--size"),
        (["--size", "7"], "--size"),
    ],
)
def test_photographs_do_not_silently_ignore_what_is_about_recipes(tmp_path: Path, given: list[str], named: str) -> None:
    result = called("--pairs", tmp_path, "-o", tmp_path / "photos.json", *given)
    assert result.exit_code == 2
    assert named in result.output


def test_grades_of_which_nothing_was_planted_say_why() -> None:
    nothing = calibration.rates.rate(0, 0)
    grade = calibration.values.GradeCalibration(100.0, True, 0, 0, nothing, {}, {})
    assert why_nothing_planted([grade]) == "not measured: too few groups, or no check that looks for it"
    assert why_nothing_planted([replace(grade, invisible=4)]) == "nothing visible planted"
    assert why_nothing_planted([replace(grade, planted=1)]) == ""
