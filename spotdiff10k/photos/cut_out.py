"""A cut-out as it is kept: colours without their background, soft alpha, cropped to the subject; an RGBA PNG."""

import hashlib
import io
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

from spotdiff10k.errors import EngineError
from spotdiff10k.photos.catalogue import View

U8 = npt.NDArray[np.uint8]
MOST_BYTES = 64 * 2**20
LARGEST_SIDE = 1536
"""Pixels along the longer side of a kept cut-out: more than the largest picture shows of it."""
COMPRESSION = 6


@dataclass(frozen=True, slots=True)
class CutOut:
    """A subject alone."""

    colours: U8  # (h, w, 3) display, as if the subject filled each pixel
    alpha: U8  # (h, w)
    cut: tuple[str, ...] = ()  # sides at which the photograph ended before the subject did


def to_png(cut_out: CutOut) -> bytes:
    """The bytes of a kept cut-out; the same pixels give the same bytes under the same Pillow."""
    stream = io.BytesIO()
    pixels = np.dstack([cut_out.colours, cut_out.alpha])
    Image.fromarray(pixels).save(stream, "PNG", compress_level=COMPRESSION)
    return stream.getvalue()


def read_cut_out(folder: Path, view: View) -> CutOut:
    """The cut-out of a view. Raises EngineError when it is missing, elsewhere, or not the one that was imported."""
    path = folder / view.file
    if not path.resolve().is_relative_to(folder.resolve()):
        raise EngineError(f"The cut-out {view.file} lies outside {folder}; import the photographs again.")
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise EngineError(f"The cut-out {path} cannot be read: {error.strerror}. Import the photographs again.") from error
    if hashlib.sha256(data).hexdigest() != view.sha256:
        raise EngineError(f"The cut-out {path} is not the one in the catalogue: its sha256 differs. Import and plan again.")
    return _decoded(data, view)


def _decoded(data: bytes, view: View) -> CutOut:
    try:
        with Image.open(io.BytesIO(data), formats=("PNG",)) as picture:
            if picture.mode != "RGBA" or not 0 < max(picture.size) <= LARGEST_SIDE:
                raise ValueError(f"expected RGBA of at most {LARGEST_SIDE} pixels a side, found {picture.mode} {picture.size}")
            pixels = np.asarray(picture)
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise EngineError(f"The cut-out {view.file} cannot be decoded ({error}); import the photographs again.") from error
    return CutOut(np.ascontiguousarray(pixels[..., :3]), np.ascontiguousarray(pixels[..., 3]), view.cut)
