"""Ridge regression in closed form, fitted on some pictures and asked about others: nothing is drawn, nothing has to converge."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from spotdiff10k.training.codes import Float32
from spotdiff10k.training.evidence.by_subject import Float64
from spotdiff10k.training.evidence.folds import Chosen

if TYPE_CHECKING:
    import torch

USUAL = 1.0
"""Penalty of a probe, relative to the mean eigenvalue of the kernel: on codes of length 1 the default of common libraries."""
HARDLY_ANY = 0.03
"""Penalty that lets a probe read faint directions as well."""
LEAST_SPREAD = 1e-6
"""Of a column: one that does not vary among the pictures to learn from is left out."""


def predictions(
    codes: Float32, targets: Float64, learnt: Chosen, asked: Chosen, penalty: float, *, one_spread: bool
) -> Iterator[tuple[Float64, Float64]]:
    """For each fold, (m, K) of the pictures asked about, and the (K,) mean target of those learnt from. `targets` is (N, K).

    `one_spread` brings every column to the same spread first, so that faint columns count as much as strong ones.
    """
    import torch

    rows, wanted = torch.from_numpy(codes.astype(np.float64)), torch.from_numpy(targets)
    for learn, ask in zip(learnt, asked, strict=True):
        mean = wanted[learn].mean(0)
        found = _fitted(*_columns(rows[learn], rows[ask], one_spread), wanted[learn] - mean, penalty) + mean
        yield found.numpy(), mean.numpy()


def _fitted(learnt: "torch.Tensor", asked: "torch.Tensor", targets: "torch.Tensor", penalty: float) -> "torch.Tensor":
    """B Aᵀ(A Aᵀ + w)⁻¹ Y, or B (Aᵀ A + w)⁻¹ Aᵀ Y, which is the same, where there are more pictures than columns."""
    import torch

    many = len(learnt) > learnt.shape[1]
    gram = learnt.T @ learnt if many else learnt @ learnt.T
    weight = penalty * (gram.trace() / len(learnt)).clamp_min(LEAST_SPREAD)
    factor = torch.linalg.cholesky(gram + weight * torch.eye(len(gram), dtype=torch.float64))
    if many:
        return asked @ torch.cholesky_solve(learnt.T @ targets, factor)
    return asked @ learnt.T @ torch.cholesky_solve(targets, factor)


def _columns(learnt: "torch.Tensor", asked: "torch.Tensor", one_spread: bool) -> "tuple[torch.Tensor, torch.Tensor]":
    """Those that vary among the pictures to learn from, less their means there."""
    mean, spread = learnt.mean(0), learnt.std(0, correction=0)
    varies = spread > LEAST_SPREAD
    learnt, asked = ((rows - mean)[:, varies] for rows in (learnt, asked))
    if one_spread:
        learnt, asked = learnt / spread[varies], asked / spread[varies]
    return learnt, asked
