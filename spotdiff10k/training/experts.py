"""Stage 1: the pose expert E_p and the background expert E_b, each a pooler of its own that learns one factor.

L_1 = InfoNCE over pose ids on z_p + InfoNCE over background ids on z_b. A picture's positives share the level and nothing
else, so that z_p cannot be read off the background nor z_b off the pose.
"""

import torch
from torch import Tensor

from spotdiff10k.training.batches import factor_pairs
from spotdiff10k.training.losses import info_nce
from spotdiff10k.training.module import Module
from spotdiff10k.training.pooler import AttentionPooler
from spotdiff10k.training.settings import TrainingSettings
from spotdiff10k.training.views import Labels

FACTORS = ("pose", "background")


class Experts(Module):
    """z_p and z_b of tokens; they see the whole picture, never a mask."""

    def __init__(self, token_width: int, settings: TrainingSettings) -> None:
        super().__init__()
        sizes = (token_width, settings.hidden, settings.heads, settings.width)
        self.pose = AttentionPooler(*sizes)
        self.background = AttentionPooler(*sizes)

    def forward(self, tokens: Tensor) -> tuple[Tensor, Tensor]:
        """(z_p, z_b), each (N, d)."""
        return self.pose(tokens), self.background(tokens)


def expert_terms(experts: tuple[Tensor, Tensor], labels: Labels, settings: TrainingSettings) -> dict[str, Tensor]:
    """The terms of L_1 for the (z_p, z_b) of one batch."""
    terms = {}
    for factor, codes in zip(FACTORS, experts, strict=True):
        pairs = factor_pairs(labels, factor)
        positive, negative = (torch.from_numpy(part).to(codes.device) for part in (pairs.positive, pairs.negative))
        terms[factor] = info_nce(codes, positive, negative, settings.temperature)
    return terms
