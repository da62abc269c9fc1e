"""Tiny pipelines of every family, built from configs with random weights and saved as folders that `from_pretrained` loads."""

import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tiny_editors import flux2_klein, qwen_edit
from tiny_joint import flux, qwen_image, z_image
from tiny_parts import SIDE
from tiny_unets import sd15, sdxl_union

BUILDERS: dict[str, Callable[[], Any]] = {
    "sd15": sd15,
    "sdxl-union": sdxl_union,
    "z-image": z_image,
    "qwen-image": qwen_image,
    "flux": flux,
    "qwen-edit": qwen_edit,
    "flux2-klein": flux2_klein,
}


def save(family: str, folder: Path) -> Path:
    """Build the family's pipeline under control, and save it; the folder is what `engine.options.model` names."""
    import torch

    torch.set_num_threads(1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        BUILDERS[family]().save_pretrained(folder)
    return folder


__all__ = ["BUILDERS", "SIDE", "flux", "flux2_klein", "qwen_edit", "qwen_image", "save", "sd15", "sdxl_union", "z_image"]
