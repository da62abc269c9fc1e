"""Processors for networks in which text and picture are one sequence: FLUX, Qwen-Image, Z-Image.

Each is the ordinary processor of diffusers with `attend` in its middle; all pair neighbouring channels for rotary positions.
"""

from typing import Any

import torch
from torch import Tensor

from spotdiff10k.engines.controlnet.attention.attend import Tokens, attend
from spotdiff10k.engines.controlnet.attention.placing import below
from spotdiff10k.engines.controlnet.attention.state import SharingState


class _Joint:
    """What the three have in common."""

    def __init__(self, state: SharingState, layer: str, before: Any) -> None:
        self.state = state
        self.layer = layer
        self.before = before  # the processor that was here

    def _attend(self, query: Tensor, key: Tensor, value: Tensor, start: int, turns: Tensor | None, keep: Tensor | None) -> Tensor:
        """From (B, S, heads, width) to (B, S, heads * width); `turns` are of the whole sequence, complex."""
        query, key, value = query.transpose(1, 2), key.transpose(1, 2), value.transpose(1, 2)
        running = self.state.running() is not None
        grid = self.state.latent if running else (0, 0)
        span = slice(start, start + grid[0] * grid[1])
        given = None
        if running and self.state.sharing.placement == "below" and turns is not None:
            given = below(key[:, :, span], turns[..., span, :], grid)
        out = attend(self.state, self.layer, Tokens(query, key, value, start, grid, keep, given))
        return out.transpose(1, 2).flatten(2).to(query.dtype)


class SharedFluxAttention(_Joint):
    """Double blocks hand over text and picture apart, single blocks as one sequence, text first."""

    def __call__(
        self,
        attn: Any,
        hidden_states: Tensor,
        encoder_hidden_states: Tensor | None = None,
        attention_mask: Tensor | None = None,
        image_rotary_emb: tuple[Tensor, Tensor] | None = None,
    ) -> Tensor | tuple[Tensor, Tensor]:
        from diffusers.models.embeddings import apply_rotary_emb

        query, key, value = (to(hidden_states).unflatten(-1, (-1, attn.head_dim)) for to in (attn.to_q, attn.to_k, attn.to_v))
        query, key = attn.norm_q(query), attn.norm_k(key)
        text = hidden_states.shape[1] - self.state.picture_tokens
        if encoder_hidden_states is not None:
            text = encoder_hidden_states.shape[1]
            query, key, value = _with_text(attn, encoder_hidden_states, attn.head_dim, query, key, value)
        turns = None
        if image_rotary_emb is not None:
            query, key = (apply_rotary_emb(of, image_rotary_emb, sequence_dim=1) for of in (query, key))
            turns = torch.complex(image_rotary_emb[0][:, ::2].float(), image_rotary_emb[1][:, ::2].float())
        out = self._attend(query, key, value, text, turns, attention_mask)
        if encoder_hidden_states is None:
            return out
        return attn.to_out[1](attn.to_out[0](out[:, text:].contiguous())), attn.to_add_out(out[:, :text].contiguous())


class SharedQwenAttention(_Joint):
    """Text first, with a mask of its padding; references of an editor behind the picture."""

    def __call__(
        self,
        attn: Any,
        hidden_states: Tensor,
        encoder_hidden_states: Tensor,
        encoder_hidden_states_mask: Tensor | None = None,
        attention_mask: Tensor | None = None,
        image_rotary_emb: tuple[Tensor, Tensor] | None = None,
    ) -> tuple[Tensor, Tensor]:
        from diffusers.models.transformers.transformer_qwenimage import apply_rotary_emb_qwen

        width = attn.inner_dim // attn.heads
        query, key, value = (to(hidden_states).unflatten(-1, (-1, width)) for to in (attn.to_q, attn.to_k, attn.to_v))
        query = query if attn.norm_q is None else attn.norm_q(query)
        key = key if attn.norm_k is None else attn.norm_k(key)
        text = encoder_hidden_states.shape[1]
        query, key, value = _with_text(attn, encoder_hidden_states, width, query, key, value)
        turns = None
        if image_rotary_emb is not None:
            turns = torch.cat([image_rotary_emb[1], image_rotary_emb[0]])
            query, key = (apply_rotary_emb_qwen(of, turns, use_real=False) for of in (query, key))
        keep = None
        if encoder_hidden_states_mask is not None:
            keep = torch.cat(
                [encoder_hidden_states_mask.bool(), encoder_hidden_states_mask.new_ones(hidden_states.shape[:2]).bool()], 1
            )
        out = self._attend(query, key, value, text, turns, keep)
        return attn.to_out[1](attn.to_out[0](out[:, text:].contiguous())), attn.to_add_out(out[:, :text].contiguous())


class SharedZImageAttention(_Joint):
    """The picture first, padded, then text, padded; in the noise refiner the picture alone."""

    def __call__(
        self,
        attn: Any,
        hidden_states: Tensor,
        encoder_hidden_states: Tensor | None = None,
        attention_mask: Tensor | None = None,
        freqs_cis: Tensor | None = None,
    ) -> Tensor:
        query, key, value = (to(hidden_states).unflatten(-1, (attn.heads, -1)) for to in (attn.to_q, attn.to_k, attn.to_v))
        query = query if attn.norm_q is None else attn.norm_q(query)
        key = key if attn.norm_k is None else attn.norm_k(key)
        if freqs_cis is not None:
            query, key = _turned(query, freqs_cis), _turned(key, freqs_cis)
        out = self._attend(query, key, value, 0, freqs_cis, attention_mask)
        return attn.to_out[1](attn.to_out[0](out)) if len(attn.to_out) > 1 else attn.to_out[0](out)


def _with_text(attn: Any, text: Tensor, width: int, query: Tensor, key: Tensor, value: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Text before the picture in queries, keys and values (B, S, heads, width)."""
    query_text, key_text, value_text = (
        to(text).unflatten(-1, (-1, width)) for to in (attn.add_q_proj, attn.add_k_proj, attn.add_v_proj)
    )
    query_text = query_text if attn.norm_added_q is None else attn.norm_added_q(query_text)
    key_text = key_text if attn.norm_added_k is None else attn.norm_added_k(key_text)
    pairs = ((query_text, query), (key_text, key), (value_text, value))
    joined = [torch.cat(both, 1) for both in pairs]
    return joined[0], joined[1], joined[2]


def _turned(of: Tensor, turns: Tensor) -> Tensor:
    """Rotary positions of Z-Image, one table a row of the batch."""
    pairs = torch.view_as_complex(of.float().unflatten(-1, (-1, 2)))
    return torch.view_as_real(pairs * turns[:, :, None]).flatten(3).type_as(of)
