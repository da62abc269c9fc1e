"""From a plain PNG's bytes to its pixels in two steps: who only wants to know that they can be read stops after the first."""

import zlib
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from spotdiff10k.png.chunks import PIXEL_BYTES, BrokenPngError, Header, compressed_pixels, read_header
from spotdiff10k.png.unfilter import PAETH, unfilter


@dataclass(frozen=True, slots=True)
class Scanlines:
    """A PNG inflated, checked and still filtered: its pixels follow without any way to fail."""

    header: Header
    lines: npt.NDArray[np.uint8]  # (H, 1 + bytes a row), each row led by the number of its filter, 0 to 4; not to be written to

    @property
    def nbytes(self) -> int:
        """Memory it takes."""
        return self.lines.nbytes


def inflate(data: bytes, max_side: int) -> Scanlines | None:
    """Inflate a plain PNG and check all of it.

    None when it is not plain, has a side of more than `max_side` pixels, or is damaged in a way that Pillow has a word for
    or does not mind. Raises BrokenPngError when a checksum, of a chunk or of the pixels, is wrong.
    """
    header = read_header(data)
    stream = compressed_pixels(data)
    if header is None or stream is None or max(header.width, header.height) > max_side:
        return None
    inflated = _inflate(stream, header.inflated_bytes)
    if inflated is None:
        return None
    lines = np.frombuffer(inflated, np.uint8).reshape(header.height, -1)
    return Scanlines(header, lines) if lines[:, 0].max() <= PAETH else None


def unfiltered(scanlines: Scanlines) -> npt.NDArray[np.uint8] | npt.NDArray[np.uint16]:
    """(H, W, 3) uint8, (H, W) uint8 or (H, W) uint16, as the header's mode says."""
    header = scanlines.header
    found = unfilter(scanlines.lines, PIXEL_BYTES[header.mode])
    if header.mode == "RGB":
        return found.reshape(header.height, header.width, 3)
    return found.view(">u2").astype(np.uint16) if header.mode == "I;16" else found


def _inflate(stream: bytes | memoryview, size: int) -> bytes | None:
    """Exactly `size` bytes; None when the stream has fewer or more."""
    inflater = zlib.decompressobj()
    try:
        inflated = inflater.decompress(stream, size + 1)
    except zlib.error as error:
        raise BrokenPngError("its compressed pixels are not those that were written") from error
    whole = len(inflated) == size and inflater.eof and not inflater.unused_data
    return inflated if whole else None
