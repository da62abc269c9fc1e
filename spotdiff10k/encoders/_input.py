"""Pictures as a network wants them: square, of one size, normalised."""

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from spotdiff10k.encoders._protocol import Pictures

IMAGENET_MEAN, IMAGENET_DEVIATION = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
FULL = 255.0


@dataclass(frozen=True, slots=True)
class Normalisation:
    """Mean and deviation of each channel, of pixels in 0..1."""

    mean: tuple[float, ...] = IMAGENET_MEAN
    deviation: tuple[float, ...] = IMAGENET_DEVIATION


def network_input(pictures: Pictures, size: int, how: Normalisation, device: str) -> Tensor:
    """(N, 3, size, size) float32 of (N, H, W, 3) pictures: antialiased bilinear where the size differs."""
    if pictures.ndim != 4 or pictures.shape[3] != 3 or pictures.dtype != "uint8":
        raise ValueError(f"pictures should be (N, H, W, 3) uint8, found {pictures.shape} {pictures.dtype}")
    x = torch.tensor(pictures).to(device).permute(0, 3, 1, 2).float()
    if x.shape[2:] != (size, size):
        x = functional.interpolate(x, size=(size, size), mode="bilinear", antialias=True, align_corners=False)
    mean = torch.tensor(how.mean, device=device)[:, None, None] * FULL
    deviation = torch.tensor(how.deviation, device=device)[:, None, None] * FULL
    return (x - mean) / deviation
