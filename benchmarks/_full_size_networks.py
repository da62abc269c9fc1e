"""The full-size networks of every family, built on torch's device `meta`, which knows shapes alone: nothing is allocated."""

from collections.abc import Callable
from functools import cache
from typing import Any

import torch

from spotdiff10k.engines.controlnet.families import all_families
from spotdiff10k.engines.controlnet.memory import MILLION

META = torch.device("meta")
Build = Callable[[], Any]


def clip(width: int, layers: int, heads: int, projected: bool) -> Any:
    """CLIP's text encoder."""
    from transformers import CLIPTextConfig, CLIPTextModel, CLIPTextModelWithProjection

    sizes = {"hidden_size": width, "intermediate_size": 4 * width, "num_hidden_layers": layers, "num_attention_heads": heads}
    config = CLIPTextConfig(**sizes, projection_dim=width)
    return (CLIPTextModelWithProjection if projected else CLIPTextModel)(config)


def t5_xxl() -> Any:
    """The encoder of T5 1.1 XXL."""
    from transformers import T5Config, T5EncoderModel

    sizes = {"d_model": 4096, "d_kv": 64, "d_ff": 10240, "num_layers": 24, "num_heads": 64, "vocab_size": 32128}
    return T5EncoderModel(T5Config(**sizes, feed_forward_proj="gated-gelu"))


def qwen3() -> Any:
    """Qwen3 4B."""
    from transformers import Qwen3Config, Qwen3Model

    sizes = {"hidden_size": 2560, "intermediate_size": 9728, "num_hidden_layers": 36, "head_dim": 128, "vocab_size": 151936}
    return Qwen3Model(Qwen3Config(**sizes, num_attention_heads=32, num_key_value_heads=8))


def qwen_vl() -> Any:
    """Qwen2.5-VL 7B."""
    from transformers import Qwen2_5_VLConfig, Qwen2_5_VLForConditionalGeneration

    text = {"hidden_size": 3584, "intermediate_size": 18944, "num_hidden_layers": 28, "vocab_size": 152064}
    eyes = {"depth": 32, "hidden_size": 1280, "intermediate_size": 3420, "num_heads": 16, "out_hidden_size": 3584}
    config = Qwen2_5_VLConfig(
        text_config={**text, "num_attention_heads": 28, "num_key_value_heads": 4}, vision_config=eyes, tie_word_embeddings=False
    )
    return Qwen2_5_VLForConditionalGeneration(config)


def vae(latent: int, between: bool = True) -> Any:
    """The VAE of Stable Diffusion, with more channels in later families."""
    from diffusers import AutoencoderKL

    levels = 4
    return AutoencoderKL(
        block_out_channels=(128, 256, 512, 512),
        down_block_types=("DownEncoderBlock2D",) * levels,
        up_block_types=("UpDecoderBlock2D",) * levels,
        layers_per_block=2,
        latent_channels=latent,
        use_quant_conv=between,
        use_post_quant_conv=between,
    )


SD15 = {"cross_attention_dim": 768, "attention_head_dim": 8}
SDXL = {
    "block_out_channels": (320, 640, 1280),
    "cross_attention_dim": 2048,
    "attention_head_dim": (5, 10, 20),
    "transformer_layers_per_block": (1, 2, 10),
    "use_linear_projection": True,
    "addition_embed_type": "text_time",
    "addition_time_embed_dim": 256,
    "projection_class_embeddings_input_dim": 2816,
    "down_block_types": ("DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"),
}


def of_diffusers(name: str, **settings: Any) -> Build:
    """A class of diffusers; most have the full size where nothing is said."""

    def build() -> Any:
        import diffusers

        return getattr(diffusers, name)(**settings)

    return build


def from_table(family: str) -> Build:
    """Z-Image's ControlNet, with the sizes that its one file does not say."""
    config = dict(next(iter(all_families()[family].controls.values())).config)
    return of_diffusers("ZImageControlNetModel", **config)


UP = ("CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D")
KLEIN = {
    "num_layers": 5,
    "num_single_layers": 20,
    "num_attention_heads": 24,
    "joint_attention_dim": 7680,
    "guidance_embeds": False,
}
QWEN = of_diffusers("QwenImageTransformer2DModel")
PARTS: dict[str, dict[str, Build]] = {
    "sd15": {
        "unet": of_diffusers("UNet2DConditionModel", **SD15),
        "controlnet": of_diffusers("ControlNetModel", **SD15),
        "text_encoder": lambda: clip(768, 12, 12, False),
        "vae": lambda: vae(4),
    },
    "sdxl-union": {
        "unet": of_diffusers("UNet2DConditionModel", **SDXL, up_block_types=UP, sample_size=128),
        "controlnet": of_diffusers("ControlNetUnionModel", **SDXL, num_control_type=6),
        "text_encoder": lambda: clip(768, 12, 12, False),
        "text_encoder_2": lambda: clip(1280, 32, 20, True),
        "vae": lambda: vae(4),
    },
    "z-image": {
        "transformer": of_diffusers("ZImageTransformer2DModel"),
        "controlnet": from_table("z-image"),
        "text_encoder": qwen3,
        "vae": lambda: vae(16, between=False),
    },
    "qwen-image": {
        "transformer": QWEN,
        "controlnet": of_diffusers("QwenImageControlNetModel", num_layers=5),
        "text_encoder": qwen_vl,
        "vae": of_diffusers("AutoencoderKLQwenImage"),
    },
    "flux": {
        "transformer": of_diffusers("FluxTransformer2DModel", guidance_embeds=True),
        "controlnet": of_diffusers("FluxControlNetModel", num_layers=6, num_single_layers=0, guidance_embeds=True),
        "text_encoder": lambda: clip(768, 12, 12, False),
        "text_encoder_2": t5_xxl,
        "vae": lambda: vae(16, between=False),
    },
    "qwen-edit": {"transformer": QWEN, "text_encoder": qwen_vl, "vae": of_diffusers("AutoencoderKLQwenImage")},
    "flux2-klein": {
        "transformer": of_diffusers("Flux2Transformer2DModel", **KLEIN),
        "text_encoder": qwen3,
        "vae": of_diffusers("AutoencoderKLFlux2"),
    },
}
"""By family and component, as the published configs have them."""


@cache
def built(family: str, part: str) -> Any:
    """A component without weights, in bfloat16."""
    with META:
        return PARTS[family][part]().to(torch.bfloat16).eval()


def parameters(family: str, part: str) -> float:
    """In millions."""
    counted = {id(one): one.numel() for one in built(family, part).parameters()}
    return float(sum(counted.values()) / MILLION)
