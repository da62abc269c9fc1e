"""The chunks of a PNG: what its header says and where its compressed pixels lie, every checksum compared.

Only the plain kinds are read: 8-bit grey, 8-bit RGB and 16-bit grey, not interlaced, made of IHDR, IDAT and IEND alone. These are
what the engines of this project, Pillow and OpenCV write. Whatever else a PNG may be is none of this reader's business, and
not an error.
"""

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

SIGNATURE = b"\x89PNG\r\n\x1a\n"
_FIRST = SIGNATURE + b"\0\0\0\rIHDR"
_HEADER = struct.Struct(">IIBBBBBI")  # width, height, bits, colour, compression, filters, interlace, checksum
_HEADER_END = len(_FIRST) + _HEADER.size
_CHUNK = struct.Struct(">I4s")  # bytes of data, kind
_CHECKSUM = struct.Struct(">I")
MODES = {(8, 0): "L", (8, 2): "RGB", (16, 0): "I;16"}
"""Pillow's colour mode by bits and colour type."""
PIXEL_BYTES = {"L": 1, "RGB": 3, "I;16": 2}
MAX_PIXELS = 8192 * 8192
BEHIND_STREAM = 16
"""Bytes behind the last chunk of pixels: its checksum, and the chunk that ends the file."""


class BrokenPngError(ValueError):
    """A PNG that was altered after it was written; the message is a clause on where."""


@dataclass(frozen=True, slots=True)
class Header:
    """What a plain PNG says of its pixels."""

    mode: str  # "L", "RGB" or "I;16"
    width: int  # pixels, at least 1
    height: int

    @property
    def row_bytes(self) -> int:
        """Bytes of a row's pixels, without the byte that names its filter."""
        return self.width * PIXEL_BYTES[self.mode]

    @property
    def inflated_bytes(self) -> int:
        """Bytes of all rows, each with the byte that names its filter."""
        return self.height * (1 + self.row_bytes)


class Stream(NamedTuple):
    """A zlib stream in memory that goes on behind it, for at least `BEHIND_STREAM` bytes."""

    memory: bytes
    start: int
    end: int


def read_header(data: bytes) -> Header | None:
    """What a plain PNG says of itself, its checksum compared; None for all else, broken headers too."""
    if not data.startswith(_FIRST) or len(data) < _HEADER_END + _CHUNK.size:
        return None
    width, height, bits, colour, compression, filters, interlace, checksum = _HEADER.unpack_from(data, len(_FIRST))
    mode = MODES.get((bits, colour))
    plain = mode is not None and compression == filters == interlace == 0 and data[_HEADER_END + 4 : _HEADER_END + 8] == b"IDAT"
    if not plain or mode is None or not 0 < width * height <= MAX_PIXELS:
        return None
    if zlib.crc32(data[len(SIGNATURE) + 4 : _HEADER_END - 4]) != checksum:
        return None
    return Header(mode, width, height)


def compressed_pixels(data: bytes) -> Stream | None:
    """The zlib stream of a PNG; None when it is no PNG, or has chunks that a plain one has not.

    Raises BrokenPngError when a checksum of any chunk is wrong, or the chunks do not end where the file does.
    """
    if not data.startswith(SIGNATURE):
        return None
    parts: list[tuple[int, int]] = []
    kinds: list[bytes] = []
    for kind, start, end in _chunks(data):
        kinds.append(kind)
        if kind == b"IDAT":
            parts.append((start, end))
    if kinds != [b"IHDR", *[b"IDAT"] * len(parts), b"IEND"] or not parts:
        return None
    if len(parts) == 1:
        return Stream(data, *parts[0])
    joined = b"".join([*(data[start:end] for start, end in parts), bytes(BEHIND_STREAM)])
    return Stream(joined, 0, len(joined) - BEHIND_STREAM)


def _chunks(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Each chunk up to IEND: its kind, and where its data starts and ends. Raises BrokenPngError."""
    view = memoryview(data)
    place, kind = len(SIGNATURE), b""
    while kind != b"IEND":
        if place + _CHUNK.size + _CHECKSUM.size > len(data):
            raise BrokenPngError("its chunks do not end where the file does")
        size, kind = _CHUNK.unpack_from(data, place)
        end = place + _CHUNK.size + size
        if end + _CHECKSUM.size > len(data):
            raise BrokenPngError("a chunk goes on past the end of the file")
        if zlib.crc32(view[place + 4 : end]) != _CHECKSUM.unpack_from(data, end)[0]:
            raise BrokenPngError("the checksum of a chunk is not that of its bytes")
        yield kind, place + _CHUNK.size, end
        place = end + _CHECKSUM.size
    if place != len(data):
        raise BrokenPngError("its chunks do not end where the file does")
