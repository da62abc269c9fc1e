"""Tiny pipelines of the editors, which follow reference pictures."""

from functools import cache
from typing import Any

from tiny_joint import qwen_parts
from tiny_parts import SIDE
from tiny_texts import CHAT, qwen3, qwen_tokenizer


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
