"""Pictures inside other files: tars and Parquet."""

import json
import tarfile
from pathlib import Path

import numpy as np
import pytest
from foreign_pictures import picture, png, told, write_tar
from PIL import Image

from spotdiff10k.errors import DataError
from spotdiff10k.training.foreign import pieces
from spotdiff10k.training.foreign.opening import open_foreign
from spotdiff10k.training.foreign.pieces import _cells


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
