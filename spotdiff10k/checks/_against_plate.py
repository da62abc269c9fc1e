"""Which pixels of a picture are still background, compared with its plate under its shadow, and what its mask says of them."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from spotdiff10k.checks._extent import is_outline
from spotdiff10k.checks._pixels import layer_of, mask_of, picture_of
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
def _mark_changed(picture: Pixels, plate: Pixels, shadow: Pixels, allowed: np.int32, changed: npt.NDArray[np.bool_]) -> bool:
    """For one row, channel by channel; whether any is. allowed: steps x 255. Plain loops, which compile to wide instructions."""
    for i in range(changed.size):
        lit = np.int32(plate[i]) * np.int32(shadow[i])
        changed[i] = abs(np.int32(picture[i]) * np.int32(FULL) - lit) > allowed
    found = False
    for i in range(changed.size):
        found |= changed[i]
    return found


@kernel
def _reaches_inside(row: Pixels) -> bool:
    highest = np.uint8(0)
    for x in range(row.size):
        highest = max(highest, row[x])
    return bool(highest >= INSIDE)


@kernel
def _compare(
    alpha: Pixels, picture: Pixels, plate: Pixels, shadow: Pixels, allowed_outside: int, allowed_inside: int
) -> tuple[int, int, int]:
    """alpha: (H, W); the others: (H, 3 W). allowed: steps x 255."""
    height, width = alpha.shape
    changed = np.empty(3 * width, np.bool_)
    much_changed = np.empty(3 * width, np.bool_)
    changed_outside = unchanged_inside = unchanged_outline = 0
    for y in range(height):
        found = _mark_changed(picture[y], plate[y], shadow[y], np.int32(allowed_outside), much_changed)
        if not found and not _reaches_inside(alpha[y]):
            continue
        _mark_changed(picture[y], plate[y], shadow[y], np.int32(allowed_inside), changed)
        for x in range(width):
            here = 3 * x
            if alpha[y, x] == 0:
                if much_changed[here] or much_changed[here + 1] or much_changed[here + 2]:
                    changed_outside += 1
            elif alpha[y, x] >= INSIDE and not (changed[here] or changed[here + 1] or changed[here + 2]):
                unchanged_inside += 1
                if is_outline(alpha, y, x):
                    unchanged_outline += 1
    return changed_outside, unchanged_inside, unchanged_outline


def compare(alpha: Pixels, picture: Pixels, plate: Pixels, shadow: Pixels, allowed: Allowed = LOSSLESS) -> Background:
    """Compare. shadow: (H, W) or (H, W, 3), what it leaves of the plate's light."""
    shadow = np.broadcast_to(np.atleast_3d(shadow), picture.shape)
    picture, plate, shadow = (np.ascontiguousarray(pixels).reshape(len(alpha), -1) for pixels in (picture, plate, shadow))
    return Background(
        *_compare(np.ascontiguousarray(alpha), picture, plate, shadow, allowed.outside * FULL, allowed.inside * FULL)
    )


def allowed_in(sample: SampleView) -> Allowed:
    """What the coding of a sample's picture allows."""
    suffix = sample.picture_suffix
    lossless = suffix == "png" or (suffix == "webp" and sample.members[suffix][_WEBP_CHUNK] == _LOSSLESS_WEBP)
    return LOSSLESS if lossless else LOSSY


def background_of(sample: SampleView) -> Background:
    """Compare a sample's picture and mask with its plate and shadow. Raises KeyError when it has not both."""
    plate, shadow = layer_of(sample, f"plate.{sample.picture_suffix}"), layer_of(sample, SHADOW)
    return compare(mask_of(sample), picture_of(sample), plate, shadow, allowed_in(sample))
