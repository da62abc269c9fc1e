"""Places of a picture: an encoder's maps and plain colours brought to one grid, so that a token tells of one place.

Deep stages tell what stands there, shallow ones what its surface is like, and colours what no stage keeps: a frozen encoder
forgets much of the light and hue by which subjects are told apart.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch.nn import functional

from spotdiff10k.seeds import seed_for
from spotdiff10k.types import Image, Mask

if TYPE_CHECKING:
    from spotdiff10k.encoders import Features

GRID = 14
"""Places along each side of a picture."""
WIDEST = 128
"""Channels of a stage that are kept; wider stages are projected, which keeps distances to some 10 %."""
COLOURS = 6
"""Mean and spread of log light, red against green, yellow against blue."""
SETUP = f"places v2 {GRID}x{GRID} {WIDEST}"
"""What decides the tokens beside the encoder."""
FULL = 255.0
GAMMA = 2.2
BLACK = 0.01  # of linear light 0..1, so that dark noise stays small
LEAST_SPREAD = 0.02
TINY = 1e-6
_LOGARITHMS = np.log((np.arange(256) / FULL) ** GAMMA + BLACK).astype(np.float32)


def place_tokens(features: "Features", stages: Sequence[int], pictures: Sequence[Image]) -> Tensor:
    """(N, GRID², D) float32: the chosen stages (counted from 0) and the colours of N pictures, place by place."""
    parts = [project(_no_finer(features.maps[stage]), stage) for stage in stages]
    parts = [_on_grid(part) for part in parts]
    parts.append(torch.stack([colours(picture) for picture in pictures]))
    return torch.cat([part.cpu().flatten(2).transpose(1, 2) for part in parts], 2)


def colours(picture: Image) -> Tensor:
    """(COLOURS, GRID, GRID) of one picture: means and log spreads of opponent colours in logarithms of linear light.

    Light of another strength moves only the first channel, light of another colour moves all by constants (von Kries).
    """
    red, green, blue = torch.from_numpy(_LOGARITHMS[picture.transpose(2, 0, 1)]).unbind(0)
    channels = torch.stack([(red + green + blue) / 3, red - green, (red + green) / 2 - blue])
    mean = functional.adaptive_avg_pool2d(channels, GRID)
    squares = functional.adaptive_avg_pool2d(channels.square(), GRID)
    spread = (squares - mean.square()).clamp_min(TINY).sqrt()
    return torch.cat([mean, (spread + LEAST_SPREAD).log()])


def covered(mask: Mask) -> npt.NDArray[np.float32]:
    """(GRID²,) in 0..1: how much of each place a mask covers."""
    cover = torch.tensor(mask).float()[None] / FULL
    return np.asarray(functional.adaptive_avg_pool2d(cover, GRID).flatten().numpy(), np.float32)


def project(maps: Tensor, stage: int) -> Tensor:
    """(N, C, h, w) with at most WIDEST channels: random signs, the same for everyone (Achlioptas 2003).

    It depends on no data, so that features of a picture are the same whatever set it is in.
    """
    channels = maps.shape[1]
    if channels <= WIDEST:
        return maps
    rng = np.random.default_rng(seed_for(0, "training", "projection", stage, channels))
    signs = rng.integers(0, 2, (WIDEST, channels)) * 2.0 - 1.0
    weight = torch.from_numpy((signs / np.sqrt(WIDEST)).astype(np.float32)).to(maps.device)
    return torch.stack([torch.mm(weight, one.flatten(1)).unflatten(1, maps.shape[2:]) for one in maps])


def _no_finer(maps: Tensor) -> Tensor:
    """Area means where maps are finer than the grid."""
    return functional.adaptive_avg_pool2d(maps, GRID) if maps.shape[2] > GRID else maps


def _on_grid(maps: Tensor) -> Tensor:
    """Bilinear where maps are coarser than the grid."""
    if maps.shape[2:] == (GRID, GRID):
        return maps
    return functional.interpolate(maps, size=(GRID, GRID), mode="bilinear", align_corners=False)
