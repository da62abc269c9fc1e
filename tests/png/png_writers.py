"""PNGs of every kind the reader may meet: by Pillow, by OpenCV, and by hand with any filter in any row."""

import io
import struct
import zlib

import cv2
import numpy as np
from PIL import Image

SIGNATURE = b"\x89PNG\r\n\x1a\n"


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def header(pixels: np.ndarray, interlace: int = 0) -> bytes:
    colour = 2 if pixels.ndim == 3 else 0
    return struct.pack(">IIBBBBB", pixels.shape[1], pixels.shape[0], 8 * pixels.dtype.itemsize, colour, 0, 0, interlace)


def png_of(header_data: bytes, *streams: bytes) -> bytes:
    """A PNG of a header and compressed pixels in any number of chunks."""
    return SIGNATURE + chunk(b"IHDR", header_data) + b"".join(chunk(b"IDAT", part) for part in streams) + chunk(b"IEND", b"")


def filtered_rows(pixels: np.ndarray, filters: list[int]) -> bytes:
    """The rows by the words of the specification, one byte after the other; `filters` are taken in turn."""
    rows = pixels.astype(pixels.dtype.newbyteorder(">")).view(np.uint8).reshape(pixels.shape[0], -1).astype(int)
    distance = rows.shape[1] // pixels.shape[1]
    out = bytearray()
    for y in range(rows.shape[0]):
        kind = filters[y % len(filters)]
        out.append(kind)
        for x in range(rows.shape[1]):
            a = rows[y, x - distance] if x >= distance else 0
            b = rows[y - 1, x] if y else 0
            c = rows[y - 1, x - distance] if y and x >= distance else 0
            guess = a + b - c
            nearest = min((abs(guess - a), 0, a), (abs(guess - b), 1, b), (abs(guess - c), 2, c))[2]
            out.append(int(rows[y, x] - (0, a, b, (a + b) // 2, nearest)[kind]) % 256)
    return bytes(out)


def by_hand(pixels: np.ndarray, filters: list[int], level: int = 6) -> bytes:
    return png_of(header(pixels), zlib.compress(filtered_rows(pixels, filters), level))


def by_pillow(pixels: np.ndarray, **options: object) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG", **options)
    return buffer.getvalue()


def by_opencv(pixels: np.ndarray, filters: int = cv2.IMWRITE_PNG_ALL_FILTERS, level: int = 6) -> bytes:
    turned = np.ascontiguousarray(pixels[..., ::-1]) if pixels.ndim == 3 else pixels
    options = [cv2.IMWRITE_PNG_FILTER, filters, cv2.IMWRITE_PNG_COMPRESSION, level]
    return cv2.imencode(".png", turned, options)[1].tobytes()


def by_pillow_reader(data: bytes) -> np.ndarray:
    with Image.open(io.BytesIO(data)) as picture:
        return np.asarray(picture)
