"""Tiny VAEs, U-Nets and ControlNets of random weights.

Convolutions that a ControlNet starts with at zero are filled, or its map would change nothing.
"""

from typing import Any

SIDE = 64
"""Pixels: the size at which the pipelines are run."""
FILLING = 0.1
"""Standard deviation of what replaces a ControlNet's zeros."""


def vae(latent: int = 4, **settings: Any) -> Any:
    import torch
    from diffusers import AutoencoderKL

    torch.manual_seed(0)
    return AutoencoderKL(
        block_out_channels=[32, 32],
        down_block_types=["DownEncoderBlock2D"] * 2,
        up_block_types=["UpDecoderBlock2D"] * 2,
        latent_channels=latent,
        norm_num_groups=8,
        sample_size=SIDE,
        **settings,
    )


def filled(controlnet: Any) -> Any:
    """The same ControlNet with its zeros filled."""
    import torch

    for name, values in controlnet.named_parameters():
        if "control" in name and not values.abs().sum():
            torch.nn.init.normal_(values, std=FILLING)
    return controlnet


UNET = {"block_out_channels": (8, 16), "layers_per_block": 1, "norm_num_groups": 4}
LARGER = {
    "attention_head_dim": (2, 4),
    "use_linear_projection": True,
    "addition_embed_type": "text_time",
    "addition_time_embed_dim": 8,
    "transformer_layers_per_block": (1, 2),
    "projection_class_embeddings_input_dim": 80,
    "cross_attention_dim": 64,
}
NOISE = {"beta_start": 0.00085, "beta_end": 0.012, "beta_schedule": "scaled_linear"}


def unet(**settings: Any) -> Any:
    import torch
    from diffusers import UNet2DConditionModel

    torch.manual_seed(0)
    return UNet2DConditionModel(
        sample_size=SIDE // 2,
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
        **UNET,
        **settings,
    )


def unet_control(kind: str, **settings: Any) -> Any:
    import diffusers
    import torch

    torch.manual_seed(1)
    return filled(
        getattr(diffusers, kind)(
            down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"),
            conditioning_embedding_out_channels=(8, 16),
            **UNET,
            **settings,
        )
    )
