"""The region of a control map as a prompt: the box to look in, points inside, and what of a mask belongs to it."""

import numpy as np
import numpy.typing as npt

from spotdiff10k.photos.matting import _label, blurred
from spotdiff10k.types import Mask

HALF, OPAQUE = 128, 255
MARGIN = 0.06
"""Of the region's box: how much further a segmenter looks on each side, since pictures follow control maps loosely."""
REACH = 0.1
"""Of the picture's side: what lies further from the region is no part of the subject."""
LEAST_SHARE = 0.25
"""A piece belongs to the region when this share of it lies in it ..."""
LEAST_COVER = 0.1
"""... or when it covers this share of the region."""
TRUST = 1.0
"""How much the region says of points that a segmenter is unsure of, as the logarithm of odds. Measured: docs/control-maps.md."""
TRUST_SOFT = 0.02
"""Half width of the blur of the region where it is trusted, in shares of the picture's side: outlines are the segmenter's."""
SURE = 1e-3
SOFT = 0.004
"""Half width of the blur that stands for an edge's softness, in shares of the picture's side."""
POINTS = 3
DEEP = 0.125
"""How far about a point it is looked at for being inside, in shares of the region's longer side."""
CLOSE = 0.5
"""Points are no nearer to each other than this share of what they could be."""


def box_of(region: Mask) -> tuple[int, int, int, int]:
    """left, top, right, bottom of the region with its margin, inside the picture; all of it for an empty region."""
    height, width = region.shape
    inside = region >= HALF
    rows, columns = np.flatnonzero(inside.any(axis=1)), np.flatnonzero(inside.any(axis=0))
    if not rows.size:
        return 0, 0, width, height
    left, top, right, bottom = int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1
    more_x, more_y = round(MARGIN * (right - left)) + 1, round(MARGIN * (bottom - top)) + 1
    return max(0, left - more_x), max(0, top - more_y), min(width, right + more_x), min(height, bottom + more_y)


def inner_points(region: Mask) -> npt.NDArray[np.int64]:
    """(POINTS, 2) x and y of pixels deep inside the region, apart from each other; the box's middle for an empty region."""
    left, top, right, bottom = box_of(region)
    inside = region >= HALF
    if not inside.any():
        return np.full((POINTS, 2), [(left + right) // 2, (top + bottom) // 2], np.int64)
    deep = _depth(inside, max(right - left, bottom - top))
    apart = CLOSE * max(right - left, bottom - top) / POINTS
    rows, columns = np.indices(region.shape)
    chosen = []
    left_over = deep.copy()
    for _ in range(POINTS):
        y, x = np.unravel_index(int(left_over.argmax()), region.shape)
        chosen.append((int(x), int(y)))
        near = (rows - y) ** 2 + (columns - x) ** 2 < apart * apart
        rest = np.where(near, 0.0, left_over)
        left_over = rest if rest.any() else deep
    return np.array(chosen, np.int64)


def _depth(inside: npt.NDArray[np.bool_], extent: int) -> npt.NDArray[np.float32]:
    """How deep inside a point lies, roughly: the share of a square about it that is inside, zero outside."""
    radius = max(1, round(DEEP * extent))
    share = blurred(inside[..., None].astype(np.float32), radius)[..., 0]
    return np.where(inside, share, np.float32(0.0))


def informed(alpha: Mask, region: Mask) -> Mask:
    """A segmenter's soft mask, leaning towards the region where it is unsure; what it is sure of stays."""
    prior = blurred(region[..., None].astype(np.float32), max(1, round(TRUST_SOFT * max(region.shape))))[..., 0] / OPAQUE
    share = np.clip(alpha.astype(np.float64) / OPAQUE, SURE, 1.0 - SURE)
    odds = share / (1.0 - share) * np.exp(TRUST * (2.0 * prior - 1.0))
    return np.asarray(np.rint(OPAQUE * odds / (1.0 + odds)), np.uint8)


def belonging(alpha: Mask, region: Mask) -> Mask:
    """Those pieces of a soft mask that belong to the region, as far as they are within reach of it."""
    inside = region >= HALF
    near = blurred(inside[..., None].astype(np.float32), max(1, round(REACH * max(region.shape))))[..., 0] > 0.0
    within = np.where(near, alpha, 0).astype(np.uint8)
    labels = np.zeros(region.shape, np.int32)
    areas = _label(within >= HALF, labels)
    if len(areas) <= 1:
        return np.zeros_like(alpha)
    shared = np.bincount(labels[inside], minlength=len(areas)).astype(np.float64)
    keep = (shared >= LEAST_SHARE * areas) | (shared >= LEAST_COVER * np.count_nonzero(inside))
    keep[0] = False
    if not keep.any():
        return np.zeros_like(alpha)
    kept = keep[labels]
    around = blurred(kept[..., None].astype(np.float32), max(2, round(SOFT * max(alpha.shape))))[..., 0] > 0.0
    others = (labels > 0) & ~kept
    return np.where(around & ~others, within, 0).astype(np.uint8)


def softened(region: Mask) -> Mask:
    """The region with an edge as soft as a segmenter leaves one."""
    soft = blurred(region[..., None].astype(np.float32), max(1, round(SOFT * max(region.shape))))
    return np.rint(soft[..., 0]).astype(np.uint8)
