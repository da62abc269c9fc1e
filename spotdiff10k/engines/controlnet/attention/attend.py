"""Shared attention of a whole batch: circle by circle, so that no circle ever touches another's tokens."""

from dataclasses import dataclass

import torch
from torch import Tensor

from spotdiff10k.engines.controlnet.attention.batches import Circle, SharedBatch
from spotdiff10k.engines.controlnet.attention.kernel import KERNELS, plain
from spotdiff10k.engines.controlnet.attention.regions import Grid
from spotdiff10k.engines.controlnet.attention.seeing import Sight, sight
from spotdiff10k.engines.controlnet.attention.state import SharingState


@dataclass(frozen=True, slots=True)
class Tokens:
    """Queries, keys and values of a layer, each (B, heads, S, width), and where in S the picture lies."""

    query: Tensor
    key: Tensor
    value: Tensor
    start: int  # of the picture's tokens; text or nothing lies before them
    grid: Grid  # rows and columns of the picture's tokens; text, references or padding may lie behind them
    keep: Tensor | None = None  # (B, S) True for tokens that may be seen at all
    given_key: Tensor | None = None  # (B, heads, rows * columns, width): the picture's keys as others see them, if not as itself

    @property
    def count(self) -> int:
        """Of the picture's tokens."""
        return self.grid[0] * self.grid[1]


def attend(state: SharingState, layer: str, tokens: Tokens) -> Tensor:
    """(B, heads, S, width): every picture attends to itself and to what its circle lets it see.

    Only the picture's queries see others; text and references attend as they always did. Without a batch, in layers that do
    not share, and for circles in which nobody sees anybody, this is the ordinary attention to the last bit.
    """
    batch = state.running()
    if batch is None or not state.sharing.shares_in(layer):
        return plain(tokens.query, tokens.key, tokens.value, tokens.keep)
    halves = state.halves(len(tokens.query))
    places = [_rows(state, circle, batch, halves, tokens.query.device) for circle in batch.circles]
    sights = [_sight(state, layer, tokens, circle, rows, halves) for circle, rows in zip(batch.circles, places, strict=True)]
    if not any(sights):
        return plain(tokens.query, tokens.key, tokens.value, tokens.keep)
    out = torch.empty_like(tokens.query)
    for rows, seen in zip(places, sights, strict=True):
        own = _of(tokens, rows)
        out[rows] = plain(own.query, own.key, own.value, own.keep) if seen is None else _together(state, own, seen)
    return out


def _rows(state: SharingState, circle: Circle, batch: SharedBatch, halves: int, device: torch.device) -> Tensor:
    """Positions of a circle in the tensors, all of the first half before all of the second."""
    rows = [half * len(batch) + row for half in range(halves) for row in circle.rows]
    found: Tensor = state.remember(("rows", circle.group, halves, device), lambda: torch.tensor(rows, device=device))
    return found


def _of(tokens: Tokens, rows: Tensor) -> Tokens:
    keep = None if tokens.keep is None else tokens.keep[rows]
    return Tokens(tokens.query[rows], tokens.key[rows], tokens.value[rows], tokens.start, tokens.grid, keep)


def _sight(state: SharingState, layer: str, tokens: Tokens, circle: Circle, rows: Tensor, halves: int) -> Sight | None:
    span = slice(tokens.start, tokens.start + tokens.count)
    key = tokens.key[rows, :, span] if tokens.given_key is None else tokens.given_key[rows]
    apart = (halves, len(circle.rows))
    return sight(state, circle, layer, tokens.grid, key.unflatten(0, apart), tokens.value[rows, :, span].unflatten(0, apart))


def _together(state: SharingState, own: Tokens, seen: Sight) -> Tensor:
    """One circle's attention, (halves * members, heads, S, width)."""
    members = len(seen.bias)
    key = torch.cat([own.key, _for_all(seen.key, members)], 2)
    value = torch.cat([own.value, _for_all(seen.value, members)], 2)
    itself = torch.zeros(own.key.shape[0], own.key.shape[2], device=seen.bias.device)
    if own.keep is not None:
        itself = itself.masked_fill(~own.keep, float("-inf"))
    bias = torch.cat([itself, seen.bias.repeat(len(itself) // members, 1)], 1)
    before, picture, behind = own.query.split([own.start, own.count, own.query.shape[2] - own.start - own.count], 2)
    parts = [plain(alone, own.key, own.value, own.keep) if alone.shape[2] else alone for alone in (before, behind)]
    shared = KERNELS[state.sharing.kernel](picture, key, value, bias)
    return torch.cat([parts[0], shared, parts[1]], 2)


def _for_all(others: Tensor, members: int) -> Tensor:
    """(halves, heads, T, width) for every member: (halves * members, heads, T, width)."""
    return others[:, None].expand(-1, members, -1, -1, -1).flatten(0, 1)
