"""What can be measured of a cut-out: enough to refuse what cannot be used, and to tell good from poor."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from spotdiff10k.luma import luma
from spotdiff10k.photos.matting import HALF, OPAQUE, _label
from spotdiff10k.photos.reading import UnusablePhotoError

U8 = npt.NDArray[np.uint8]
LEAST_SIDE = 96
"""Pixels along the longer side of the subject's box."""
LEAST_SHARE = 0.01
"""Of the photograph that the subject covers."""
CUT_SHARE = 0.02
"""Of a side of the photograph that lies inside the mask, from which the side cuts the subject off."""
DECIMALS = 4


def cut_sides(alpha: U8) -> tuple[str, ...]:
    """Which sides of the photograph cut the subject off."""
    borders = {"left": alpha[:, 0], "top": alpha[0], "right": alpha[:, -1], "bottom": alpha[-1]}
    return tuple(side for side, line in borders.items() if np.count_nonzero(line >= HALF) > CUT_SHARE * line.size)


def quality_of(colours: U8, alpha: U8) -> Mapping[str, float]:
    """Measure a cut-out. Raises UnusablePhotoError when there is none.

    long_side (pixels of the subject's box), share (of the photograph), pieces, opaque (share of the mask without softness),
    sharpness (mean absolute Laplacian of brightness inside, grey levels), clipped (share of the inside that is black or white).
    """
    inside = alpha >= HALF
    area = int(np.count_nonzero(inside))
    if not area:
        raise UnusablePhotoError("no subject was found in it")
    rows, columns = np.flatnonzero(inside.any(axis=1)), np.flatnonzero(inside.any(axis=0))
    bright = luma(colours).astype(np.int64)
    core = alpha[1:-1, 1:-1] == OPAQUE
    curve = 4 * bright[1:-1, 1:-1] - bright[:-2, 1:-1] - bright[2:, 1:-1] - bright[1:-1, :-2] - bright[1:-1, 2:]
    extreme = (bright <= 2) | (bright >= 253)
    areas = _label(inside, np.zeros(inside.shape, np.int32))
    return {
        "long_side": float(max(rows[-1] - rows[0], columns[-1] - columns[0]) + 1),
        "share": round(area / inside.size, DECIMALS),
        "pieces": float(np.count_nonzero(areas[1:] >= 0.005 * area)),
        "opaque": round(float(np.count_nonzero(alpha == OPAQUE)) / area, DECIMALS),
        "sharpness": round(float(np.abs(curve[core]).mean()) if core.any() else 0.0, DECIMALS),
        "clipped": round(float(np.count_nonzero(extreme & inside)) / area, DECIMALS),
    }


def refuse_unusable(quality: Mapping[str, float], cut: tuple[str, ...], keep_cut: bool, by_people: bool) -> None:
    """Raise UnusablePhotoError for a subject that is too small, or cut off where that is not wanted."""
    if quality["share"] < LEAST_SHARE or quality["long_side"] < LEAST_SIDE:
        raise UnusablePhotoError(
            f"its subject is {quality['long_side']:.0f} pixels long and {quality['share']:.1%} of it; "
            f"at least {LEAST_SIDE} pixels and {LEAST_SHARE:.0%} are needed"
        )
    if cut and not keep_cut:
        whole = ", --trimmed says that it is whole" if by_people else ""
        raise UnusablePhotoError(f"its {' and '.join(cut)} border cuts the subject off; --keep-cut takes it as it is{whole}")
