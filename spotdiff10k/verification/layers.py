"""Whether picture, plate and shadow add up outside the mask: verify's own sum, which no check has a part in."""

import numpy as np
import numpy.typing as npt

from spotdiff10k.engines.rendered.jit import kernel
from spotdiff10k.samples import Pixels

U8 = npt.NDArray[np.uint8]
WHITE = 255
COLOURS = 3


@kernel
def _difference(picture: U8, plate: U8, shadow: U8, mask: U8) -> int:
    """All but the mask: (H, colours of a row); mask: (H, W). In 255ths of a grey level."""
    height, width = mask.shape
    row = np.empty(COLOURS * width, np.int32)
    worst = 0
    for y in range(height):
        for i in range(COLOURS * width):
            row[i] = abs(np.int32(picture[y, i]) * np.int32(WHITE) - np.int32(plate[y, i]) * np.int32(shadow[y, i]))
        for x in range(width):
            if mask[y, x] == 0:
                worst = max(worst, row[COLOURS * x], row[COLOURS * x + 1], row[COLOURS * x + 2])
    return worst


def layer_difference(picture: Pixels, plate: Pixels, shadow: Pixels, mask: Pixels) -> float:
    """The largest |picture - plate × shadow / 255| where the mask is 0, in grey levels.

    picture and plate: (H, W, 3) uint8; shadow: the same, or (H, W); mask: (H, W) uint8.
    """
    shade = shadow if shadow.ndim == plate.ndim else np.repeat(shadow, COLOURS, axis=1)
    height, width = mask.shape
    rows = [np.ascontiguousarray(layer, np.uint8).reshape(height, COLOURS * width) for layer in (picture, plate, shade)]
    return int(_difference(rows[0], rows[1], rows[2], np.ascontiguousarray(mask, np.uint8))) / WHITE


def warm_up() -> None:
    """Compile the sum for layers that cannot be written to, as decoded ones are."""
    colours, grey = np.zeros((1, 1, COLOURS), np.uint8), np.zeros((1, 1), np.uint8)
    colours.flags.writeable = grey.flags.writeable = False
    layer_difference(colours, colours, colours, grey)
