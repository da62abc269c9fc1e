"""shard: bytes are moved and never changed, the seal comes last, and doing it again does nothing."""

import hashlib
import json
import os
import tarfile
from pathlib import Path

import pyarrow.parquet as pq
import pytest
import toy_runs

from spotdiff10k import layout, shards
from spotdiff10k.errors import DataError, RunError
from spotdiff10k.index import read_index
from spotdiff10k.release import read_release
from spotdiff10k.run import Run
from spotdiff10k.samples import RECORD
from spotdiff10k.shards import shard
from spotdiff10k.tar import END_OF_ARCHIVE
from spotdiff10k.validate import validate
from spotdiff10k.verification import files


def listing(run: Run) -> dict[str, tuple[int, str]]:
    """Every file of the release with time and digest."""
    folders = [run.shards, run.preview]
    paths = [path for folder in folders for path in folder.iterdir()] + [run.index, run.release]
    return {path.name: (path.stat().st_mtime_ns, hashlib.sha256(path.read_bytes()).hexdigest()) for path in sorted(paths)}


def spoil_one(key: str, members: dict[str, bytes]) -> dict[str, bytes]:
    return {**members, "mask.png": toy_runs.blank_mask()} if key == "g000000-p01-b00" else members


def test_a_shard_is_its_groups_joined_and_an_end(tmp_path: Path) -> None:
    run = toy_runs.sealed_run(tmp_path)
    train = [group.id for group in toy_runs.groups_of(run) if group.split == "train"]
    joined = b"".join(run.group_tar(name).read_bytes() for name in train[:2]) + END_OF_ARCHIVE
    assert (run.shards / "train-00000.tar").read_bytes() == joined


def test_shards_hold_whole_groups_of_one_split_in_plan_order(tmp_path: Path) -> None:
    run = toy_runs.sealed_run(tmp_path)
    for split in ("train", "validation", "test"):
        planned = [cell.key for group in toy_runs.groups_of(run) if group.split == split for cell in group.cells]
        found: list[str] = []
        for path in sorted(run.shards.glob(f"{split}-*.tar")):
            with tarfile.open(path) as archive:
                found += [name.partition(".")[0] for name in archive.getnames()]
        assert list(dict.fromkeys(found)) == planned
        assert len(found) == 7 * len(planned)


@pytest.mark.parametrize("number", [0, 99_999, 100_000, 1_234_567])
def test_a_shard_of_any_number_is_known_by_its_name(number: int) -> None:
    stem = layout.shard_stem("train", number)
    assert files.SEALED_PATH.fullmatch(f"shards/{stem}.tar")
    assert files.SEALED_PATH.fullmatch(f"preview/{stem}.parquet")
    assert shards.OUR_FILES.fullmatch(f"{stem}.tar")


def test_the_index_points_at_every_member(tmp_path: Path) -> None:
    run = toy_runs.sealed_run(tmp_path)
    members = 0
    for sample in read_index(run.index):
        with tarfile.open(run.root / sample.shard) as archive:
            for member in sample.members:
                data = archive.extractfile(f"{sample.key}.{member.suffix}")
                assert data is not None
                expected = data.read()
                there = (run.root / sample.shard).read_bytes()[member.offset : member.offset + member.size]
                assert there == expected
                assert member.sha256 == hashlib.sha256(expected).hexdigest()
                if member.suffix == RECORD:
                    record = json.loads(expected)
                    assert (record["pose"], record["background"]) == (sample.pose, sample.background)
                members += 1
    assert members == 140


def test_doing_it_again_writes_nothing(tmp_path: Path) -> None:
    run = toy_runs.sealed_run(tmp_path)
    before = listing(run)
    summary = shard(run, workers=1)
    assert (summary.written, summary.removed) == ([], [])
    assert listing(run) == before


@pytest.mark.parametrize("name", ["shards/train-00000.tar", "index.parquet", "preview/test-00000.parquet", "release.json"])
@pytest.mark.parametrize("how", ["lost", "cut short", "altered"])
def test_what_is_lost_or_damaged_comes_back_as_it_was(name: str, how: str, tmp_path: Path) -> None:
    run = toy_runs.sealed_run(tmp_path)
    path = run.root / name
    before = path.read_bytes()
    if how == "lost":
        path.unlink()
    elif how == "cut short":
        path.write_bytes(before[: len(before) // 2])
    else:
        path.write_bytes(before[:700] + bytes([before[700] ^ 1]) + before[701:])
    summary = shard(run, workers=1)
    assert name in summary.written
    assert path.read_bytes() == before
    assert read_release(run.release)["files"] == sealed_now(run)


def sealed_now(run: Run) -> dict[str, dict[str, object]]:
    names = list(json.loads(run.release.read_bytes())["files"])
    data = {name: (run.root / name).read_bytes() for name in names}
    return {name: {"bytes": len(data[name]), "sha256": hashlib.sha256(data[name]).hexdigest()} for name in names}


def test_the_release_lists_size_and_digest_of_every_file_but_itself(tmp_path: Path) -> None:
    run = toy_runs.sealed_run(tmp_path)
    release = read_release(run.release)
    there = {path.relative_to(run.root).as_posix() for path in run.root.rglob("*") if path.is_file()}
    workshop = {name for name in there if name.split("/")[0] in ("groups", "measures", ".lock", "release.json")}
    assert set(release["files"]) == there - workshop
    assert release["files"] == sealed_now(run)


def test_the_release_holds_no_time_host_or_path(tmp_path: Path) -> None:
    run = toy_runs.sealed_run(tmp_path / "a-telling-folder-name")
    text = run.release.read_text()
    assert "a-telling-folder-name" not in text
    assert os.uname().nodename not in text
    assert toy_runs.sealed_run(tmp_path / "elsewhere").release.read_text() == text


def test_the_same_verdicts_are_the_same_release_with_any_number_of_workers(tmp_path: Path) -> None:
    digests = set()
    for workers in (1, 2, 5):
        run = toy_runs.generated_run(tmp_path / str(workers))
        validate(run, workers=workers)
        digests.add(shard(run, workers=workers).digest)
    assert len(digests) == 1


def test_a_refused_group_is_left_out_and_later_groups_move_up(tmp_path: Path) -> None:
    run = toy_runs.sealed_run(tmp_path, spoil_one)
    released = [sample.group for sample in read_index(run.index)]
    assert "g000000" not in released
    assert len(set(released)) == 4
    assert read_release(run.release)["refused"] == {"mask": {"groups": 1, "samples": 1}}


def test_a_repaired_sample_comes_from_the_tar_of_its_repair(tmp_path: Path) -> None:
    from spotdiff10k import plan

    run = toy_runs.generated_run(tmp_path, spoil_one)
    group = toy_runs.groups_of(run)[0]
    toy_runs.commit(run, plan.remade(group, {"g000000-p01-b00"}, 1, 0), remade=1)
    validate(run, workers=1)
    assert shard(run, workers=1).groups == 5
    samples = {sample.key: sample for sample in read_index(run.index)}
    assert samples["g000000-p01-b00"].attempt == 1
    assert [sample.attempt for key, sample in samples.items() if key != "g000000-p01-b00"] == [0] * 19
    with tarfile.open(run.root / samples["g000000-p01-b00"].shard) as archive:
        record = json.loads(archive.extractfile("g000000-p01-b00.json").read())  # type: ignore[union-attr]
        keys = [name.partition(".")[0] for name in archive.getnames()]
    assert record["attempt"] == 1
    assert list(dict.fromkeys(keys))[:4] == [cell.key for cell in group.cells]
    assert validate(run, workers=1).repaired == 1


def test_shards_of_an_earlier_sealing_are_removed_and_files_of_others_stay(tmp_path: Path) -> None:
    run = toy_runs.sealed_run(tmp_path)
    (run.shards / "notes.txt").write_text("mine")
    train = [group for group in toy_runs.groups_of(run) if group.split == "train"]
    for group in train[1:]:
        toy_runs.commit(run, group, lambda key, members: {**members, "mask.png": toy_runs.blank_mask()})
    validate(run, workers=1)
    (run.shards / ".tmp-1-train-00000.tar").write_text("half")  # validate removes those that it finds
    summary = shard(run, workers=1)
    assert summary.removed == ["shards/.tmp-1-train-00000.tar", "shards/train-00001.tar", "preview/train-00001.parquet"]
    assert (run.shards / "notes.txt").read_text() == "mine"


def test_a_group_that_changed_after_it_was_validated_is_not_sealed(tmp_path: Path) -> None:
    run = toy_runs.generated_run(tmp_path)
    validate(run, workers=1)
    path = run.group_tar("g000000")
    data = bytearray(path.read_bytes())
    data[600] ^= 1
    path.write_bytes(data)
    with pytest.raises(
        RunError, match=r"g000000\.tar changed after it was validated: the bytes of g000000-p00-b00\.depth\.png differ"
    ):
        shard(run, workers=1)
    assert not run.release.exists()
    split = toy_runs.groups_of(run)[0].split
    assert not (run.shards / f"{split}-00000.tar").exists()
    assert [path.name for path in run.shards.glob(".tmp*")] == []


def test_verdicts_of_other_thresholds_are_not_sealed(tmp_path: Path) -> None:
    run = toy_runs.generated_run(tmp_path, more="checks: {mask: {area_max: 0.9}}")
    validate(run, workers=1)
    run.recipe.write_text(run.recipe.read_text().replace("area_max: 0.9", "area_max: 0.8"))
    assert shard(run, workers=1).groups == 5
    run.recipe.write_text(run.recipe.read_text().replace("area_max: 0.8", "area_max: 0.05"))
    with pytest.raises(RunError, match=r"older than the thresholds.*spotdiff10k validate"):
        shard(run, workers=1)


def test_the_seal_is_gone_before_a_sealed_file_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = toy_runs.sealed_run(tmp_path)
    (run.shards / "train-00000.tar").unlink()
    monkeypatch.setattr("spotdiff10k.shards.join", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        shard(run, workers=1)
    assert not run.release.exists()
    monkeypatch.undo()
    assert shard(run, workers=1).written == ["shards/train-00000.tar", "release.json"]


def test_nothing_accepted_is_an_error_that_names_the_check(tmp_path: Path) -> None:
    def spoil(key: str, members: dict[str, bytes]) -> dict[str, bytes]:
        return {**members, "mask.png": toy_runs.blank_mask()}

    run = toy_runs.generated_run(tmp_path, spoil)
    validate(run, workers=1)
    with pytest.raises(DataError, match="'mask'"):
        shard(run)
    assert not run.release.exists()


def test_a_run_without_verdicts_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="spotdiff10k validate"):
        shard(toy_runs.generated_run(tmp_path))


def test_a_reserve_stands_in_only_where_a_group_is_refused(tmp_path: Path) -> None:
    run = toy_runs.generated_run(tmp_path / "needed", spoil_one)
    for group in toy_runs.groups_of(run, reserve=True):
        toy_runs.commit(run, group)
    validate(run, workers=1)
    summary = shard(run, workers=1)
    released = {sample.group for sample in read_index(run.index)}
    split = toy_runs.groups_of(run)[0].split
    assert [group.id in released for group in toy_runs.groups_of(run, reserve=True)] == [
        group.split == split for group in toy_runs.groups_of(run, reserve=True)
    ]
    assert (summary.groups, summary.groups_planned) == (5, 5)
    idle = toy_runs.generated_run(tmp_path / "idle")
    for group in toy_runs.groups_of(idle, reserve=True):
        toy_runs.commit(idle, group)
    validate(idle, workers=1)
    shard(idle, workers=1)
    assert {sample.group for sample in read_index(idle.index)} == {group.id for group in toy_runs.groups_of(idle)}


def test_previews_show_every_picture_small_with_its_factors(tmp_path: Path) -> None:
    import io

    from PIL import Image

    run = toy_runs.sealed_run(tmp_path)
    rows = [row for path in sorted(run.preview.iterdir()) for row in pq.read_table(path).to_pylist()]
    by_key = {sample.key: sample for sample in read_index(run.index)}
    assert {row["key"] for row in rows} == set(by_key)
    for row in rows:
        assert (row["pose"], row["background"]) == (by_key[row["key"]].pose, by_key[row["key"]].background)
        with Image.open(io.BytesIO(row["picture"]["bytes"])) as picture:
            assert picture.size == (32, 32)
    assert b"Image" in pq.read_schema(next(run.preview.iterdir())).metadata[b"huggingface"]


def test_a_large_release_previews_whole_groups_at_even_distances(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("spotdiff10k.preview.MOST_ROWS", 8)
    run = toy_runs.sealed_run(tmp_path)
    rows = [row for path in sorted(run.preview.iterdir()) for row in pq.read_table(path).to_pylist()]
    groups = [row["group"] for row in rows]
    assert len(rows) <= 8
    assert all(groups.count(name) == 4 for name in groups)
