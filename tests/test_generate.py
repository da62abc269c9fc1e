"""The generate stage with a plug-in engine and real processes: what is kept, made, set aside, quarantined and stopped."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from process_tree import children
from sketch_runs import digests, litter, planned, start_driver, wait_for

from spotdiff10k import plan, tar
from spotdiff10k.errors import PlanError, RunError, SpotdiffError
from spotdiff10k.events import read_events
from spotdiff10k.generate import QuarantinedError, generate, remake
from spotdiff10k.run import Run, driver_lock
from spotdiff10k.stop import StoppedError, StopSignal

GROUPS = 6
PICTURES = 4 * GROUPS
GROUP_BYTES = 20_480
"""About what the tar of a group takes."""


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A run generated without any trouble; not to be changed."""
    run = planned(tmp_path_factory.mktemp("undisturbed") / "run", GROUPS, reserve=2)
    generate(run, workers=1)
    return run


@pytest.fixture
def truth(finished: Run) -> dict[str, str]:
    return digests(finished)


@pytest.fixture
def run(tmp_path: Path) -> Run:
    return planned(tmp_path / "run", GROUPS, reserve=2)


@pytest.fixture
def done(finished: Run, tmp_path: Path) -> Run:
    """A finished run that may be damaged."""
    shutil.copytree(finished.root, tmp_path / "done")
    return Run(tmp_path / "done")


@pytest.fixture
def misdeeds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Files put here make the engine misbehave."""
    folder = tmp_path / "misdeeds"
    folder.mkdir()
    monkeypatch.setenv("SKETCH_MISDEEDS", str(folder))
    return folder


def events_named(run: Run, name: str) -> list[dict[str, object]]:
    return [event for event in read_events(run.events) if event["event"] == name]


def test_all_regular_groups_are_made_with_the_members_the_recipe_asks_for(finished: Run) -> None:
    assert sorted(digests(finished)) == [f"g{i:06d}.tar" for i in range(GROUPS)]
    names = [member.name for member in tar.read_members(finished.group_tar("g000002"))]
    keys = [f"g000002-p{pose:02d}-b{background:02d}" for pose in range(2) for background in range(2)]
    suffixes = ["depth.png", "json", "mask.png", "plate.png", "png"]
    assert names == [f"{key}.{suffix}" for key in keys for suffix in suffixes]
    assert litter(finished) == []


@pytest.mark.parametrize("workers", [2, 5])
def test_the_number_of_workers_changes_no_byte(run: Run, truth: dict[str, str], workers: int) -> None:
    summary = generate(run, workers)
    assert (summary.made_groups, summary.made_pictures, summary.kept_groups) == (GROUPS, PICTURES, 0)
    assert digests(run) == truth


def test_a_second_time_makes_nothing_and_starts_no_worker(done: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nonexistent")
    summary = generate(done, 2)
    assert (summary.made_groups, summary.kept_groups, summary.kept_pictures) == (0, GROUPS, PICTURES)


def test_only_what_is_missing_is_made(done: Run, truth: dict[str, str]) -> None:
    done.group_tar("g000001").unlink()
    done.group_tar("g000004").unlink()
    before = {path: path.stat().st_mtime_ns for path in done.groups.rglob("*.tar")}
    summary = generate(done, 2)
    assert (summary.made_groups, summary.kept_groups) == (2, GROUPS - 2)
    assert all(path.stat().st_mtime_ns == when for path, when in before.items())
    assert digests(done) == truth


def cut_short(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2 + 100])


def cut_after_a_member(path: Path) -> None:
    members = list(tar.read_members(path))
    path.write_bytes(path.read_bytes()[: members[7].offset - tar.BLOCK_BYTES])


def empty(path: Path) -> None:
    path.write_bytes(b"")


def flip(path: Path, suffix: str, at: float) -> None:
    member = next(member for member in tar.read_members(path) if member.name.endswith(suffix))
    data = bytearray(path.read_bytes())
    data[member.offset + int(member.size * at)] ^= 4
    path.write_bytes(data)


DAMAGES = {
    "cut short": (cut_short, "g000000"),
    "cut between members": (cut_after_a_member, "is missing, and so are"),
    "empty": (empty, "is missing"),
    "flipped in the picture": (lambda path: flip(path, "b01.png", 0.6), "-p00-b01.png was altered"),
    "flipped in a picture's header": (lambda path: flip(path, "mask.png", 0.0), "mask.png was altered"),
    "flipped at a picture's end": (lambda path: flip(path, "depth.png", 0.999), "depth.png was altered"),
    "flipped brace of a record": (lambda path: flip(path, "json", 0.0), "json was altered"),
    "bytes added": (lambda path: path.write_bytes(path.read_bytes() + b"x" * 512), "checksum"),
    "zeros added": (lambda path: path.write_bytes(path.read_bytes() + bytes(512)), "end-of-archive"),
}


@pytest.mark.parametrize("names", [list(DAMAGES)[:GROUPS], list(DAMAGES)[GROUPS:]])
def test_damaged_tars_are_set_aside_with_a_sentence_each_and_made_again(
    done: Run, truth: dict[str, str], names: list[str]
) -> None:
    damaged: dict[str, bytes] = {}
    for index, name in enumerate(names):
        path = done.group_tar(f"g{index:06d}")
        DAMAGES[name][0](path)
        damaged[path.stem] = path.read_bytes()
    summary = generate(done, 2)
    assert (summary.made_groups, summary.kept_groups) == (len(names), GROUPS - len(names))
    assert digests(done) == truth
    for index, (name, said) in enumerate(zip(names, summary.set_aside, strict=True)):
        assert DAMAGES[name][1] in said
        assert f"set aside as g{index:06d}.tar.damaged and made again" in said
        assert done.group_tar(f"g{index:06d}").with_suffix(".tar.damaged").read_bytes() == damaged[f"g{index:06d}"]
    assert [event["group"] for event in events_named(done, "group set aside")] == sorted(damaged)


def test_the_tar_of_another_group_in_the_wrong_place_is_set_aside(done: Run, truth: dict[str, str]) -> None:
    shutil.copy(done.group_tar("g000001"), done.group_tar("g000003"))
    summary = generate(done, 1)
    assert "g000003-p00-b00.depth.png is missing" in summary.set_aside[0]
    assert digests(done) == truth


def test_temporary_files_of_a_killed_driver_are_removed(done: Run) -> None:
    leftover = done.group_tar("g000003").with_name(".tmp-123-g000003.tar")
    leftover.write_bytes(b"half")
    generate(done, 1)
    assert not leftover.exists()
    assert events_named(done, "generate started")[-1]["leftovers_removed"] == 1


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


def test_a_group_that_hangs_is_quarantined_when_there_is_a_limit(run: Run, misdeeds: Path) -> None:
    (misdeeds / "g000000.hang").touch()
    with pytest.raises(QuarantinedError, match=r"took longer than 0\.4 seconds"):
        generate(run, 2, group_seconds=0.4)
    assert len(digests(run)) == GROUPS - 1


def test_many_quarantined_groups_make_a_sentence_of_bounded_length(run: Run, misdeeds: Path) -> None:
    for index in range(GROUPS):
        (misdeeds / f"g{index:06d}.raise").touch()
    with pytest.raises(QuarantinedError, match=r"6 of 6 groups.*and 1 more") as caught:
        generate(run, 2)
    assert len(caught.value.summary.quarantined) == 6


def test_named_groups_alone_are_made_reserves_included(run: Run) -> None:
    summary = generate(run, 1, groups=["g000007", "g000001"])
    assert (summary.groups, summary.made_groups) == (2, 2)
    assert sorted(digests(run)) == ["g000001.tar", "g000007.tar"]


def test_a_damaged_reserve_that_was_made_before_is_set_aside_and_made_again(done: Run, truth: dict[str, str]) -> None:
    generate(done, 1, groups=["g000007"])
    reserve = done.group_tar("g000007")
    whole = reserve.read_bytes()
    reserve.write_bytes(whole[:700])
    summary = generate(done, 1)
    assert (summary.kept_groups, summary.made_groups, len(summary.set_aside)) == (GROUPS, 1, 1)
    assert reserve.read_bytes() == whole
    assert sorted(digests(done)) == sorted([*truth, "g000007.tar"])


def test_a_group_that_is_not_planned_is_a_sentence(run: Run) -> None:
    with pytest.raises(SpotdiffError, match="g000099"):
        generate(run, 1, groups=["g000099"])


def test_cells_are_made_again_beside_the_first_tar(done: Run, truth: dict[str, str]) -> None:
    planned_run = plan.read(done)
    again = plan.remade(planned_run.group("g000001"), ["g000001-p01-b00"], 1, planned_run.facts.seed)
    summary = remake(done, [again], 1, workers=1)
    assert (summary.made_groups, summary.made_pictures) == (1, 1)
    names = [member.name for member in tar.read_members(done.group_tar("g000001", 1))]
    assert {name.partition(".")[0] for name in names} == {"g000001-p01-b00"}
    new = digests(done)
    assert new.pop("g000001.r1.tar") not in truth.values()
    assert new == truth
    assert remake(done, [again], 1, workers=1).kept_groups == 1


def test_progress_counts_up_to_all_pictures(done: Run) -> None:
    done.group_tar("g000005").unlink()
    seen: list[tuple[int, int, int]] = []
    generate(done, 1, on_progress=lambda s: seen.append((s.finished_pictures, s.made_pictures, s.pictures)))
    assert seen[-1] == (PICTURES, 4, PICTURES)
    assert seen == sorted(seen)


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


def test_a_second_driver_is_refused_and_the_first_one_not_disturbed(run: Run, truth: dict[str, str], misdeeds: Path) -> None:
    (misdeeds / "slow").write_text("0.3")
    first = start_driver(run)
    wait_for(lambda: events_named(run, "generate started"))
    with pytest.raises(RunError, match="Another spotdiff10k is working in"):
        generate(run, 1)
    _, said = first.communicate(timeout=20)
    assert (first.returncode, said) == (0, "")
    assert digests(run) == truth


def test_the_lock_is_free_to_take_again_in_the_process_that_holds_it(run: Run) -> None:
    with driver_lock(run):
        generate(run, 1)
    assert len(digests(run)) == GROUPS


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_stops_with_a_sentence_and_resume_makes_the_rest(
    run: Run, truth: dict[str, str], misdeeds: Path, number: signal.Signals
) -> None:
    (misdeeds / "slow").write_text("0.2")
    driver = start_driver(run)
    wait_for(lambda: events_named(run, "group made"))
    driver.send_signal(number)
    _, said = driver.communicate(timeout=20)
    assert driver.returncode == 130
    assert "Stopped as asked:" in said
    assert "The same command again makes the rest." in said
    assert "Traceback" not in said
    assert 0 < len(digests(run)) < GROUPS
    assert litter(run) == []
    (misdeeds / "slow").unlink()
    generate(run, 2)
    assert digests(run) == truth


def test_a_second_ctrl_c_kills_at_once(run: Run, misdeeds: Path) -> None:
    (misdeeds / "g000000.hang").touch()
    (misdeeds / "g000001.hang").touch()
    driver = start_driver(run)
    wait_for(lambda: len(list(misdeeds.glob("*.hanging"))) == 2)
    driver.send_signal(signal.SIGINT)
    time.sleep(0.2)
    driver.send_signal(signal.SIGINT)
    driver.communicate(timeout=4)
    assert driver.returncode == -signal.SIGINT


def test_a_stop_that_comes_before_the_first_group_makes_nothing(run: Run) -> None:
    with StopSignal(passive=True) as stop:
        stop.request()
        with pytest.raises(StoppedError, match="0 of 6 groups are made"):
            generate(run, 2, stop=stop)


def test_a_run_without_a_plan_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(RunError, match=r"Run: spotdiff10k plan RECIPE --run"):
        generate(Run(tmp_path / "nothing"), 1)


def test_a_recipe_changed_after_planning_is_refused(done: Run) -> None:
    text = done.recipe.read_text()
    done.recipe.write_text(text.replace("size: 64", "size: 128"))
    with pytest.raises((RunError, PlanError), match="recipe"):
        generate(done, 1)


def test_an_altered_plan_is_refused(done: Run) -> None:
    data = bytearray(done.plan_parquet.read_bytes())
    data[len(data) // 2] ^= 1
    done.plan_parquet.write_bytes(data)
    with pytest.raises(RunError, match="was altered"):
        generate(done, 1)


def test_a_level_altered_in_the_plan_makes_no_picture(done: Run) -> None:
    document = json.loads(done.plan_json.read_bytes())
    document["levels"]["pose"][0]["turn_degrees"] += 1.0
    done.plan_json.write_text(json.dumps(document))
    with pytest.raises(RunError, match="its levels or counts"):
        generate(done, 1)


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


@pytest.fixture(autouse=True)
def no_worker_survives() -> Iterator[None]:
    before = set(children(os.getpid()))
    yield
    assert set(children(os.getpid())) <= before
