"""A release read back as values."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import toy_runs
from PIL import Image

import spotdiff10k
from spotdiff10k.data.release import Group, Release
from spotdiff10k.data.sample import Sample
from spotdiff10k.errors import DataError
from spotdiff10k.index import index_bytes, read_index
from spotdiff10k.release import FileSeal, sealed
from spotdiff10k.samples import decode


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return toy_runs.sealed_run(tmp_path_factory.mktemp("run")).root


@pytest.fixture(scope="module")
def release(folder: Path) -> Release:
    return spotdiff10k.load_release(folder)


def test_it_is_exported_lazily() -> None:
    import subprocess
    import sys

    code = "import sys, spotdiff10k; assert 'pyarrow' not in sys.modules; spotdiff10k.load_release; print('ok')"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "ok\n"


def test_groups_are_found_by_place_by_id_and_by_split(release: Release) -> None:
    assert (len(release), len(release.groups)) == (20, 5)
    assert {split: len(groups) for split, groups in release.splits.items()} == {"train": 3, "validation": 1, "test": 1}
    assert release.groups["g000002"].id == "g000002"
    assert release.groups[0].id == release.groups.ids[0]
    assert [group.id for group in release.groups[1:3]] == release.groups.ids[1:3]
    assert [group.id for group in release.splits["train"]] == release.splits["train"].ids
    assert isinstance(release.groups[-1], Group)


def test_samples_are_a_grid_of_pose_rows_and_background_columns(release: Release, folder: Path) -> None:
    for planned in toy_runs.groups_of(toy_runs.Run(folder)):
        group = release.groups[planned.id]
        assert group.poses == tuple(level.id for level in planned.poses)
        assert group.backgrounds == tuple(level.id for level in planned.backgrounds)
        assert [sample.key for sample in group] == [cell.key for cell in planned.cells]
        for row, pose in zip(group.samples, group.poses, strict=True):
            assert [sample.pose for sample in row] == [pose] * len(group.backgrounds)
        assert len(group) == len(planned.cells)


def test_members_are_the_very_bytes_that_were_made(release: Release, folder: Path) -> None:
    planned = toy_runs.groups_of(toy_runs.Run(folder))[2]
    for cell in planned.cells:
        sample = release.sample(cell.key)
        made = toy_runs.disc_members(planned, cell)
        assert {suffix: sample.read(suffix) for suffix in sample.places} == made
        assert np.array_equal(sample.picture, decode(made["png"]))
        assert sample.record == json.loads(made["json"])
        assert sample.caption == cell.caption


def test_layers_have_their_shapes_and_kinds(release: Release) -> None:
    sample = release.groups[0].samples[0][0]
    assert isinstance(sample, Sample)
    for pixels, shape, kind in [
        (sample.picture, (64, 64, 3), np.uint8),
        (sample.plate, (64, 64, 3), np.uint8),
        (sample.shadow, (64, 64, 3), np.uint8),
        (sample.normal, (64, 64, 3), np.uint8),
        (sample.mask, (64, 64), np.uint8),
        (sample.depth, (64, 64), np.uint16),
    ]:
        assert (pixels.shape, pixels.dtype) == (shape, kind)


def test_layers_add_up_as_promised(release: Release) -> None:
    for sample in release.groups["g000001"]:
        shaded = sample.plate.astype(float) * sample.shadow / 255
        assert np.abs(sample.picture - shaded)[sample.mask == 0].max() <= 2


def test_what_is_not_there_is_a_sentence(release: Release, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"no member 'canny\.png'; it has depth\.png"):
        release.groups[0].samples[0][0].pixels("canny.png")
    with pytest.raises(DataError, match="no group 'g9'"):
        release.group("g9")
    with pytest.raises(DataError, match="no sample"):
        release.sample("g000000-p09-b00")
    with pytest.raises(IndexError):
        release.groups[99]
    with pytest.raises(DataError, match=r"no release\.json"):
        spotdiff10k.load_release(tmp_path)


def test_a_release_moves_with_its_folder(folder: Path, tmp_path: Path) -> None:
    there = shutil.copytree(folder, tmp_path / "there", ignore=shutil.ignore_patterns("groups", "measures"))
    moved = spotdiff10k.load_release(str(there))
    assert moved.digest == spotdiff10k.load_release(folder).digest == FileSeal.of(folder / "release.json").sha256
    assert moved.groups[0].samples[0][0].picture.shape == (64, 64, 3)


def test_a_changed_index_is_not_trusted(folder: Path, tmp_path: Path) -> None:
    there = shutil.copytree(folder, tmp_path / "there")
    rows = list(read_index(there / "index.parquet"))
    (there / "index.parquet").write_bytes(index_bytes(rows[::-1]))
    with pytest.raises(DataError, match="verify"):
        spotdiff10k.load_release(there)


def test_an_index_cannot_lead_outside_the_release(folder: Path, tmp_path: Path) -> None:
    import dataclasses

    there = shutil.copytree(folder, tmp_path / "there")
    rows = [dataclasses.replace(row, shard="../../secrets.tar") for row in read_index(there / "index.parquet")]
    (there / "index.parquet").write_bytes(index_bytes(rows))
    document = json.loads((there / "release.json").read_bytes())
    del document["seal"]
    seal = FileSeal.of(there / "index.parquet")
    document["files"]["index.parquet"] = {"bytes": seal.size, "sha256": seal.sha256}
    (there / "release.json").write_bytes(sealed(document))
    with pytest.raises(DataError, match="no shard of this release"):
        spotdiff10k.load_release(there).groups[0]


def test_a_seal_that_says_nothing_of_the_index_is_a_sentence(folder: Path, tmp_path: Path) -> None:
    there = shutil.copytree(folder, tmp_path / "there")
    document = json.loads((there / "release.json").read_bytes())
    del document["seal"]
    document["files"]["index.parquet"] = 5
    (there / "release.json").write_bytes(sealed(document))
    with pytest.raises(DataError, match="not the one that was sealed"):
        spotdiff10k.load_release(there)


def test_a_shard_cut_short_is_said_when_it_is_read(folder: Path, tmp_path: Path) -> None:
    there = shutil.copytree(folder, tmp_path / "there")
    for path in (there / "shards").iterdir():
        path.write_bytes(path.read_bytes()[:600])
    with pytest.raises(DataError, match="cut short"):
        spotdiff10k.load_release(there).groups[0].samples[1][1].picture  # noqa: B018


def test_pictures_can_be_given_to_pillow(release: Release) -> None:
    assert Image.fromarray(release.groups[0].samples[0][0].picture).size == (64, 64)
