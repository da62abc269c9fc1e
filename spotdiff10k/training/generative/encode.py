"""Pictures as latents and prompts as texts, by a pipeline's own encoders, a few at a time."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import torch

from spotdiff10k.training.generative.data import Float32
from spotdiff10k.types import Image

AT_ONCE = 16
MIDDLE = 127.5
"""Half of 0..255: pixels become -1..1."""


def latents_of(vae: Any, pictures: Iterable[Image], at_once: int = AT_ONCE) -> Float32:
    """(N, channels, height / 8, width / 8): the mean of what the VAE says, scaled as its network was trained on."""
    found: list[Float32] = []
    few: list[Image] = []
    for picture in pictures:
        few.append(picture)
        if len(few) == at_once:
            found.append(_latents(vae, few))
            few = []
    if few:
        found.append(_latents(vae, few))
    return np.concatenate(found)


def texts_of(tokenizer: Any, encoder: Any, prompts: Sequence[str], at_once: int = AT_ONCE) -> Float32:
    """(1 + P, words, width): last hidden states of the text encoder; the first is that of no words."""
    given = ["", *prompts]
    found = []
    for start in range(0, len(given), at_once):
        tokens = tokenizer(
            given[start : start + at_once],
            padding="max_length",
            max_length=tokenizer.model_max_length,
            truncation=True,
            return_tensors="pt",
        )
        with torch.no_grad():
            found.append(encoder(tokens.input_ids.to(encoder.device))[0].float().cpu().numpy())
    return np.concatenate(found)


def _latents(vae: Any, pictures: Sequence[Image]) -> Float32:
    pixels = torch.from_numpy(np.stack(pictures)).permute(0, 3, 1, 2).to(vae.device, vae.dtype) / MIDDLE - 1.0
    with torch.no_grad():
        mean = vae.encode(pixels).latent_dist.mean
    shift = getattr(vae.config, "shift_factor", None) or 0.0
    scaled: Float32 = ((mean - shift) * vae.config.scaling_factor).float().cpu().numpy()
    return scaled
