"""A tiny IP-Adapter of random weights, saved as the published ones are: a folder with safetensors and an image encoder."""

from pathlib import Path
from typing import Any

TOKENS = 4
WIDTH = 16
"""Of the encoder's picture vector."""


def save_adapter(unet: Any, folder: Path) -> Path:
    import torch
    from safetensors.torch import save_file
    from transformers import CLIPVisionConfig, CLIPVisionModelWithProjection

    torch.manual_seed(5)
    sizes = {"hidden_size": 16, "intermediate_size": 16, "num_hidden_layers": 2, "num_attention_heads": 2}
    config = CLIPVisionConfig(image_size=32, patch_size=8, projection_dim=WIDTH, **sizes)
    CLIPVisionModelWithProjection(config).eval().save_pretrained(folder / "image_encoder")
    across = unet.config.cross_attention_dim
    weights = {
        "image_proj.proj.weight": torch.randn(TOKENS * across, WIDTH),
        "image_proj.proj.bias": torch.randn(TOKENS * across) * 0.1,
        "image_proj.norm.weight": torch.ones(across),
        "image_proj.norm.bias": torch.zeros(across),
    }
    number = 1
    for name, module in unet.named_modules():
        if name.endswith("attn2"):
            weights[f"ip_adapter.{number}.to_k_ip.weight"] = torch.randn(module.to_k.out_features, across) * 0.3
            weights[f"ip_adapter.{number}.to_v_ip.weight"] = torch.randn(module.to_k.out_features, across) * 0.3
            number += 2
    save_file(weights, folder / "adapter.safetensors")
    return folder
