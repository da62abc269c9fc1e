"""What the generate stage makes and keeps: the same bytes whatever the number of workers, and only what is missing."""

import sys

import pytest
from generated import GROUPS, PICTURES
from sketch_runs import digests, litter

from spotdiff10k import plan, tar
from spotdiff10k.errors import SpotdiffError
from spotdiff10k.generate import generate, remake
from spotdiff10k.run import Run


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


def test_named_groups_alone_are_made_reserves_included(run: Run) -> None:
    summary = generate(run, 1, groups=["g000007", "g000001"])
    assert (summary.groups, summary.made_groups) == (2, 2)
    assert sorted(digests(run)) == ["g000001.tar", "g000007.tar"]


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
