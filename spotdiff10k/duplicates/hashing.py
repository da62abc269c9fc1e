"""Hashing a folder of pictures for a blocklist: every picture in it and below, by name, one at a time."""

import io
import os
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

from spotdiff10k.duplicates import phash
from spotdiff10k.duplicates.blocklist import Blocked
from spotdiff10k.luma import luma
from spotdiff10k.samples import MAX_SIDE, UnreadableMemberError, read_header

SUFFIXES = (".png", ".jpg", ".jpeg", ".webp")
MOST_BYTES = 1 << 28
"""A larger file is no picture that would be read."""
FORMATS = ("PNG", "JPEG", "WEBP")
MODES = ("1", "L", "LA", "P", "PA", "RGB", "RGBA", "CMYK", "YCbCr")
"""Pillow's colour modes of 8 bits."""
BEHIND = (255, 255, 255, 255)
"""What stands behind a transparent picture: white, as most viewers show it."""
_ERRORS = (OSError, SyntaxError, ValueError, EOFError, zlib.error, Image.DecompressionBombError)


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file that could not be hashed, and why."""

    name: str
    why: str


def picture_files(folder: Path) -> list[Path]:
    """The picture files in a folder and below, sorted by name; links are not followed, so nothing outside is read."""
    found: list[Path] = []
    for where, _, names in os.walk(folder, followlinks=False):
        paths = (Path(where) / name for name in names)
        found += [path for path in paths if path.suffix.lower() in SUFFIXES and path.is_file() and not path.is_symlink()]
    return sorted(found, key=lambda path: path.relative_to(folder).as_posix())


def hash_files(folder: Path, files: list[Path]) -> Iterator[Blocked | Skipped]:
    """The hash of each file, or why it has none; named by its path inside the folder."""
    for path in files:
        name = path.relative_to(folder).as_posix()
        try:
            bright = _luma_of(path)
        except UnreadableMemberError as error:
            yield Skipped(name, str(error))
            continue
        except OSError as error:
            yield Skipped(name, f"it cannot be read ({error.strerror})")
            continue
        yield Blocked(name, phash.to_text(phash.hash_of(bright)), phash.to_text(phash.mirrored(bright)))


def _luma_of(path: Path) -> npt.NDArray[np.uint8]:
    """The brightness of a picture file, (H, W). Raises UnreadableMemberError, or OSError when it cannot be read."""
    size = path.stat().st_size
    if size > MOST_BYTES:
        raise UnreadableMemberError(f"it has {size:,} bytes, at most {MOST_BYTES:,} are read")
    data = path.read_bytes()
    header = read_header(data)
    if max(header.width, header.height) > MAX_SIDE:
        raise UnreadableMemberError(f"it is {header.width} x {header.height} pixels, at most {MAX_SIDE} x {MAX_SIDE} are read")
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as picture:
            return luma(np.asarray(opaque(picture)))
    except _ERRORS as error:
        raise UnreadableMemberError(f"its pixels cannot be decoded ({error})") from error


def opaque(picture: Image.Image) -> Image.Image:
    """A picture of any 8-bit kind in RGB, on white where it is transparent. Raises UnreadableMemberError for other kinds."""
    if picture.mode not in MODES:
        raise UnreadableMemberError(f"its pixels are of the kind {picture.mode}, which is not read; save it as 8-bit RGB")
    if not picture.has_transparency_data:
        return picture.convert("RGB")
    clear = picture.convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", clear.size, BEHIND), clear).convert("RGB")
