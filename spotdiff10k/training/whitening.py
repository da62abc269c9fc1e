"""Tokens as a branch wants them: standardised, and rotated to the principal components of the training pictures' tokens."""

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from spotdiff10k.seeds import seed_for
from spotdiff10k.training.module import Module

Tokens = npt.NDArray[np.floating]
"""(N, T, D)."""
SAMPLES = 8192
"""Tokens that statistics are taken of."""
LEAST_DEVIATION = 1e-4
CHUNK = 64
"""Pictures at a time."""


class Whitening(Module):
    """x ↦ (x - mean) W: every component with spread 1 over the training tokens; fixed once it is fitted."""

    mean: Tensor
    weight: Tensor

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.outputs = outputs
        self.register_buffer("mean", torch.zeros(inputs))
        self.register_buffer("weight", torch.zeros(inputs, outputs))

    def forward(self, tokens: Tensor) -> Tensor:
        """(..., outputs) float32 of (..., inputs)."""
        return (tokens.float() - self.mean) @ self.weight

    def apply_to(self, tokens: Tokens) -> Tensor:
        """(N, T, outputs) of (N, T, inputs), in pieces."""
        parts = [self(torch.from_numpy(tokens[at : at + CHUNK])) for at in range(0, len(tokens), CHUNK)]
        return torch.cat(parts) if parts else self.mean.new_zeros((0, tokens.shape[1], self.weight.shape[1]))


def fit_whitening(tokens: Tokens, width: int) -> Whitening:
    """Of (N, T, D) tokens: standardise each channel, keep the `width` strongest components (all where there are fewer)."""
    rows = tokens.reshape(-1, tokens.shape[-1])
    if len(rows) > SAMPLES:
        rng = np.random.default_rng(seed_for(0, "training", "whitening", len(rows)))
        rows = rows[np.sort(rng.choice(len(rows), SAMPLES, replace=False))]
    sample = torch.from_numpy(rows.astype(np.float64))
    mean = sample.mean(0)
    deviation = sample.std(0, correction=0).clamp_min(LEAST_DEVIATION)
    standard = (sample - mean) / deviation
    strengths, directions = torch.linalg.eigh(standard.T @ standard / len(standard))
    kept = min(width, len(strengths), max(1, len(rows) - 1))
    spread = strengths[-kept:].clamp_min(LEAST_DEVIATION**2).sqrt()
    found = Whitening(tokens.shape[-1], kept)
    found.mean.copy_(mean)
    found.weight.copy_(directions[:, -kept:] / spread / deviation[:, None])
    return found
