"""What a surface looks like place by place, from pixels alone: colours, their histogram, and the energy of its texture.

A deep network forgets much of this, and sees far beyond a place; by colour and texture subjects are told apart, and they are of
the place itself. All is measured in logarithms of linear light and opponent colours: light of another strength moves only the
first channel, light of another colour moves all by constants (von Kries).
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch.nn import functional

from spotdiff10k.engines.rendered.jit import kernel
from spotdiff10k.types import Image

Float32 = npt.NDArray[np.float32]

GRID = 14
"""Places along each side of a picture."""
SIDE = 224
"""Pixels that pictures are brought to: 16 a place."""
BINS = (4, 6, 6)
"""Of log light, red against green, yellow against blue."""
LOWEST, HIGHEST = (-4.6, -1.7, -1.7), (0.0, 1.7, 1.7)
"""The range of the bins' centres."""
SCALES = 4
"""Bands of texture: details of 1, 2, 4 and 8 pixels."""
WIDTHS = (3 + 3 + 3 * SCALES + 3, BINS[0] * BINS[1] * BINS[2])
"""Channels: means, spreads, bands and edges of a place; its histogram."""
GAMMA = 2.2
BLACK = 0.01  # of linear light 0..1, so that dark noise stays small
FAINT = 0.01
"""Added to spreads and energies before the logarithm: some levels of 255, below which there is noise."""
_LOGARITHMS = np.log((np.arange(256) / 255.0) ** GAMMA + BLACK).astype(np.float32)


def surface(pictures: Sequence[Image]) -> Tensor:
    """(N, sum(WIDTHS), GRID, GRID) of pictures of any size."""
    return torch.stack([_of_one(picture) for picture in pictures])


def _of_one(picture: Image) -> Tensor:
    red, green, blue = torch.from_numpy(_LOGARITHMS[_sized(picture)]).unbind(2)
    channels = torch.stack([(red + green + blue) / 3, red - green, (red + green) / 2 - blue])[None]
    mean = functional.adaptive_avg_pool2d(channels, GRID)
    spread = _root(functional.adaptive_avg_pool2d(channels.square(), GRID) - mean.square())
    histogram = torch.from_numpy(histograms(channels[0].numpy()))[None]
    return torch.cat([mean, spread, *_bands(channels), _edges(channels[:, :1]), histogram], 1)[0]


def _sized(picture: Image) -> Image:
    if picture.shape[:2] == (SIDE, SIDE):
        return picture
    x = torch.tensor(picture).permute(2, 0, 1)[None].float()
    x = functional.interpolate(x, size=(SIDE, SIDE), mode="bilinear", antialias=True, align_corners=False)
    return np.asarray(x[0].permute(1, 2, 0).round().clamp(0, 255).to(torch.uint8).numpy())


def _bands(channels: Tensor) -> list[Tensor]:
    """Log energies of what each halving of the picture loses (Burt and Adelson's pyramid, with plain means)."""
    found = []
    for _ in range(SCALES):
        smaller = functional.avg_pool2d(channels, 2)
        lost = channels - functional.interpolate(smaller, size=channels.shape[2:], mode="nearest")
        found.append(_root(functional.adaptive_avg_pool2d(lost.square(), GRID)))
        channels = smaller
    return found


def _edges(light: Tensor) -> Tensor:
    """Energy of the gradient, and which way it runs: the structure tensor's anisotropy, in -1..1."""
    across = functional.pad(light[..., :, 2:] - light[..., :, :-2], (1, 1, 0, 0))
    down = functional.pad(light[..., 2:, :] - light[..., :-2, :], (0, 0, 1, 1))
    parts = torch.cat([across.square() + down.square(), across.square() - down.square(), 2 * across * down], 1)
    energy, upright, slanted = functional.adaptive_avg_pool2d(parts, GRID).split(1, 1)
    return torch.cat([_root(energy), upright / (energy + FAINT**2), slanted / (energy + FAINT**2)], 1)


def _root(energy: Tensor) -> Tensor:
    return (energy.clamp_min(0).sqrt() + FAINT).log()


def histograms(channels: Float32) -> Float32:
    """(bins, GRID, GRID) of (3, SIDE, SIDE) opponent colours: roots of soft shares, so that distances are Hellinger's."""
    out = np.zeros((GRID, GRID, *BINS), np.float32)
    step = (np.array(BINS, np.float32) - 1) / (np.array(HIGHEST, np.float32) - np.array(LOWEST, np.float32))
    _count(np.ascontiguousarray(channels), np.array(LOWEST, np.float32), step, out)
    shares = np.sqrt(out.reshape(GRID, GRID, -1) / np.float32((SIDE // GRID) ** 2))
    return np.ascontiguousarray(shares.transpose(2, 0, 1))


@kernel
def _count(channels: Float32, lowest: Float32, step: Float32, out: Float32) -> None:
    """Share every pixel of a place among the eight bins about its colour."""
    grid = out.shape[0]
    size = channels.shape[1] // grid
    at = np.zeros(3, np.int64)
    rest = np.zeros(3, np.float32)
    for y in range(grid * size):
        for x in range(grid * size):
            for channel in range(3):
                last = out.shape[2 + channel] - 1
                value = (channels[channel, y, x] - lowest[channel]) * step[channel]
                value = min(max(value, np.float32(0.0)), np.float32(last))
                at[channel] = min(int(value), last - 1)
                rest[channel] = value - at[channel]
            place = out[y // size, x // size]
            for corner in range(8):
                i, j, k = corner & 1, (corner >> 1) & 1, corner >> 2
                weight = rest[0] if i else 1 - rest[0]
                weight *= rest[1] if j else 1 - rest[1]
                weight *= rest[2] if k else 1 - rest[2]
                place[at[0] + i, at[1] + j, at[2] + k] += weight
