"""The processor of self-attention in U-Nets (SD 1.5, SDXL): the ordinary one of diffusers, with shared attention within."""

from typing import Any

from torch import Tensor

from spotdiff10k.engines.controlnet.attention.processor import SharedProcessor, picture_heads, projected
from spotdiff10k.engines.controlnet.attention.regions import Grid, level_of


class SharedSelfAttention(SharedProcessor):
    """Of one layer. Text cross-attention has processors of its own and is not touched, so that an IP-Adapter may sit there."""

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
        return projected(attn, self.attended(picture_heads(attn, hidden_states, attn.inner_dim // attn.heads)))

    def grid(self, tokens: int) -> Grid:
        """Of one of the network's levels."""
        return level_of(tokens, self.state.latent)
