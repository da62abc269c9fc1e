"""The command line a newcomer meets."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from spotdiff10k.commands import main as command_line
from spotdiff10k.errors import DataError, RecipeError, RunError, SpotdiffError

HEAVY = ("torch", "numba", "pandas", "pyarrow", "trimesh", "datasets")
REPOSITORY = Path(__file__).parent.parent
runner = CliRunner()


def imported_by(code: str) -> set[str]:
    script = f"import sys\n{code}\nprint(*[m for m in {HEAVY!r} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return set(done.stdout.split("\n")[-2].split())


def test_help_imports_nothing_heavy() -> None:
    code = "from typer.testing import CliRunner; from spotdiff10k.commands.main import app"
    assert imported_by(f"{code}\nassert CliRunner().invoke(app, ['--help']).exit_code == 0") == set()


def test_the_test_for_heavy_imports_can_fail() -> None:
    assert imported_by("import pyarrow") == {"pyarrow"}


@pytest.mark.parametrize("verb", command_line.VERBS)
def test_every_verb_has_help_with_a_description(verb: str) -> None:
    done = runner.invoke(command_line.app, [verb, "--help"])
    assert done.exit_code == 0
    assert len(done.output.strip().splitlines()) > 5


@pytest.mark.parametrize("verb", ["plan", "build", "generate", "validate", "shard", "verify", "report"])
def test_every_stage_can_speak_json_and_be_quiet(verb: str) -> None:
    text = runner.invoke(command_line.app, [verb, "--help"], terminal_width=200).output
    assert "--json" in text
    assert "--quiet" in text


def test_the_docs_name_every_verb() -> None:
    readme = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    assert [verb for verb in command_line.VERBS if f"spotdiff10k {verb}" not in readme] == []


def ended_by(error: BaseException, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> tuple[object, str]:
    """The exit code of a command in which this was raised, and what it said."""

    def fail() -> None:
        raise error

    monkeypatch.setattr(command_line, "app", fail)
    monkeypatch.delenv("SPOTDIFF10K_DEBUG", raising=False)
    with pytest.raises(SystemExit) as stopped:
        command_line.main()
    return stopped.value.code, capsys.readouterr().err


@pytest.mark.parametrize(
    ("error", "code"), [(SpotdiffError("x"), 1), (RecipeError("x"), 2), (DataError("x"), 3), (KeyboardInterrupt(), 130)]
)
def test_an_expected_error_is_one_sentence_and_an_exit_code(
    error: BaseException, code: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    ended, shown = ended_by(error, monkeypatch, capsys)
    assert ended == code
    assert shown.startswith("spotdiff10k: ")
    assert shown.count("\n") == 1


def test_a_command_that_is_interrupted_says_so(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def interrupt(wanted: str | None = None) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("spotdiff10k.recipe.shipped", interrupt)
    monkeypatch.setattr(sys, "argv", ["spotdiff10k", "recipes", "list"])
    monkeypatch.delenv("SPOTDIFF10K_DEBUG", raising=False)
    with pytest.raises(SystemExit) as stopped:
        command_line.main()
    assert stopped.value.code == 130
    assert capsys.readouterr().err == f"spotdiff10k: {command_line.STOPPED}\n"


def test_debug_shows_where_an_error_came_from(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise RecipeError("x")

    monkeypatch.setattr(command_line, "app", fail)
    monkeypatch.setenv("SPOTDIFF10K_DEBUG", "1")
    with pytest.raises(RecipeError):
        command_line.main()


def test_a_checkout_runs_through_cli_py() -> None:
    done = subprocess.run([sys.executable, "cli.py", "--version"], cwd=REPOSITORY, capture_output=True, text=True, check=True)
    assert done.stdout.startswith("spotdiff10k 0.")


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), PermissionError(13, "denied", "x"), ValueError("x")])
def test_an_error_that_nobody_expected_is_a_sentence_too(
    error: Exception, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    ended, shown = ended_by(error, monkeypatch, capsys)
    assert ended == 1
    assert shown.startswith("spotdiff10k: ")
    assert "--debug" in shown


def ran(*arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "spotdiff10k", *arguments]
    return subprocess.run(command, capture_output=True, text=True, cwd=REPOSITORY, env={**os.environ, **environment}, check=False)


def test_a_terminal_that_knows_only_ascii_gets_text_and_no_traceback() -> None:
    done = ran("recipes", "list", PYTHONIOENCODING="ascii")
    assert (done.returncode, done.stderr) == (0, "")
    assert "128\\xb2" in done.stdout


def test_the_help_of_preview_says_what_the_picture_is_called() -> None:
    assert "RECIPE-GROUP.png" in runner.invoke(command_line.app, ["preview", "--help"], terminal_width=200).output


@pytest.mark.parametrize("verb", ["generate", "validate", "shard", "verify", "report"])
@pytest.mark.parametrize(("made", "words"), [(False, "does not exist"), (True, "is a file")])
def test_a_run_that_is_no_folder_is_told_from_one_without_a_plan(verb: str, made: bool, words: str, tmp_path: Path) -> None:
    path = tmp_path / "run"
    if made:
        path.write_text("")
    done = runner.invoke(command_line.app, [verb, str(path)])
    assert isinstance(done.exception, RunError)
    assert f"{path} {words}; expected" in str(done.exception)
    assert path.exists() == made


def test_a_folder_whose_name_is_no_text_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert runner.invoke(command_line.app, ["build", "tiny", "--run", os.fsdecode(b"x\xff")]).exit_code == 2
    assert list(tmp_path.iterdir()) == []


def test_closed_streams_are_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", None)
    monkeypatch.setattr(command_line, "app", lambda: print("heard by nobody", file=sys.stderr))
    command_line.main()
    sys.stderr.close()


@pytest.mark.parametrize("verb", ["plan", "build"])
def test_an_empty_name_is_not_the_current_folder(verb: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    done = runner.invoke(command_line.app, [verb, "tiny", "--run", ""])
    assert done.exit_code == 2
    assert list(tmp_path.iterdir()) == []
