"""spotdiff10k hashes: a folder becomes a blocklist, what cannot be read is named, nothing readable is an error."""

import json
from pathlib import Path

import numpy as np
import pytest
import typer
from PIL import Image
from typer.testing import CliRunner

from spotdiff10k.commands import hashes
from spotdiff10k.duplicates import blocklist
from spotdiff10k.errors import DataError, RunError

app = typer.Typer()
hashes.register(app)


def pictures(folder: Path, count: int) -> Path:
    folder.mkdir()
    for number in range(count):
        noise = np.random.default_rng(number).integers(0, 256, (32, 32, 3), dtype=np.uint8)
        Image.fromarray(noise).save(folder / f"{number}.png")
    return folder


def test_a_folder_becomes_a_blocklist(tmp_path: Path) -> None:
    folder, target = pictures(tmp_path / "benchmark", 3), tmp_path / "lists" / "b.jsonl"
    (folder / "broken.png").write_bytes(b"\x89PNG broken")
    done = CliRunner().invoke(app, [str(folder), "-o", str(target), "--json"])
    assert done.exit_code == 0
    told = json.loads(done.stdout)
    assert (told["pictures"], [item["name"] for item in told["skipped"]]) == (3, ["broken.png"])
    assert blocklist.read(target).names == ("0.png", "1.png", "2.png")


def test_people_are_told_what_was_left_out(tmp_path: Path) -> None:
    folder = pictures(tmp_path / "benchmark", 1)
    (folder / "broken.png").write_bytes(b"\x89PNG broken")
    done = CliRunner().invoke(app, [str(folder), "-o", str(tmp_path / "b.jsonl")])
    assert "1 pictures in" in done.stdout
    assert "Left out broken.png: it is no picture" in done.stderr


def test_the_same_folder_is_the_same_bytes(tmp_path: Path) -> None:
    folder = pictures(tmp_path / "benchmark", 4)
    for name in ("1.jsonl", "2.jsonl"):
        CliRunner().invoke(app, [str(folder), "-o", str(tmp_path / name), "-q"], catch_exceptions=False)
    assert (tmp_path / "1.jsonl").read_bytes() == (tmp_path / "2.jsonl").read_bytes()


def test_no_readable_picture_is_an_error_and_writes_nothing(tmp_path: Path) -> None:
    folder, target = pictures(tmp_path / "benchmark", 0), tmp_path / "b.jsonl"
    (folder / "notes.txt").write_text("no picture")
    with pytest.raises(DataError, match="no picture that can be read"):
        CliRunner().invoke(app, [str(folder), "-o", str(target), "-q"], catch_exceptions=False)
    assert not target.exists()


def test_a_folder_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="does not exist; expected a folder of pictures"):
        CliRunner().invoke(app, [str(tmp_path / "missing"), "-q"], catch_exceptions=False)
