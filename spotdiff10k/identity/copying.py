"""Copies: how alike two cut-outs of one size are, pixel by pixel. Two poses of one subject are never the same pixels."""

import numpy as np

from spotdiff10k.engines.rendered.jit import kernel
from spotdiff10k.identity.crops import F32
from spotdiff10k.identity.opponent import SURE

FLAT = 0.002
"""Added to variances of log colours: a subject without any shading or pattern shows no copy."""
CHANNELS = 3


@kernel
def _likeness(first: F32, first_cover: F32, second: F32, second_cover: F32, sure: float, flat: float) -> float:
    height, width = first_cover.shape
    shared, united, count = 0.0, 0.0, 0
    sums = np.zeros((5, CHANNELS), np.float64)
    for y in range(height):
        for x in range(width):
            low, high = first_cover[y, x], second_cover[y, x]
            if low > high:
                low, high = high, low
            shared += low
            united += high
            if low >= sure:
                count += 1
                for channel in range(CHANNELS):
                    u, v = first[channel, y, x], second[channel, y, x]
                    sums[0, channel] += u
                    sums[1, channel] += v
                    sums[2, channel] += u * u
                    sums[3, channel] += v * v
                    sums[4, channel] += u * v
    if count == 0:
        return 0.0
    sums /= count
    together = (sums[4] - sums[0] * sums[1]).sum()
    first_variance, second_variance = (sums[2] - sums[0] ** 2).sum(), (sums[3] - sums[1] ** 2).sum()
    correlation = together / (np.sqrt(max(first_variance, 0.0) * max(second_variance, 0.0)) + flat)
    found: float = max(0.0, correlation) * shared / united
    return found


def likeness(first: F32, first_cover: F32, second: F32, second_cover: F32) -> float:
    """0 to 1: intersection over union of two silhouettes, times the correlation of their (3, S, S) opponent colours inside both.

    A copy comes near 1 wherever it was pasted, and at any size; light of another strength or colour does not hide it.
    """
    return min(1.0, float(_likeness(first, first_cover, second, second_cover, SURE, FLAT)))
