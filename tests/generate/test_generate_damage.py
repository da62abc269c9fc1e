"""What is damaged on disk is set aside with a sentence and made again."""

import shutil
from pathlib import Path

import pytest
from generated import GROUPS, events_named
from sketch_runs import digests

from spotdiff10k import tar
from spotdiff10k.generate import generate
from spotdiff10k.run import Run


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


def test_a_damaged_reserve_that_was_made_before_is_set_aside_and_made_again(done: Run, truth: dict[str, str]) -> None:
    generate(done, 1, groups=["g000007"])
    reserve = done.group_tar("g000007")
    whole = reserve.read_bytes()
    reserve.write_bytes(whole[:700])
    summary = generate(done, 1)
    assert (summary.kept_groups, summary.made_groups, len(summary.set_aside)) == (GROUPS, 1, 1)
    assert reserve.read_bytes() == whole
    assert sorted(digests(done)) == sorted([*truth, "g000007.tar"])


def test_temporary_files_of_a_killed_driver_are_removed(done: Run) -> None:
    leftover = done.group_tar("g000003").with_name(".tmp-123-g000003.tar")
    leftover.write_bytes(b"half")
    generate(done, 1)
    assert not leftover.exists()
    assert events_named(done, "generate started")[-1]["leftovers_removed"] == 1
