"""One step of each family at full size, ControlNet included, on torch's device `meta`."""

from collections.abc import Callable

import torch
from _full_size_networks import META, built

TEXT = 512
"""Tokens of a text."""


def empty(*shape: int) -> torch.Tensor:
    """What a pipeline gives to its network."""
    return torch.empty(shape, device=META, dtype=torch.bfloat16)


def unet_call(name: str, latent: int) -> None:
    """Both halves of guidance; the ControlNet's residuals live while the network runs."""
    unet, control = built(name, "unet"), built(name, "controlnet")
    text = empty(2, 77, unet.config.cross_attention_dim)
    time, sample, picture = torch.zeros((), device=META), empty(2, 4, latent, latent), empty(2, 3, 8 * latent, 8 * latent)
    added = {"text_embeds": empty(2, 1280), "time_ids": empty(2, 6)} if unet.config.addition_embed_type else None
    if added:
        kinds = {"control_type": empty(2, control.config.num_control_type), "control_type_idx": [1]}
        down, middle = control(sample, time, text, [picture], conditioning_scale=[1.0], added_cond_kwargs=added,
                               return_dict=False, **kinds)  # fmt: skip
    else:
        down, middle = control(sample, time, text, picture, return_dict=False)
    unet(sample, time, text, down_block_additional_residuals=down, mid_block_additional_residual=middle, added_cond_kwargs=added)


def flux_call(name: str, latent: int) -> None:
    """One picture: guidance is an input."""
    network, control = built(name, "transformer"), built(name, "controlnet")
    tokens = (latent // 2) ** 2
    common = {
        "hidden_states": empty(1, tokens, 64),
        "encoder_hidden_states": empty(1, TEXT, 4096),
        "pooled_projections": empty(1, 768),
        "timestep": empty(1),
        "guidance": empty(1),
        "img_ids": empty(tokens, 3),
        "txt_ids": empty(TEXT, 3),
    }
    double, single = control(**common, controlnet_cond=empty(1, tokens, 64), return_dict=False)
    network(**common, controlnet_block_samples=double, controlnet_single_block_samples=single)


def qwen_call(name: str, latent: int, references: int = 0) -> None:
    """One half of guidance: the pipeline runs them one after the other. Pictures of an editor stand behind its own."""
    network = built(name, "transformer")
    side = latent // 2
    shapes = [[(1, side, side)] * (1 + references)]
    common = {
        "hidden_states": empty(1, side**2 * (1 + references), 64),
        "encoder_hidden_states": empty(1, TEXT, 3584),
        "encoder_hidden_states_mask": torch.ones((1, TEXT), dtype=torch.bool, device=META),
        "timestep": empty(1),
        "img_shapes": shapes,
    }
    residuals = None
    if not references:
        residuals = built(name, "controlnet")(**common, controlnet_cond=empty(1, side**2, 64), return_dict=False)
    network(**common, controlnet_block_samples=residuals)


def qwen_edit_call(name: str, latent: int) -> None:
    """With two reference pictures, the map and the anchor."""
    qwen_call(name, latent, references=2)


def klein_call(name: str, latent: int) -> None:
    """With two reference pictures."""
    network, tokens = built(name, "transformer"), 3 * (latent // 2) ** 2
    network(
        hidden_states=empty(1, tokens, network.config.in_channels),
        encoder_hidden_states=empty(1, TEXT, network.config.joint_attention_dim),
        timestep=empty(1),
        img_ids=empty(1, tokens, 4),
        txt_ids=empty(1, TEXT, 4),
        guidance=None,
    )


def z_image_call(name: str, latent: int) -> None:
    """One picture, without guidance; the ControlNet takes the network's embedders."""
    from diffusers import ZImageControlNetModel

    network, control = built(name, "transformer"), built(name, "controlnet")
    control = ZImageControlNetModel.from_transformer(control, network)
    latents, words = [empty(16, 1, latent, latent)], [empty(TEXT, 2560)]
    blocks = control(latents, empty(1), words, [empty(control.config.control_in_dim, 1, latent, latent)])
    network(latents, empty(1), words, controlnet_block_samples=blocks, return_dict=False)


CALLS: dict[str, Callable[[str, int], None]] = {
    "sd15": unet_call,
    "sdxl-union": unet_call,
    "z-image": z_image_call,
    "qwen-image": qwen_call,
    "flux": flux_call,
    "qwen-edit": qwen_edit_call,
    "flux2-klein": klein_call,
}
"""One step of each, ControlNet included."""
