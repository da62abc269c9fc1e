"""What a small network reads that a linear probe may not: one hidden layer, all folds trained side by side."""

from typing import TYPE_CHECKING

import numpy as np

from spotdiff10k.training.codes import Float32
from spotdiff10k.training.evidence.by_subject import Float64
from spotdiff10k.training.evidence.folds import Chosen
from spotdiff10k.training.views import Indices

if TYPE_CHECKING:
    import torch

HIDDEN = 64
STEPS = 100
LEARNING_RATE = 1e-2
WEIGHT_DECAY = 1e-2
LEAST_SPREAD = 1e-6


def read(codes: Float32, level: Indices, learnt: Chosen, asked: Chosen, seed: int) -> Float64:
    """(N,) whether the probe read a picture's level right; NaN for pictures that were not asked about."""
    import torch

    levels = int(level.max()) + 1
    weight = torch.from_numpy(learnt.astype(np.float32))
    rows = _standardised(torch.from_numpy(codes.astype(np.float32)), weight)
    network = _Probes(len(learnt), rows.shape[2], levels, seed)
    optimizer = torch.optim.AdamW(network.parameters, LEARNING_RATE, weight_decay=WEIGHT_DECAY)
    targets = torch.from_numpy(level).expand(len(learnt), -1)
    for _ in range(STEPS):
        losses = torch.nn.functional.cross_entropy(network(rows).transpose(1, 2), targets, reduction="none")
        loss = ((losses * weight).sum(1) / weight.sum(1)).sum()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    with torch.no_grad():
        right = (network(rows).argmax(2) == targets).numpy()
    found = np.full(len(codes), np.nan)
    for answers, ask in zip(right, asked, strict=True):
        found[ask] = answers[ask]
    return found


class _Probes:
    """As many networks as there are folds, in one batched product."""

    def __init__(self, folds: int, width: int, levels: int, seed: int) -> None:
        import torch

        generator = torch.Generator().manual_seed(seed)
        draw = [torch.randn(shape, generator=generator) for shape in ((folds, width, HIDDEN), (folds, HIDDEN, levels))]
        self.inner, self.outer = ((part / part.shape[1] ** 0.5).requires_grad_() for part in draw)
        self.inner_bias = torch.zeros(folds, 1, HIDDEN, requires_grad=True)
        self.outer_bias = torch.zeros(folds, 1, levels, requires_grad=True)

    @property
    def parameters(self) -> "list[torch.Tensor]":
        return [self.inner, self.inner_bias, self.outer, self.outer_bias]

    def __call__(self, rows: "torch.Tensor") -> "torch.Tensor":
        hidden = (rows @ self.inner + self.inner_bias).relu()
        return hidden @ self.outer + self.outer_bias


def _standardised(rows: "torch.Tensor", weight: "torch.Tensor") -> "torch.Tensor":
    """(F, N, D) columns with mean 0 and spread 1 over what each fold learns from."""
    import torch

    total = weight.sum(1, keepdim=True)
    mean = weight @ rows / total
    spread = (weight @ (rows * rows) / total - mean * mean).clamp_min(0).sqrt()
    centred = rows[None] - mean[:, None]
    return torch.where(spread[:, None] > LEAST_SPREAD, centred / spread[:, None].clamp_min(LEAST_SPREAD), 0.0)
