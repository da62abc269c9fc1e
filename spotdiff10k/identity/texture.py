"""Texture: how strongly each opponent channel varies at each scale, inside the subject alone."""

import numpy as np
import numpy.typing as npt

from spotdiff10k.engines.rendered.jit import kernel
from spotdiff10k.identity.crops import F32

RADII = (1, 2, 4, 8)
"""Of the box filters, in pixels of the crop."""
FLOOR = 1e-3
"""Added before logarithms: less than one grey level in a hundred."""
PASSES = 2
"""Box filters in a row; two give a tent."""


CHANNELS = 3
PLANES = CHANNELS + 1
"""Channels times cover, and cover: smoothed side by side."""

F64 = npt.NDArray[np.float64]


@kernel
def _box(source: F32, radius: int, total: F64, target: F32) -> None:
    """Running sums down the columns of (H, W); beyond the border there is nothing. Side by side, they use wide instructions."""
    height, width = source.shape
    total[:] = 0.0
    for y in range(min(radius, height)):
        row = source[y]
        for x in range(width):
            total[x] += row[x]
    for y in range(height):
        out = target[y]
        if y + radius < height:
            row = source[y + radius]
            for x in range(width):
                total[x] += row[x]
        if y - radius - 1 >= 0:
            row = source[y - radius - 1]
            for x in range(width):
                total[x] -= row[x]
        for x in range(width):
            out[x] = total[x]


@kernel
def _turn(source: F32, target: F32) -> None:
    """Rows become columns; both (S, S, PLANES)."""
    side = len(source)
    for y in range(side):
        for x in range(side):
            for plane in range(PLANES):
                target[x, y, plane] = source[y, x, plane]


@kernel
def _smooth(turned: F32, radius: int, passes: int, spare: F32, target: F32) -> None:
    """Box filters along rows, then along columns, `passes` times; takes (S, S, PLANES) with rows as columns, and spends it."""
    side = len(turned)
    total = np.empty(side * PLANES)
    for number in range(passes):
        if number:
            _turn(target, turned)
        _box(turned.reshape(side, side * PLANES), radius, total, spare.reshape(side, side * PLANES))
        _turn(spare, turned)
        _box(turned.reshape(side, side * PLANES), radius, total, target.reshape(side, side * PLANES))


@kernel
def _weigh(channels: F32, cover: F32, turned: F32) -> None:
    side = len(cover)
    for y in range(side):
        for x in range(side):
            for channel in range(CHANNELS):
                turned[x, y, channel] = channels[channel, y, x] * cover[y, x]
            turned[x, y, CHANNELS] = cover[y, x]


@kernel
def _energies(channels: F32, cover: F32, sure: float, radii: tuple[int, ...], passes: int, floor: float, out: F32) -> None:
    """Mean and root mean square of what each scale takes away, as logarithms; the finest scale first."""
    side = len(cover)
    finer, turned = channels.copy(), np.empty((side, side, PLANES), np.float32)
    spare, smooth = np.empty_like(turned), np.empty_like(turned)
    for scale in range(len(radii)):
        _weigh(channels, cover, turned)
        _smooth(turned, radii[scale], passes, spare, smooth)
        total, squares, pixels = np.zeros(CHANNELS), np.zeros(CHANNELS), 0
        for y in range(side):
            for x in range(side):
                if cover[y, x] >= sure:
                    for channel in range(CHANNELS):
                        coarser = smooth[y, x, channel] / smooth[y, x, CHANNELS]
                        difference = abs(finer[channel, y, x] - coarser)
                        finer[channel, y, x] = coarser
                        total[channel] += difference
                        squares[channel] += difference * difference
                    pixels += 1
        for channel in range(CHANNELS):
            out[channel, 2 * scale] = np.log(total[channel] / max(pixels, 1) + floor)
            out[channel, 2 * scale + 1] = np.log(np.sqrt(squares[channel] / max(pixels, 1)) + floor)


def energies(channels: F32, cover: F32, sure: float) -> F32:
    """(3 * scales * 2,) log mean and log root-mean-square band energies of (3, S, S) opponent channels."""
    out = np.empty((len(channels), 2 * len(RADII)), np.float32)
    _energies(channels, cover, sure, RADII, PASSES, FLOOR, out)
    return out.ravel()
