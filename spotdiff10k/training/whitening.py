"""Tokens as a branch wants them: standardised, and rotated to the principal components of the training pictures' tokens."""

from collections.abc import Sequence

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
CHUNK = 16
"""Pictures at a time: some megabytes, that memory is reused for."""


class Whitening(Module):
    """x ↦ (x - mean) W: every component with spread 1 over the training tokens; fixed once it is fitted."""

    mean: Tensor
    weight: Tensor

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.outputs = outputs
        self.blocks: tuple[int, ...] = (outputs,)
        """Widths of the parts that an output consists of."""
        self.register_buffer("mean", torch.zeros(inputs))
        self.register_buffer("weight", torch.zeros(inputs, outputs))

    def forward(self, tokens: Tensor) -> Tensor:
        """(..., outputs) float32 of (..., inputs)."""
        return (tokens.float() - self.mean) @ self.weight

    def apply_to(self, tokens: Tokens) -> Tensor:
        """(N, T, outputs) of (N, T, inputs), in pieces."""
        found = self.mean.new_empty((*tokens.shape[:2], self.outputs))
        for at in range(0, len(tokens), CHUNK):
            found[at : at + CHUNK] = self(torch.from_numpy(tokens[at : at + CHUNK]))
        return found


def fit_whitening(tokens: Tokens, width: int, blocks: Sequence[int] = ()) -> Whitening:
    """Of (N, T, D) tokens: standardise each channel, keep the `width` strongest components (all where there are fewer).

    `blocks` are the widths of parts that add up to D, such as stages of an encoder: each keeps its own `width` components,
    so that a part that says the same thing often does not crowd out the others.
    """
    rows = tokens.reshape(-1, tokens.shape[-1])
    if len(rows) > SAMPLES:
        rng = np.random.default_rng(seed_for(0, "training", "whitening", len(rows)))
        rows = rows[np.sort(rng.choice(len(rows), SAMPLES, replace=False))]
    sample = torch.from_numpy(rows.astype(np.float64))
    mean = sample.mean(0)
    parts = [_components(part, width) for part in (sample - mean).split(list(blocks) or [sample.shape[1]], 1)]
    found = Whitening(tokens.shape[-1], sum(part.shape[1] for part in parts))
    found.blocks = tuple(part.shape[1] for part in parts)
    found.mean.copy_(mean)
    found.weight.copy_(torch.block_diag(*parts))
    return found


def _components(centred: Tensor, width: int) -> Tensor:
    """(D, at most width): what brings (n, D) rows to components of spread 1, the weakest first."""
    deviation = centred.square().mean(0).sqrt().clamp_min(LEAST_DEVIATION)
    standard = centred / deviation
    strengths, directions = torch.linalg.eigh(standard.T @ standard / len(standard))
    kept = min(width, len(strengths), max(1, len(centred) - 1))
    spread = strengths[-kept:].clamp_min(LEAST_DEVIATION**2).sqrt()
    return directions[:, -kept:] / spread / deviation[:, None]
