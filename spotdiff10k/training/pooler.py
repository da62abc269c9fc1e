"""From a picture's tokens to one code: a layer on every token, attention over places, a layer on what was attended to."""

import torch
from torch import Tensor, nn
from torch.nn import functional

from spotdiff10k.training.module import Module

LEAST_COVER = 1e-3
"""Of a place outside the mask: attention to it is possible, at a thousandth of the weight."""


class AttentionPooler(Module):
    """z = W_o [ Σ_t a_ht g(W_i x_t) ]_h  with  a_ht = softmax_t( v_h · g(W_i x_t) + log m_t ),  of length 1.

    x_t: token of place t; m_t in 0..1: how much of it the mask covers, 1 without a mask; g: GELU; h: heads.
    """

    def __init__(self, token_width: int, hidden: int, heads: int, width: int) -> None:
        super().__init__()
        self.enter = nn.Linear(token_width, hidden)
        self.score = nn.Linear(hidden, heads)
        self.leave = nn.Linear(hidden * heads, width)
        nn.init.zeros_(self.score.weight)
        nn.init.zeros_(self.score.bias)

    def forward(self, tokens: Tensor, inside: Tensor | None = None) -> Tensor:
        """(N, d) of (N, T, D) tokens and (N, T) cover."""
        seen = functional.gelu(self.enter(tokens))
        weights = self.attention(seen, inside)
        attended = torch.matmul(weights.transpose(1, 2), seen).flatten(1)
        return functional.normalize(self.leave(attended).float(), dim=1)

    def attention(self, seen: Tensor, inside: Tensor | None) -> Tensor:
        """(N, T, heads), each head's weights adding up to 1."""
        scores = self.score(seen).float()
        if inside is not None:
            scores = scores + inside.clamp_min(LEAST_COVER).log()[..., None]
        return scores.softmax(1)


class PooledBranch(Module):
    """z = W_o g(W_i x), of length 1: what an attention pooler is compared with; x is one vector a picture."""

    def __init__(self, pooled_width: int, hidden: int, width: int) -> None:
        super().__init__()
        self.enter = nn.Linear(pooled_width, hidden)
        self.leave = nn.Linear(hidden, width)

    def forward(self, pooled: Tensor, inside: Tensor | None = None) -> Tensor:
        """(N, d) of (N, 1, P); a mask changes nothing."""
        return functional.normalize(self.leave(functional.gelu(self.enter(pooled.squeeze(1)))).float(), dim=1)
