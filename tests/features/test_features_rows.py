"""Rows that are kept picture by picture: taken once, and again whenever anything about the file is wrong."""

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("safetensors")

from spotdiff10k.features import KeptRows

PICTURES = np.random.default_rng(8).integers(0, 256, (5, 4, 4, 3), dtype=np.uint8)


class Taker:
    """Takes the sums of the pictures at the places asked for, and counts."""

    def __init__(self, pictures: np.ndarray = PICTURES, name: str = "sum") -> None:
        self.pictures, self.name = pictures, name
        self.asked: list[list[int]] = []

    def __call__(self, places: list[int]) -> dict[str, np.ndarray]:
        self.asked.append(places)
        return {self.name: self.pictures[places].sum((1, 2), dtype=np.float32)}


def take(rows: KeptRows, taker: Taker) -> np.ndarray:
    return rows.once([rows.key(picture) for picture in taker.pictures], taker)[taker.name]


def sums(pictures: np.ndarray = PICTURES) -> np.ndarray:
    return pictures.sum((1, 2), dtype=np.float32)


def test_each_picture_is_taken_once_however_often_and_in_whatever_order_it_is_asked_for(tmp_path: Path) -> None:
    rows = KeptRows("setup", tmp_path / "kept")
    first, second = Taker(PICTURES[:3]), Taker(PICTURES[[4, 2, 0, 4, 3, 1]])
    assert np.array_equal(take(rows, first), sums(PICTURES[:3]))
    assert np.array_equal(take(rows, second), sums(PICTURES[[4, 2, 0, 4, 3, 1]]))
    assert (first.asked, second.asked) == ([[0, 1, 2]], [[0, 4]])
    third = Taker()
    assert np.array_equal(take(rows, third), sums())
    assert third.asked == []


def test_a_key_is_of_pixels_their_shape_and_all_that_decides_a_row() -> None:
    rows, mask = KeptRows("setup"), np.ones((4, 4), np.float32)
    keys = {
        rows.key(PICTURES[0]),
        rows.key(PICTURES[1]),
        rows.key(PICTURES[0].reshape(2, 8, 3)),
        rows.key(PICTURES[0], mask),
        rows.key(PICTURES[0], 0.5 * mask),
        KeptRows("other weights").key(PICTURES[0]),
    }
    assert len(keys) == 6
    assert rows.key(PICTURES[0][::-1]) == rows.key(PICTURES[0][::-1].copy())


@pytest.mark.parametrize("harm", ["flipped", "cut", "empty", "gone"])
def test_a_damaged_file_is_taken_and_written_anew(harm: str, tmp_path: Path) -> None:
    rows = KeptRows("setup", tmp_path / "kept")
    take(rows, Taker())
    good = (tmp_path / "kept").read_bytes()
    flipped = bytearray(good)
    flipped[-3] ^= 0x40
    (tmp_path / "kept").write_bytes({"flipped": bytes(flipped), "cut": good[:-9], "empty": b"", "gone": b""}[harm])
    if harm == "gone":
        (tmp_path / "kept").unlink()
    taker = Taker()
    assert np.array_equal(take(rows, taker), sums())
    assert taker.asked == [[0, 1, 2, 3, 4]]
    assert (tmp_path / "kept").read_bytes() == good


def test_a_file_of_other_vectors_is_not_mixed_in(tmp_path: Path) -> None:
    rows = KeptRows("setup", tmp_path / "kept")
    take(rows, Taker(PICTURES[:2], "mean"))
    taker = Taker()
    found = rows.once([rows.key(picture) for picture in PICTURES], taker)
    assert set(found) == {"sum"}
    assert np.array_equal(found["sum"], sums())
    after = Taker()
    take(rows, after)
    assert after.asked == []


def test_without_a_run_nothing_is_written_and_all_is_taken() -> None:
    taker = Taker()
    for _ in range(2):
        assert np.array_equal(take(KeptRows("setup"), taker), sums())
    assert len(taker.asked) == 2
