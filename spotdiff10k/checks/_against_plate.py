"""Which pixels of a picture are still background, compared with its plate under its shadow, and what its mask says of them."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from spotdiff10k.checks._extent import is_outline
from spotdiff10k.committed import INSIDE, SampleView
from spotdiff10k.engines.rendered.jit import kernel

Pixels = npt.NDArray[np.uint8]

FULL = 255
SHADOW = "shadow.png"
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
def _is_unchanged(picture: Pixels, plate: Pixels, shadow: Pixels, y: int, x: int, allowed: int) -> bool:
    """shadow: (H, W, 1 or 3). allowed: steps x 255."""
    last = shadow.shape[2] - 1
    for channel in range(3):
        lit = np.int32(plate[y, x, channel]) * np.int32(shadow[y, x, min(channel, last)])
        if abs(np.int32(picture[y, x, channel]) * np.int32(FULL) - lit) > allowed:
            return False
    return True


@kernel
def _compare(
    alpha: Pixels, picture: Pixels, plate: Pixels, shadow: Pixels, allowed_outside: int, allowed_inside: int
) -> tuple[int, int, int]:
    height, width = alpha.shape
    changed_outside = unchanged_inside = unchanged_outline = 0
    for y in range(height):
        for x in range(width):
            if alpha[y, x] == 0:
                if not _is_unchanged(picture, plate, shadow, y, x, allowed_outside):
                    changed_outside += 1
            elif alpha[y, x] >= INSIDE and _is_unchanged(picture, plate, shadow, y, x, allowed_inside):
                unchanged_inside += 1
                if is_outline(alpha, y, x):
                    unchanged_outline += 1
    return changed_outside, unchanged_inside, unchanged_outline


def compare(alpha: Pixels, picture: Pixels, plate: Pixels, shadow: Pixels, allowed: Allowed = LOSSLESS) -> Background:
    """Compare. shadow: (H, W) or (H, W, 3), what it leaves of the plate's light."""
    alpha, picture, plate, shadow = (np.ascontiguousarray(pixels) for pixels in (alpha, picture, plate, np.atleast_3d(shadow)))
    return Background(*_compare(alpha, picture, plate, shadow, allowed.outside * FULL, allowed.inside * FULL))


def allowed_in(sample: SampleView) -> Allowed:
    """What the coding of a sample's picture allows."""
    suffix = sample.picture_suffix
    lossless = suffix == "png" or (suffix == "webp" and sample.members[suffix][_WEBP_CHUNK] == _LOSSLESS_WEBP)
    return LOSSLESS if lossless else LOSSY


def background_of(sample: SampleView) -> Background:
    """Compare a sample's picture and mask with its plate and shadow. Raises KeyError when it has not both."""
    layers = (sample.mask, sample.picture, sample.pixels(f"plate.{sample.picture_suffix}"), sample.pixels(SHADOW))
    alpha, picture, plate, shadow = (np.asarray(layer, np.uint8) for layer in layers)
    return compare(alpha, picture, plate, shadow, allowed_in(sample))
