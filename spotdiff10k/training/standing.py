"""What stands before the background, place by place, without masks: how far a picture is from the bare background there.

The camera belongs to the background, so that a level looks alike wherever no subject stands, and the median of a place over a
level's pictures is its background without a subject. A picture's background is the known one that most of its places are near,
or, where it is of no known level, the picture's own most usual place. What is left tells where a subject is and how it spreads,
and hardly what it looks like nor before what: that is what a pose can be read from across families.
"""

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from spotdiff10k.training.module import Module
from spotdiff10k.training.views import Indices

FEWEST_PICTURES = 5
"""Of a level, to tell its background by."""
MOST_LEVELS = 256
"""Whose backgrounds are kept, the most frequent first: some 40 kB each."""
FAINT = 0.01
"""Mean square of whitened tokens, below which a difference is noise."""
LEAST_SPREAD = 1e-4
CHUNK = 64
"""Pictures at a time."""


class Standing(Module):
    """x_t ↦ log( mean_{d in block} (x_td - b_td)² + ε ) for each block of a token, standardised; b: the nearest background."""

    backgrounds: Tensor  # (L, T, D)
    blocks: Tensor  # (B,) widths that add up to D
    mean: Tensor  # (B,)
    spread: Tensor  # (B,)

    def __init__(self, levels: int, places: int, blocks: Sequence[int]) -> None:
        super().__init__()
        self.register_buffer("backgrounds", torch.zeros(levels, places, sum(blocks)))
        self.register_buffer("blocks", torch.tensor(list(blocks)))
        self.register_buffer("mean", torch.zeros(len(blocks)))
        self.register_buffer("spread", torch.ones(len(blocks)))

    def forward(self, tokens: Tensor) -> Tensor:
        """(N, T, B) of (N, T, D)."""
        return (self._apart(tokens) - self.mean) / self.spread

    def apply_to(self, tokens: Tensor) -> Tensor:
        """The same in pieces."""
        return torch.cat([self(some) for some in tokens.split(CHUNK)])

    def fit(self, tokens: Tensor, background: Indices) -> None:
        """To (N, T, D) whitened training tokens and their levels."""
        self.backgrounds = _known(tokens, background)
        apart = torch.cat([self._apart(some) for some in tokens.split(CHUNK)]).flatten(0, 1).double()
        self.mean.copy_(apart.mean(0))
        self.spread.copy_(apart.std(0, correction=0).clamp_min(LEAST_SPREAD))

    def _apart(self, tokens: Tensor) -> Tensor:
        squares = (tokens - self._nearest(tokens)).square()
        parts = squares.split(self.blocks.tolist(), 2)
        return torch.stack([part.mean(2) for part in parts], 2).add(FAINT).log()

    def _nearest(self, tokens: Tensor) -> Tensor:
        """(N, T, D): of each picture, the background that the middle one of its places is nearest to."""
        own = tokens.median(1, keepdim=True).values.expand_as(tokens)
        if not len(self.backgrounds):
            return own
        places = tokens.transpose(0, 1)  # (T, N, D)
        products = places @ self.backgrounds.permute(1, 2, 0)  # (T, N, L)
        sizes = self.backgrounds.square().sum(2).T[:, None]  # (T, 1, L)
        from_known = (sizes - 2 * products).add(places.square().sum(2, keepdim=True)).median(0).values
        from_own = (tokens - own).square().sum(2).median(1).values
        least, nearest = from_known.min(1)
        return torch.where((least <= from_own)[:, None, None], self.backgrounds[nearest], own)


def _known(tokens: Tensor, background: Indices) -> Tensor:
    """(L, T, D): the median of each level that has enough pictures."""
    levels, counts = np.unique(background, return_counts=True)
    known = levels[np.lexsort((levels, -counts))][: np.count_nonzero(counts >= FEWEST_PICTURES)][:MOST_LEVELS]
    rows = [tokens[torch.from_numpy(np.flatnonzero(background == level))].median(0).values for level in known]
    return torch.stack(rows) if rows else tokens[:0]
