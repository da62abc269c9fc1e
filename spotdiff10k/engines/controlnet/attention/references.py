"""Reference pictures as an image encoder shall see them: the subject, large, on a plain ground."""

import numpy as np

from spotdiff10k.types import Image, Mask

GROUND = 127
"""Grey, 0..255: no colour that an encoder would take for a background."""
MARGIN = 0.05
"""Of the longer side of the subject, on each side of it."""
SEEN = 8
"""Alpha 0..255 from which a pixel counts as the subject's for its box."""


def framed(picture: Image, alpha: Mask | None) -> Image:
    """A square cut around the subject with its surroundings painted over; without a subject, or an alpha, the picture itself.

    An encoder that sees the reference's background carries it into every picture of the group.
    """
    if alpha is None or not (alpha >= SEEN).any():
        return picture
    weight = alpha[..., None] / np.float32(255.0)
    plain = np.rint(picture * weight + GROUND * (1.0 - weight)).astype(np.uint8)
    rows, columns = np.flatnonzero((alpha >= SEEN).any(1)), np.flatnonzero((alpha >= SEEN).any(0))
    longer = max(rows[-1] - rows[0], columns[-1] - columns[0]) + 1
    side = int(np.ceil(longer * (1.0 + 2.0 * MARGIN)))
    top = int(rows[0] + rows[-1] + 1 - side) // 2
    left = int(columns[0] + columns[-1] + 1 - side) // 2
    square = np.full((side, side, 3), GROUND, np.uint8)
    inside = plain[max(top, 0) : top + side, max(left, 0) : left + side]
    down, right = max(-top, 0), max(-left, 0)
    square[down : down + inside.shape[0], right : right + inside.shape[1]] = inside
    return square
