"""Pictures that cannot be used, or not any more."""

import zlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from foreign_pictures import SIDE, picture, png, write_folder
from PIL import Image

from spotdiff10k.errors import DataError
from spotdiff10k.training.foreign.opening import open_foreign
from spotdiff10k.training.foreign.pictures import read_size


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


def test_threads_that_open_pictures_leave_pillows_own_limit_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    data = png(picture(1))
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 777)
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(read_size, [data] * 400)) == {(SIDE, SIDE)}
    assert Image.MAX_IMAGE_PIXELS == 777
