"""Processors for networks in which text and picture are one sequence: FLUX, Qwen-Image, Z-Image.

Each is the ordinary processor of diffusers with shared attention in its middle; all pair neighbouring channels for rotary
positions.
"""

from typing import Any

import torch
from torch import Tensor

from spotdiff10k.engines.controlnet.attention.processor import SharedProcessor, behind_text, parted, picture_heads, projected


class SharedFluxAttention(SharedProcessor):
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

        query, key, value = picture_heads(attn, hidden_states, attn.head_dim)
        if encoder_hidden_states is not None:
            query, key, value = behind_text(attn, encoder_hidden_states, attn.head_dim, (query, key, value))
        turns = None
        if image_rotary_emb is not None:
            query, key = (apply_rotary_emb(of, image_rotary_emb, sequence_dim=1) for of in (query, key))
            turns = torch.complex(image_rotary_emb[0][:, ::2].float(), image_rotary_emb[1][:, ::2].float())
        if encoder_hidden_states is None:
            return self.attended((query, key, value), None, turns, attention_mask)
        text = encoder_hidden_states.shape[1]
        return parted(attn, self.attended((query, key, value), text, turns, attention_mask), text)


class SharedQwenAttention(SharedProcessor):
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
        query, key, value = behind_text(attn, encoder_hidden_states, width, picture_heads(attn, hidden_states, width))
        turns = None
        if image_rotary_emb is not None:
            turns = torch.cat([image_rotary_emb[1], image_rotary_emb[0]])
            query, key = (apply_rotary_emb_qwen(of, turns, use_real=False) for of in (query, key))
        keep = None
        if encoder_hidden_states_mask is not None:
            seen = encoder_hidden_states_mask.bool()
            keep = torch.cat([seen, seen.new_ones(hidden_states.shape[:2])], 1)
        text = encoder_hidden_states.shape[1]
        return parted(attn, self.attended((query, key, value), text, turns, keep), text)


class SharedZImageAttention(SharedProcessor):
    """The picture first, padded, then text, padded; in the noise refiner the picture alone."""

    def __call__(
        self,
        attn: Any,
        hidden_states: Tensor,
        encoder_hidden_states: Tensor | None = None,
        attention_mask: Tensor | None = None,
        freqs_cis: Tensor | None = None,
    ) -> Tensor:
        query, key, value = picture_heads(attn, hidden_states, attn.to_q.out_features // attn.heads)
        if freqs_cis is not None:
            query, key = _turned(query, freqs_cis), _turned(key, freqs_cis)
        return projected(attn, self.attended((query, key, value), 0, freqs_cis, attention_mask))


def _turned(of: Tensor, turns: Tensor) -> Tensor:
    """Rotary positions of Z-Image, one table a row of the batch."""
    pairs = torch.view_as_complex(of.float().unflatten(-1, (-1, 2)))
    return torch.view_as_real(pairs * turns[:, :, None]).flatten(3).type_as(of)
