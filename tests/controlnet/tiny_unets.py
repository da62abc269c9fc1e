"""Tiny pipelines of the families with U-Nets."""

from typing import Any

from tiny_parts import LARGER, NOISE, unet, unet_control, vae
from tiny_texts import clip_text, clip_tokenizer


def sd15() -> Any:
    from diffusers import DDIMScheduler, StableDiffusionControlNetPipeline

    sizes = {"cross_attention_dim": 32, "attention_head_dim": 2}
    return StableDiffusionControlNetPipeline(
        vae=vae(),
        text_encoder=clip_text(),
        tokenizer=clip_tokenizer(),
        unet=unet(**sizes),
        controlnet=unet_control("ControlNetModel", **sizes),
        scheduler=DDIMScheduler(clip_sample=False, set_alpha_to_one=False, **NOISE),
        safety_checker=None,
        feature_extractor=None,
        requires_safety_checker=False,
    )


def sdxl_union() -> Any:
    from diffusers import EulerDiscreteScheduler, StableDiffusionXLControlNetUnionPipeline

    channels = {"num_trans_channel": 8, "num_trans_head": 2, "num_proj_channel": 8}
    return StableDiffusionXLControlNetUnionPipeline(
        vae=vae(),
        text_encoder=clip_text(),
        tokenizer=clip_tokenizer(),
        text_encoder_2=clip_text(projected=True),
        tokenizer_2=clip_tokenizer(),
        unet=unet(**LARGER),
        controlnet=unet_control("ControlNetUnionModel", num_control_type=6, **channels, **LARGER),
        scheduler=EulerDiscreteScheduler(steps_offset=1, timestep_spacing="leading", **NOISE),
    )
