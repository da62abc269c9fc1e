"""Which pixels of a picture are still background, compared with its plate under its shadow, and what its mask says of them."""

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from spotdiff10k.checks._extent import is_outline
from spotdiff10k.checks._layers import changes_of
from spotdiff10k.checks._pixels import mask_of
from spotdiff10k.committed import INSIDE, SampleView
from spotdiff10k.engines.rendered.jit import kernel

Pixels = npt.NDArray[np.uint8]
Largest = npt.NDArray[np.uint16]

FULL = 255
_LOSSLESS_WEBP = b"VP8L"
_WEBP_CHUNK = slice(12, 16)


class Allowed(NamedTuple):
    """Steps of 255 by which a picture may differ from its plate under its shadow and still be background."""

    outside: int  # where the mask says background: what coding may change, and no more
    inside: int  # where it says subject: what a subject seldom is by chance


LOSSLESS = Allowed(2, 2)
"""What a release promises."""
LOSSY = Allowed(20, 8)
"""JPEG of quality 95 changes shadowed plates and the surroundings of a subject by up to 20 steps, most pixels by less than 8."""


class Background(NamedTuple):
    """Pixels, counted."""

    changed_outside: int  # alpha is 0, and the picture is not the plate
    unchanged_inside: int  # alpha is 128 or more, and the picture is still the plate
    unchanged_outline: int  # the same on the outline


@kernel
def _count(alpha: Pixels, largest: Largest, allowed_outside: int, allowed_inside: int) -> tuple[int, int, int]:
    """alpha, largest: (H, W); allowed: steps x 255. Plain loops, which compile to wide instructions."""
    height, width = alpha.shape
    changed_outside = unchanged_inside = unchanged_outline = 0
    for y in range(height):
        row, found = alpha[y], largest[y]
        outside: Any = np.int32(0)
        inside: Any = np.int32(0)
        for x in range(width):
            outside += np.int32((row[x] == 0) & (found[x] > allowed_outside))
            inside += np.int32((row[x] >= INSIDE) & (found[x] <= allowed_inside))
        changed_outside += outside
        unchanged_inside += inside
        if inside:
            for x in range(width):
                if row[x] >= INSIDE and found[x] <= allowed_inside and is_outline(alpha, y, x):
                    unchanged_outline += 1
    return changed_outside, unchanged_inside, unchanged_outline


def compare(alpha: Pixels, changes: Largest, allowed: Allowed = LOSSLESS) -> Background:
    """Compare, by how picture and plate under its shadow differ (H, W) in 255ths of a step."""
    return Background(*_count(np.ascontiguousarray(alpha), changes, allowed.outside * FULL, allowed.inside * FULL))


def allowed_in(sample: SampleView) -> Allowed:
    """What the coding of a sample's picture allows."""
    suffix = sample.picture_suffix
    lossless = suffix == "png" or (suffix == "webp" and sample.members[suffix][_WEBP_CHUNK] == _LOSSLESS_WEBP)
    return LOSSLESS if lossless else LOSSY


def background_of(sample: SampleView) -> Background:
    """Compare a sample's picture and mask with its plate and shadow. Raises KeyError when it has no plate."""
    return compare(mask_of(sample), changes_of(sample).largest, allowed_in(sample))
