"""Readers that nobody here wrote take the shards as they are: the same samples, the same pixels."""

import hashlib
import importlib.util
import io
import json
import os
import subprocess
import sys
import tarfile
from pathlib import Path

import numpy as np
import pytest
import toy_runs
from PIL import Image

from spotdiff10k.data.release import Release, load_release

needs_datasets = pytest.mark.skipif(importlib.util.find_spec("datasets") is None, reason="datasets is not installed")
needs_webdataset = pytest.mark.skipif(importlib.util.find_spec("webdataset") is None, reason="webdataset is not installed")

LAYERS = ("png", "mask.png", "plate.png", "shadow.png", "normal.png", "depth.png")

OFFLINE = {"HF_HUB_OFFLINE": "1", "HF_DATASETS_OFFLINE": "1", "HF_HUB_DISABLE_TELEMETRY": "1"}

DATASETS = """
import hashlib, json, sys
import numpy as np
import datasets
datasets.disable_progress_bars()
shards, streaming, layers = sys.argv[1], sys.argv[2] == "yes", sys.argv[3].split(",")
loaded = datasets.load_dataset("webdataset", data_files={"train": shards + "/train-*.tar"}, split="train", streaming=streaming)
rows = {}
for row in loaded:
    pixels = {layer: hashlib.sha256(np.asarray(row[layer]).tobytes()).hexdigest() for layer in layers}
    rows[row["__key__"]] = [pixels, row["json"]["caption"], row["json"]["pixels_sha256"]]
print(json.dumps(rows))
"""

PREVIEW = """
import json, sys
import datasets
datasets.disable_progress_bars()
loaded = datasets.load_dataset("parquet", data_files=sys.argv[1] + "/*.parquet", split="train")
print(json.dumps({row["key"]: [row["picture"].size, row["caption"]] for row in loaded}))
"""


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Release:
    return load_release(toy_runs.sealed_run(tmp_path_factory.mktemp("release")).root)


def expected(release: Release, split: str = "train") -> dict[str, dict[str, str]]:
    """Key to layer to the digest of its pixels."""
    return {
        sample.key: {layer: hashlib.sha256(sample.pixels(layer).tobytes()).hexdigest() for layer in LAYERS}
        for group in release.splits[split]
        for sample in group
    }


def run_script(script: str, home: Path, *arguments: str) -> dict[str, list[object]]:
    """Run it in a process of its own: these libraries read their settings when they are imported."""
    environment = {**os.environ, **OFFLINE, "HF_HOME": str(home)}
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    found: dict[str, list[object]] = json.loads(done.stdout.splitlines()[-1])
    return found


@needs_datasets
@pytest.mark.parametrize("streaming", ["yes", "no"])
def test_datasets_loads_the_shards(streaming: str, release: Release, tmp_path: Path) -> None:
    rows = run_script(DATASETS, tmp_path, str(release.path / "shards"), streaming, ",".join(LAYERS))
    assert {key: row[0] for key, row in rows.items()} == expected(release)
    for key, (_, caption, digest) in rows.items():
        sample = release.sample(key)
        assert (caption, digest) == (sample.caption, hashlib.sha256(sample.picture.tobytes()).hexdigest())


@needs_datasets
def test_datasets_shows_the_preview_as_pictures(release: Release, tmp_path: Path) -> None:
    rows = run_script(PREVIEW, tmp_path, str(release.path / "preview"))
    samples = {sample.key: sample for group in release.groups for sample in group}
    assert rows == {key: [[32, 32], sample.caption] for key, sample in samples.items()}


@needs_webdataset
@pytest.mark.filterwarnings("ignore")
def test_webdataset_loads_the_shards(release: Release) -> None:
    import webdataset

    shards = [str(path) for path in sorted((release.path / "shards").glob("train-*.tar"))]
    found: dict[str, dict[str, str]] = {}
    for sample in webdataset.WebDataset(shards, shardshuffle=False, empty_check=False):
        pixels = {layer: np.asarray(Image.open(io.BytesIO(sample[layer]))) for layer in LAYERS}
        assert sample["__key__"] not in found
        found[sample["__key__"]] = {layer: hashlib.sha256(data.tobytes()).hexdigest() for layer, data in pixels.items()}
        assert json.loads(sample["json"])["key"] == sample["__key__"]
    assert found == expected(release)
    assert list(found) == list(expected(release))


@pytest.mark.parametrize("mode", ["r:", "r|"])
def test_tarfile_reads_the_shards_seeking_and_streaming(mode: str, release: Release) -> None:
    count = 0
    for path in sorted((release.path / "shards").glob("*.tar")):
        with tarfile.open(path, mode) as archive:  # type: ignore[call-overload]
            for member in archive:
                key, _, suffix = member.name.partition(".")
                assert (member.mtime, member.uid, member.gid, member.uname, member.isfile()) == (0, 0, 0, "", True)
                assert archive.extractfile(member).read() == release.sample(key).read(suffix)
                count += 1
    assert count == 140


def test_plain_tar_lists_and_extracts_the_shards(release: Release, tmp_path: Path) -> None:
    for path in sorted((release.path / "shards").glob("*.tar")):
        listed = subprocess.run(["tar", "tf", path], capture_output=True, text=True, check=True)
        assert listed.stderr == ""
        subprocess.run(["tar", "xf", path, "-C", tmp_path], check=True)
        for name in listed.stdout.splitlines():
            key, _, suffix = name.partition(".")
            assert (tmp_path / name).read_bytes() == release.sample(key).read(suffix)
    assert len(list(tmp_path.iterdir())) == 140
