"""Backgrounds changed in token space, without masks: what is the same in all pictures of a background level is background.

The camera belongs to the background, so that a level looks alike wherever no subject stands. The median of a place over
training pictures of the level is what stands there without a subject; a place far from it shows a subject.
"""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from spotdiff10k.training.views import Indices

FEWEST_PICTURES = 5
"""Of a level, to tell its background by; pictures of rarer levels stay as they are."""
FAR = 2.0
"""Times the median distance, from which on a place shows a subject."""


@dataclass(frozen=True, slots=True)
class Swapper:
    """The backgrounds of a training set's levels, and where subjects stand before them."""

    backgrounds: Tensor  # (L, T, D): levels that are known
    empty: Tensor  # (N, T): places of training pictures that show the background

    def swapped(self, tokens: Tensor, chosen: Indices, share: float, rng: np.random.Generator) -> Tensor:
        """(B, T, D) tokens of the chosen training pictures; a `share` of them gets another level's background."""
        if not len(self.backgrounds):
            return tokens
        other = torch.from_numpy(rng.integers(0, len(self.backgrounds), len(chosen)))
        replaced = self.empty[torch.from_numpy(chosen)] & torch.from_numpy(rng.random((len(chosen), 1)) < share)
        return torch.where(replaced[..., None], self.backgrounds[other], tokens)


def find_backgrounds(tokens: Tensor, background: Indices) -> Swapper:
    """Of (N, T, D) training tokens and their levels."""
    levels = [level for level in np.unique(background) if np.count_nonzero(background == level) >= FEWEST_PICTURES]
    distance = tokens.new_full(tokens.shape[:2], torch.inf)
    known = []
    for level in levels:
        members = torch.from_numpy(np.flatnonzero(background == level))
        known.append(tokens[members].median(0).values)
        distance[members] = (tokens[members] - known[-1]).square().mean(2)
    if len(known) < 2:
        return Swapper(tokens.new_zeros((0, *tokens.shape[1:])), torch.zeros(tokens.shape[:2], dtype=torch.bool))
    usual = distance[distance.isfinite()].median()
    return Swapper(torch.stack(known), distance <= FAR * usual)
