"""Decoupled cross-attention: text and subject are attended to apart, and their results added.

    out = Attn(Q, K_text, V_text) + w Attn(Q, K_img, V_img),   K_img = A(z) W_K,  V_img = A(z) W_V

The form of IP-Adapter (arXiv 2308.06721), written anew; W_K and W_V are trained, all else is the network's own. They begin as
copies of what the layer makes keys and values of text with. The subject's tokens come as the last ones of the text, so that a
pipeline takes them as `prompt_embeds`. A row whose tokens are all zero is what the network makes without a subject.
"""

from collections.abc import Iterator
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from spotdiff10k.errors import ModelError
from spotdiff10k.training.module import Module

CROSS = ".attn2"
"""How the names of cross-attention layers of diffusers' U-Nets end."""


class DecoupledAttention(Module):
    """The processor of one cross-attention layer."""

    def __init__(self, attn: Any, tokens: int, weight: float) -> None:
        super().__init__()
        self.tokens = tokens
        self.weight = weight
        self.to_key, self.to_value = (_begun_as(of) for of in (attn.to_k, attn.to_v))

    def __call__(
        self,
        attn: Any,
        hidden_states: Tensor,
        encoder_hidden_states: Tensor,
        attention_mask: Tensor | None = None,
        temb: Tensor | None = None,
    ) -> Tensor:
        """(B, N, channels), given text and subject tokens in one (B, words + tokens, width)."""
        if attention_mask is not None:
            raise ModelError("Decoupled attention takes whole texts; a mask of words was handed to it.")
        words = encoder_hidden_states.shape[1] - self.tokens
        text, subject = encoder_hidden_states.split([words, self.tokens], 1)
        query = _heads(attn, attn.to_q(hidden_states))
        out = _attend(attn, query, attn.to_k(text), attn.to_v(text))
        out = out + self.weight * _attend(attn, query, self.to_key(subject), self.to_value(subject))
        result: Tensor = attn.to_out[1](attn.to_out[0](out.transpose(1, 2).flatten(2)))
        return result


def set_decoupled(unet: Any, tokens: int, weight: float) -> nn.ModuleDict:
    """Put a processor into every cross-attention layer, and return them by the layer's name with "/" for ".".

    Raises ModelError for a network without any, or one that has other processors there.
    """
    layers = {name: module for name, module in unet.named_modules() if name.endswith(CROSS)}
    if not layers:
        raise ModelError(
            f"{type(unet).__name__} has no cross-attention layers; the generative stage needs a U-Net that reads text."
        )
    for name, attn in layers.items():
        found = type(attn.processor).__name__
        if found not in ("AttnProcessor", "AttnProcessor2_0"):
            raise ModelError(f"The layer {name} already has the processor {found}; the generative stage needs a plain network.")
    processors = {name.replace(".", "/"): DecoupledAttention(attn, tokens, weight) for name, attn in layers.items()}
    for name, attn in layers.items():
        attn.set_processor(processors[name.replace(".", "/")])
    return nn.ModuleDict(processors)


def set_weight(processors: nn.ModuleDict, weight: float) -> None:
    """How much the subject counts when pictures are made; 0 is the network as it was."""
    for processor in _each(processors):
        processor.weight = weight


def _each(processors: nn.ModuleDict) -> Iterator[DecoupledAttention]:
    yield from processors.values()


def _begun_as(text: Any) -> nn.Linear:
    begun = nn.Linear(text.in_features, text.out_features, bias=False, device=text.weight.device, dtype=torch.float32)
    with torch.no_grad():
        begun.weight.copy_(text.weight)
    return begun


def _heads(attn: Any, projected: Tensor) -> Tensor:
    return projected.unflatten(-1, (attn.heads, -1)).transpose(1, 2)


def _attend(attn: Any, query: Tensor, key: Tensor, value: Tensor) -> Tensor:
    return functional.scaled_dot_product_attention(query, _heads(attn, key), _heads(attn, value))
