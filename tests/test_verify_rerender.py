"""verify --rerender: some groups are made again, and the report says what that proved."""

import io
import json
from pathlib import Path

import numpy as np
import pytest
import toy_runs
from PIL import Image

from spotdiff10k import plan, sealing
from spotdiff10k.shards import shard
from spotdiff10k.validate import validate
from spotdiff10k.verify import verify

KEY = "g000001-p01-b01"


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sealed run; not to be changed."""
    return toy_runs.sealed_run(tmp_path_factory.mktemp("made")).root


def without_subject(key: str, members: dict[str, bytes]) -> dict[str, bytes]:
    """One sample's mask is empty."""
    return {**members, "mask.png": toy_runs.blank_mask()} if key == KEY else members


def test_groups_made_again_prove_bytes(release: Path) -> None:
    report = verify(release, rerender=2, workers=1)
    assert report.problems.listed == []
    assert (len(report.rerendered), report.proved, report.largest_difference) == (2, "bytes", 0)
    assert verify(release, rerender=2, workers=1).rerendered == report.rerendered


def test_more_groups_than_there_are_means_all_of_them(release: Path) -> None:
    assert len(verify(release, rerender=99, workers=1).rerendered) == 5


def test_other_bytes_of_the_same_pixels_prove_pixels(release: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def smaller(pixels: np.ndarray) -> bytes:
        buffer = io.BytesIO()
        Image.fromarray(pixels).save(buffer, "PNG", compress_level=9)
        return buffer.getvalue()

    monkeypatch.setattr(toy_runs, "png", smaller)
    report = verify(release, rerender=1, workers=1)
    assert report.problems.listed == []
    assert (report.proved, report.largest_difference) == ("pixels", 0)


def test_an_engine_that_makes_something_else_now_is_found(release: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = toy_runs.disc_members

    def other(*args: object, **more: object) -> dict[str, bytes]:
        members = real(*args, **more)  # type: ignore[arg-type]
        return {**members, "png": members["plate.png"]}

    monkeypatch.setattr(toy_runs, "disc_members", other)
    report = verify(release, rerender=1, workers=1)
    assert {problem.member.partition(".")[2] for problem in report.problems.listed} == {"png"}
    assert all("made again" in str(problem) for problem in report.problems.listed)


def test_a_repaired_sample_is_made_again_at_its_own_attempt(tmp_path: Path) -> None:
    run = toy_runs.generated_run(tmp_path, without_subject)
    group = toy_runs.groups_of(run)[1]
    toy_runs.commit(run, plan.remade(group, {KEY}, 1, 0), remade=1)
    validate(run, workers=1)
    shard(run, workers=1)
    report = verify(tmp_path, rerender=5, workers=1)
    assert report.problems.listed == []
    assert report.proved == "bytes"


def test_the_versions_that_decide_bytes_are_in_the_release(release: Path) -> None:
    versions = json.loads((release / "release.json").read_bytes())["versions"]
    assert versions == sealing.library_versions()
    assert versions["numpy"] == np.__version__


def test_other_versions_are_named_beside_what_was_made_again(release: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert verify(release, rerender=1, workers=1).other_versions == []
    monkeypatch.setattr("spotdiff10k.verify.library_versions", lambda: {**sealing.library_versions(), "numpy": "99.1"})
    assert verify(release, rerender=1, workers=1).other_versions == [f"numpy {np.__version__} (here 99.1)"]
