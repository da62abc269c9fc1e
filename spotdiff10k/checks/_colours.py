"""The colours of a subject inside its mask, as a small histogram."""

import base64
import binascii

import numpy as np
import numpy.typing as npt

from spotdiff10k.engines.rendered.jit import kernel
from spotdiff10k.errors import DataError

LEVELS = 4
"""Bins of each of red, green and blue."""
BINS = LEVELS**3
OPAQUE = 250
LOOKED_AT = 256
WHOLE = 255.0

F64 = npt.NDArray[np.float64]


@kernel
def _count(picture: npt.NDArray[np.uint8], alpha: npt.NDArray[np.uint8], least: int, step: int, bins: F64) -> None:
    height, width = alpha.shape
    for y in range(step // 2, height, step):
        for x in range(step // 2, width, step):
            if alpha[y, x] >= least:
                red = picture[y, x, 0] >> 6
                green = picture[y, x, 1] >> 6
                blue = picture[y, x, 2] >> 6
                bins[(red * 4 + green) * 4 + blue] += 1.0


def colours(picture: npt.NDArray[np.uint8], alpha: npt.NDArray[np.uint8]) -> str:
    """A note of (BINS,) square roots of shares in 8 bits; zeros for an empty mask. picture (H, W, 3), alpha (H, W)."""
    bins = np.zeros(BINS)
    _count(picture, alpha, OPAQUE, max(1, alpha.shape[0] // LOOKED_AT), bins)
    shares = bins / max(1.0, float(bins.sum()))
    return base64.b64encode(np.rint(np.sqrt(shares) * WHOLE).astype(np.uint8).tobytes()).decode()


def read_colours(text: str) -> F64:
    """(BINS,) square roots of shares, 0..1. Raises DataError for a text that is no note."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise DataError(f"Noted colours are no base64 ({error}); measure the run again.") from error
    if len(data) != BINS:
        raise DataError(f"Noted colours have {len(data)} bytes, expected {BINS}; measure the run again.")
    return np.frombuffer(data, np.uint8) / WHOLE
