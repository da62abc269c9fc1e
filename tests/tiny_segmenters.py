"""Segmenters of a few thousand random weights, saved and loaded as real ones are."""

from functools import partial
from pathlib import Path
from typing import Any

SIDE = 64
"""Pixels that the tiny networks see."""


def save_sam2(folder: Path) -> Path:
    """A Segment Anything 2 with config.json and model.safetensors."""
    import torch
    from transformers import Sam2Config, Sam2Model

    backbone = {
        "model_type": "sam2_hiera_det_model",
        "hidden_size": 8,
        "num_attention_heads": 1,
        "image_size": [SIDE, SIDE],
        "blocks_per_stage": [1, 1, 2, 1],
        "embed_dim_per_stage": [8, 16, 32, 64],
        "num_attention_heads_per_stage": [1, 2, 4, 8],
        "window_size_per_stage": [8, 4, 4, 2],
        "global_attention_blocks": [3],
        "window_positional_embedding_background_size": [2, 2],
    }
    vision = {
        "backbone_config": backbone,
        "backbone_channel_list": [64, 32, 16, 8],
        "backbone_feature_sizes": [[16, 16], [8, 8], [4, 4]],
        "fpn_hidden_size": 16,
    }
    prompts = {"hidden_size": 16, "image_size": SIDE, "patch_size": 16, "mask_input_channels": 4}
    decoder = {
        "hidden_size": 16,
        "mlp_dim": 32,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
        "iou_head_hidden_dim": 16,
        "iou_head_depth": 2,
    }
    torch.manual_seed(0)
    config = Sam2Config(vision_config=vision, prompt_encoder_config=prompts, mask_decoder_config=decoder)
    Sam2Model(config).eval().save_pretrained(folder)
    return folder


def build_sam() -> Any:
    """A Segment Anything, with random weights."""
    import torch
    from segment_anything.modeling import ImageEncoderViT, MaskDecoder, PromptEncoder, Sam, TwoWayTransformer

    patch, channels = 8, 16
    cells = SIDE // patch
    return Sam(
        image_encoder=ImageEncoderViT(
            depth=2,
            embed_dim=32,
            img_size=SIDE,
            mlp_ratio=2,
            norm_layer=partial(torch.nn.LayerNorm, eps=1e-6),
            num_heads=2,
            patch_size=patch,
            qkv_bias=True,
            use_rel_pos=True,
            global_attn_indexes=[1],
            window_size=4,
            out_chans=channels,
        ),
        prompt_encoder=PromptEncoder(
            embed_dim=channels, image_embedding_size=(cells, cells), input_image_size=(SIDE, SIDE), mask_in_chans=4
        ),
        mask_decoder=MaskDecoder(
            num_multimask_outputs=3,
            transformer=TwoWayTransformer(depth=2, embedding_dim=channels, mlp_dim=32, num_heads=2),
            transformer_dim=channels,
            iou_head_depth=3,
            iou_head_hidden_dim=16,
        ),
    )


def save_sam(file: Path) -> Path:
    """The weights of a `build_sam` as safetensors."""
    import torch
    from safetensors.torch import save_file

    torch.manual_seed(0)
    save_file(build_sam().state_dict(), file)
    return file
