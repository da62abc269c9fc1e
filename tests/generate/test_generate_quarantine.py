"""Groups that cannot be made are quarantined; all others are made, and a resume tries again."""

import json
from pathlib import Path

import pytest
from generated import GROUPS
from sketch_runs import digests, litter
from still_clock import StillClock

from spotdiff10k.executors import _floor as floor
from spotdiff10k.generate import QuarantinedError, generate
from spotdiff10k.run import Run


@pytest.mark.parametrize(
    ("misdeed", "said"),
    [
        ("raise", "The sketch of g000002 has no legs."),
        ("kill", "was killed by SIGKILL"),
        ("foreign", "was asked for the group g000002 and made g999999"),
        ("short", "did not make the group g000002 as planned: 15 members, expected 20"),
    ],
)
def test_a_group_that_cannot_be_made_is_quarantined_and_tried_again_by_the_next_resume(
    run: Run, truth: dict[str, str], misdeeds: Path, misdeed: str, said: str
) -> None:
    (misdeeds / f"g000002.{misdeed}").touch()
    with pytest.raises(QuarantinedError, match="1 of 6 groups could not be made") as caught:
        generate(run, 2)
    assert caught.value.exit_code == 3
    assert "g000002" in str(caught.value)
    assert said in str(caught.value)
    record = json.loads((run.quarantine / "g000002.json").read_text())
    assert said in record["error"]
    assert record["attempts"] == (4 if misdeed == "kill" else 3)
    assert digests(run) == {name: digest for name, digest in truth.items() if name != "g000002.tar"}
    (misdeeds / f"g000002.{misdeed}").unlink()
    summary = generate(run, 2)
    assert (summary.made_groups, summary.kept_groups) == (1, GROUPS - 1)
    assert digests(run) == truth
    assert not run.quarantine.exists()
    assert litter(run) == []


def test_a_worker_killed_in_the_middle_of_writing_leaves_no_trace(run: Run, truth: dict[str, str], misdeeds: Path) -> None:
    (misdeeds / "g000003.half").touch()
    generate(run, 2)
    assert (misdeeds / "killed").exists()
    assert digests(run) == truth
    assert litter(run) == []


def test_a_group_that_hangs_is_quarantined_when_there_is_a_limit(
    run: Run, misdeeds: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[int] = []
    monkeypatch.setattr(floor, "time", StillClock(lambda: GROUPS - 1 in made))
    (misdeeds / "g000000.hang").touch()
    with pytest.raises(QuarantinedError, match=r"took longer than 0\.4 seconds"):
        generate(run, 2, group_seconds=0.4, on_progress=lambda summary: made.append(summary.made_groups))
    assert len(digests(run)) == GROUPS - 1


def test_many_quarantined_groups_make_a_sentence_of_bounded_length(run: Run, misdeeds: Path) -> None:
    for index in range(GROUPS):
        (misdeeds / f"g{index:06d}.raise").touch()
    with pytest.raises(QuarantinedError, match=r"6 of 6 groups.*and 1 more") as caught:
        generate(run, 2)
    assert len(caught.value.summary.quarantined) == 6
