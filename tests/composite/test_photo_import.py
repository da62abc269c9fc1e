"""Importing photographs: what is taken, what is refused and why, and that nothing disappears without a word."""

import io
import json
import struct
import zlib
from pathlib import Path

import numpy as np
import photo_subjects
import pytest
from photo_subjects import mug, take, write_photos
from PIL import Image

from spotdiff10k.errors import PlanError
from spotdiff10k.photos import read_catalogue
from spotdiff10k.photos.catalogue import Catalogue
from spotdiff10k.photos.cut_out import read_cut_out
from spotdiff10k.photos.entries import Entry
from spotdiff10k.photos.importing import Options
from spotdiff10k.photos.listing import Terms, list_photos
from spotdiff10k.photos.reading import UnusablePhotoError, read_photo

ORIENTATION = 0x0112
U8 = photo_subjects.U8


def reasons(found: Catalogue) -> dict[str, str]:
    return {one.file: one.why for one in found.failed}


def test_a_folder_is_a_subject_and_a_photograph_a_view(tmp_path: Path) -> None:
    found = take(write_photos(tmp_path / "photos", 3, 2), tmp_path / "subjects")
    assert [(subject.id, subject.class_noun, len(subject.views)) for subject in found.subjects] == [
        ("mug-a", "mug a", 2),
        ("mug-b", "mug b", 2),
        ("mug-c", "mug c", 2),
    ]
    assert not found.failed
    assert read_catalogue(tmp_path / "subjects") == found


def test_a_cut_out_has_the_colours_of_the_photograph_where_it_is_opaque(tmp_path: Path) -> None:
    found = take(write_photos(tmp_path / "photos", 1), tmp_path / "subjects")
    cut_out = read_cut_out(tmp_path / "subjects", found.subjects[0].views[0])
    colours, alpha = mug(0, 0)
    rows, columns = np.flatnonzero(alpha.any(axis=1)), np.flatnonzero(alpha.any(axis=0))
    box = np.s_[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    assert np.array_equal(cut_out.alpha, alpha[box])
    assert np.array_equal(cut_out.colours[cut_out.alpha == 255], colours[box][alpha[box] == 255])


def test_the_same_photographs_give_the_same_files_wherever_they_lie(tmp_path: Path) -> None:
    folders = []
    for name in ("here", "there"):
        take(write_photos(tmp_path / name / "photos", 2), tmp_path / name / "subjects")
        root = tmp_path / name / "subjects"
        folders.append({path.relative_to(root): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()})
    assert folders[0] == folders[1]
    assert str(tmp_path).encode() not in b"".join(folders[0].values())


def test_a_second_import_cuts_out_only_what_is_new(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    photos = write_photos(tmp_path / "photos", 2)
    first = take(photos, tmp_path / "subjects")
    from spotdiff10k.photos import importing

    cut_anew: list[str] = []
    original = importing._cut_anew

    def counted(*arguments: object) -> object:
        cut_anew.append(arguments[2].file)  # type: ignore[attr-defined]
        return original(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(importing, "_cut_anew", counted)
    assert take(photos, tmp_path / "subjects") == first
    assert cut_anew == []
    Image.fromarray(mug(7, 0)[0]).save(photos / "mug b" / "IMG_0.png")
    assert take(photos, tmp_path / "subjects") != first
    assert cut_anew == ["mug b/IMG_0.png"]


def test_a_cut_out_that_was_damaged_is_made_again(tmp_path: Path) -> None:
    photos = write_photos(tmp_path / "photos", 1)
    first = take(photos, tmp_path / "subjects")
    path = tmp_path / "subjects" / first.subjects[0].views[0].file
    good = path.read_bytes()
    path.write_bytes(b"half")
    assert take(photos, tmp_path / "subjects") == first
    assert path.read_bytes() == good


@pytest.mark.parametrize("orientation", [1, 3, 6, 8])
def test_photographs_are_turned_as_the_camera_was_held(orientation: int) -> None:
    colours, _ = mug(0, 0)
    turned = {1: 0, 3: 2, 6: 1, 8: 3}[orientation]
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    stream = io.BytesIO()
    Image.fromarray(np.rot90(colours, turned).copy()).save(stream, "PNG", exif=exif)
    assert np.array_equal(read_photo(stream.getvalue()).colours, colours)


def png_that_claims(width: int, height: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (png_that_claims(60_000, 60_000), "60000 x 60000 pixels; at most 64 megapixels"),
        (png_that_claims(9_000, 9_000), "at most 64 megapixels"),
        (png_that_claims(500, 500), "cannot be decoded"),
        (b"GIF89a and more", "no picture in JPEG, PNG, WEBP"),
        (b"", "no picture in JPEG, PNG, WEBP"),
    ],
)
def test_bombs_and_broken_files_are_refused_in_words(data: bytes, told: str) -> None:
    with pytest.raises(UnusablePhotoError, match=told):
        read_photo(data)


def test_what_is_left_out_is_listed_with_its_reason(tmp_path: Path) -> None:
    photos = write_photos(tmp_path / "photos", 1)
    where = photos / "mug a"
    Image.new("RGB", (200, 200)).save(where / "bare.jpg")
    (where / "broken.jpg").write_bytes(b"\xff\xd8\xff\xe0 and nothing more")
    (where / "notes.txt").write_text("notes")
    (where / "lonely.mask.png").write_bytes(b"")
    (where / "link.png").symlink_to(where / "IMG_0.png")
    (photos / "stray.jpg").write_bytes(b"")
    Image.new("L", (220, 180)).save(where / "blank.mask.png")
    Image.fromarray(mug(3, 0)[0]).save(where / "blank.png")
    found = take(photos, tmp_path / "subjects")
    assert [view.original for view in found.subjects[0].views] == ["mug a/IMG_0.png"]
    told = reasons(found)
    assert "name a --segmenter" in told["mug a/bare.jpg"]
    assert "cannot be decoded" in told["mug a/broken.jpg"] or "no picture" in told["mug a/broken.jpg"]
    assert "is no photograph" in told["mug a/notes.txt"]
    assert "mask without its photograph" in told["mug a/lonely.mask.png"]
    assert "it is a link" in told["mug a/link.png"]
    assert "make one folder a subject" in told["stray.jpg"]
    assert "another shape" in told["mug a/blank.png"]
    assert len(told) == 7


def test_a_photograph_that_is_there_twice_is_taken_once(tmp_path: Path) -> None:
    photos = write_photos(tmp_path / "photos", 2)
    colours, alpha = mug(0, 0)
    Image.fromarray(np.clip(colours.astype(int) + 3, 0, 255).astype(np.uint8)).save(photos / "mug b" / "again.jpg", quality=80)
    Image.fromarray(alpha).save(photos / "mug b" / "again.mask.png")
    found = take(photos, tmp_path / "subjects")
    assert "shows the same as mug a/IMG_0.png, of the subject mug-a" in reasons(found)["mug b/again.jpg"]


def test_a_subject_that_the_photograph_cuts_off_is_taken_only_where_that_is_wanted(tmp_path: Path) -> None:
    photos = write_photos(tmp_path / "photos", 1)
    colours, alpha = mug(0, 0)
    for name, pixels in (("IMG_0.png", colours), ("IMG_0.mask.png", alpha)):
        Image.fromarray(pixels[:150]).save(photos / "mug a" / name)
    found = take(photos, tmp_path / "subjects")
    assert "its bottom border cuts the subject off" in reasons(found)["mug a/IMG_0.png"]
    kept = take(photos, tmp_path / "subjects", Options(keep_cut=True))
    assert kept.subjects[0].views[0].cut == ("bottom",)


def test_an_alpha_channel_is_taken_as_it_is(tmp_path: Path) -> None:
    folder = tmp_path / "photos" / "mug"
    folder.mkdir(parents=True)
    colours, alpha = mug(0, 0)
    Image.fromarray(np.dstack([colours, alpha])).save(folder / "a.png")
    found = take(tmp_path / "photos", tmp_path / "subjects")
    assert found.subjects[0].views[0].mask == "alpha"
    cut_out = read_cut_out(tmp_path / "subjects", found.subjects[0].views[0])
    assert np.array_equal(np.unique(cut_out.alpha), np.unique(alpha))


def test_licence_and_source_are_asked_for_unless_they_are_waived(tmp_path: Path) -> None:
    photos = write_photos(tmp_path / "photos", 1)
    found = list_photos(photos, Terms())
    assert not found.entries
    assert "it has no licence and no source" in found.failed[0].why
    assert "is no SPDX identifier" in list_photos(photos, Terms("free for all!", "web")).failed[0].why
    waived = take(photos, tmp_path / "subjects", terms=Terms(waived="my own pictures"))
    assert (waived.waived, waived.subjects[0].licence) == ("my own pictures", "unknown")


def test_a_catalogue_that_names_files_outside_is_refused(tmp_path: Path) -> None:
    subjects = photo_subjects.imported(tmp_path, 1, 1)
    path = subjects / "subjects.json"
    good = json.loads(path.read_text())
    for file in ("../secret.png", "/etc/passwd", "mug-a/../../x.png", "mug-b/a.png", "mug-a\\a.png"):
        good["subjects"][0]["views"][0]["file"] = file
        path.write_text(json.dumps(good))
        with pytest.raises(PlanError, match="not inside its own folder"):
            read_catalogue(subjects)
    path.write_text("{")
    with pytest.raises(PlanError, match="is not the catalogue that was written"):
        read_catalogue(subjects)
    path.unlink()
    with pytest.raises(PlanError, match="Run: spotdiff10k import"):
        read_catalogue(subjects)


def test_an_import_that_was_stopped_goes_on_where_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    photos = write_photos(tmp_path / "photos", 3)
    whole = take(photos, tmp_path / "whole")
    from spotdiff10k.photos import importing

    original = importing._cut_anew
    cut_anew: list[str] = []

    def stopped(raw: object, into: Path, entry: Entry, options: Options) -> object:
        if len(cut_anew) == 2:
            raise KeyboardInterrupt
        cut_anew.append(entry.file)
        return original(raw, into, entry, options)  # type: ignore[arg-type]

    monkeypatch.setattr(importing, "_cut_anew", stopped)
    with pytest.raises(KeyboardInterrupt):
        take(photos, tmp_path / "parts")
    assert not (tmp_path / "parts" / "subjects.json").exists()
    cut_anew.clear()
    assert take(photos, tmp_path / "parts") == whole
    assert cut_anew == ["mug c/IMG_0.png"]
