"""Opening photographs: what cameras and programs write beside the pixels, and files that are broken in any way."""

import io
import os
import random
import struct
import warnings
from pathlib import Path

import numpy as np
import pytest
from photo_subjects import mug, take, write_photos
from PIL import Image, ImageCms

from spotdiff10k.photos.importing import Options
from spotdiff10k.photos.reading import UnusablePhotoError, read_mask, read_photo

TAG_ENTRY = 12
"""Bytes of an entry in a profile's table of tags, which begins with a count at byte 128."""


def coded(picture: Image.Image, kind: str = "PNG", **more: object) -> bytes:
    stream = io.BytesIO()
    picture.save(stream, kind, **more)
    return stream.getvalue()


def profile_with_red_and_green_exchanged() -> bytes:
    """sRGB but for its primaries: what it calls red is green."""
    data = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes().replace(b"s\0R\0G\0B", b"m\0i\0n\0e"))
    places = {}
    for number in range(struct.unpack(">I", data[128:132])[0]):
        at = 132 + TAG_ENTRY * number
        places[bytes(data[at : at + 4])] = at
    for here, there in ((b"rXYZ", b"gXYZ"), (b"gXYZ", b"rXYZ")):
        data[places[here] : places[here] + 4] = there
    return bytes(data)


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_colours_mean_what_their_profile_says(mode: str) -> None:
    red = Image.new("RGB", (80, 80), (255, 0, 0))
    if mode == "RGBA":
        red.putalpha(Image.linear_gradient("L").resize((80, 80)))
    read = read_photo(coded(red, icc_profile=profile_with_red_and_green_exchanged()))
    assert np.abs(read.colours[40, 40].astype(int) - (0, 255, 0)).max() <= 3
    assert (read.alpha is not None) == (mode == "RGBA")


@pytest.mark.parametrize("profile", ["own", "none", "broken", "grey"])
def test_colours_stay_to_the_bit_where_they_are_srgb_or_no_profile_can_be_read(profile: str) -> None:
    colours = mug(1, 0)[0]
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    known = {"own": srgb, "none": None, "broken": b"no profile", "grey": srgb.replace(b"RGB XYZ ", b"GRAYXYZ ", 1)}
    data = coded(Image.fromarray(colours), icc_profile=known[profile])
    assert np.array_equal(read_photo(data).colours, colours)


def test_grey_of_sixteen_bits_keeps_its_tones_as_photograph_and_as_mask() -> None:
    grey = np.broadcast_to(np.arange(0, 65536, 512, dtype=np.uint16), (100, 128))
    data = coded(Image.fromarray(np.ascontiguousarray(grey)))
    assert np.array_equal(read_photo(data).colours[..., 0], (grey >> 8).astype(np.uint8))
    assert np.array_equal(read_mask(data, (100, 128)), (grey >> 8).astype(np.uint8))


def test_what_cannot_be_read_as_exif_does_not_keep_a_photograph_out() -> None:
    exif = Image.Exif()
    exif[271] = "a maker"
    data = coded(Image.fromarray(mug(1, 0)[0]), "JPEG", exif=exif)
    read_photo(data.replace(b"\x01\x0f\x00\x02", b"\x01\x0f\x00\x7f", 1))
    read_photo(data.replace(b"MM\0*", b"MM\0\xff", 1))


def test_files_broken_anywhere_are_read_or_refused_and_nothing_else() -> None:
    exif = Image.Exif()
    exif[274] = 6
    exif[0x8825] = {1: "N", 2: (1.0, 2.0, 3.0)}
    picture = Image.fromarray(mug(2, 0)[0])
    whole = [coded(picture, "JPEG", exif=exif), coded(picture, exif=exif), coded(picture, "WEBP", exif=exif, quality=30)]
    dice = random.Random(4)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for _ in range(400):
            data = bytearray(dice.choice(whole))
            for _ in range(dice.randint(1, 5)):
                data[dice.randrange(300)] = dice.choice((0, 255, dice.randrange(256)))
            try:
                read_photo(bytes(data))
            except UnusablePhotoError as error:
                assert str(error)


@pytest.mark.parametrize(
    ("data", "told"),
    [(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "HEIC or AVIF: save it as JPEG"), (b"II*\0\x08\0\0\0", "TIFF: save it as PNG")],
)
def test_what_telephones_and_cameras_write_is_told_apart_from_no_picture(data: bytes, told: str) -> None:
    with pytest.raises(UnusablePhotoError, match=told):
        read_photo(data)


def test_no_file_however_odd_keeps_the_others_out(tmp_path: Path) -> None:
    photos = write_photos(tmp_path / "photos", 1)
    where = photos / "mug a"
    (where / "circle.png").symlink_to("circle.png")
    (where / ("x" * 250 + ".png")).write_bytes(b"")
    os.mkfifo(where / "pipe.jpg")
    (where / "folder.jpg").mkdir()
    (where / ".DS_Store").write_bytes(b"")
    (where / "Thumbs.db").write_bytes(b"")
    (where / "IMG_1.HEIC").write_bytes(b"")
    (photos / ".hidden").mkdir()
    found = take(photos, tmp_path / "subjects")
    assert [view.original for view in found.subjects[0].views] == ["mug a/IMG_0.png"]
    told = {one.file.removeprefix("mug a/"): one.why for one in found.failed}
    assert "cannot be read" in told["circle.png"]
    assert told["IMG_1.HEIC"] == "its kind is not read; save it as one of .jpg, .jpeg, .png, .webp"
    assert set(told) == {"circle.png", "x" * 250 + ".png", "pipe.jpg", "folder.jpg", "IMG_1.HEIC"}


def test_a_cut_out_that_is_trimmed_to_its_subject_is_whole_where_that_is_said(tmp_path: Path) -> None:
    folder = tmp_path / "photos" / "mug"
    folder.mkdir(parents=True)
    colours, alpha = mug(0, 0)
    rows, columns = np.flatnonzero(alpha.any(axis=1)), np.flatnonzero(alpha.any(axis=0))
    box = np.s_[rows[0] + 1 : rows[-1], columns[0] : columns[-1] + 1]
    Image.fromarray(np.dstack([colours, alpha])[box]).save(folder / "a.png")
    found = take(tmp_path / "photos", tmp_path / "subjects")
    assert "--trimmed says that it is whole" in found.failed[0].why
    found = take(tmp_path / "photos", tmp_path / "subjects", Options(trimmed=True))
    assert found.subjects[0].views[0].cut == ()
