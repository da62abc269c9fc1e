"""Vectors on disk: read back as they were, and as good as none when anything about them is wrong."""

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("safetensors")

from spotdiff10k.features import KeptVectors, read_vectors, vectors_path, write_vectors
from spotdiff10k.run import Run

PIXELS = ("aa", "bb", "cc")


def kept() -> KeptVectors:
    generator = np.random.default_rng(3)
    return KeptVectors(PIXELS, {"pooled": generator.normal(size=(3, 5)).astype(np.float32), "code": np.ones((3, 2), np.float16)})


def path_in(folder: Path) -> Path:
    return vectors_path(Run(folder), "augnet", "0123456789abcdef", "g000001")


def test_vectors_come_back_as_they_were(tmp_path: Path) -> None:
    path, vectors = path_in(tmp_path), kept()
    write_vectors(path, vectors)
    found = read_vectors(path, PIXELS)
    assert found is not None
    assert found.vectors.keys() == vectors.vectors.keys()
    for name, values in vectors.vectors.items():
        assert found.vectors[name].dtype == values.dtype
        assert np.array_equal(found.vectors[name], values)


def test_they_lie_beside_the_groups_measures_under_encoder_and_digest(tmp_path: Path) -> None:
    path = path_in(tmp_path)
    assert path.parent.parent.name == "augnet-01234567"
    assert path.parent.name == Run(tmp_path).group_measures("g000001").parent.name
    assert path.parent.parent.parent == tmp_path / "features"


def test_the_same_vectors_are_the_same_bytes(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    write_vectors(one, kept())
    write_vectors(other, KeptVectors(PIXELS, dict(reversed(kept().vectors.items()))))
    assert one.read_bytes() == other.read_bytes()


def test_vectors_of_other_pictures_are_none(tmp_path: Path) -> None:
    path = path_in(tmp_path)
    write_vectors(path, kept())
    assert read_vectors(path, PIXELS[::-1]) is None
    assert read_vectors(path, PIXELS[:2]) is None
    assert read_vectors(tmp_path / "nowhere", PIXELS) is None


@pytest.mark.parametrize("at", [3, 20, -1, -30])
def test_a_flipped_bit_anywhere_makes_them_none(at: int, tmp_path: Path) -> None:
    path = path_in(tmp_path)
    write_vectors(path, kept())
    data = bytearray(path.read_bytes())
    data[at] ^= 0x10
    path.write_bytes(data)
    assert read_vectors(path, PIXELS) is None


@pytest.mark.parametrize("length", [0, 7, 100, -1])
def test_a_file_that_was_cut_short_is_none(length: int, tmp_path: Path) -> None:
    path = path_in(tmp_path)
    write_vectors(path, kept())
    path.write_bytes(path.read_bytes()[:length])
    assert read_vectors(path, PIXELS) is None


def test_rows_must_be_as_many_as_pictures(tmp_path: Path) -> None:
    write_vectors(tmp_path / "two", KeptVectors(PIXELS, {"pooled": np.ones((2, 5), np.float32)}))
    assert read_vectors(tmp_path / "two", PIXELS) is None


def test_numbers_of_a_kind_that_numpy_does_not_know_are_none(tmp_path: Path) -> None:
    header = b'{"pooled":{"dtype":"BF16","shape":[1,2],"data_offsets":[0,4]}}'
    (tmp_path / "one").write_bytes(len(header).to_bytes(8, "little") + header + bytes(4))
    assert read_vectors(tmp_path / "one", PIXELS[:1]) is None
