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
    """A training set's tokens, the backgrounds of its levels, and where subjects stand before them."""

    table: Tensor  # (N + L, T, D): the N pictures, then the L backgrounds that are known
    empty: Tensor  # (N, T): places of the pictures that show the background

    @property
    def pictures(self) -> Tensor:
        """(N, T, D)."""
        return self.table[: len(self.empty)]

    @property
    def backgrounds(self) -> Tensor:
        """(L, T, D)."""
        return self.table[len(self.empty) :]

    def to(self, device: torch.device) -> "Swapper":
        """The same on another device."""
        return Swapper(self.table.to(device), self.empty.to(device))

    def swapped(self, chosen: Indices, share: float, rng: np.random.Generator) -> Tensor:
        """(B, T, D) tokens of the chosen pictures; a `share` of them stands before any level's background instead of its own."""
        device = self.table.device
        at = torch.from_numpy(chosen).to(device)
        if not len(self.backgrounds):
            return self.table[at]
        other = torch.from_numpy(rng.integers(len(self.empty), len(self.table), len(chosen))).to(device)
        replaced = self.empty[at] & torch.from_numpy(rng.random((len(chosen), 1)) < share).to(device)
        places, width = self.table.shape[1:]
        rows = torch.where(replaced, other[:, None], at[:, None]) * places + torch.arange(places, device=device)
        return self.table.view(-1, width).index_select(0, rows.flatten()).view(len(chosen), places, width)


def find_backgrounds(tokens: Tensor, background: Indices) -> Swapper:
    """Of (N, T, D) training tokens and their levels; none where fewer than two levels are known."""
    levels = [level for level in np.unique(background) if np.count_nonzero(background == level) >= FEWEST_PICTURES]
    if len(levels) < 2:
        return Swapper(tokens, torch.zeros(tokens.shape[:2], dtype=torch.bool))
    distance = tokens.new_full(tokens.shape[:2], torch.inf)
    known = []
    for level in levels:
        members = torch.from_numpy(np.flatnonzero(background == level))
        known.append(tokens[members].median(0).values)
        distance[members] = (tokens[members] - known[-1]).square().mean(2)
    usual = distance[distance.isfinite()].median()
    return Swapper(torch.cat([tokens, torch.stack(known)]), distance <= FAR * usual)
