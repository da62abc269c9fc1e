"""From a folder of photographs to a sealed release, as people run it."""

import json
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
import typer
from photo_subjects import write_photos
from PIL import Image
from typer.testing import CliRunner

from spotdiff10k import load_release
from spotdiff10k.build import build
from spotdiff10k.commands.import_photos import register
from spotdiff10k.errors import SpotdiffError
from spotdiff10k.run import Run
from spotdiff10k.verify import verify

RECIPE = """
name: photos
engine: {{name: composite, size: 128}}
subjects: {{count: {count}, source: {{photos: {photos}}}}}
poses: {{levels: {views}, count: {views}}}
backgrounds: {{levels: 2, count: 2, kinds: [meadow, studio]}}
splits: {{train: 1.0, validation: 0.0, test: 0.0}}
preview: {{size: 32}}
repair: {{attempts: 0}}
checks: {{identity: {{enabled: false}}, quality: {{enabled: false}}, duplicates: {{enabled: false}}{more}}}
"""

"""Left out are checks that were made for rendered subjects; mask, plate, pixel_lock and structure must accept everything."""


def command(*words: str) -> tuple[int, str]:
    """Run `import` as the command line does."""
    app = typer.Typer()
    app.callback()(lambda: None)
    register(app)
    result = CliRunner().invoke(app, ["import", *words])
    if result.exception and isinstance(result.exception, SpotdiffError):
        return result.exception.exit_code, str(result.exception)
    return result.exit_code, result.output


def test_photographs_become_a_sealed_release_in_two_commands(tmp_path: Path) -> None:
    photos = write_photos(tmp_path / "photos", 4, 2)
    terms = ("--licence", "CC0-1.0", "--source", "drawn")
    code, told = command(str(photos), "-o", str(tmp_path / "subjects"), *terms, "--json")
    assert code == 0, told
    assert json.loads(told)["subjects"] == 4
    with Image.open(tmp_path / "subjects" / "sheet-000.png") as sheet:
        assert sheet.width > 4 * 200
    run = built(tmp_path, 4, 2)
    assert len(load_release(run.root)) == 4 * 2 * 2
    assert (run.root / "report" / "index.html").is_file()
    sealed = run.recipe.read_text()
    assert str(tmp_path) not in sealed
    assert "photos: subjects" in sealed
    assert verify(run.root, rerender=1, workers=1).ok


def built(folder: Path, count: int, views: int, more: str = "") -> Run:
    text = RECIPE.format(count=count, views=views, photos=folder / "subjects", more=more)
    return build_text(text, folder / "photos.yaml", Run(folder / "run"))


def build_text(text: str, path: Path, run: Run, workers: int = 1) -> Run:
    path.write_text(text)
    build(path, run, workers=workers)
    return run


def test_the_number_of_workers_changes_no_byte(tmp_path: Path) -> None:
    write_photos(tmp_path / "photos", 3)
    command(str(tmp_path / "photos"), "-o", str(tmp_path / "subjects"), "--waive-licence", "drawn")
    found = []
    for workers in (1, 2):
        run = Run(tmp_path / f"run{workers}")
        text = RECIPE.format(count=3, views=1, photos=tmp_path / "subjects", more="")
        build_text(text, tmp_path / "photos.yaml", run, workers)
        found.append({path.name: path.read_bytes() for path in sorted(run.shards.iterdir())})
    assert found[0] == found[1]


def test_a_dry_run_writes_nothing_and_names_what_would_be_left_out(tmp_path: Path) -> None:
    photos = write_photos(tmp_path / "photos", 2)
    (photos / "mug a" / "readme.txt").write_text("")
    code, told = command(str(photos), "-o", str(tmp_path / "subjects"), "--waive-licence", "x", "--dry-run", "--json")
    assert code == 0
    assert len(json.loads(told)["photographs"]) == 2
    assert json.loads(told)["failed"][0]["file"] == "mug a/readme.txt"
    assert not (tmp_path / "subjects").exists()


def test_cut_outs_are_not_written_where_they_would_be_taken_for_photographs(tmp_path: Path) -> None:
    photos = write_photos(tmp_path / "photos", 1)
    for output in (photos, photos / "subjects", photos / ".." / "photos"):
        code, told = command(str(photos), "-o", str(output), "--waive-licence", "a test")
        assert (code, "choose a folder beside it" in told) == (3, True)
    assert sorted(path.name for path in photos.iterdir()) == ["mug a"]


def test_without_licences_nothing_is_taken_and_the_exit_code_says_so(tmp_path: Path) -> None:
    code, told = command(str(write_photos(tmp_path / "photos", 1)), "-o", str(tmp_path / "subjects"))
    assert code == 3
    assert "has no photograph that can be taken" in told


def test_real_photographs_from_a_package(tmp_path: Path) -> None:
    """skimage.data: astronaut (NASA, public domain), coffee (CC0), chelsea the cat (CC0), rocket (SpaceX, CC0)."""
    data = pytest.importorskip("skimage.data")
    for name in ("astronaut", "coffee", "chelsea", "rocket"):
        folder = tmp_path / "photos" / name
        folder.mkdir(parents=True)
        picture = getattr(data, name)()
        Image.fromarray(picture).save(folder / f"{name}.png")
        Image.fromarray(oval(picture.shape[:2])).save(folder / f"{name}.mask.png")
    terms = ("--licence", "CC0-1.0", "--source", "skimage.data")
    assert command(str(tmp_path / "photos"), "-o", str(tmp_path / "subjects"), *terms)[0] == 0
    run = built(tmp_path, 4, 1)
    assert verify(run.root, workers=1).ok
    samples = [sample for group in load_release(run.root).groups for sample in group]
    assert Counter(sample.record["licence_subject"] for sample in samples) == {"CC0-1.0": 4 * 2}
    assert {sample.record["class_noun"] for sample in samples} == {"astronaut", "coffee", "chelsea", "rocket"}


def oval(shape: tuple[int, int]) -> np.ndarray[tuple[int, int], np.dtype[np.uint8]]:
    """A soft oval in the middle: a mask as a person may draw it."""
    y, x = np.mgrid[0 : shape[0], 0 : shape[1]].astype(np.float64)
    far = np.hypot((y - shape[0] / 2) / (0.42 * shape[0]), (x - shape[1] / 2) / (0.3 * shape[1]))
    return np.rint(255 * np.clip((1 - far) * 0.3 * min(shape) + 0.5, 0, 1)).astype(np.uint8)
