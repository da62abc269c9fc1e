"""Tables of photographs: what they name, and what of them is refused."""

import json
from pathlib import Path

import pytest
from photo_subjects import TERMS, mug, take, write_photos
from PIL import Image

from spotdiff10k.errors import DataError
from spotdiff10k.photos.catalogue import ID
from spotdiff10k.photos.entries import slug
from spotdiff10k.photos.listing import Terms, list_photos


def table(folder: Path, name: str, text: str) -> Path:
    write_photos(folder, 2, 2)
    (folder / name).write_text(text)
    return folder / name


def test_a_table_names_subjects_words_licences_and_poses(tmp_path: Path) -> None:
    rows = [
        "file,subject,class_noun,description,licence,source,pose",
        "mug a/IMG_0.png,Blue Mug,mug,a blue mug with waves,CC-BY-4.0,archive 17,Handle right",
        "mug a/IMG_1.png,Blue Mug,mug,a blue mug with waves,CC-BY-4.0,archive 18,handle left",
        "mug b/IMG_0.png,other,mug,,CC-BY-4.0,archive 19,handle right",
    ]
    found = take(table(tmp_path / "p", "list.csv", "\n".join(rows)), tmp_path / "subjects", terms=Terms())
    blue, other = found.subjects
    assert (blue.id, blue.description, blue.licence) == ("blue-mug", "a blue mug with waves", "CC-BY-4.0")
    assert [(view.pose, view.source) for view in blue.views] == [("handle-right", "archive 17"), ("handle-left", "archive 18")]
    assert other.description == "a mug"


def test_rows_that_cannot_be_used_are_listed_and_the_others_taken(tmp_path: Path) -> None:
    secret = tmp_path / "secret.png"
    Image.fromarray(mug(5, 0)[0]).save(secret)
    rows = [
        {"file": "mug a/IMG_0.png", "subject": "mug"},
        {"file": "../secret.png", "subject": "thief"},
        {"file": str(secret), "subject": "thief"},
        {"file": "nowhere.png", "subject": "nobody"},
        {"file": "mug b/IMG_0.png", "subject": "mug", "description": "another thing"},
        {"file": "mug b/IMG_1.png", "subject": "mug", "licence": "MIT"},
        {"file": "", "subject": "mug"},
        {"file": "x.png", "subject": "***"},
        {"file": "x.png", "colour": "red"},
    ]
    text = "\n".join([*map(json.dumps, rows), "{", "[1]"])
    found = take(table(tmp_path / "p", "list.jsonl", text), tmp_path / "subjects")
    assert [view.original for subject in found.subjects for view in subject.views] == ["mug a/IMG_0.png"]
    told = [f"{one.file}: {one.why}" for one in found.failed]
    assert len(told) == len(rows) - 1 + 2
    for fragment in (
        "../secret.png: it lies outside",
        "secret.png: it lies outside",
        "nowhere.png: it cannot be read (No such file",
        "its description is 'another thing', that of mug a/IMG_0.png is 'a mug'",
        "its licence is 'MIT'",
        "line 7 names no file",
        "its subject '***' has no letters",
        "line 9: it has an unknown field 'colour'",
        "line 10: it is no JSON",
        "line 11: it should be an object of texts and numbers",
    ):
        assert any(fragment in one for one in told), (fragment, told)


def test_names_that_differ_in_case_alone_do_not_become_one_subject_without_a_word(tmp_path: Path) -> None:
    rows = ["file,subject", "mug a/IMG_0.png,Mug", "mug a/IMG_1.png,Mug", "mug b/IMG_0.png,mug"]
    found = list_photos(table(tmp_path / "p", "list.csv", "\n".join(rows)), TERMS)
    assert [entry.file for entry in found.entries] == ["mug a/IMG_0.png", "mug a/IMG_1.png"]
    assert "its subject 'mug' would be called 'mug' as 'Mug' is" in found.failed[0].why


def test_two_photographs_of_a_subject_in_one_pose_are_told_apart_from_two_poses(tmp_path: Path) -> None:
    rows = ["file,subject,pose", "mug a/IMG_0.png,one,front", "mug a/IMG_1.png,one,Front", "mug b/IMG_0.png,two,front"]
    found = list_photos(table(tmp_path / "p", "list.csv", "\n".join([*rows, "mug b/IMG_1.png,two,"])), TERMS)
    assert [(entry.subject, entry.pose) for entry in found.entries] == [("one", "front"), ("two", "front"), ("two", "")]
    assert "its pose 'front' is that of mug a/IMG_0.png too" in found.failed[0].why


def test_a_folder_link_that_leads_out_is_not_followed(tmp_path: Path) -> None:
    photos = write_photos(tmp_path / "photos", 1)
    (tmp_path / "elsewhere").mkdir()
    (photos / "linked").symlink_to(tmp_path / "elsewhere")
    with_table = photos / "list.csv"
    Image.fromarray(mug(3, 0)[0]).save(tmp_path / "elsewhere" / "a.png")
    with_table.write_text("file,subject\nlinked/a.png,thief\n")
    assert "lies outside" in take(with_table, tmp_path / "subjects").failed[0].why
    assert {one.file for one in list_photos(photos, TERMS).failed} == {"linked", "list.csv"}


def test_tables_and_folders_that_are_none_are_sentences(tmp_path: Path) -> None:
    (tmp_path / "bad.csv").write_text("file,subjekt\n")
    with pytest.raises(DataError, match="unknown column 'subjekt'"):
        list_photos(tmp_path / "bad.csv", TERMS)
    (tmp_path / "short.csv").write_text("file\n")
    (tmp_path / "twice.csv").write_text("file,subject,file\na.png,b,c.png\n")
    with pytest.raises(DataError, match="has the column 'file' twice"):
        list_photos(tmp_path / "twice.csv", TERMS)
    with pytest.raises(DataError, match="lacks the column 'subject'"):
        list_photos(tmp_path / "short.csv", TERMS)
    with pytest.raises(DataError, match="does not exist"):
        list_photos(tmp_path / "nowhere", TERMS)


@pytest.mark.parametrize(
    ("text", "name"),
    [("Toy Car-02", "toy-car-02"), ("Café crème", "cafe-creme"), ("Cafe\u0301", "cafe"), ("../..", ""), ("a" * 60, "a" * 60)],
)
def test_names_become_ids(text: str, name: str) -> None:
    assert slug(text) == name


def test_names_that_latin_letters_cannot_spell_become_ids_that_differ() -> None:
    names = ["日本", "日木", "mug 茶", "mug 水", "Straße", "Strae", "a" * 99, "a" * 98 + "b", "क" * 40]
    ids = [slug(name) for name in names]
    assert len(set(ids)) == len(ids)
    assert all(ID.fullmatch(one) and len(one) <= 60 for one in ids)
    assert ids[2].startswith("mug-")
    assert slug("が") == slug("か\u3099")  # one letter, composed and in parts
