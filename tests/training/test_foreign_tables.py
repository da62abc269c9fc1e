"""Tables of pictures with a column map: CSV, JSON lines, their splits and their paths."""

import csv
import json
from pathlib import Path

import pytest
from foreign_pictures import picture, told, write_folder

from spotdiff10k.errors import DataError, RecipeError
from spotdiff10k.training.foreign.columns import parse_columns
from spotdiff10k.training.foreign.opening import open_foreign


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


def test_a_missing_column_names_those_that_are_there(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("item,path\n1,a.png\n")
    with pytest.raises(DataError, match="no column 'id' for subject; its columns are item, path"):
        open_foreign(tmp_path / "t.csv", told("subject=id,picture=path"))
    with pytest.raises(DataError, match="--columns picture="):
        open_foreign(tmp_path / "t.csv", told("subject=item"))


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
