"""Soft histograms of opponent colours: a pixel is shared among the bins around it, so a little other light changes little."""

import numpy as np

from spotdiff10k.engines.rendered.jit import kernel
from spotdiff10k.identity.crops import F32


@kernel
def _place(value: float, low: float, high: float, count: int) -> float:
    """Where a value lies among bin centres 0 .. count - 1."""
    position = (value - low) / (high - low) * count - 0.5
    placed: float = min(max(position, 0.0), count - 1.0)
    return placed


@kernel
def _squeezed(value: float) -> float:
    """Signed square root: fine bins where colours are dull, wide ones where they are vivid."""
    root: float = np.sqrt(abs(value))
    return root if value >= 0 else -root


@kernel
def _share(channels: F32, cover: F32, sure: float, rows: int, offset: F32, ranges: F32, bins: F32) -> None:
    """Add every pixel to bins (bands, light, red-green, yellow-blue); bands are horizontal, of `rows` rows each."""
    _, height, width = channels.shape
    bands, lights, reds, yellows = bins.shape
    for y in range(height):
        band = min(y // rows, bands - 1)
        for x in range(width):
            if cover[y, x] >= sure:
                light = _place(channels[0, y, x] - offset[0], ranges[0, 0], ranges[0, 1], lights)
                red = _place(_squeezed(channels[1, y, x] - offset[1]), ranges[1, 0], ranges[1, 1], reds)
                yellow = _place(_squeezed(channels[2, y, x] - offset[2]), ranges[2, 0], ranges[2, 1], yellows)
                i, j, k = min(int(light), lights - 2), min(int(red), reds - 2), min(int(yellow), yellows - 2)
                u, v, w = light - i, red - j, yellow - k
                bins[band, i, j, k] += (1 - u) * (1 - v) * (1 - w)
                bins[band, i, j, k + 1] += (1 - u) * (1 - v) * w
                bins[band, i, j + 1, k] += (1 - u) * v * (1 - w)
                bins[band, i, j + 1, k + 1] += (1 - u) * v * w
                bins[band, i + 1, j, k] += u * (1 - v) * (1 - w)
                bins[band, i + 1, j, k + 1] += u * (1 - v) * w
                bins[band, i + 1, j + 1, k] += u * v * (1 - w)
                bins[band, i + 1, j + 1, k + 1] += u * v * w


def histogram(channels: F32, cover: F32, sure: float, shape: tuple[int, int, int, int], offset: F32, ranges: F32) -> F32:
    """Square roots of shares of the subject in (bands, light, red-green, yellow-blue) bins, so that distances are Hellinger's."""
    bins = np.zeros(shape, np.float32)
    _share(channels, cover, sure, -(-channels.shape[1] // shape[0]), offset, ranges, bins)
    total = float(bins.sum(dtype=np.float64))
    roots: F32 = np.sqrt(bins.ravel() / max(total, 1.0)).astype(np.float32)
    return roots
