"""Disks that are full, read-only or in the way are a sentence, and cost nothing that was committed."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from generated import GROUP_BYTES, GROUPS
from sketch_runs import digests, litter, planned

from spotdiff10k.errors import RunError
from spotdiff10k.events import read_events
from spotdiff10k.generate import generate
from spotdiff10k.run import Run


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A small disk of its own."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", folder], capture_output=True, check=False).returncode:
        pytest.skip("mounting needs root")
    yield folder
    subprocess.run(["umount", folder], check=True)


def test_a_full_disk_stops_with_a_sentence_and_keeps_what_is_committed(disk: Path, truth: dict[str, str]) -> None:
    run = planned(disk / "run", GROUPS, reserve=2)
    filler = disk / "filler"
    filler.write_bytes(bytes(shutil.disk_usage(disk).free - 3 * GROUP_BYTES))
    with pytest.raises(RunError, match=r"The disk is full: g\d+\.tar could not.*Free some space"):
        generate(run, 2)
    made = digests(run)
    assert 0 < len(made) < GROUPS
    assert made.items() <= truth.items()
    assert litter(run) == []
    filler.unlink()
    generate(run, 2)
    assert digests(run) == truth


def test_a_disk_that_becomes_read_only_is_a_sentence(disk: Path, truth: dict[str, str]) -> None:
    run = planned(disk / "run", GROUPS, reserve=2)
    generate(run, 2, groups=["g000000"])
    subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
    with pytest.raises(RunError, match=r"cannot be written \(Read-only file system\)"):
        generate(run, 2)
    subprocess.run(["mount", "-o", "remount,rw", disk], check=True)
    generate(run, 2)
    assert digests(run) == truth


def test_a_folder_that_cannot_be_written_is_a_sentence(run: Run) -> None:
    run.groups.write_text("in the way")
    with pytest.raises(RunError, match="is needed as a folder, and a file is in the way"):
        generate(run, 1)


def test_a_torn_line_in_the_event_log_disturbs_no_one(done: Run) -> None:
    whole = len(list(read_events(done.events)))
    with done.events.open("ab") as file:
        file.write(b'{"at": "2026-01-01", "event": "gro')
    generate(done, 1)
    events = list(read_events(done.events))
    assert len(events) == whole + 2
    assert events[-1]["event"] == "generate ended"


def test_an_event_log_that_cannot_be_written_costs_events_only(run: Run) -> None:
    run.events.mkdir()
    assert generate(run, 1).made_groups == GROUPS
    assert list(read_events(run.events)) == []
