import csv
import io
import json
import tarfile
import zlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from foreign_pictures import SIDE, picture, png, write_folder
from PIL import Image

from spotdiff10k.errors import DataError, RecipeError
from spotdiff10k.training.foreign import pieces
from spotdiff10k.training.foreign.columns import parse_columns
from spotdiff10k.training.foreign.opening import ForeignOptions, open_foreign
from spotdiff10k.training.foreign.pair_pictures import parse_pairs
from spotdiff10k.training.foreign.pictures import SIDE as WORKING_SIDE
from spotdiff10k.training.foreign.pictures import read_size
from spotdiff10k.training.foreign.pieces import _cells
from spotdiff10k.training.foreign.splitting import MOST_VIEWS


def write_tar(path: Path, members: dict[str, bytes]) -> Path:
    with tarfile.open(path, "w") as tar:
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    return path


def told(options: str) -> ForeignOptions:
    return ForeignOptions(parse_columns(options))


def test_a_folder_of_folders_is_a_grouped_set(tmp_path: Path) -> None:
    found = open_foreign(write_folder(tmp_path / "my set"))
    assert found.name == "my set"
    assert len(found.views) == 18
    assert {view.subject for view in found.views} == {f"subject {number}" for number in range(6)}
    assert [view.subject for view in found.views] == sorted(view.subject for view in found.views)
    assert all(view.pose == view.background == view.family == "" for view in found.views)
    assert found.picture(4).shape == (WORKING_SIDE, WORKING_SIDE, 3)
    assert tuple(found.picture(4)[200, 200]) == (10, 20, 90)
    assert found.mask(0) is None
    assert found.plate(0) is None


def test_splits_are_dealt_by_subject_and_stay_when_a_subject_is_added(tmp_path: Path) -> None:
    before = open_foreign(write_folder(tmp_path / "a", 30, 2))
    homes = {view.subject: view.split for view in before.views}
    assert sorted(homes.values()).count("train") == 20
    assert all(len({view.split for view in before.views if view.subject == subject}) == 1 for subject in homes)
    write_folder(tmp_path / "b", 31, 2)
    after = {view.subject: view.split for view in open_foreign(tmp_path / "b").views}
    assert sum(after[subject] != home for subject, home in homes.items()) <= 1


def test_at_most_so_many_subjects_are_taken_and_always_the_same(tmp_path: Path) -> None:
    write_folder(tmp_path / "a", 12, 2)
    chosen = ForeignOptions(training_subjects=4, held_out_subjects=3)
    found = open_foreign(tmp_path / "a", chosen)
    assert found.digest == open_foreign(tmp_path / "a", chosen).digest
    homes = {view.subject: view.split for view in found.views}
    assert sorted(homes.values()) == ["test"] * 3 + ["train"] * 4
    whole = {view.subject: view.split for view in open_foreign(tmp_path / "a").views}
    assert all(whole[subject] == home for subject, home in homes.items())
    assert any("7 of the 12 subjects" in text for text in found.disclosures())


def test_of_a_subject_with_very_many_pictures_some_are_taken_and_that_is_disclosed(tmp_path: Path) -> None:
    write_folder(tmp_path / "a", 4, 2)
    small = png(picture(200, size=(32, 32)))
    for number in range(MOST_VIEWS + 8):
        (tmp_path / "a" / "subject 1" / f"more-{number}.png").write_bytes(small)
    found = open_foreign(tmp_path / "a")
    assert sum(view.subject == "subject 1" for view in found.views) == MOST_VIEWS
    assert sum(view.subject == "subject 2" for view in found.views) == 2
    assert found.digest == open_foreign(tmp_path / "a").digest
    assert f"at most {MOST_VIEWS} pictures were taken, by digests of their names; 10 were not" in " ".join(found.disclosures())


def test_a_row_group_that_no_memory_holds_is_left_out_with_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import pyarrow
    from pyarrow import parquet

    noise = np.random.default_rng(1).integers(0, 256, (64, 64, 3), np.uint8)
    rows = [{"subject": f"s{n // 2}", "picture": png(Image.fromarray(noise + n))} for n in range(16)]
    parquet.write_table(pyarrow.Table.from_pylist(rows), tmp_path / "a.parquet", row_group_size=4)
    assert len(open_foreign(tmp_path / "a.parquet").views) == 16
    _cells.cache_clear()
    monkeypatch.setattr(pieces, "MOST_ROW_GROUP", 40_000)
    with pytest.raises(DataError, match="write the file with smaller row groups"):
        open_foreign(tmp_path / "a.parquet")


def test_threads_that_open_pictures_leave_pillows_own_limit_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    data = png(picture(1))
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 777)
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(read_size, [data] * 400)) == {(SIDE, SIDE)}
    assert Image.MAX_IMAGE_PIXELS == 777


def test_what_a_set_does_not_tell_is_disclosed(tmp_path: Path) -> None:
    told = " ".join(open_foreign(write_folder(tmp_path / "a")).disclosures())
    assert "names no splits" in told
    assert "does not tell the pose and the background" in told


def test_masks_by_their_suffix_and_by_alpha(tmp_path: Path) -> None:
    marked = open_foreign(write_folder(tmp_path / "a", masks=True))
    mask = marked.mask(0)
    assert mask is not None
    assert mask.shape == (WORKING_SIDE, WORKING_SIDE)
    assert int(mask.min()) == int(mask.max()) == 200
    for path in (tmp_path / "a").rglob("*.mask.png"):
        path.unlink()
    for path in (tmp_path / "a").rglob("*.png"):
        cut_out = Image.open(path).convert("RGBA")
        cut_out.putalpha(Image.fromarray(np.pad(np.full((32, 32), 255, np.uint8), 16)))
        cut_out.save(path)
    cut = open_foreign(tmp_path / "a")
    mask = cut.mask(0)
    assert mask is not None
    assert mask[0, 0] == 0
    assert mask[128, 128] == 255
    assert tuple(cut.picture(0)[2, 2]) == (128, 128, 128)  # what lies under clear pixels is not shown


def test_a_set_with_a_mask_for_some_pictures_only_has_none(tmp_path: Path) -> None:
    write_folder(tmp_path / "a", masks=True)
    next((tmp_path / "a").rglob("*.mask.png")).unlink()
    found = open_foreign(tmp_path / "a")
    assert all(found.mask(index) is None for index in range(len(found.views)))


def test_the_digest_is_of_the_pixels_and_of_what_is_said_of_them(tmp_path: Path) -> None:
    write_folder(tmp_path / "a")
    before = open_foreign(tmp_path / "a")
    assert before.digest == open_foreign(tmp_path / "a").digest
    assert len({before.pixels(index) for index in range(len(before.views))}) == len(before.views)
    (tmp_path / "a/subject 1").rename(tmp_path / "a/subject x")
    assert open_foreign(tmp_path / "a").digest != before.digest
    (tmp_path / "a/subject x").rename(tmp_path / "a/subject 1")
    picture(1).save(tmp_path / "a/subject 1/view-0.png")
    assert open_foreign(tmp_path / "a").digest != before.digest


@pytest.mark.parametrize("kind", ["csv", "jsonl"])
def test_a_table_with_a_column_map(tmp_path: Path, kind: str) -> None:
    write_folder(tmp_path / "pictures", 6, 2)
    rows = [
        {
            "item_id": str(s),
            "path": f"pictures/subject {s}/view-{v}.png",
            "view": f"v{v}",
            "room": "r",
            "part": "dev" if s < 3 else "training",
        }
        for s in range(6)
        for v in range(2)
    ]
    table = tmp_path / f"table.{kind}"
    if kind == "csv":
        with table.open("w", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
    else:
        table.write_text("".join(json.dumps(row) + "\n" for row in rows))
    found = open_foreign(table, told("subject=item_id,picture=path,pose=view,background=room,split=part"))
    assert {(view.subject, view.pose, view.background, view.split) for view in found.views} == {
        (str(s), f"v{v}", "r", "validation" if s < 3 else "train") for s in range(6) for v in range(2)
    }


def test_columns_that_are_called_what_they_hold_need_no_map(tmp_path: Path) -> None:
    write_folder(tmp_path / "p", 5, 2)
    lines = ["subject,picture", *(f"{s},p/subject {s}/view-{v}.png" for s in range(5) for v in range(2))]
    (tmp_path / "t.csv").write_text("\n".join(lines))
    assert len(open_foreign(tmp_path / "t.csv").views) == 10


def test_several_pictures_a_row_are_views_of_one_subject(tmp_path: Path) -> None:
    write_folder(tmp_path / "p", 5, 2)
    rows = [{"id": s, "img1": f"p/subject {s}/view-0.png", "img2": f"p/subject {s}/view-1.png"} for s in range(5)]
    (tmp_path / "t.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    found = open_foreign(tmp_path / "t.jsonl", told("subject=id,picture=img1|img2"))
    assert [view.subject for view in found.views[:4]] == ["0", "0", "1", "1"]
    assert len({view.key for view in found.views}) == 10


def test_webdataset_tars_with_fields_of_their_json(tmp_path: Path) -> None:
    def members(subjects: range) -> dict[str, bytes]:
        found: dict[str, bytes] = {}
        for s in subjects:
            for v in range(3):
                found[f"x/{s:04d}-{v}.png"] = png(picture(10 * s, 20 * v))
                found[f"x/{s:04d}-{v}.seg.png"] = png(picture(255, 255, 255))
                found[f"x/{s:04d}-{v}.json"] = json.dumps({"meta": {"item": s}, "pose": f"p{v}"}).encode()
        return found

    folder = tmp_path / "shards"
    folder.mkdir()
    write_tar(folder / "a-0.tar", members(range(3)))
    write_tar(folder / "a-1.tar", members(range(3, 6)))
    found = open_foreign(folder, told("subject=json.meta.item,mask=seg.png"))
    assert {view.subject for view in found.views} == {str(number) for number in range(6)}
    assert {view.pose for view in found.views} == {"p0", "p1", "p2"}
    assert tuple(found.picture(17)[200, 200]) == (50, 40, 90)
    assert found.mask(0) is not None


def test_parquet_with_pictures_inside_as_hugging_face_keeps_them(tmp_path: Path) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    rows = [
        {"image": {"bytes": png(picture(10 * s, 20 * v)), "path": None}, "description": {"item": f"i{s}"}}
        for s in range(5)
        for v in range(2)
    ]
    parquet.write_table(pyarrow.Table.from_pylist(rows), tmp_path / "train.parquet", row_group_size=3)
    found = open_foreign(tmp_path, told("picture=image,subject=description.item"))
    assert [view.subject for view in found.views[::2]] == ["i0", "i1", "i2", "i3", "i4"]
    assert tuple(found.picture(7)[200, 200]) == (30, 20, 90)


def test_pair_pictures_are_two_views_of_one_subject(tmp_path: Path) -> None:
    for number in range(5):
        sheet = Image.new("RGB", (2 * (SIDE + 8), SIDE + 8), (255, 255, 255))  # 8 above, left and between, as in Subjects200K
        sheet.paste(Image.new("RGB", (SIDE, SIDE), (10 * number, 1, 2)), (8, 8))
        sheet.paste(Image.new("RGB", (SIDE, SIDE), (10 * number, 99, 98)), (SIDE + 16, 8))
        sheet.save(tmp_path / f"pair-{number}.png")
    found = open_foreign(tmp_path, ForeignOptions(pairs=parse_pairs(f"width={SIDE},pad=8")))
    assert len(found.views) == 10
    assert len({view.subject for view in found.views}) == 5
    left, right = found.picture(2), found.picture(3)
    assert left.reshape(-1, 3).tolist() == [[10, 1, 2]] * WORKING_SIDE**2
    assert right.reshape(-1, 3).tolist() == [[10, 99, 98]] * WORKING_SIDE**2
    assert found.pixels(2) != found.pixels(3)


def test_a_pair_picture_that_is_too_small_says_so(tmp_path: Path) -> None:
    for number in range(5):
        picture(number).save(tmp_path / f"{number}.png")
    with pytest.raises(DataError, match="64 x 64 pixels and has no part of 64 x 64 at 80, 8"):
        open_foreign(
            tmp_path,
            ForeignOptions(pairs=parse_pairs("width=64,pad=8")),
        )


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("subjekt=a", "Did you mean 'subject'"),
        ("subject", "expected pairs"),
        ("subject=", "expected pairs"),
        ("subject=a,subject=b", "twice"),
        ("picture=a||b", "empty column"),
        ("picture=a|b,pose=x|y|z", "expected one, or 2"),
        ("subject=a|b", "2 columns for subject"),
    ],
)
def test_a_column_map_that_cannot_be_meant_is_refused(text: str, what: str) -> None:
    with pytest.raises(RecipeError, match=what.replace("|", r"\|")):
        parse_columns(text)


@pytest.mark.parametrize("text", ["", "width=-1", "width=99999999999999999999", "pad=3", "width=١٢", "wide=3"])
def test_a_pair_layout_that_cannot_be_meant_is_refused(text: str) -> None:
    with pytest.raises(RecipeError, match="--pairs"):
        parse_pairs(text)


def test_a_missing_column_names_those_that_are_there(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("item,path\n1,a.png\n")
    with pytest.raises(DataError, match="no column 'id' for subject; its columns are item, path"):
        open_foreign(tmp_path / "t.csv", told("subject=id,picture=path"))
    with pytest.raises(DataError, match="--columns picture="):
        open_foreign(tmp_path / "t.csv", told("subject=item"))


def test_paths_never_leave_the_folder_of_their_table(tmp_path: Path) -> None:
    outside = tmp_path / "outside.png"
    picture(1).save(outside)
    inside = write_folder(tmp_path / "in", 5, 2)
    (inside / "link.png").symlink_to(outside)
    (inside / "up").symlink_to(tmp_path)
    hostile = ["../outside.png", str(outside), "link.png", "up/outside.png", "a\\..\\b.png", "x\0y.png", "subject 0", "no.png", 7]
    rows = [{"subject": "hostile", "picture": name} for name in hostile]
    rows += [{"subject": s, "picture": f"subject {s}/view-{v}.png"} for s in range(5) for v in range(2)]
    (inside / "t.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    found = open_foreign(inside / "t.jsonl")
    assert len(found.failed) == len(hostile)
    assert {view.subject for view in found.views} == {str(number) for number in range(5)}


def test_broken_pictures_are_left_out_with_a_sentence(tmp_path: Path) -> None:
    root = write_folder(tmp_path / "a", 6, 3)
    (root / "subject 0/view-0.png").write_bytes(b"not a picture")
    (root / "subject 1/view-1.png").write_bytes(png(picture(3))[:90])
    bomb = bytearray(png(picture(3)))
    bomb[16:24] = (60_000).to_bytes(4, "big") * 2
    bomb[29:33] = zlib.crc32(bomb[12:29]).to_bytes(4, "big")
    (root / "subject 2/view-0.png").write_bytes(bomb)
    Image.new("RGB", (8, 8)).save(root / "subject 3/view-0.png")
    (root / "subject 3/notes.txt").write_text("?")
    picture(1).save(root / "stray.png")
    found = open_foreign(root)
    reasons = dict(found.failed)
    assert "no picture" in reasons["subject 0/view-0.png"]
    assert "subject 1/view-1.png" in reasons
    assert "60000 x 60000" in reasons["subject 2/view-0.png"]
    assert "at least" in reasons["subject 3/view-0.png"]
    assert "no picture" in reasons["subject 3/notes.txt"]
    assert "no subject's folder" in reasons["stray.png"]
    assert len(found.views) == 14


def test_a_picture_that_breaks_later_is_a_sentence_too(tmp_path: Path) -> None:
    found = open_foreign(write_folder(tmp_path / "a"))
    (tmp_path / "a/subject 0/view-0.png").write_bytes(b"")
    with pytest.raises(DataError, match="cannot be read any more"):
        found.picture(0)


def test_subjects_with_one_picture_are_left_out(tmp_path: Path) -> None:
    root = write_folder(tmp_path / "a")
    (root / "alone").mkdir()
    picture(1).save(root / "alone/a.png")
    found = open_foreign(root)
    assert dict(found.failed)["alone/a.png"] == "it is the only picture of its subject"


@pytest.mark.parametrize(
    ("splits", "what"),
    [
        (["train", "test", "", "train", "train"], "name no split"),
        (["train", "test", "exam", "train", "train"], "'exam'"),
    ],
)
def test_splits_that_do_not_hold_are_refused(tmp_path: Path, splits: list[str], what: str) -> None:
    root = write_folder(tmp_path / "a", 5, 2)
    rows = [{"subject": s, "picture": f"subject {s}/view-{v}.png", "split": splits[s]} for s in range(5) for v in range(2)]
    (root / "t.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    with pytest.raises(DataError, match=what):
        open_foreign(root / "t.jsonl")


def test_a_subject_in_two_splits_is_refused(tmp_path: Path) -> None:
    root = write_folder(tmp_path / "a", 5, 2)
    rows = [
        {"subject": s, "picture": f"subject {s}/view-{v}.png", "split": ("train", "test")[v]} for s in range(5) for v in range(2)
    ]
    (root / "t.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    with pytest.raises(DataError, match="more than one split"):
        open_foreign(root / "t.jsonl")


def test_hostile_tars_are_sentences(tmp_path: Path) -> None:
    good = {
        f"{s}-{v}.{kind}": data
        for s in range(5)
        for v in range(2)
        for kind, data in (("png", png(picture(9 * s, v))), ("json", b'{"subject": %d}' % s))
    }
    hostile = {
        "../../escape.png": png(picture(1)),
        "../../escape.json": b'{"subject": "q"}',
        "bad.png": png(picture(1)),
        "bad.json": b"[" * 100_000,
        "list.png": png(picture(1)),
        "list.json": b"[]",
        "odd.png": png(picture(1)),
        "odd.json": json.dumps({"subject": "a\x07b"}).encode(),
        "long.png": png(picture(1)),
        "long.json": json.dumps({"subject": "x" * 10_000}).encode(),
        "none.txt": b"words",
    }
    path = write_tar(tmp_path / "a.tar", {**good, **hostile})
    with tarfile.open(path, "a") as tar:
        link = tarfile.TarInfo("link.png")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(link)
        device = tarfile.TarInfo("zero.png")
        device.type = tarfile.CHRTYPE
        tar.addfile(device)
    found = open_foreign(path)
    assert len(found.views) == 10
    assert not (tmp_path.parent / "escape.png").exists()
    path.write_bytes(path.read_bytes()[:5000])
    with pytest.raises(DataError):
        open_foreign(path)
    (tmp_path / "b.tar").write_bytes(b"\x1f\x8b" + b"0" * 2000)
    with pytest.raises(DataError, match="plain tar"):
        open_foreign(tmp_path / "b.tar")


@pytest.mark.parametrize("name", ["nothing", "file.txt", "empty"])
def test_what_is_no_set_says_what_was_expected(tmp_path: Path, name: str) -> None:
    (tmp_path / "file.txt").write_text("x")
    (tmp_path / "empty").mkdir()
    with pytest.raises(DataError, match=r"expected|at least 4 are needed"):
        open_foreign(tmp_path / name)
