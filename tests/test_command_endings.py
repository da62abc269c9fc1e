"""What commands end with: the next step only where there is one, and no folder that nobody asked for."""

from pathlib import Path

import pytest
import toy_runs
from typer.testing import CliRunner

from spotdiff10k.commands.main import app
from spotdiff10k.generate import generate


def validated(root: Path, monkeypatch: pytest.MonkeyPatch, spoil: str, more: str = "") -> str:
    """What `validate` says of a run in which these groups are spoilt at every attempt."""
    monkeypatch.setenv("SPOTDIFF_BLOTS", spoil)
    run = toy_runs.plan_run(root, more, engine="blots")
    generate(run, 1)
    done = CliRunner().invoke(app, ["validate", str(run.root), "-j", "1"])
    assert done.exit_code == 0, done.exception
    return " ".join(done.stdout.split())


def test_validate_sends_to_shard_where_there_is_something_to_shard(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said = validated(tmp_path, monkeypatch, "g000001")
    assert "To mend them: spotdiff10k " in said
    assert "Next: spotdiff10k shard" in said


@pytest.mark.parametrize(
    ("spoil", "more"),
    [(",".join(f"g{n:06d}" for n in range(8)), ""), ("", "checks: {colours: {nearest_min: 0.0, groups_min: 100}}")],
)
def test_where_nothing_is_accepted_or_the_set_does_not_pass_there_is_nothing_to_shard(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, spoil: str, more: str
) -> None:
    said = validated(tmp_path, monkeypatch, spoil, more)
    assert "Next: spotdiff10k shard" not in said
    assert "There is nothing to shard yet. To see what was refused and why: spotdiff10k report" in said


def test_negatives_make_no_folder(tmp_path: Path) -> None:
    target = tmp_path / "there" / "negatives.tar"
    done = CliRunner().invoke(app, ["negatives", str(tmp_path), "-o", str(target)])
    assert done.exit_code == 2
    assert "which is no folder" in " ".join(done.output.replace("│", " ").split())
    assert not target.parent.exists()
