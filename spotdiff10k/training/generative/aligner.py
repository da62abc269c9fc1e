"""The alignment module: a subject code becomes a few tokens in the space that the network reads text in.

    A(z) = LayerNorm(reshape(W z + b)),   z in R^d,  A(z) in R^(tokens x width)

This is the projection that IP-Adapter puts behind an image encoder (arXiv 2308.06721), here behind z_s. SpotDiff
(arXiv 2510.07340) names an alignment module; what it is made of is not public.
"""

import torch
from torch import Tensor, nn

from spotdiff10k.training.module import Module


class Aligner(Module):
    """`width` is the network's cross_attention_dim."""

    def __init__(self, code: int, tokens: int, width: int) -> None:
        super().__init__()
        self.project = nn.Linear(code, tokens * width)
        self.norm = nn.LayerNorm(width)
        self.tokens = tokens

    def begin(self, generator: torch.Generator) -> None:
        """Weights to begin with, from a generator of the CPU; the norm makes their size immaterial."""
        drawn = torch.randn(self.project.weight.shape, generator=generator) / self.project.in_features**0.5
        with torch.no_grad():
            self.project.weight.copy_(drawn)
            self.project.bias.zero_()

    def forward(self, codes: Tensor) -> Tensor:
        """(N, d) to (N, tokens, width)."""
        tokens: Tensor = self.norm(self.project(codes).unflatten(-1, (self.tokens, -1)))
        return tokens
