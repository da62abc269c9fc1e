"""Members of samples as values."""

import hashlib
import io
import struct
import zlib

import numpy as np
import pytest
import toy_runs
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from spotdiff10k.errors import DataError
from spotdiff10k.samples import (
    UnreadableMemberError,
    decode,
    expected_members,
    group_of,
    pixels_digest,
    read_header,
    read_record,
    split_member,
)
from spotdiff10k.types import EngineSettings


@pytest.mark.parametrize("key", ["g000042-p02-b01", "fox-p00-b99", "a-b-c-p10-b100"])
def test_a_sample_key_names_its_group(key: str) -> None:
    assert group_of(key) == key.rsplit("-", 2)[0]


@pytest.mark.parametrize(
    "key", ["", "g1", "g1-p0-b00", "G1-p00-b00", "g1-p00-b00.png", "../g-p00-b00", "g_1-p00-b00", "g1-b00-p00"]
)
def test_what_is_no_sample_key_is_refused_with_an_example(key: str) -> None:
    with pytest.raises(DataError, match="g000042-p02-b01"):
        group_of(key)


def test_a_member_is_split_at_its_first_dot_as_webdataset_does() -> None:
    assert split_member("g000042-p02-b01.mask.png") == ("g000042-p02-b01", "mask.png")


def test_the_plate_has_the_picture_s_format_and_the_other_layers_are_png() -> None:
    settings = EngineSettings(size=64, outputs=("plate", "depth"), picture_format="jpg")
    assert expected_members(settings) == ("depth.png", "jpg", "json", "mask.png", "plate.jpg")


@pytest.mark.parametrize(("shape", "kind"), [((5, 7, 3), np.uint8), ((5, 7), np.uint8), ((5, 7), np.uint16)])
def test_png_pixels_come_back_as_they_were(shape: tuple[int, ...], kind: type) -> None:
    pixels = np.random.default_rng(1).integers(0, np.iinfo(kind).max, shape).astype(kind)
    again = decode(toy_runs.png(pixels))
    assert again.dtype == kind
    assert np.array_equal(again, pixels)


def png_that_claims(width: int, height: int) -> bytes:
    """A PNG header of any size, with hardly any data behind it."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 100)) + chunk(b"IEND", b"")


@pytest.mark.parametrize("side", [9000, 50_000, 2**31 - 1])
def test_a_picture_that_claims_to_be_huge_is_refused_before_it_is_decoded(side: int) -> None:
    with pytest.raises(UnreadableMemberError, match=r"pixels|absurd|readable|no picture"):
        decode(png_that_claims(side, side))


def test_the_header_is_read_without_decoding() -> None:
    header = read_header(png_that_claims(3000, 2000))
    assert (header.mode, header.width, header.height) == ("RGB", 3000, 2000)


def test_a_reason_is_the_same_words_every_time() -> None:
    reasons = set()
    for _ in range(3):
        with pytest.raises(UnreadableMemberError) as caught:
            decode(b"no picture at all")
        reasons.add(str(caught.value))
    assert reasons == {"it is no picture in PNG, JPEG, WEBP"}


def test_formats_that_no_release_has_are_not_decoded() -> None:
    buffer = io.BytesIO()
    Image.new("RGB", (4, 4)).save(buffer, "BMP")
    with pytest.raises(UnreadableMemberError):
        decode(buffer.getvalue())


@given(st.binary(max_size=400))
def test_arbitrary_bytes_are_pixels_a_record_or_one_expected_error(data: bytes) -> None:
    for read in (decode, read_record):
        try:
            read(data)
        except UnreadableMemberError as error:
            assert str(error)


@given(st.integers(0, 10_000))
def test_a_png_cut_short_anywhere_is_unreadable(cut: int) -> None:
    whole = toy_runs.png(np.random.default_rng(0).integers(0, 255, (20, 20, 3)).astype(np.uint8))
    with pytest.raises(UnreadableMemberError):
        decode(whole[: cut % len(whole)])


@pytest.mark.parametrize("text", [b'{"a": NaN}', b'{"a": Infinity}', b"[1]", b"\xff\xfe", b"{", b"[" * 100_000])
def test_a_record_is_strict_json(text: bytes) -> None:
    with pytest.raises(UnreadableMemberError):
        read_record(text)


def test_the_digest_of_pixels_is_that_of_rows_from_the_top_in_rgb() -> None:
    pixels = np.random.default_rng(2).integers(0, 255, (6, 4, 3)).astype(np.uint8)
    assert pixels_digest(pixels) == hashlib.sha256(Image.fromarray(pixels).tobytes()).hexdigest()
    assert pixels_digest(pixels[:, ::-1]) == hashlib.sha256(Image.fromarray(pixels[:, ::-1].copy()).tobytes()).hexdigest()
