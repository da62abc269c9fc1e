"""Opens a photograph with care: inside its folder, of bounded size, turned as the camera was held, in sRGB."""

import hashlib
import io
import os
import stat
import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image, UnidentifiedImageError

from spotdiff10k.photos.upright import in_srgb, shallow, turned

U8 = npt.NDArray[np.uint8]

FORMATS = ("JPEG", "PNG", "WEBP")
SUFFIXES = (".jpg", ".jpeg", ".png", ".webp")
MASK_SUFFIX = ".mask.png"
MOST_BYTES = 64 * 2**20
LARGEST_SIDE = 16_384
MOST_PIXELS = 64_000_000
"""A photograph whose header claims more is refused before a byte of it is decoded."""
SMALLEST_SIDE = 64
WORKING_SIDE = 1536
"""Pixels along the longer side at which photographs are looked at and cut out; larger ones are averaged down first."""
CLEAR = 250
"""An alpha channel whose least value is not below this masks nothing."""
_ERRORS = (
    *(OSError, SyntaxError, ValueError, EOFError, TypeError, LookupError, ArithmeticError, struct.error),
    *(Image.DecompressionBombError, Image.DecompressionBombWarning),
)
"""What Pillow raises for broken files: its parsers check little before they compute."""


class UnusablePhotoError(ValueError):
    """A photograph cannot be taken; the text says why, without naming the file."""


@dataclass(frozen=True, slots=True)
class Photo:
    """A photograph, upright, at its working size."""

    colours: U8  # (H, W, 3)
    alpha: U8 | None  # (H, W) of its own alpha channel, where that masks anything
    sha256: str  # of the file


def bounded_bytes(root: Path, name: str) -> bytes:
    """The bytes of a plain file inside `root`, by its path in it. Raises UnusablePhotoError."""
    path = root / name
    try:
        if not path.resolve().is_relative_to(root.resolve()):
            raise UnusablePhotoError("it lies outside the folder of photographs")
        if path.is_symlink():
            raise UnusablePhotoError("it is a link; copy the file itself into the folder")
        with os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK), "rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise UnusablePhotoError("it is no plain file")
            data = file.read(MOST_BYTES + 1)
    except (OSError, ValueError, RuntimeError) as error:  # RuntimeError: links that lead in a circle
        if isinstance(error, UnusablePhotoError):
            raise
        raise UnusablePhotoError(f"it cannot be read ({getattr(error, 'strerror', None) or error})") from error
    if len(data) > MOST_BYTES:
        raise UnusablePhotoError(f"it has more than {MOST_BYTES // 2**20} MiB; make it smaller")
    return data


def read_photo(data: bytes) -> Photo:
    """Decode a photograph. Raises UnusablePhotoError for anything that is not a whole picture of bounded size."""
    found = _upright(data)
    picture = in_srgb(found, found.info.get("icc_profile"))
    alpha = None
    if picture.mode == "RGBA":
        opaque = np.asarray(picture.getchannel("A"))
        alpha = np.ascontiguousarray(opaque) if int(opaque.min()) < CLEAR else None
    return Photo(np.ascontiguousarray(picture.convert("RGB"), np.uint8), alpha, hashlib.sha256(data).hexdigest())


def read_mask(data: bytes, shape: tuple[int, int]) -> U8:
    """A mask file as (H, W) alpha of `shape`: its brightness, white inside. Raises UnusablePhotoError."""
    mask = _upright(data).convert("L")
    height, width = shape
    if abs(mask.width * height - mask.height * width) > 0.02 * mask.width * height:
        raise UnusablePhotoError(
            f"its mask is {mask.width} x {mask.height}, the photograph, turned upright and at most {WORKING_SIDE} a side, "
            f"{width} x {height}: another shape"
        )
    return np.ascontiguousarray(mask.resize((width, height), Image.Resampling.BOX), np.uint8)


def _upright(data: bytes) -> Image.Image:
    """RGB, RGBA or CMYK, turned by its EXIF orientation, at most WORKING_SIDE a side, with its ICC profile in `info`."""
    limit = Image.MAX_IMAGE_PIXELS
    try:
        Image.MAX_IMAGE_PIXELS = None  # the header is judged below, by our own bounds
        with Image.open(io.BytesIO(data), formats=FORMATS) as picture:
            _refuse_size(picture.width, picture.height)
            picture.draft("RGB", (WORKING_SIDE, WORKING_SIDE))
            profile = picture.info.get("icc_profile")
            plain = _plain(picture)
    except UnidentifiedImageError as error:
        raise UnusablePhotoError(f"it is no picture in {', '.join(FORMATS)}{_other_kind(data)}") from error
    except UnusablePhotoError:
        raise
    except _ERRORS as error:
        raise UnusablePhotoError(f"its pixels cannot be decoded ({error})") from error
    finally:
        Image.MAX_IMAGE_PIXELS = limit
    shrunk = _shrunk(plain)
    shrunk.info["icc_profile"] = profile
    return shrunk


def _plain(picture: Image.Image) -> Image.Image:
    """Decoded and turned, in a mode whose colours can be worked with."""
    clear = "A" in picture.getbands() or "transparency" in picture.info
    upright = shallow(turned(picture))
    mode = "RGBA" if clear else "CMYK" if upright.mode == "CMYK" else "RGB"
    return upright.copy() if upright.mode == mode else upright.convert(mode)


def _other_kind(data: bytes) -> str:
    """What telephones and cameras write, and what to do about it."""
    if data[4:8] == b"ftyp":
        return "; it looks like HEIC or AVIF: save it as JPEG or PNG"
    return "; it looks like TIFF: save it as PNG" if data[:4] in (b"II*\0", b"MM\0*") else ""


def _refuse_size(width: int, height: int) -> None:
    if max(width, height) > LARGEST_SIDE or width * height > MOST_PIXELS:
        raise UnusablePhotoError(f"it is {width} x {height} pixels; at most {MOST_PIXELS / 1e6:.0f} megapixels are read")
    if min(width, height) < SMALLEST_SIDE:
        raise UnusablePhotoError(f"it is {width} x {height} pixels; at least {SMALLEST_SIDE} a side are needed")


def _shrunk(picture: Image.Image) -> Image.Image:
    scale = WORKING_SIDE / max(picture.size)
    if scale >= 1:
        return picture
    size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
    if picture.mode == "RGBA":  # weighted with alpha, or what is clear would shine through
        return picture.convert("RGBa").resize(size, Image.Resampling.BOX).convert("RGBA")
    return picture.resize(size, Image.Resampling.BOX)
