"""Tiny pipelines of the families in which text and picture are one sequence, under control."""

from typing import Any

from tiny_parts import filled, vae
from tiny_texts import clip_text, clip_tokenizer, qwen3, qwen_tokenizer, qwen_vl, t5, t5_tokenizer


def z_image() -> Any:
    import torch
    from diffusers import (
        FlowMatchEulerDiscreteScheduler,
        ZImageControlNetModel,
        ZImageControlNetPipeline,
        ZImageTransformer2DModel,
    )

    sizes = {"dim": 32, "n_refiner_layers": 1, "n_heads": 2, "n_kv_heads": 2}
    torch.manual_seed(0)
    transformer = ZImageTransformer2DModel(
        in_channels=16, n_layers=2, cap_feat_dim=16, axes_dims=[8, 4, 4], axes_lens=[512, 64, 64], **sizes
    )
    controlnet = ZImageControlNetModel(
        control_layers_places=[0],
        control_refiner_layers_places=[0],
        control_in_dim=33,
        add_control_noise_refiner="control_noise_refiner",
        **sizes,
    )
    for tokens in (transformer.x_pad_token, transformer.cap_pad_token):
        torch.nn.init.ones_(tokens)
    return ZImageControlNetPipeline(
        scheduler=FlowMatchEulerDiscreteScheduler(),
        vae=vae(16, scaling_factor=0.3611, shift_factor=0.1159),
        text_encoder=qwen3("Qwen3Model"),
        tokenizer=qwen_tokenizer(),
        transformer=transformer,
        controlnet=filled(controlnet),
    )


QWEN_LAYERS: dict[str, Any] = {
    "in_channels": 16,
    "out_channels": 4,
    "num_layers": 2,
    "attention_head_dim": 16,
    "num_attention_heads": 3,
    "joint_attention_dim": 16,
    "axes_dims_rope": (8, 4, 4),
}
"""Of the network and of its ControlNet, which reads the same latents and texts."""


def qwen_parts() -> dict[str, Any]:
    import torch
    from diffusers import AutoencoderKLQwenImage, FlowMatchEulerDiscreteScheduler, QwenImageTransformer2DModel

    torch.manual_seed(0)
    return {
        "scheduler": FlowMatchEulerDiscreteScheduler(),
        "vae": AutoencoderKLQwenImage(
            base_dim=16,
            z_dim=4,
            dim_mult=[1, 2, 4],
            num_res_blocks=1,
            temperal_downsample=[False, True],
            latents_mean=[0.0] * 4,
            latents_std=[1.0] * 4,
        ),
        "text_encoder": qwen_vl(),
        "tokenizer": qwen_tokenizer(),
        "transformer": QwenImageTransformer2DModel(**QWEN_LAYERS),
    }


def qwen_image() -> Any:
    from diffusers import QwenImageControlNetModel, QwenImageControlNetPipeline

    parts = qwen_parts()
    controlnet = QwenImageControlNetModel(**QWEN_LAYERS)
    return QwenImageControlNetPipeline(controlnet=filled(controlnet), **parts)


def flux() -> Any:
    import torch
    from diffusers import FlowMatchEulerDiscreteScheduler, FluxControlNetModel, FluxControlNetPipeline, FluxTransformer2DModel

    tokenizer = t5_tokenizer()
    torch.manual_seed(0)
    layers = {
        "patch_size": 1,
        "in_channels": 16,
        "num_layers": 1,
        "num_single_layers": 1,
        "attention_head_dim": 16,
        "num_attention_heads": 2,
        "joint_attention_dim": 32,
        "pooled_projection_dim": 32,
        "axes_dims_rope": [4, 4, 8],
    }
    return FluxControlNetPipeline(
        scheduler=FlowMatchEulerDiscreteScheduler(),
        text_encoder=clip_text(),
        tokenizer=clip_tokenizer(),
        text_encoder_2=t5(tokenizer),
        tokenizer_2=tokenizer,
        transformer=FluxTransformer2DModel(**layers),
        controlnet=filled(FluxControlNetModel(**layers)),
        vae=vae(4, use_quant_conv=False, use_post_quant_conv=False, shift_factor=0.0609, scaling_factor=1.5035),
    )
