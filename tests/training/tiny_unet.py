"""A tiny U-Net of random weights, its scheduler, and a set of pictures in numbers for the generative stage."""

from typing import Any

import numpy as np

from spotdiff10k.training.generative.data import GenerativeSet
from spotdiff10k.training.views import Labels

CODE, WORDS, WIDTH, SIDE = 12, 5, 16, 8


def tiny_unet(seed: int = 0) -> Any:
    import torch
    from diffusers import UNet2DConditionModel

    with torch.random.fork_rng():
        torch.manual_seed(seed)
        return UNet2DConditionModel(
            block_out_channels=(8, 16),
            layers_per_block=1,
            sample_size=SIDE,
            down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"),
            up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
            cross_attention_dim=WIDTH,
            attention_head_dim=2,
            norm_num_groups=4,
        ).eval()


def scheduler(prediction: str = "epsilon") -> Any:
    from diffusers import DDPMScheduler

    return DDPMScheduler(beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear", prediction_type=prediction)


def pictures(subjects: int = 3, poses: int = 2, backgrounds: int = 2) -> GenerativeSet:
    """Every subject in every pose before every background; a latent is its subject's, and a little of its own."""
    cells = [(s, p, b) for s in range(subjects) for p in range(poses) for b in range(backgrounds)]
    rng = np.random.default_rng(0)
    codes = rng.standard_normal((subjects, CODE)).astype(np.float32)
    looks = rng.standard_normal((subjects, 4, SIDE, SIDE)).astype(np.float32)
    number = np.array([s for s, _, _ in cells])
    own = rng.standard_normal((len(cells), 4, SIDE, SIDE)).astype(np.float32)
    return GenerativeSet(
        codes=codes[number],
        latents=looks[number] + 0.1 * own,
        texts=rng.standard_normal((3, WORDS, WIDTH)).astype(np.float32),
        prompts=np.array([1 + b % 2 for _, _, b in cells]),
        labels=Labels(number, np.array([p for _, p, _ in cells]), np.array([b for _, _, b in cells]), np.zeros(len(cells), int)),
    )
