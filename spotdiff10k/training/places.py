"""Places of a picture: an encoder's maps and the picture's surface brought to one grid, so that a token tells of one place.

Deep stages tell what stands there, shallow ones what its surface is like, and colours and texture what no stage keeps.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch.nn import functional

from spotdiff10k.seeds import seed_for
from spotdiff10k.training.surface import GRID, surface
from spotdiff10k.training.surface import WIDTHS as SURFACE_WIDTHS
from spotdiff10k.types import Image, Mask

if TYPE_CHECKING:
    from spotdiff10k.encoders import Features

WIDEST = 128
"""Channels of a stage that are kept; wider stages are projected, which keeps distances to some 10 %."""
SETUP = f"places v3 {GRID}x{GRID} {WIDEST}"
"""What decides the tokens beside the encoder."""
FULL = 255.0


def place_tokens(features: "Features", stages: Sequence[int], pictures: Sequence[Image]) -> Tensor:
    """(N, GRID², D) float32: the chosen stages (counted from 0) and the surface of N pictures, place by place."""
    parts = [project(_no_finer(features.maps[stage]), stage) for stage in stages]
    parts = [_on_grid(part) for part in parts]
    return torch.cat([part.cpu().flatten(2).transpose(1, 2) for part in (*parts, surface(pictures))], 2)


def widths(features: "Features", stages: Sequence[int]) -> tuple[int, ...]:
    """The widths of the parts of a token: stages, then what `surface` tells."""
    return (*(min(WIDEST, features.maps[stage].shape[1]) for stage in stages), *SURFACE_WIDTHS)


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
