"""Tiny pipelines of every family, built from configs with random weights and saved as folders that `from_pretrained` loads.

No download: tokenizers know the 256 byte symbols and nothing more. Convolutions that a ControlNet starts with at zero are
filled, or its map would change nothing.
"""

import string
import warnings
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

SIDE = 64
"""Pixels: the size at which the pipelines are run."""
FILLING = 0.1
"""Standard deviation of what replaces a ControlNet's zeros."""
CHAT = "{% for message in messages %}{{ message['content'] }}{% endfor %}"
SPECIAL = ("<|endoftext|>", "<|im_start|>", "<|im_end|>", "<|vision_start|>", "<|vision_end|>", "<|image_pad|>", "<|video_pad|>")


def save(family: str, folder: Path) -> Path:
    """Build the family's pipeline under control, and save it; the folder is what `engine.options.model` names."""
    import torch

    torch.set_num_threads(1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        BUILDERS[family]().save_pretrained(folder)
    return folder


def symbols() -> list[str]:
    """The 256 bytes as a byte-level tokenizer writes them."""
    from tokenizers import pre_tokenizers

    return sorted(pre_tokenizers.ByteLevel.alphabet())


@cache
def clip_tokenizer() -> Any:
    from transformers import CLIPTokenizer

    words = [*symbols(), *(f"{symbol}</w>" for symbol in symbols()), "re", "<|startoftext|>", "<|endoftext|>"]
    vocabulary = {word: number for number, word in enumerate(words)}
    return CLIPTokenizer(vocab=vocabulary, merges=[("r", "e")], model_max_length=77)


def clip_text(projected: bool = False) -> Any:
    import torch
    from transformers import CLIPTextConfig, CLIPTextModel, CLIPTextModelWithProjection

    tokenizer = clip_tokenizer()
    config = CLIPTextConfig(
        bos_token_id=tokenizer.bos_token_id,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.eos_token_id,
        hidden_size=32,
        intermediate_size=37,
        num_attention_heads=4,
        num_hidden_layers=2,
        vocab_size=len(tokenizer),
        projection_dim=32,
        max_position_embeddings=77,
    )
    torch.manual_seed(0)
    return (CLIPTextModelWithProjection if projected else CLIPTextModel)(config).eval()


@cache
def qwen_tokenizer() -> Any:
    from transformers import Qwen2Tokenizer

    vocabulary = {word: number for number, word in enumerate([*symbols(), "re"])}
    tokenizer = Qwen2Tokenizer(vocab=vocabulary, merges=[("r", "e")], model_max_length=2048)
    tokenizer.add_special_tokens({"additional_special_tokens": list(SPECIAL)})
    tokenizer.chat_template = CHAT
    return tokenizer


def qwen3(kind: str, layers: int = 4) -> Any:
    import torch
    import transformers

    config = transformers.Qwen3Config(
        hidden_size=16,
        intermediate_size=16,
        num_hidden_layers=layers,
        num_attention_heads=2,
        num_key_value_heads=2,
        head_dim=8,
        vocab_size=len(qwen_tokenizer()),
        max_position_embeddings=512,
    )
    torch.manual_seed(0)
    return getattr(transformers, kind)(config).eval()


def qwen_vl() -> Any:
    import torch
    from transformers import Qwen2_5_VLConfig, Qwen2_5_VLForConditionalGeneration

    tokenizer = qwen_tokenizer()
    numbers = {
        name: tokenizer.convert_tokens_to_ids(f"<|{name}|>") for name in ("vision_start", "vision_end", "image_pad", "video_pad")
    }
    config = Qwen2_5_VLConfig(
        text_config={
            "hidden_size": 16,
            "intermediate_size": 16,
            "num_hidden_layers": 2,
            "num_attention_heads": 2,
            "num_key_value_heads": 2,
            "vocab_size": len(tokenizer),
            "rope_parameters": {"rope_type": "default", "mrope_section": [1, 1, 2], "rope_theta": 1_000_000.0},
        },
        vision_config={"depth": 2, "hidden_size": 16, "intermediate_size": 16, "num_heads": 2, "out_hidden_size": 16},
        vision_start_token_id=numbers["vision_start"],
        vision_end_token_id=numbers["vision_end"],
        image_token_id=numbers["image_pad"],
        video_token_id=numbers["video_pad"],
    )
    torch.manual_seed(0)
    return Qwen2_5_VLForConditionalGeneration(config).eval()


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
        "transformer": QwenImageTransformer2DModel(
            in_channels=16,
            out_channels=4,
            num_layers=2,
            attention_head_dim=16,
            num_attention_heads=3,
            joint_attention_dim=16,
            axes_dims_rope=(8, 4, 4),
        ),
    }


def qwen_image() -> Any:
    from diffusers import QwenImageControlNetModel, QwenImageControlNetPipeline

    parts = qwen_parts()
    controlnet = QwenImageControlNetModel(
        in_channels=16,
        out_channels=4,
        num_layers=2,
        attention_head_dim=16,
        num_attention_heads=3,
        joint_attention_dim=16,
        axes_dims_rope=(8, 4, 4),
    )
    return QwenImageControlNetPipeline(controlnet=filled(controlnet), **parts)


@cache
def picture_processor() -> type:
    """Qwen2VLProcessor without its part for videos, which needs torchvision; pictures and texts go the same way."""
    from transformers import ProcessorMixin

    class PictureProcessor(ProcessorMixin):  # type: ignore[misc]
        return_mm_token_type_ids = True

        def __init__(self, image_processor: Any = None, tokenizer: Any = None, chat_template: str | None = None, **kwargs: Any):
            self.image_token = "<|image_pad|>"
            self.image_token_id = tokenizer.convert_tokens_to_ids(self.image_token)
            super().__init__(image_processor, tokenizer, chat_template=chat_template)

        def replace_image_token(self, image_inputs: Any, image_idx: int, **kwargs: Any) -> str:
            return self.image_token * int(image_inputs["image_grid_thw"][image_idx].prod() // self.image_processor.merge_size**2)

    PictureProcessor.__module__ = __name__
    return PictureProcessor


def __getattr__(name: str) -> Any:
    """What diffusers looks for in the module that a saved pipeline names: the class, and the base it is loaded by."""
    if name == "PictureProcessor":
        return picture_processor()
    if name == "ProcessorMixin":
        from transformers import ProcessorMixin

        return ProcessorMixin
    raise AttributeError(name)


def qwen_edit() -> Any:
    from diffusers import QwenImageEditPlusPipeline
    from transformers import Qwen2VLImageProcessor

    pictures = Qwen2VLImageProcessor(min_pixels=28 * 28, max_pixels=56 * 56)
    processor = picture_processor()(image_processor=pictures, tokenizer=qwen_tokenizer(), chat_template=CHAT)
    return QwenImageEditPlusPipeline(processor=processor, **qwen_parts())


def flux() -> Any:
    import torch
    from diffusers import FlowMatchEulerDiscreteScheduler, FluxControlNetModel, FluxControlNetPipeline, FluxTransformer2DModel
    from transformers import T5Config, T5EncoderModel, T5Tokenizer

    pieces = [
        ("<pad>", 0.0),
        ("</s>", 0.0),
        ("<unk>", 0.0),
        ("▁", -2.0),
        *((one, -3.0) for one in string.ascii_lowercase + string.digits),
    ]
    tokenizer = T5Tokenizer(vocab=pieces, extra_ids=0, model_max_length=512)
    sizes = {"d_model": 32, "d_kv": 8, "d_ff": 37, "num_layers": 2, "num_heads": 4}
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
        text_encoder_2=T5EncoderModel(T5Config(vocab_size=len(tokenizer), decoder_start_token_id=0, **sizes)).eval(),
        tokenizer_2=tokenizer,
        transformer=FluxTransformer2DModel(**layers),
        controlnet=filled(FluxControlNetModel(**layers)),
        vae=vae(4, use_quant_conv=False, use_post_quant_conv=False, shift_factor=0.0609, scaling_factor=1.5035),
    )


def flux2_klein() -> Any:
    import torch
    from diffusers import AutoencoderKLFlux2, FlowMatchEulerDiscreteScheduler, Flux2KleinPipeline, Flux2Transformer2DModel

    torch.manual_seed(0)
    return Flux2KleinPipeline(
        scheduler=FlowMatchEulerDiscreteScheduler(),
        text_encoder=qwen3("Qwen3ForCausalLM", layers=28),
        tokenizer=qwen_tokenizer(),
        transformer=Flux2Transformer2DModel(
            patch_size=1,
            in_channels=16,
            num_layers=1,
            num_single_layers=1,
            attention_head_dim=16,
            num_attention_heads=2,
            joint_attention_dim=48,
            axes_dims_rope=[4, 4, 4, 4],
            guidance_embeds=False,
        ),
        vae=AutoencoderKLFlux2(
            down_block_types=("DownEncoderBlock2D",) * 2,
            up_block_types=("UpDecoderBlock2D",) * 2,
            block_out_channels=(8, 8),
            layers_per_block=1,
            latent_channels=4,
            norm_num_groups=4,
            use_quant_conv=False,
            use_post_quant_conv=False,
            sample_size=SIDE,
        ),
        is_distilled=True,
    )


BUILDERS: dict[str, Callable[[], Any]] = {
    "sd15": sd15,
    "sdxl-union": sdxl_union,
    "z-image": z_image,
    "qwen-image": qwen_image,
    "flux": flux,
    "qwen-edit": qwen_edit,
    "flux2-klein": flux2_klein,
}
