"""The processor of self-attention in U-Nets (SD 1.5, SDXL): the ordinary one of diffusers, with `attend` in its middle."""

from typing import Any

from torch import Tensor

from spotdiff10k.engines.controlnet.attention.attend import Tokens, attend
from spotdiff10k.engines.controlnet.attention.regions import level_of
from spotdiff10k.engines.controlnet.attention.state import SharingState


class SharedSelfAttention:
    """Of one layer. Text cross-attention has processors of its own and is not touched, so that an IP-Adapter may sit there."""

    def __init__(self, state: SharingState, layer: str, before: Any) -> None:
        self.state = state
        self.layer = layer
        self.before = before  # the processor that was here

    def __call__(
        self,
        attn: Any,
        hidden_states: Tensor,
        encoder_hidden_states: Tensor | None = None,
        attention_mask: Tensor | None = None,
        temb: Tensor | None = None,
    ) -> Tensor:
        """(B, tokens, channels) to the same. A call that is no plain self-attention goes where it went before."""
        if encoder_hidden_states is not None or attention_mask is not None:
            return self.before(attn, hidden_states, encoder_hidden_states, attention_mask, temb)
        query, key, value = (self._heads(attn, project(hidden_states)) for project in (attn.to_q, attn.to_k, attn.to_v))
        if attn.norm_q is not None:
            query = attn.norm_q(query)
        if attn.norm_k is not None:
            key = attn.norm_k(key)
        grid = level_of(query.shape[2], self.state.latent) if self.state.running() is not None else (1, query.shape[2])
        out = attend(self.state, self.layer, Tokens(query, key, value, 0, grid))
        out = out.transpose(1, 2).flatten(2).to(query.dtype)
        return attn.to_out[1](attn.to_out[0](out))

    @staticmethod
    def _heads(attn: Any, projected: Tensor) -> Tensor:
        return projected.unflatten(-1, (attn.heads, -1)).transpose(1, 2)
