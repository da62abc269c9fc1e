"""The tar writer and reader, checked against Python's tarfile and the system's tar."""

import io
import random
import shutil
import subprocess
import tarfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spotdiff10k import tar
from spotdiff10k.errors import DataError
from spotdiff10k.types import FinishedGroup, FinishedSample

SUFFIXES = ("png", "mask.png", "plate.png", "json")


def group_of(sizes: dict[str, int], samples: int = 2, name: str = "g000001") -> FinishedGroup:
    stream = random.Random(7)
    made = [
        FinishedSample(f"{name}-p00-b{index:02d}", {suffix: stream.randbytes(size) for suffix, size in sizes.items()})
        for index in range(samples)
    ]
    return FinishedGroup(name, tuple(made))


def write(path: Path, group: FinishedGroup, *, ended: bool = False) -> Path:
    path.write_bytes(b"".join(tar.group_bytes(group)) + (tar.END_OF_ARCHIVE if ended else b""))
    return path


@pytest.fixture
def group() -> FinishedGroup:
    return group_of({"png": 1000, "mask.png": 512, "json": 0, "plate.png": 1})


def test_python_tarfile_reads_back_every_byte(tmp_path: Path, group: FinishedGroup) -> None:
    with tarfile.open(write(tmp_path / "g.tar", group, ended=True)) as archive:
        found = {member.name: archive.extractfile(member).read() for member in archive}  # type: ignore[union-attr]
    assert found == {f"{s.key}.{suffix}": data for s in group.samples for suffix, data in s.members.items()}


def test_the_header_is_byte_for_byte_that_of_python_ustar() -> None:
    info = tarfile.TarInfo("g000001-p00-b00.mask.png")
    info.size, info.mode = 12345, 0o644
    assert tar.member_header(info.name, info.size) == info.tobuf(tarfile.USTAR_FORMAT)


@pytest.mark.skipif(shutil.which("tar") is None, reason="no tar on this machine")
def test_the_system_tar_extracts_a_shard_of_joined_groups(tmp_path: Path) -> None:
    first, second = group_of({"png": 700, "json": 3}), group_of({"png": 100, "json": 512}, name="g000002")
    shard = tmp_path / "train-00000.tar"
    shard.write_bytes(b"".join((*tar.group_bytes(first), *tar.group_bytes(second), tar.END_OF_ARCHIVE)))
    subprocess.run(["tar", "-xf", shard, "-C", tmp_path], check=True)
    for sample in (*first.samples, *second.samples):
        for suffix, data in sample.members.items():
            assert (tmp_path / f"{sample.key}.{suffix}").read_bytes() == data


def test_members_of_a_key_are_adjacent_and_sorted(tmp_path: Path, group: FinishedGroup) -> None:
    names = [member.name for member in tar.read_members(write(tmp_path / "g.tar", group))]
    assert names == [f"{s.key}.{suffix}" for s in group.samples for suffix in sorted(s.members)]


def test_the_order_in_which_an_engine_hands_members_over_changes_nothing(group: FinishedGroup) -> None:
    turned = FinishedGroup(group.id, tuple(FinishedSample(s.key, dict(reversed(list(s.members.items())))) for s in group.samples))
    assert b"".join(tar.group_bytes(turned)) == b"".join(tar.group_bytes(group))


@given(sizes=st.lists(st.integers(0, 2000), min_size=1, max_size=4), samples=st.integers(1, 3), ended=st.booleans())
@settings(max_examples=60, deadline=None)
def test_offsets_and_sizes_lead_to_the_data(sizes: list[int], samples: int, ended: bool) -> None:
    group = group_of(dict(zip(SUFFIXES, sizes, strict=False)), samples)
    data = b"".join(tar.group_bytes(group)) + (tar.END_OF_ARCHIVE if ended else b"")
    found = {m.name: data[m.offset : m.offset + m.size] for m in tar.read_members(io.BytesIO(data))}
    assert found == {f"{s.key}.{suffix}": d for s in group.samples for suffix, d in s.members.items()}
    assert len(b"".join(tar.group_bytes(group))) % tar.BLOCK_BYTES == 0


def test_every_single_bit_outside_the_data_is_guarded(group: FinishedGroup) -> None:
    data = bytearray(b"".join(tar.group_bytes(group)) + tar.END_OF_ARCHIVE)
    free = {i for m in tar.read_members(io.BytesIO(bytes(data))) for i in range(m.offset, m.offset + m.size)}
    unnoticed = []
    for position in sorted(set(range(len(data))) - free):
        data[position] ^= 1 << (position % 8)
        try:
            list(tar.read_members(io.BytesIO(bytes(data))))
            unnoticed.append(position)
        except DataError:
            pass
        data[position] ^= 1 << (position % 8)
    assert unnoticed == []


def test_every_cut_that_is_not_between_members_is_noticed(group: FinishedGroup) -> None:
    data = b"".join(tar.group_bytes(group)) + tar.END_OF_ARCHIVE
    borders = {0, len(data) - len(tar.END_OF_ARCHIVE), len(data)}
    borders |= {m.offset + m.size + len(tar.padding(m.size)) for m in tar.read_members(io.BytesIO(data))}
    for length in sorted(set(range(len(data))) - borders):
        with pytest.raises(DataError):
            list(tar.read_members(io.BytesIO(data[:length])))


def foreign(**fields: object) -> bytes:
    info = tarfile.TarInfo("g000001-p00-b00.png")
    info.mode = 0o644
    for field, value in fields.items():
        setattr(info, field, value)
    return info.tobuf(tarfile.USTAR_FORMAT) + bytes(512 if info.size else 0)


@pytest.mark.parametrize(
    ("header", "said"),
    [
        (foreign(name="/etc/passwd"), "without folders"),
        (foreign(name="../up.png"), "without folders"),
        (foreign(name="a/b.png"), "without folders"),
        (foreign(name=".hidden"), "without folders"),
        (foreign(name="nosuffix"), "without folders"),
        (foreign(type=tarfile.SYMTYPE, linkname="/etc/passwd"), "a symbolic link"),
        (foreign(type=tarfile.LNKTYPE, linkname="other"), "a hard link"),
        (foreign(type=tarfile.DIRTYPE), "a folder"),
        (foreign(type=tarfile.GNUTYPE_SPARSE), "a sparse file"),
        (foreign(type=tarfile.XHDTYPE), "type b'x'"),
        (foreign(mtime=5), "not one spotdiff10k writes"),
        (foreign(uname="root"), "not one spotdiff10k writes"),
        (foreign(mode=0o755), "not one spotdiff10k writes"),
        (foreign(size=10**9), "in the middle of"),
    ],
)
def test_what_the_writer_never_makes_is_refused_with_a_sentence(tmp_path: Path, header: bytes, said: str) -> None:
    path = tmp_path / "g000001.tar"
    path.write_bytes(header + tar.END_OF_ARCHIVE)
    with pytest.raises(DataError, match=said) as caught:
        list(tar.read_members(path))
    assert "g000001.tar" in str(caught.value)


def test_two_members_of_one_name_are_refused(tmp_path: Path) -> None:
    one = b"".join(tar.group_bytes(group_of({"png": 5}, 1)))
    path = tmp_path / "twice.tar"
    path.write_bytes(one + one)
    with pytest.raises(DataError, match=r"twice\.tar holds g000001-p00-b00\.png twice"):
        list(tar.read_members(path))


@pytest.mark.parametrize("name", ["G.png", "a b.png", "a.", "png", "a/b.png", "a_b.png", "x" * 97 + ".png", ""])
def test_names_a_reader_could_misread_are_never_written(name: str) -> None:
    with pytest.raises(DataError, match="cannot be the name"):
        tar.member_header(name, 1)


def test_two_samples_with_one_key_are_refused() -> None:
    sample = FinishedSample("g000001-p00-b00", {"png": b"1"})
    with pytest.raises(DataError, match="two samples with the key g000001-p00-b00"):
        b"".join(tar.group_bytes(FinishedGroup("g000001", (sample, sample))))


def test_a_missing_file_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="cannot be read: No such file"):
        list(tar.read_members(tmp_path / "gone.tar"))


def test_an_empty_file_has_no_members(tmp_path: Path) -> None:
    (tmp_path / "e.tar").write_bytes(b"")
    assert list(tar.read_members(tmp_path / "e.tar")) == []
