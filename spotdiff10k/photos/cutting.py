"""One photograph becomes a cut-out: masked by its own alpha, by a file beside it, or by a segmenter."""

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from spotdiff10k.photos.cut_out import CutOut
from spotdiff10k.photos.matting import HALF, decontaminated, refined
from spotdiff10k.photos.quality import cut_sides, quality_of, refuse_unusable
from spotdiff10k.photos.reading import MASK_SUFFIX, Photo, UnusablePhotoError, bounded_bytes, read_mask, read_photo

if TYPE_CHECKING:
    from collections.abc import Mapping

    from spotdiff10k.segmenters import Segmenter

U8 = npt.NDArray[np.uint8]
ALPHA, FILE = "alpha", "file"
BORDER = 2
"""Pixels kept clear about a cut-out, where the photograph goes on."""


@dataclass(frozen=True, slots=True)
class Raw:
    """A photograph's bytes, and those of the mask beside it if there is one."""

    photo: bytes
    mask: bytes | None

    @property
    def digest(self) -> str:
        """Of both."""
        parts = hashlib.sha256(self.photo).digest() + (hashlib.sha256(self.mask).digest() if self.mask else b"")
        return hashlib.sha256(parts).hexdigest()


@dataclass(frozen=True, slots=True)
class Cut:
    """A photograph, what it became and how."""

    photo: U8  # (H, W, 3), for the contact sheet
    cut_out: CutOut
    mask: str  # where the mask comes from
    quality: "Mapping[str, float]"


def read_raw(root: Path, name: str) -> Raw:
    """Read a photograph and its mask file. Raises UnusablePhotoError."""
    photo = bounded_bytes(root, name)
    beside = str(PurePosixPath(name).with_suffix("")) + MASK_SUFFIX
    return Raw(photo, bounded_bytes(root, beside) if os.path.lexists(root / beside) else None)


def cut(raw: Raw, segmenter: "Segmenter | None", setup: str, keep_cut: bool, trimmed: bool = False) -> Cut:
    """Cut the subject out. Raises UnusablePhotoError, with what is wrong, where that cannot be done.

    `trimmed` says that pictures which bring alpha or a mask were cropped to their subject, which is whole although it touches
    the border.
    """
    photo = read_photo(raw.photo)
    alpha, made_by = alpha_of(photo, raw.mask, segmenter, setup)
    quality = quality_of(photo.colours, alpha)
    by_people = made_by in (ALPHA, FILE)
    sides = () if trimmed and by_people else cut_sides(alpha)
    refuse_unusable(quality, sides, keep_cut, by_people)
    colours = photo.colours if made_by == ALPHA else decontaminated(photo.colours, alpha)  # with alpha come own colours
    return Cut(photo.colours, _cropped(colours, alpha, sides), made_by, quality)


def alpha_of(photo: Photo, mask: bytes | None, segmenter: "Segmenter | None", setup: str) -> tuple[U8, str]:
    """The subject's soft alpha in its photograph, and where it comes from. Raises UnusablePhotoError when nobody tells."""
    if mask is not None:
        return read_mask(mask, (photo.colours.shape[0], photo.colours.shape[1])), FILE
    if photo.alpha is not None:
        return photo.alpha, ALPHA
    if segmenter is None:
        raise UnusablePhotoError("it has no alpha channel and no mask file; name a --segmenter to find its subject")
    return refined(np.asarray(segmenter.segment(photo.colours[None])[0], np.uint8)), setup


def _cropped(colours: U8, alpha: U8, sides: tuple[str, ...]) -> CutOut:
    """To the subject's box; a side at which the photograph cuts it off stays where it is."""
    height, width = alpha.shape
    rows, columns = np.flatnonzero((alpha > 0).any(axis=1)), np.flatnonzero((alpha > 0).any(axis=0))
    inside = alpha >= HALF
    solid_rows, solid_columns = np.flatnonzero(inside.any(axis=1)), np.flatnonzero(inside.any(axis=0))
    left = max(0, int(columns[0]), int(solid_columns[0]) - BORDER) if "left" not in sides else 0
    top = max(0, int(rows[0]), int(solid_rows[0]) - BORDER) if "top" not in sides else 0
    right = min(width, int(columns[-1]) + 1, int(solid_columns[-1]) + 1 + BORDER) if "right" not in sides else width
    bottom = min(height, int(rows[-1]) + 1, int(solid_rows[-1]) + 1 + BORDER) if "bottom" not in sides else height
    box = np.s_[top:bottom, left:right]
    return CutOut(np.ascontiguousarray(colours[box]), np.ascontiguousarray(alpha[box]), sides)
