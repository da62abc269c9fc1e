"""Texture: how strongly each opponent channel varies at each scale, inside the subject alone."""

import numpy as np

from spotdiff10k.engines.rendered.jit import kernel
from spotdiff10k.identity.crops import F32

RADII = (1, 2, 4, 8)
"""Of the box filters, in pixels of the crop."""
FLOOR = 1e-3
"""Added before logarithms: less than one grey level in a hundred."""
PASSES = 2
"""Box filters in a row; two give a tent."""


@kernel
def _box(source: F32, radius: int, target: F32) -> None:
    """Running sums along rows, written transposed; beyond the border there is nothing."""
    height, width = source.shape
    for y in range(height):
        total = 0.0
        for x in range(min(radius, width)):
            total += source[y, x]
        for x in range(width):
            if x + radius < width:
                total += source[y, x + radius]
            if x - radius - 1 >= 0:
                total -= source[y, x - radius - 1]
            target[x, y] = total


@kernel
def _smooth(source: F32, radius: int, passes: int, spare: F32, target: F32) -> None:
    target[:] = source
    for _ in range(passes):
        _box(target, radius, spare)
        _box(spare, radius, target)


@kernel
def _energies(channels: F32, cover: F32, sure: float, radii: tuple[int, ...], passes: int, floor: float, out: F32) -> None:
    """Mean and root mean square of what each scale takes away, as logarithms; the finest scale first."""
    count, height, width = channels.shape
    finer, weighted, smooth = channels.copy(), np.empty_like(cover), np.empty_like(cover)
    weights, spare = np.empty_like(cover), np.empty_like(cover)
    for scale in range(len(radii)):
        _smooth(cover, radii[scale], passes, spare, weights)
        for channel in range(count):
            weighted[:] = channels[channel] * cover
            _smooth(weighted, radii[scale], passes, spare, smooth)
            total, squares, pixels = 0.0, 0.0, 0
            for y in range(height):
                for x in range(width):
                    if cover[y, x] >= sure:
                        coarser = smooth[y, x] / weights[y, x]
                        difference = abs(finer[channel, y, x] - coarser)
                        finer[channel, y, x] = coarser
                        total += difference
                        squares += difference * difference
                        pixels += 1
            out[channel, 2 * scale] = np.log(total / max(pixels, 1) + floor)
            out[channel, 2 * scale + 1] = np.log(np.sqrt(squares / max(pixels, 1)) + floor)


def energies(channels: F32, cover: F32, sure: float) -> F32:
    """(3 * scales * 2,) log mean and log root-mean-square band energies of (3, S, S) opponent channels."""
    out = np.empty((len(channels), 2 * len(RADII)), np.float32)
    _energies(channels, cover, sure, RADII, PASSES, FLOOR, out)
    return out.ravel()
