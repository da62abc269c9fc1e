"""From a plain PNG's bytes to its pixels in two steps: who only wants to know that they can be read stops after the first."""

import zlib
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from spotdiff10k.engines.rendered.deflate import ZLIB_HEADER
from spotdiff10k.png.adler import adler32
from spotdiff10k.png.chunks import PIXEL_BYTES, BrokenPngError, Header, Stream, compressed_pixels, read_header
from spotdiff10k.png.inflate import INPUT_SLACK_BYTES, SLACK_BYTES, inflate
from spotdiff10k.png.slabs import Slabs
from spotdiff10k.png.unfilter import PAETH, unfilter


@dataclass(frozen=True, slots=True)
class Scanlines:
    """A PNG inflated, checked and still filtered: its pixels follow without any way to fail."""

    header: Header
    rows: npt.NDArray[np.uint8]  # flat: each row led by the number of its filter, 0 to 4

    @property
    def nbytes(self) -> int:
        """Memory it takes."""
        return self.rows.nbytes


def read(data: bytes, max_side: int, slabs: Slabs) -> Scanlines | None:
    """Inflate a plain PNG and check all of it.

    None when it is not plain, has a side of more than `max_side` pixels, or is damaged in a way that Pillow has a word for
    or does not mind. Raises BrokenPngError when a checksum, of a chunk or of the pixels, is wrong.
    """
    header = read_header(data)
    stream = compressed_pixels(data)
    if header is None or stream is None or max(header.width, header.height) > max_side:
        return None
    room = slabs.take(header.inflated_bytes + SLACK_BYTES)
    rows = room[: header.inflated_bytes]
    if not inflate(*stream, room) and not _inflate_by_zlib(stream, rows):
        return None
    filters = rows[:: header.row_bytes + 1]
    return Scanlines(header, rows) if filters.max() <= PAETH else None


def unfiltered(scanlines: Scanlines) -> npt.NDArray[np.uint8] | npt.NDArray[np.uint16]:
    """(H, W, 3) uint8, (H, W) uint8 or (H, W) uint16, as the header's mode says; takes the place of the scanlines."""
    header = scanlines.header
    found = unfilter(scanlines.rows, header.height, header.row_bytes, PIXEL_BYTES[header.mode])
    if header.mode == "RGB":
        return found.reshape(header.height, header.width, 3)
    return found.view(">u2").astype(np.uint16) if header.mode == "I;16" else found


def _inflate_by_zlib(stream: Stream, rows: npt.NDArray[np.uint8]) -> bool:
    """Fill `rows`; False when the stream has fewer or more bytes."""
    inflater = zlib.decompressobj()
    try:
        inflated = inflater.decompress(memoryview(stream.memory)[stream.start : stream.end], rows.size + 1)
    except zlib.error as error:
        raise BrokenPngError("its compressed pixels are not those that were written") from error
    if len(inflated) != rows.size or not inflater.eof or inflater.unused_data:
        return False
    rows[:] = np.frombuffer(inflated, np.uint8)
    return True


def warm_up() -> None:
    """Compile what reads PNGs; without a PNG, whose making would compile more."""
    room = np.zeros(1 + SLACK_BYTES, np.uint8)
    inflate(ZLIB_HEADER + bytes(INPUT_SLACK_BYTES * 2), 0, len(ZLIB_HEADER) + INPUT_SLACK_BYTES, room)
    adler32(room)
    unfilter(room[:2], 1, 1, 1)
