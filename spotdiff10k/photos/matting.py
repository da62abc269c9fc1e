"""From a mask to a cut-out: edges made clean, the background's colour taken out of them, cropped.

Foreground colours are those of M. Forte, "Approximate Fast Foreground Colour Estimation" (ICIP 2021): blurred colours
of either side, weighted with alpha, then corrected so that foreground over background is the photograph; two rounds, wide
and narrow. Here the wide round trusts colours the more, the surer alpha is, which soft masks need.
"""

import numpy as np
import numpy.typing as npt

from spotdiff10k.engines.rendered.jit import kernel

U8 = npt.NDArray[np.uint8]
F32 = npt.NDArray[np.float32]

OPAQUE, HALF = 255, 128
TINY = np.float32(1e-6)
UNSURE = np.float32(1e-3)
"""Weight of soft pixels where surer ones are near."""
WIDE, NARROW = (0.06, 12), (0.004, 2)
"""Half widths of the two blurs, in shares of the longer side, and at least in pixels."""
EDGE = 0.003
"""A segmenter's alpha may be soft this near to its outline (share of the longer side); elsewhere it is all or nothing."""
EDGE_WIDTH = 1.4
"""Pixels over which a refined edge is soft: about what a lens leaves."""
INSET = 0.8
"""Pixels by which a refined edge lies inside the segmenter's: beyond it pixels show some background."""
LEAST_SLOPE = 0.01
"""Of alpha a pixel; flatter alpha is noise."""
SPECK = 0.05
"""Pieces of a segmenter's mask smaller than this share of its largest are dropped."""
PIN_HOLE = 0.002
"""Holes smaller than this share of the mask are filled."""


@kernel
def _blurred(values: F32, radius: int, out: F32) -> None:
    """Mean over a square window of an (H, W, C) picture, borders repeated; running sums, rows then columns."""
    height, width, channels = values.shape
    rows = np.empty_like(values)
    span = np.float64(2 * radius + 1)
    for y in range(height):
        for c in range(channels):
            total = 0.0
            for x in range(-radius, radius + 1):
                total += values[y, min(width - 1, max(0, x)), c]
            for x in range(width):
                rows[y, x, c] = total / span
                total += values[y, min(width - 1, x + radius + 1), c] - values[y, max(0, x - radius), c]
    for x in range(width):
        for c in range(channels):
            total = 0.0
            for y in range(-radius, radius + 1):
                total += rows[min(height - 1, max(0, y)), x, c]
            for y in range(height):
                out[y, x, c] = total / span
                total += rows[min(height - 1, y + radius + 1), x, c] - rows[max(0, y - radius), x, c]


def blurred(values: F32, radius: int) -> F32:
    """(H, W, C) averaged over squares of side 2 radius + 1."""
    out = np.empty_like(values)
    _blurred(np.ascontiguousarray(values, np.float32), radius, out)
    return out


def decontaminated(colours: U8, alpha: U8) -> U8:
    """(H, W, 3) the subject's own colours; where alpha is full they are the photograph's, to the bit."""
    share: F32 = (alpha.astype(np.float32) / np.float32(OPAQUE))[..., None]
    picture = colours.astype(np.float32)
    foreground, background = picture, picture
    sure = np.clip(3 * share - 2, 0, 1) + UNSURE * share, np.clip(1 - 3 * share, 0, 1) + UNSURE * (1 - share)
    for (part, least), weights in ((WIDE, sure), (NARROW, (share, 1 - share))):
        radius = max(least, round(part * max(alpha.shape)))
        foreground, background = _round(picture, (foreground, background), share, weights, radius)
    own = np.clip(np.rint(foreground), 0, OPAQUE).astype(np.uint8)
    own[alpha == OPAQUE] = colours[alpha == OPAQUE]
    return own


def _round(picture: F32, sides: tuple[F32, F32], share: F32, weights: tuple[F32, F32], radius: int) -> tuple[F32, F32]:
    """One round: each side's colours nearby, as far as they are known, then what is left over goes to the foreground."""
    near_foreground, near_background = (
        blurred(side * weight, radius) / (blurred(weight, radius) + TINY) for side, weight in zip(sides, weights, strict=True)
    )
    left_over = picture - share * near_foreground - (1 - share) * near_background
    corrected = near_foreground + share * left_over
    low, high = np.minimum(near_foreground, picture), np.maximum(near_foreground, picture)
    return np.clip(corrected, low, high), near_background  # where alpha is wrong, a correction must not overshoot


def refined(alpha: U8) -> U8:
    """A segmenter's alpha with specks and pin holes gone, and soft at its outline alone, over about a pixel.

    A segmenter looks at few pixels, so its alpha is blurred or unsure where the subject's edge is not. Kept is where it crosses
    one half: the distance to that line is its height over it by its slope, which also smooths the line.
    """
    inside = largest_pieces(alpha >= HALF)
    near = _near_outline(inside, max(2, round(EDGE * max(alpha.shape))))
    height = blurred((alpha.astype(np.float32) / np.float32(OPAQUE))[..., None], 1)[..., 0] - np.float32(0.5)
    down, across = np.gradient(height)
    slope = np.sqrt(down * down + across * across)
    share = np.clip((height / np.maximum(slope, LEAST_SLOPE) - INSET) / EDGE_WIDTH + 0.5, 0, 1)
    return np.where(near, np.rint(share * OPAQUE), np.where(inside, OPAQUE, 0)).astype(np.uint8)


def largest_pieces(inside: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Without pieces and holes that are too small to be meant."""
    kept = _without_small(inside, SPECK, of_largest=True)
    holes = _without_small(~kept, PIN_HOLE * float(np.count_nonzero(kept)), of_largest=False)
    return ~holes


def _without_small(inside: npt.NDArray[np.bool_], least: float, of_largest: bool) -> npt.NDArray[np.bool_]:
    """Drop pieces of fewer pixels than `least`, or than this share of the largest piece."""
    labels = np.zeros(inside.shape, np.int32)
    areas = _label(inside, labels)
    if len(areas) <= 1:
        return inside
    limit = least * float(areas[1:].max()) if of_largest else least
    keep = areas >= limit
    keep[0] = False
    return np.asarray(keep[labels])


def _label(inside: npt.NDArray[np.bool_], labels: npt.NDArray[np.int32]) -> npt.NDArray[np.int64]:
    """Number the pieces from 1 (4-connected); returns their areas, entry 0 for what is outside."""
    areas = np.zeros(inside.size // 2 + 2, np.int64)
    count = _flood(np.ascontiguousarray(inside), labels, areas, np.empty(inside.size, np.int64))
    return areas[: count + 1]


@kernel
def _flood(
    inside: npt.NDArray[np.bool_], labels: npt.NDArray[np.int32], areas: npt.NDArray[np.int64], stack: npt.NDArray[np.int64]
) -> int:
    height, width = inside.shape
    count = 0
    for start in range(height * width):
        if not inside[start // width, start % width] or labels[start // width, start % width] != 0:
            continue
        count += 1
        labels[start // width, start % width] = count
        stack[0] = start
        held = 1
        while held > 0:
            held -= 1
            y = stack[held] // width
            x = stack[held] % width
            areas[count] += 1
            for step in range(4):
                v = y + (step == 0) - (step == 1)
                u = x + (step == 2) - (step == 3)
                if v >= 0 and u >= 0 and v < height and u < width and inside[v, u] and labels[v, u] == 0:
                    labels[v, u] = count
                    stack[held] = v * width + u
                    held += 1
    return count


def _near_outline(inside: npt.NDArray[np.bool_], radius: int) -> npt.NDArray[np.bool_]:
    mean = blurred(inside.astype(np.float32)[..., None], radius)[..., 0]
    return np.asarray((mean > 1e-4) & (mean < 1 - 1e-4))
