"""What the processors of shared attention have in common: projecting, norming, and the way to the group's tokens.

Traced code reads nothing of the batch or of the layer's name: all that changes from layer to layer and from step to step is read
behind `_attend`, which is never traced. So a block that is compiled for one layer serves all layers of the same shape.
"""

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor

from spotdiff10k.engines.controlnet.attention.attend import Tokens, attend
from spotdiff10k.engines.controlnet.attention.placing import below
from spotdiff10k.engines.controlnet.attention.regions import Grid
from spotdiff10k.engines.controlnet.attention.state import SharingState

Heads = tuple[Tensor, Tensor, Tensor]
"""Queries, keys and values, each (B, S, heads, width)."""
Layer = Callable[[Tensor], Tensor]


class SharedProcessor:
    """Of one layer."""

    def __init__(self, state: SharingState, layer: str, before: Any) -> None:
        self.state = state
        self.layer = layer
        self.before = before  # the processor that was here

    def attended(self, heads: Heads, start: int | None = 0, turns: Tensor | None = None, keep: Tensor | None = None) -> Tensor:
        """(B, S, heads * width). start: of the picture's tokens, None where it lies at the end.

        `turns` are the rotary positions of the whole sequence, complex; `keep` (B, S) is False for what nobody may see.
        """
        out = _attend(self, heads, start, turns, keep)
        return out.transpose(1, 2).flatten(2).to(heads[0].dtype)

    def grid(self, tokens: int) -> Grid:
        """Rows and columns of the picture in a sequence of so many tokens, while a batch is running."""
        return self.state.latent


@torch.compiler.disable  # type: ignore[untyped-decorator]  # torch has no types here
def _attend(processor: SharedProcessor, heads: Heads, start: int | None, turns: Tensor | None, keep: Tensor | None) -> Tensor:
    """(B, heads, S, width)."""
    state = processor.state
    query, key, value = (of.transpose(1, 2) for of in heads)
    tokens = query.shape[2]
    running = state.running() is not None
    grid = processor.grid(tokens) if running else (0, 0)
    first = tokens - state.picture_tokens if start is None else start
    span = slice(first, first + grid[0] * grid[1])
    given = None
    if running and turns is not None and state.sharing.placement == "below":
        given = below(key[:, :, span], turns[..., span, :], grid)
    return attend(state, processor.layer, Tokens(query, key, value, first, grid, keep, given))


def heads_of(tokens: Tensor, width: int, projections: Sequence[Layer], norms: Sequence[Layer | None]) -> Heads:
    """Tokens (B, S, channels) as queries, keys and values of so wide heads, the first two normed where there are norms."""
    query, key, value = (to(tokens).unflatten(-1, (-1, width)) for to in projections)
    query_norm, key_norm = norms
    return query if query_norm is None else query_norm(query), key if key_norm is None else key_norm(key), value


def picture_heads(attn: Any, tokens: Tensor, width: int) -> Heads:
    """Of a layer's own tokens."""
    return heads_of(tokens, width, (attn.to_q, attn.to_k, attn.to_v), (attn.norm_q, attn.norm_k))


def behind_text(attn: Any, text: Tensor, width: int, picture: Heads) -> Heads:
    """Text, by its own projections, before the picture."""
    added = heads_of(text, width, (attn.add_q_proj, attn.add_k_proj, attn.add_v_proj), (attn.norm_added_q, attn.norm_added_k))
    query, key, value = (torch.cat([one, other], 1) for one, other in zip(added, picture, strict=True))
    return query, key, value


def projected(attn: Any, out: Tensor) -> Tensor:
    """Out of a layer, with its dropout where it has one."""
    for layer in attn.to_out:
        out = layer(out)
    return out


def parted(attn: Any, out: Tensor, text: int) -> tuple[Tensor, Tensor]:
    """Picture and text apart again, each by its own projection; so many tokens are text."""
    return projected(attn, out[:, text:].contiguous()), attn.to_add_out(out[:, :text].contiguous())
