"""A small, bounded reader of Radiance RGBE pictures (.hdr).

The format is described in Greg Ward's "Real Pixels" (Graphics Gems II): a text header, a line "-Y height +X width", then
rows of four bytes a pixel, whose channels are run-length encoded one after the other. Rows are averaged down while they are
read, so a large file never lies in memory whole.
"""

from pathlib import Path

import numpy as np

from spotdiff10k.engines.rendered.jit import kernel
from spotdiff10k.engines.rendered.model import F32, U8
from spotdiff10k.errors import EngineError

LARGEST_SIDE = 16_384
LARGEST_FILE = 512 * 2**20
"""Bytes."""
LONGEST_HEADER = 16_384
"""Bytes before the resolution line must end."""
MAGICS = (b"#?RADIANCE", b"#?RGBE")
SHORTEST_RUN_ROW, LONGEST_RUN_ROW = 8, 32_767
"""Rows of other widths are stored flat."""
LONG_RUN = 128
"""A count above this repeats one value count - 128 times."""
EXPONENT_BIAS = 128 + 8


@kernel
def _read_row(data: U8, at: int, width: int, row: U8) -> int:
    """Decode one row (width, 4) and return where the next one starts, or -1 if the data are damaged."""
    size = data.shape[0]
    if at + 4 > size:
        return -1
    packed = data[at] == 2 and data[at + 1] == 2 and (int(data[at + 2]) << 8 | int(data[at + 3])) == width
    if not packed or width < SHORTEST_RUN_ROW or width > LONGEST_RUN_ROW:
        if at + 4 * width > size:
            return -1
        for column in range(width):
            for channel in range(4):
                row[column, channel] = data[at + 4 * column + channel]
        return at + 4 * width
    at += 4
    for channel in range(4):
        column = 0
        while column < width:
            if at + 2 > size:
                return -1
            count = int(data[at])
            at += 1
            if count > LONG_RUN:
                count -= LONG_RUN
                if column + count > width:
                    return -1
                for i in range(count):
                    row[column + i, channel] = data[at]
                at += 1
            else:
                if count == 0 or column + count > width or at + count > size:
                    return -1
                for i in range(count):
                    row[column + i, channel] = data[at + i]
                at += count
            column += count
    return at


@kernel
def _read_rows(data: U8, at: int, width: int, height: int, shrink: int, out: F32) -> bool:
    """Decode all rows, averaging shrink x shrink pixels into each of out (height // shrink, width // shrink, 3)."""
    row = np.empty((width, 4), np.uint8)
    share = 1.0 / (shrink * shrink)
    for y in range(height):
        at = _read_row(data, at, width, row)
        if at < 0:
            return False
        if y // shrink >= out.shape[0]:
            continue
        for x in range(out.shape[1] * shrink):
            if row[x, 3] == 0:
                continue
            scale = 2.0 ** (int(row[x, 3]) - EXPONENT_BIAS) * share
            for channel in range(3):
                out[y // shrink, x // shrink, channel] += row[x, channel] * scale
    return True


def _header(data: bytes, name: str) -> tuple[int, int, int]:
    """Width, height and where the pixels start."""
    if not data.startswith(MAGICS):
        raise EngineError(f"{name} is not a Radiance picture: it should start with #?RADIANCE. Convert it, or remove it.")
    head = data[:LONGEST_HEADER]
    blank = head.find(b"\n\n")
    end = head.find(b"\n", blank + 2) if blank >= 0 else -1
    words = head[blank + 2 : end].split() if end > 0 else []
    if b"32-bit_rle_xyze" in head[: max(0, blank)]:
        raise EngineError(f"{name} holds XYZ colours; only RGB Radiance pictures are read. Convert it to 32-bit_rle_rgbe.")
    if len(words) != 4 or words[0] != b"-Y" or words[2] != b"+X" or not (words[1].isdigit() and words[3].isdigit()):
        raise EngineError(
            f"{name} has no resolution line of the form '-Y height +X width'; save it again in the usual orientation."
        )
    return int(words[3]), int(words[1]), end + 1


def size_of(path: Path) -> tuple[int, int]:
    """Width and height from the header alone. Raises EngineError."""
    with path.open("rb") as file:
        width, height, _ = _header(file.read(LONGEST_HEADER), path.name)
    return width, height


def read_radiance(path: Path, widest: int) -> F32:
    """The picture as linear RGB (H, W, 3), shrunk by a whole factor to at most `widest` columns. Raises EngineError."""
    if path.stat().st_size > LARGEST_FILE:
        raise EngineError(f"{path.name} is larger than {LARGEST_FILE >> 20} MiB; make it smaller.")
    data = path.read_bytes()
    width, height, start = _header(data, path.name)
    if not (0 < width <= LARGEST_SIDE and 0 < height <= LARGEST_SIDE):
        raise EngineError(f"{path.name} says it is {width} x {height} pixels; at most {LARGEST_SIDE} a side are read.")
    shrink = max(1, -(-width // widest))
    if height < shrink or width < shrink:
        raise EngineError(f"{path.name} is {width} x {height} pixels, which is no picture of a place.")
    out = np.zeros((height // shrink, width // shrink, 3), np.float32)
    if not _read_rows(np.frombuffer(data, np.uint8), start, width, height, shrink, out):
        raise EngineError(f"{path.name} is cut off or damaged: its rows do not decode. Copy it again.")
    return out
