"""Members of a sample as compiled loops take them."""

import numpy as np
import numpy.typing as npt

from spotdiff10k.committed import SampleView

Picture = npt.NDArray[np.uint8]


def picture_of(sample: SampleView) -> Picture:
    """(H, W, 3), contiguous; not to be written to."""
    return np.ascontiguousarray(sample.picture, np.uint8)


def mask_of(sample: SampleView) -> Picture:
    """(H, W), soft, contiguous; not to be written to."""
    return np.ascontiguousarray(sample.mask, np.uint8)


def blank(*shape: int) -> Picture:
    """Zeros that cannot be written to, for `warm_up`: numba compiles a kernel of its own for arrays that can be."""
    pixels = np.zeros(shape, np.uint8)
    pixels.flags.writeable = False
    return pixels


def layer_of(sample: SampleView, member: str) -> Picture:
    """A layer with 8 bits a channel, contiguous; not to be written to."""
    return np.ascontiguousarray(sample.pixels(member), np.uint8)
