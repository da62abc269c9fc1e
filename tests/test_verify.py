"""verify: whatever is done to a release, the file and the member are named."""

import dataclasses
import json
import random
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import toy_runs

from spotdiff10k.errors import DataError
from spotdiff10k.index import IndexedSample, index_bytes, read_index
from spotdiff10k.release import SEALED_BESIDE, FileSeal, sealed
from spotdiff10k.run import Run
from spotdiff10k.samples import read_record
from spotdiff10k.shards import shard
from spotdiff10k.validate import validate
from spotdiff10k.verify import VerifyReport, verify

FLIPS, STORM_FLIPS = 60, 4000


@pytest.fixture(scope="module")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copied release: no groups, no measures."""
    run = toy_runs.sealed_run(tmp_path_factory.mktemp("made"))
    copy = tmp_path_factory.mktemp("copied") / "release"
    copy.mkdir()
    for name in (*SEALED_BESIDE, "release.json"):
        shutil.copy(run.root / name, copy / name)
    shutil.copytree(run.shards, copy / "shards")
    shutil.copytree(run.preview, copy / "preview")
    return copy


@pytest.fixture
def release(pristine: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(pristine, tmp_path / "release"))


def files_of(release: Path) -> list[str]:
    return sorted(path.relative_to(release).as_posix() for path in release.rglob("*") if path.is_file())


def told(report: VerifyReport) -> str:
    return "\n".join(map(str, report.problems.listed))


def test_a_copied_release_passes_with_everything_counted(release: Path) -> None:
    report = verify(release, workers=1)
    assert report.ok, told(report)
    report.require()
    assert (report.files, report.groups, report.samples, report.members) == (14, 5, 20, 140)
    assert report.bytes == sum((release / name).stat().st_size for name in files_of(release) if name != "release.json")


def test_processes_find_what_one_process_finds(release: Path) -> None:
    flip(release / "shards/train-00000.tar", 8 * 5000)
    assert told(verify(release, workers=2)) == told(verify(release, workers=1))


def flip(path: Path, place: int) -> None:
    data = bytearray(path.read_bytes())
    data[place // 8] ^= 1 << place % 8
    path.write_bytes(data)


def check_flips(release: Path, count: int, seed: int) -> None:
    """Flip one bit after the other, each chosen by file first, and see that its file (and member) is named."""
    draw = random.Random(seed)
    members = {
        (sample.shard, f"{sample.key}.{member.suffix}"): (member.offset - 512, member.offset + member.size + -member.size % 512)
        for sample in read_index(release / "index.parquet")
        for member in sample.members
    }
    for _ in range(count):
        name = draw.choice(files_of(release))
        path = release / name
        before = path.read_bytes()
        place = draw.randrange(8 * len(before))
        flip(path, place)
        report = verify(release, workers=1)
        path.write_bytes(before)
        assert name in {problem.file for problem in report.problems.listed}, (name, place)
        hit = [member for (shard, member), (start, end) in members.items() if shard == name and start <= place // 8 < end]
        assert set(hit) <= {problem.member for problem in report.problems.listed}, (name, place, told(report))
        assert all(hit[0].startswith(p.sample) for p in report.problems.listed if p.sample and hit)
        with pytest.raises(DataError, match=name.rpartition("/")[2]):
            report.require()


def test_one_flipped_bit_anywhere_is_found_and_its_file_and_member_are_named(release: Path) -> None:
    check_flips(release, FLIPS, seed=1)


@pytest.mark.storm
def test_thousands_of_flipped_bits_are_found(release: Path) -> None:
    check_flips(release, STORM_FLIPS, seed=2)


@pytest.mark.parametrize("name", ["release.json", *SEALED_BESIDE, "shards/train-00000.tar", "preview/test-00000.parquet"])
@pytest.mark.parametrize(
    ("how", "words"), [("lost", "missing|no release"), ("cut", "cut short|damaged"), ("longer", "grown|damaged|altered")]
)
def test_lost_cut_and_lengthened_files_are_named(name: str, how: str, words: str, release: Path) -> None:
    path = release / name
    data = path.read_bytes()
    if how == "lost":
        path.unlink()
    else:
        path.write_bytes(data[:-600] if how == "cut" else data + bytes(1024))
    report = verify(release, workers=1)
    with pytest.raises(DataError, match=words):
        report.require()
    assert name in {problem.file for problem in report.problems.listed}


def test_a_stranger_among_the_shards_is_named(release: Path) -> None:
    shutil.copy(release / "shards/test-00000.tar", release / "shards/test-00001.tar")
    (release / "preview/notes.txt").write_text("hello")
    (release / "NOTES.md").write_text("people may keep notes beside a release")
    assert [problem.file for problem in verify(release, workers=1).problems.listed] == [
        "preview/notes.txt",
        "shards/test-00001.tar",
    ]


def test_two_files_that_changed_places_are_both_named(release: Path) -> None:
    first, second = release / "shards/test-00000.tar", release / "shards/validation-00000.tar"
    data = first.read_bytes()
    first.write_bytes(second.read_bytes())
    second.write_bytes(data)
    named = {problem.file for problem in verify(release, workers=1).problems.listed}
    assert {"shards/test-00000.tar", "shards/validation-00000.tar"} <= named


def test_all_problems_are_counted_and_the_first_are_listed(release: Path) -> None:
    path = release / "shards/train-00000.tar"
    path.write_bytes(bytes(path.stat().st_size))
    report = verify(release, workers=1)
    assert report.problems.count >= 56
    with pytest.raises(DataError, match=f"And {report.problems.count - 3} more"):
        report.require()


# What follows is consistent in itself: someone changed things and sealed the release again.


def reseal(root: Path) -> None:
    """Seal what is there, whatever it says."""
    document = json.loads((root / "release.json").read_bytes())
    del document["seal"]
    for name in document["files"]:
        seal = FileSeal.of(root / name)
        document["files"][name] = {"bytes": seal.size, "sha256": seal.sha256}
    (root / "release.json").write_bytes(sealed(document))


def spoilt_release(root: Path, spoil: toy_runs.Spoil) -> Path:
    """A run sealed in good faith by checks that saw nothing."""
    run = toy_runs.generated_run(root, spoil)
    validate(run, workers=1)
    shard(run, workers=1)
    return root


@pytest.fixture
def blind(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Checks that find every number in order."""
    monkeypatch.setattr("spotdiff10k.limits.Rule.fault", lambda self, value, *unchecked: "")
    yield


KEY = "g000001-p01-b01"


def one(change: Callable[[dict[str, bytes]], dict[str, bytes]]) -> toy_runs.Spoil:
    return lambda key, members: change(members) if key == KEY else members


def record_with(members: dict[str, bytes], **fields: object) -> dict[str, bytes]:
    return {**members, "json": toy_runs.as_json({**read_record(members["json"]), **fields})}


SPOILT: dict[str, tuple[toy_runs.Spoil, str, str]] = {
    "a caption of something else": (one(lambda m: record_with(m, caption="a cat")), f"{KEY}.json", "caption is 'a cat'"),
    "another split in the record": (one(lambda m: record_with(m, split="nowhere")), f"{KEY}.json", "split is 'nowhere'"),
    "a field that the others lack": (one(lambda m: record_with(m, mood="blue")), f"{KEY}.json", "mood"),
    "a number of another kind": (one(lambda m: record_with(m, mask_area=1)), f"{KEY}.json", "mask_area is int"),
    "a picture that is another one": (one(lambda m: {**m, "png": m["plate.png"]}), f"{KEY}.json", "pixels_sha256"),
    "a picture that is none": (one(lambda m: {**m, "plate.png": b"\x89PNG"}), f"{KEY}.plate.png", "no picture"),
    "a mask in colour": (one(lambda m: {**m, "mask.png": m["png"]}), f"{KEY}.mask.png", "colour mode RGB"),
    "a missing layer": (one(lambda m: {k: v for k, v in m.items() if k != "depth.png"}), "", "every sample of this release has"),
    "a plate that does not add up": (
        one(lambda m: {**m, "plate.png": toy_runs.png(np.full((64, 64, 3), 9, np.uint8))}),
        "",
        "picture and plate × shadow differ",
    ),
}


@pytest.mark.usefixtures("blind")
@pytest.mark.parametrize("name", SPOILT)
def test_what_should_never_have_been_sealed_is_found(name: str, tmp_path: Path) -> None:
    spoil, member, words = SPOILT[name]
    report = verify(spoilt_release(tmp_path, spoil), workers=1)
    found = [problem for problem in report.problems.listed if words in problem.text]
    assert found, told(report)
    assert {(problem.member, problem.sample) for problem in found} == {(member, KEY)}


Rows = list[IndexedSample]


def moved(rows: Rows) -> Rows:
    """The second group says it is of another split."""
    return [dataclasses.replace(row, split="test") if row.group == rows[4].group else row for row in rows]


def same_subject(rows: Rows) -> Rows:
    """A subject of one split is in another as well."""
    return [dataclasses.replace(row, subject=rows[0].subject) for row in rows]


def far_away(rows: Rows) -> Rows:
    """A member a petabyte behind the end of its file."""
    first = rows[0].members[0]
    return [dataclasses.replace(rows[0], members=(dataclasses.replace(first, size=10**15), *rows[0].members[1:])), *rows[1:]]


INDEX_LIES: dict[str, tuple[Callable[[Rows], Rows], str]] = {
    "a sample left out": (lambda rows: rows[:2] + rows[3:], "is not whole"),
    "no sample at all": (lambda rows: [], "knows of no sample in it"),
    "a sample listed twice": (lambda rows: [*rows, rows[-1]], "listed twice"),
    "another split": (moved, "belongs to the split"),
    "a subject in two splits": (same_subject, "a subject belongs to one"),
    "another pose": (lambda rows: [dataclasses.replace(rows[0], pose="handstand"), *rows[1:]], "handstand"),
    "a foreign key": (lambda rows: [dataclasses.replace(rows[0], key="who"), *rows[1:]], "is not a sample key"),
    "a member of a petabyte": (far_away, "was cut short"),
    "a torn group": (lambda rows: [rows[0], *rows[4:], *rows[1:4]], "torn apart"),
    "another attempt": (lambda rows: [dataclasses.replace(rows[0], attempt=1), *rows[1:]], "without having been accepted"),
    "another shard": (
        lambda rows: [dataclasses.replace(r, shard="shards/train-00009.tar") for r in rows],
        "not part of the release",
    ),
}


@pytest.mark.parametrize("name", INDEX_LIES)
def test_an_index_that_lies_is_found_even_when_it_is_sealed(name: str, release: Path) -> None:
    lie, words = INDEX_LIES[name]
    rows = list(read_index(release / "index.parquet"))
    (release / "index.parquet").write_bytes(index_bytes(lie(rows)))
    reseal(release)
    report = verify(release, workers=1)
    assert any(words in str(problem) for problem in report.problems.listed), told(report)


def test_a_release_json_that_counts_wrongly_is_found(release: Path) -> None:
    document = json.loads((release / "release.json").read_bytes())
    document["counts"]["released"]["samples"] = 21
    del document["seal"]
    (release / "release.json").write_bytes(sealed(document))
    assert "it counts" in told(verify(release, workers=1))


@pytest.mark.parametrize(
    ("field", "value"),
    [("name", "others"), ("purpose", "control"), ("licence", "MIT"), ("fingerprint", "0" * 64), ("members", ["json", "png"])],
)
def test_a_release_json_that_claims_what_recipe_or_plan_do_not_say_is_found(field: str, value: object, release: Path) -> None:
    document = json.loads((release / "release.json").read_bytes())
    document[field] = value
    del document["seal"]
    (release / "release.json").write_bytes(sealed(document))
    assert f"its {field} is " in told(verify(release, workers=1))


@pytest.mark.parametrize("path", ["../../etc/passwd", "/etc/passwd", "shards/../../x.tar", "shards/train-0.tar"])
def test_a_seal_cannot_point_outside_the_release(path: str, release: Path) -> None:
    document = json.loads((release / "release.json").read_bytes())
    document["files"][path] = {"bytes": 1, "sha256": "0" * 64}
    del document["seal"]
    (release / "release.json").write_bytes(sealed(document))
    report = verify(release, workers=1)
    assert [problem.file for problem in report.problems.listed] == ["release.json"]


def test_a_folder_that_is_no_release_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no sealed release"):
        verify(Run(tmp_path / "x").root).require()
