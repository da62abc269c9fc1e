"""Stage 2: the subject branch E_s, with the experts frozen.

L_2 = InfoNCE over subjects on z_s + λ · O(z_s; z_p, z_b), where O is one of
    cosine             cos²(z_s, z_p) + cos²(z_s, z_b)
    cross-covariance   ‖Corr(z_s, z_p)‖²/d + ‖Corr(z_s, z_b)‖²/d over the batch
    projection         nothing: z_s is projected out of span(z_p, z_b) instead, in training and afterwards
"""

from typing import get_args

import torch
from torch import Tensor

from spotdiff10k.training.batches import subject_pairs
from spotdiff10k.training.losses import cross_covariance, info_nce, projected_out, squared_cosine
from spotdiff10k.training.module import Module
from spotdiff10k.training.pooler import AttentionPooler, PooledBranch
from spotdiff10k.training.settings import Orthogonality, TrainingSettings
from spotdiff10k.training.views import Labels


class SubjectBranch(Module):
    """z_s of tokens inside a mask, or of pooled features."""

    def __init__(self, token_width: int, pooled_width: int, settings: TrainingSettings) -> None:
        super().__init__()
        if settings.orthogonality not in get_args(Orthogonality):
            known = ", ".join(get_args(Orthogonality))
            raise ValueError(f"there is no orthogonality '{settings.orthogonality}'; known: {known}")
        self.projects = settings.orthogonality == "projection"
        self.pooler: AttentionPooler | PooledBranch
        if settings.tokens:
            self.pooler = AttentionPooler(token_width, settings.hidden, settings.heads, settings.width)
        else:
            self.pooler = PooledBranch(pooled_width, settings.hidden, settings.width)

    def forward(self, features: Tensor, inside: Tensor | None, experts: tuple[Tensor, Tensor]) -> Tensor:
        """z_s (N, d) of (N, T, D) tokens, or of (N, 1, P) pooled features."""
        codes: Tensor = self.pooler(features, inside)
        return projected_out(codes, experts) if self.projects else codes


def subject_terms(codes: Tensor, experts: tuple[Tensor, Tensor], labels: Labels, settings: TrainingSettings) -> dict[str, Tensor]:
    """The terms of L_2 for one batch; the orthogonality is already weighted."""
    pairs = subject_pairs(labels)
    positive, negative = (torch.from_numpy(part).to(codes.device) for part in (pairs.positive, pairs.negative))
    terms = {"subject": info_nce(codes, positive, negative, settings.temperature)}
    penalty = {"cosine": squared_cosine, "cross-covariance": cross_covariance}.get(settings.orthogonality)
    if penalty is not None and settings.orthogonality_weight:
        terms["orthogonality"] = settings.orthogonality_weight * sum(
            (penalty(codes, other) for other in experts), codes.new_zeros(())
        )
    return terms
