"""Where a cut-out stands in the picture: the same pixels before every background, on the ground of each."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image

from spotdiff10k.photos.cut_out import CutOut

U8 = npt.NDArray[np.uint8]
F32 = npt.NDArray[np.float32]

WIDEST, TALLEST = 0.74, 0.68
"""Shares of the picture's side that a whole subject fills at most: what cameras keep free of other things."""
FOOT = 0.855
"""Share of the picture's height at which a whole subject stands: on the front of the stage at every camera's elevation."""
LEAST_ALPHA, MOST_ALPHA = 6, 249
"""Alpha that resampling leaves beyond these is nothing, or all."""
SURELY_INSIDE = 0.9
CRISP = 1.15
"""How much steeper alpha is made after resampling, which widens every edge by about a pixel."""
OPAQUE = 255
HALF = 128


@dataclass(frozen=True, slots=True)
class Placed:
    """A cut-out at its place in a picture, in whole pixels; depends on the view and the picture's size alone."""

    left: int
    top: int
    colours: U8  # (h, w, 3)
    alpha: U8  # (h, w)
    grounded: bool  # False where the picture's lower border hides where it stands
    scale: float  # pixels of the picture by pixels of the cut-out


def place(cut_out: CutOut, size: int) -> Placed:
    """Scale a cut-out to the picture and set it on the ground.

    A side at which the photograph cut the subject off lies on that border of the picture, so that no cut hangs in the air.
    """
    height, width = cut_out.alpha.shape
    scale = _scale(width, height, cut_out.cut, size)
    wide, tall = (min(size, max(1, round(side * scale))) for side in (width, height))
    left = _along(wide, size, "left" in cut_out.cut, "right" in cut_out.cut, (size - wide) // 2)
    foot = min(size, round(FOOT * size))
    top = _along(tall, size, "top" in cut_out.cut, "bottom" in cut_out.cut, max(0, foot - tall))
    colours, alpha = _resampled(cut_out, wide, tall)
    return Placed(left, top, colours, alpha, "bottom" not in cut_out.cut, scale)


def _scale(width: int, height: int, cut: tuple[str, ...], size: int) -> float:
    """The smaller of what width and height allow; opposite cuts must reach from border to border."""
    if "left" in cut and "right" in cut:
        return size / width
    if "top" in cut and "bottom" in cut:
        return size / height
    tallest = TALLEST if "bottom" not in cut else 1.0 - (FOOT - TALLEST)
    return min(WIDEST * size / width, tallest * size / height)


def _along(length: int, size: int, at_start: bool, at_end: bool, free: int) -> int:
    if at_start:
        return 0
    return size - length if at_end else free


def _resampled(cut_out: CutOut, wide: int, tall: int) -> tuple[U8, U8]:
    """Colours and alpha at their new size, weighted with alpha so that what is clear gives no colour.

    Inside, colours keep Lanczos' sharpness; it rings, so alpha and colours at the outline take Hamming's, which does not.
    """
    share = cut_out.alpha.astype(np.float32) / np.float32(OPAQUE)
    thin, smooth = _scaled(cut_out.colours, share, wide, tall, Image.Resampling.HAMMING)
    sharp_thin, sharp = _scaled(cut_out.colours, share, wide, tall, Image.Resampling.LANCZOS)
    colours = np.where((sharp_thin > SURELY_INSIDE)[..., None], sharp, smooth)
    steep = CRISP * max(1.0, wide / share.shape[1])
    alpha = np.clip(np.rint(((thin - 0.5) * steep + 0.5) * OPAQUE), 0, OPAQUE).astype(np.uint8)
    alpha[alpha < LEAST_ALPHA] = 0
    alpha[alpha > MOST_ALPHA] = OPAQUE
    return np.clip(np.rint(colours), 0, OPAQUE).astype(np.uint8), alpha


def _scaled(colours: U8, share: F32, wide: int, tall: int, by: Image.Resampling) -> tuple[F32, F32]:
    """Alpha (h, w) and colours (h, w, 3), by one filter."""

    def scaled(layer: npt.NDArray[np.floating]) -> F32:
        picture = Image.fromarray(np.ascontiguousarray(layer, np.float32))
        return np.asarray(picture.resize((wide, tall), by), np.float32)

    thin = scaled(share)
    weighted = np.stack([scaled(colours[..., channel] * share) for channel in range(3)], axis=2)
    return thin, np.asarray(weighted / np.maximum(thin, np.float32(1.0 / OPAQUE))[..., None], np.float32)


def mask_box(inside: npt.NDArray[np.bool_]) -> tuple[int, int, int, int]:
    """left, top, right, bottom of what is inside, right and bottom exclusive; zeros for nothing."""
    columns, rows = np.flatnonzero(inside.any(axis=0)), np.flatnonzero(inside.any(axis=1))
    if not columns.size:
        return 0, 0, 0, 0
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


def foot_of(placed: Placed) -> tuple[float, float]:
    """Pixel column and row (edges at whole numbers) of the point on which a placed subject stands."""
    left, _, right, bottom = mask_box(placed.alpha >= HALF)
    return placed.left + (left + right) / 2, float(placed.top + bottom)
