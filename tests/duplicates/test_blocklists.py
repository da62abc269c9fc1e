"""Lists of pictures to stay away from: written, read back, refused when they would check nothing."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from spotdiff10k.duplicates import blocklist, phash
from spotdiff10k.duplicates.blocklist import Blocked
from spotdiff10k.duplicates.hashing import Skipped, hash_files, picture_files
from spotdiff10k.errors import RecipeError

HASH, OTHER = "0123456789abcdef" * 4, "fedcba9876543210" * 4


def written(path: Path, *pictures: Blocked) -> Path:
    path.write_text("".join(blocklist.to_lines(pictures)), encoding="utf-8")
    return path


def noise(seed: int, *shape: int) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, shape, dtype=np.uint8)


def test_what_is_written_is_read(tmp_path: Path) -> None:
    read = blocklist.read(written(tmp_path / "b.jsonl", Blocked("ä/1.png", HASH, OTHER), Blocked("2.png", OTHER, HASH)))
    assert read.names == ("ä/1.png", "2.png")
    assert [phash.to_text(row) for row in read.hashes] == [HASH, OTHER, OTHER, HASH]


def test_its_digest_changes_with_its_content(tmp_path: Path) -> None:
    first = blocklist.read(written(tmp_path / "1.jsonl", Blocked("1.png", HASH, OTHER)))
    second = blocklist.read(written(tmp_path / "2.jsonl", Blocked("1.png", OTHER, OTHER)))
    assert first.digest != second.digest


def test_a_list_without_pictures_is_an_error_and_not_a_pass(tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match="no hashes in it, so nothing would be checked"):
        blocklist.read(written(tmp_path / "b.jsonl"))
    (tmp_path / "empty.jsonl").write_bytes(b"")
    with pytest.raises(RecipeError, match="no hashes"):
        blocklist.read(tmp_path / "empty.jsonl")


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("{", "Line 2"),
        ('{"name": "a.png", "hash": "12", "mirrored": "12"}', "16 hexadecimal digits"),
        (json.dumps({"name": "a.png", "hash": HASH[:32], "mirrored": HASH}), "64 digits"),
        (json.dumps({"name": "a.png", "hash": HASH}), "there is no 'mirrored'"),
        (json.dumps({"name": "a.png", "hash": 7, "mirrored": HASH}), "Line 2"),
        ("[" * 100_000, "Line 2"),
        ("[]", "Line 2"),
    ],
)
def test_a_line_that_is_no_hash_is_named(tmp_path: Path, line: str, words: str) -> None:
    path = written(tmp_path / "b.jsonl")
    path.write_text(path.read_text() + line + "\n")
    with pytest.raises(RecipeError, match=words):
        blocklist.read(path)


def test_another_kind_of_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "b.jsonl").write_text('{"format": 1, "hash": "pdq"}\n')
    with pytest.raises(RecipeError, match="expected format 1 with hashes dct-256, found 1 with pdq"):
        blocklist.read(tmp_path / "b.jsonl")
    with pytest.raises(RecipeError, match="cannot be read"):
        blocklist.read(tmp_path / "missing.jsonl")


def test_a_file_too_large_is_refused_before_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path / "b.jsonl", Blocked("1.png", HASH, OTHER))
    monkeypatch.setattr(blocklist, "MOST_BYTES", 10)
    with pytest.raises(RecipeError, match="at most 10 are read"):
        blocklist.read(path)


def test_every_picture_below_a_folder_is_hashed_in_order_of_name(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    Image.fromarray(noise(1, 40, 60, 3)).save(tmp_path / "b.png")
    Image.fromarray(noise(2, 64, 64)).save(tmp_path / "sub" / "a.JPG", "JPEG")
    Image.fromarray(noise(3, 32, 32, 4)).save(tmp_path / "a.webp", lossless=True)
    (tmp_path / "notes.txt").write_text("no picture")
    found = list(hash_files(tmp_path, picture_files(tmp_path)))
    assert [item.name for item in found] == ["a.webp", "b.png", "sub/a.JPG"]
    assert all(isinstance(item, Blocked) for item in found)


def test_links_are_not_followed(tmp_path: Path) -> None:
    outside, inside = tmp_path / "outside", tmp_path / "inside"
    outside.mkdir()
    inside.mkdir()
    Image.fromarray(noise(1, 40, 60, 3)).save(outside / "secret.png")
    (inside / "folder").symlink_to(outside)
    (inside / "file.png").symlink_to(outside / "secret.png")
    assert picture_files(inside) == []


def test_what_cannot_be_read_is_named_with_the_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Image.fromarray(noise(1, 40, 60, 3)).save(tmp_path / "good.png")
    data = (tmp_path / "good.png").read_bytes()
    (tmp_path / "cut.png").write_bytes(data[: len(data) // 2])
    (tmp_path / "text.png").write_text("no picture")
    Image.fromarray(noise(1, 8, 8).astype(np.uint16) * 200).save(tmp_path / "deep.png")
    Image.new("L", (60, 1)).save(tmp_path / "wide.png")
    monkeypatch.setattr("spotdiff10k.duplicates.hashing.MAX_SIDE", 60)
    Image.new("L", (61, 1)).save(tmp_path / "wider.png")
    found = {item.name: item for item in hash_files(tmp_path, picture_files(tmp_path))}
    assert isinstance(found["good.png"], Blocked)
    assert isinstance(found["wide.png"], Blocked)
    reasons = {name: item.why for name, item in found.items() if isinstance(item, Skipped)}
    assert set(reasons) == {"cut.png", "text.png", "deep.png", "wider.png"}
    assert "at most 60 x 60" in reasons["wider.png"]
    assert "I;16" in reasons["deep.png"]


def test_palettes_and_transparency_are_seen_as_viewers_show_them(tmp_path: Path) -> None:
    picture = Image.fromarray(noise(4, 32, 32, 3)).resize((128, 128), Image.Resampling.BICUBIC)
    picture.save(tmp_path / "colours.png")
    picture.quantize(200).save(tmp_path / "palette.png")
    clear = picture.convert("RGBA")
    clear.putalpha(0)
    clear.save(tmp_path / "clear.png")
    found = {item.name: item for item in hash_files(tmp_path, picture_files(tmp_path))}
    hashes = {name: int(item.hash, 16) for name, item in found.items() if isinstance(item, Blocked)}
    assert (hashes["colours.png"] ^ hashes["palette.png"]).bit_count() <= 16
    assert hashes["clear.png"] == 0  # plain white
