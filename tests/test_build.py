"""build: one command from a recipe to a verified release, stopped and repeated at will."""

import ast
import json
import os
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import toy_runs
from plain_checks import CHECKS
from typer.testing import CliRunner

from spotdiff10k.build import build
from spotdiff10k.commands.main import app, main
from spotdiff10k.errors import MissingExtraError, ModelError, RecipeError
from spotdiff10k.generate import QuarantinedError
from spotdiff10k.release import digest_of
from spotdiff10k.run import Run

BUILD = "import sys, toy_runs; from spotdiff10k.commands.main import main; main()"

TRIES = 60
"""A second apart, until the lock of a driver that was killed is free."""


@pytest.fixture
def recipe_file(tmp_path: Path) -> Path:
    path = tmp_path / "toys.yaml"
    path.write_text(toy_runs.RECIPE.format(engine="discs", splits=toy_runs.SPLITS, more=CHECKS))
    return path


def command(recipe: Path, run: Path, workers: int) -> list[str]:
    return [sys.executable, "-c", BUILD, "build", str(recipe), "--run", str(run), "--workers", str(workers), "-q"]


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}


def test_a_build_is_sealed_verified_and_reported(recipe_file: Path, tmp_path: Path) -> None:
    said: list[str] = []
    from spotdiff10k.build import BuildWatchers

    summary = build(recipe_file, Run(tmp_path / "run"), workers=2, watchers=BuildWatchers(said=said.append))
    assert (summary.pictures_made, summary.sharded.groups, summary.sharded.samples) == (20, 5, 20)
    assert summary.verified is not None
    assert summary.verified.ok
    assert summary.report is not None
    assert summary.report.is_file()
    assert list(summary.seconds) == ["plan", "generate", "validate", "shard", "verify", "report"]
    assert len(said) == 6
    again = build(recipe_file, Run(tmp_path / "run"), workers=2)
    assert (again.pictures_made, again.validated.measured, again.sharded.written) == (0, 0, [])
    assert again.sharded.digest == summary.sharded.digest


def test_a_certificate_that_cannot_be_made_here_is_refused_before_anything_is_made(
    recipe_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SPOTDIFF10K_MODELS", str(tmp_path / "no-models"))
    with pytest.raises((MissingExtraError, ModelError), match=r"pip install|models fetch augnet"):
        build(recipe_file, Run(tmp_path / "run"), ["certificate.enabled=true"])
    assert not (tmp_path / "run").exists()


def test_a_threshold_nobody_knows_is_refused_before_anything_is_made(recipe_file: Path, tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match="area_max"):
        build(recipe_file, Run(tmp_path / "run"), ["checks.mask.aera_max=1"])
    assert not (tmp_path / "run").exists()


def test_another_plan_does_not_touch_a_sealed_run(recipe_file: Path, tmp_path: Path) -> None:
    run = Run(tmp_path / "run")
    digest = build(recipe_file, run, workers=2).sharded.digest
    from spotdiff10k.errors import RunError

    with pytest.raises(RunError, match="another plan"):
        build(recipe_file, run, ["seed=5"])
    assert digest_of(run.release) == digest


def test_looser_thresholds_release_more_without_making_a_picture(recipe_file: Path, tmp_path: Path) -> None:
    run = Run(tmp_path / "run")
    from spotdiff10k.errors import DataError

    with pytest.raises(DataError, match="nothing to release"):
        build(recipe_file, run, ["checks.mask.area_max=0.02", "repair.attempts=0", "subjects.reserve=3"], workers=2)
    summary = build(recipe_file, run, ["repair.attempts=0"], workers=2)
    assert (summary.pictures_made, summary.validated.measured, summary.sharded.groups) == (0, 0, 5)


def test_the_command_ends_with_three_lines(recipe_file: Path, tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["build", str(recipe_file), "--run", str(tmp_path / "run"), "--workers", "2"])
    assert done.exit_code == 0, done.output
    lines = done.stdout.splitlines()
    assert [line.split(":")[0] for line in lines] == ["You have", "Look", "Next"]
    assert "20 pictures of 5 subjects in 4 shards" in lines[0]
    assert "index.html" in lines[1]


def test_the_closing_lines_can_be_copied_whatever_the_folder_is_called(recipe_file: Path, tmp_path: Path) -> None:
    run = tmp_path / 'a "b" $c'
    done = CliRunner().invoke(app, ["build", str(recipe_file), "--run", str(run), "--workers", "1"])
    _, look, after = done.stdout.splitlines()
    assert shlex.split(after.removeprefix("Next:"))[-3:] == [str(run), "--rerender", "3"]
    assert ast.literal_eval(look.partition("load_release(")[2].removesuffix(")")) == str(run)


def test_a_repeated_build_says_that_nothing_was_missing(recipe_file: Path, tmp_path: Path) -> None:
    arguments = ["build", str(recipe_file), "--run", str(tmp_path / "run"), "--workers", "1"]
    assert "Making 20 pictures." in CliRunner().invoke(app, arguments).stderr
    again = CliRunner().invoke(app, arguments).stderr
    assert "Making 20 pictures." not in again
    assert "Every picture was there already." in again


def test_a_build_that_can_make_nothing_ends_with_three_and_the_reason(
    recipe_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SPOTDIFF_BLOTS", "g0:never")
    recipe_file.write_text(recipe_file.read_text().replace("discs", "blots"))
    with pytest.raises(QuarantinedError, match="cannot be made"):
        build(recipe_file, Run(tmp_path / "run"), workers=1)


def run_main(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """The command line as `spotdiff10k` runs it: exit code, stdout, stderr."""
    monkeypatch.setattr(sys, "argv", ["spotdiff10k", *arguments])
    code = 0
    try:
        main()
    except SystemExit as end:
        code = int(end.code or 0)
    text = capsys.readouterr()
    return code, text.out, text.err


def test_each_stage_can_be_run_by_itself(
    recipe_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run = str(toy_runs.generated_run(tmp_path / "run").root)
    code, out, _ = run_main(monkeypatch, capsys, "validate", run, "--workers", "1")
    assert code == 0
    assert "20 of 20 samples and 5 of 5 groups are accepted" in out
    code, out, _ = run_main(monkeypatch, capsys, "shard", run, "--json")
    digest = json.loads(out)["digest"]
    code, out, _ = run_main(monkeypatch, capsys, "verify", run, "--rerender", "1", "--workers", "1")
    assert code == 0
    assert digest in out
    assert "the same to the byte" in out
    assert run_main(monkeypatch, capsys, "verify", run, "-q") == (0, "", "")


def test_verify_ends_with_three_and_names_the_member(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run = toy_runs.sealed_run(tmp_path / "run")
    path = run.shards / "test-00000.tar"
    data = bytearray(path.read_bytes())
    data[530] ^= 4
    path.write_bytes(data)
    code, out, err = run_main(monkeypatch, capsys, "verify", str(run.root), "--workers", "1")
    assert (code, out) == (3, "")
    assert "-p00-b00.depth.png: its bytes are not those that were sealed" in err
    assert "Traceback" not in err
    code, out, _ = run_main(monkeypatch, capsys, "verify", str(run.root), "--workers", "1", "--json")
    assert code == 3
    assert [problem["file"] for problem in json.loads(out)["problems"]] == ["shards/test-00000.tar"] * 2


def test_validate_strict_ends_with_three(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def spoil(key: str, members: dict[str, bytes]) -> dict[str, bytes]:
        return {**members, "mask.png": toy_runs.blank_mask()} if key == "g000001-p00-b00" else members

    run = str(toy_runs.generated_run(tmp_path / "run", spoil).root)
    assert run_main(monkeypatch, capsys, "validate", run, "--workers", "1")[0] == 0
    code, _, err = run_main(monkeypatch, capsys, "validate", run, "--strict", "--workers", "1")
    assert code == 3
    assert "g000001" in err


def test_workers_and_kills_do_not_change_the_release(recipe_file: Path, tmp_path: Path) -> None:
    calm = storm(recipe_file, tmp_path / "calm", workers=1, kills=0)
    assert storm(recipe_file, tmp_path / "stormy", workers=5, kills=3) == calm


@pytest.mark.storm
def test_fifty_kills_do_not_change_the_release(recipe_file: Path, tmp_path: Path) -> None:
    calm = storm(recipe_file, tmp_path / "calm", workers=1, kills=0)
    assert storm(recipe_file, tmp_path / "stormy", workers=2, kills=50) == calm


def storm(recipe: Path, run: Path, workers: int, kills: int) -> str:
    """Start the build again and again, killing it a little later each time; then let it end."""
    for kill in range(kills):
        process = subprocess.Popen(command(recipe, run, workers), env=environment(), stderr=subprocess.DEVNULL)
        time.sleep(0.4 + 2.4 * kill / kills)
        process.send_signal(signal.SIGKILL)
        process.wait()
    for _ in range(TRIES):  # workers of the last victim may still hold the lock for a moment
        done = subprocess.run(command(recipe, run, workers), env=environment(), capture_output=True, text=True, check=False)
        if "Another spotdiff10k is working" not in done.stderr:
            break
        time.sleep(1.0)
    assert done.returncode == 0, done.stderr
    return digest_of(Run(run).release)
