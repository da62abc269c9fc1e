"""`spotdiff10k generate` as people run it: what is printed where, and the exit codes."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from sketch_runs import committed, planned

from spotdiff10k.run import Run


def spotdiff10k(*arguments: object) -> "subprocess.CompletedProcess[str]":
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-m", "spotdiff10k", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, env=environment)


def unusual(said: str) -> list[str]:
    """The lines that do not say how far it is, as it does every half minute."""
    return [line for line in said.splitlines() if not line.startswith("Making pictures: ")]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    return planned(tmp_path / "run", 3)


def test_it_says_what_was_made_and_what_comes_next(run: Run) -> None:
    done = spotdiff10k("generate", run.root, "--workers", 2)
    assert (done.returncode, unusual(done.stderr)) == (0, [])
    assert "3 groups made in" in done.stdout
    assert "12 pictures" in done.stdout
    assert f"Next: spotdiff10k validate {run.root}" in done.stdout
    assert len(committed(run)) == 3
    again = spotdiff10k("generate", run.root)
    assert f"All 3 groups of {run.root} are there already (12 pictures)." in again.stdout


def test_json_is_one_document_and_quiet_is_silent(run: Run) -> None:
    done = spotdiff10k("generate", run.root, "--json")
    values = json.loads(done.stdout)
    assert (values["groups_made"], values["pictures_made"], values["quarantined"]) == (3, 12, [])
    assert unusual(done.stderr) == []
    quiet = spotdiff10k("generate", run.root, "-q")
    assert (quiet.returncode, quiet.stdout, quiet.stderr) == (0, "", "")


def test_quarantine_is_exit_code_3_with_a_sentence_and_no_traceback(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SKETCH_MISDEEDS", str(tmp_path))
    (tmp_path / "g000001.raise").touch()
    done = spotdiff10k("generate", run.root, "--json")
    assert done.returncode == 3
    assert json.loads(done.stdout)["quarantined"] == [{"group": "g000001", "error": "The sketch of g000001 has no legs."}]
    assert "1 of 3 groups could not be made" in done.stderr
    assert "Traceback" not in done.stderr


def test_damage_that_was_mended_is_mentioned(run: Run) -> None:
    spotdiff10k("generate", run.root)
    path = run.group_tar("g000002")
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    done = spotdiff10k("generate", run.root)
    assert done.returncode == 0
    assert "set aside as g000002.tar.damaged and made again" in done.stderr


def test_a_folder_without_a_plan_is_exit_code_1_with_a_sentence(tmp_path: Path) -> None:
    done = spotdiff10k("generate", tmp_path / "nothing")
    assert done.returncode == 1
    assert "Run: spotdiff10k plan RECIPE --run" in done.stderr
    assert "Traceback" not in done.stderr
