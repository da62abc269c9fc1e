"""Pictures to bytes: a fast lossless PNG writer, and JPEG or WebP by Pillow.

Pictures are filtered with Paeth's predictor and coded by deflate.py, both compiled: about the size of level 6 of a
general PNG writer at a tenth of its time, because a good prediction leaves little for a string search to find. Masks,
mostly even, use the predictor "up".
"""

import io
import struct
import zlib

import numpy as np
import numpy.typing as npt
from PIL import Image as Pictures

from spotdiff10k.engines.rendered.deflate import compress
from spotdiff10k.engines.rendered.jit import kernel
from spotdiff10k.engines.rendered.model import U8
from spotdiff10k.errors import EngineError

SIGNATURE = b"\x89PNG\r\n\x1a\n"
GREY = 0
RGB = 2
UP = 2
PAETH = 4
LOSSLESS = ("png", "webp")
JPEG_QUALITY = 95
WEBP_EFFORT = 2


@kernel
def _filter_paeth(rows: U8, distance: int, out: U8) -> None:
    """rows: (H, bytes a row). distance: bytes a pixel. out: (H, 1 + bytes a row) with the filter's number first."""
    height, width = rows.shape
    out[0, 0] = PAETH
    for x in range(width):
        out[0, x + 1] = rows[0, x] - (rows[0, x - distance] if x >= distance else 0)
    for y in range(1, height):
        out[y, 0] = PAETH
        for x in range(min(distance, width)):
            out[y, x + 1] = rows[y, x] - rows[y - 1, x]
        for x in range(distance, width):
            left = np.int32(rows[y, x - distance])
            above = np.int32(rows[y - 1, x])
            corner = np.int32(rows[y - 1, x - distance])
            to_left = abs(above - corner)
            to_above = abs(left - corner)
            to_corner = abs(left + above - 2 * corner)
            guess = corner
            if to_above <= to_corner:
                guess = above
            if to_left <= to_above and to_left <= to_corner:
                guess = left
            out[y, x + 1] = np.uint8(np.int32(rows[y, x]) - guess)


@kernel
def _filter_up(rows: U8, out: U8) -> None:
    height, width = rows.shape
    for y in range(height):
        out[y, 0] = UP
        for x in range(width):
            out[y, x + 1] = rows[y, x] - (rows[y - 1, x] if y > 0 else 0)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(data, zlib.crc32(kind)))


def png(pixels: U8 | npt.NDArray[np.uint16]) -> bytes:
    """A PNG of (H, W, 3) RGB uint8, (H, W) grey uint8 or (H, W) grey uint16."""
    height, width = pixels.shape[:2]
    colour = RGB if pixels.ndim == 3 else GREY
    bits = 8 * pixels.dtype.itemsize
    big_endian = pixels.byteswap() if pixels.dtype == np.uint16 else pixels
    rows = np.ascontiguousarray(big_endian).view(np.uint8).reshape(height, -1)
    filtered = np.empty((height, rows.shape[1] + 1), np.uint8)
    if colour == RGB:
        _filter_paeth(rows, 3, filtered)
    elif bits == 16:
        _filter_paeth(rows, 2, filtered)
    else:
        _filter_up(rows, filtered)
    data = compress(filtered.ravel())
    header = struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, 0)
    return SIGNATURE + _chunk(b"IHDR", header) + _chunk(b"IDAT", data) + _chunk(b"IEND", b"")


def picture(pixels: U8, picture_format: str) -> bytes:
    """An (H, W, 3) picture in one of the formats png, jpg and webp (lossless). Raises EngineError for another."""
    if picture_format == "png":
        return png(pixels)
    stream = io.BytesIO()
    if picture_format == "jpg":
        Pictures.fromarray(pixels).save(stream, "JPEG", quality=JPEG_QUALITY, subsampling=0)
    elif picture_format == "webp":
        Pictures.fromarray(pixels).save(stream, "WEBP", lossless=True, method=WEBP_EFFORT, quality=0)
    else:
        raise EngineError(f"Pictures can be png, jpg or webp, found '{picture_format}'; change outputs.picture.")
    return stream.getvalue()


def as_read(pixels: U8, data: bytes, picture_format: str) -> U8:
    """An (H, W, 3) picture as readers of its bytes will see it: itself, unless the format loses some of it."""
    if picture_format in LOSSLESS:
        return pixels
    with Pictures.open(io.BytesIO(data)) as read:
        return np.ascontiguousarray(read, np.uint8)
