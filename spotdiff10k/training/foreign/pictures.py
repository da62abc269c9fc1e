"""Decodes the pictures of a foreign set with care, and brings them all to one size."""

import io
import threading

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageOps, UnidentifiedImageError

from spotdiff10k.photos.reading import CLEAR, FORMATS, LARGEST_SIDE, MOST_PIXELS, UnusablePhotoError
from spotdiff10k.training.foreign.values import Box

SIDE = 256
"""Pixels of the square that every picture is brought to: a frozen encoder looks at 224, and stretches what is not square."""
SMALLEST_SIDE = 32
BEHIND = (128, 128, 128)
"""Shown where a picture is clear: what a file hides under its alpha channel is nobody's business."""

U8 = npt.NDArray[np.uint8]
_LIMIT = threading.Lock()
_ERRORS = (OSError, SyntaxError, ValueError, EOFError, Image.DecompressionBombError, Image.DecompressionBombWarning)


def read_size(data: bytes) -> tuple[int, int]:
    """Width and height as the header claims them, within bounds. Raises UnusablePhotoError."""
    with _opened(data) as picture:
        return picture.size


def read_picture(data: bytes, part: Box | None) -> tuple[U8, U8 | None]:
    """(SIDE, SIDE, 3) colours of the part, and (SIDE, SIDE) of its own alpha channel where that masks anything.

    Raises UnusablePhotoError.
    """
    picture = _decoded(data)
    clear = "A" in picture.getbands() or "transparency" in picture.info
    picture = _cut(picture.convert("RGBA" if clear else "RGB"), part)
    alpha: U8 | None = None
    if clear:
        opaque = picture.getchannel("A")
        found = _array(opaque)
        alpha = found if int(found.min()) < CLEAR else None
        ground = Image.new("RGBA", picture.size, (*BEHIND, 255))
        picture = Image.alpha_composite(ground, picture).convert("RGB")
    return _array(picture), alpha


def read_mask(data: bytes, part: Box | None) -> U8:
    """(SIDE, SIDE) of the brightness of a mask: white is the subject. Raises UnusablePhotoError."""
    return _array(_cut(_decoded(data).convert("L"), part))


def _opened(data: bytes) -> Image.Image:
    """The header alone, within bounds."""
    try:
        picture = _header_of(data)
    except UnidentifiedImageError as error:
        raise UnusablePhotoError(f"it is no picture in {', '.join(FORMATS)}") from error
    except _ERRORS as error:
        raise UnusablePhotoError(f"it is no readable picture ({error})") from error
    width, height = picture.size
    if max(width, height) > LARGEST_SIDE or width * height > MOST_PIXELS:
        raise UnusablePhotoError(f"it is {width} x {height} pixels; at most {MOST_PIXELS / 1e6:.0f} megapixels are read")
    if min(width, height) < SMALLEST_SIDE:
        raise UnusablePhotoError(f"it is {width} x {height} pixels; at least {SMALLEST_SIDE} a side are needed")
    return picture


def _header_of(data: bytes) -> Image.Image:
    """Pillow's own limit is for the whole process: one thread at a time may lift it, for as long as a header takes."""
    with _LIMIT:
        limit = Image.MAX_IMAGE_PIXELS
        try:
            Image.MAX_IMAGE_PIXELS = None  # the header is judged by our own bounds
            return Image.open(io.BytesIO(data), formats=FORMATS)
        finally:
            Image.MAX_IMAGE_PIXELS = limit


def _decoded(data: bytes) -> Image.Image:
    picture = _opened(data)
    try:
        picture.load()
        return ImageOps.exif_transpose(picture)
    except _ERRORS as error:
        raise UnusablePhotoError(f"its pixels cannot be decoded ({error})") from error


def _cut(picture: Image.Image, part: Box | None) -> Image.Image:
    if part is None:
        return picture
    if part.left + part.width > picture.width or part.top + part.height > picture.height:
        raise UnusablePhotoError(
            f"it is {picture.width} x {picture.height} pixels and has no part of {part.width} x {part.height} "
            f"at {part.left}, {part.top}"
        )
    return picture.crop((part.left, part.top, part.left + part.width, part.top + part.height))


def _array(picture: Image.Image) -> U8:
    if picture.size != (SIDE, SIDE):
        picture = picture.resize((SIDE, SIDE), Image.Resampling.BOX if min(picture.size) > SIDE else Image.Resampling.BILINEAR)
    return np.ascontiguousarray(picture, np.uint8)
