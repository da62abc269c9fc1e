"""The generative stage: aligner and decoupled attention in a frozen U-Net, and the loss that trains them.

    L = || y - f(x_t, t, [text; A(z)]) ||^2,   x_t = alpha_t x + sigma_t e

x is the latent of *another* picture of the subject whose code z is. f predicts what its scheduler says: the noise y = e, the
velocity y = alpha_t e - sigma_t x, or the latent y = x.
"""

from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from spotdiff10k.errors import ModelError
from spotdiff10k.training.generative.aligner import Aligner
from spotdiff10k.training.generative.decoupled import set_decoupled
from spotdiff10k.training.module import Module

EPSILON, VELOCITY, SAMPLE = "epsilon", "v_prediction", "sample"


class GenerativeStage(Module):
    """What is trained: the aligner, and keys and values of every cross-attention layer. The network is held, not owned."""

    def __init__(self, unet: Any, scheduler: Any, code: int, tokens: int, weight: float) -> None:
        """Freezes the network and sets its processors. Raises ModelError for networks and schedulers that do not fit."""
        super().__init__()
        if unet.config.addition_embed_type is not None or unet.config.encoder_hid_dim is not None:
            raise ModelError(
                "The generative stage trains U-Nets that read text and nothing else, such as that of Stable Diffusion 1.5."
            )
        if scheduler.config.get("prediction_type") not in (EPSILON, VELOCITY, SAMPLE):
            raise ModelError(
                f"The scheduler {type(scheduler).__name__} predicts {scheduler.config.get('prediction_type')}; the generative "
                f"stage knows {EPSILON}, {VELOCITY} and {SAMPLE}."
            )
        unet.requires_grad_(False)
        self.aligner = Aligner(code, tokens, unet.config.cross_attention_dim).to(unet.device)
        self.processors = set_decoupled(unet, tokens, weight)
        self._held = (unet, scheduler)

    def condition(self, texts: Tensor, codes: Tensor, seen: Tensor | None = None) -> Tensor:
        """[text; A(z)], (B, words + tokens, width), as network and pipelines take it; zeros where `seen` (B,) is False."""
        tokens = self.aligner(codes)
        if seen is not None:
            tokens = tokens * seen[:, None, None]
        return torch.cat([texts, tokens.to(texts.dtype)], 1)

    def loss(self, latents: Tensor, noise: Tensor, times: Tensor, condition: Tensor) -> Tensor:
        """Mean squared error of the prediction; noise like the latents, times (B,) counted from 0."""
        unet, scheduler = self._held
        noisy = scheduler.add_noise(latents, noise, times)
        predicted = unet(noisy, times, condition, return_dict=False)[0]
        return functional.mse_loss(predicted.float(), self.target(latents, noise, times).float())

    def target(self, latents: Tensor, noise: Tensor, times: Tensor) -> Tensor:
        """What the network should have said."""
        scheduler = self._held[1]
        kind = scheduler.config.prediction_type
        if kind == EPSILON:
            return noise
        if kind == SAMPLE:
            return latents
        velocity: Tensor = scheduler.get_velocity(latents, noise, times)
        return velocity
