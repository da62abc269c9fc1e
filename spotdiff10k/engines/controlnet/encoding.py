"""Starts of joins as latents: all of a batch in one go, and without noise of their own."""

from collections.abc import Callable, Mapping
from typing import Any

Encode = Callable[[Any, Any], Any]
"""A VAE and the middle of what it says of pictures to the latents that its network takes."""


def _scaled(vae: Any, middle: Any) -> Any:
    return middle * vae.config.scaling_factor


def _shifted(vae: Any, middle: Any) -> Any:
    return (middle - vae.config.shift_factor) * vae.config.scaling_factor


def _standardised(vae: Any, middle: Any) -> Any:
    mean, deviation = (
        middle.new_tensor(values).view(1, -1, 1, 1, 1) for values in (vae.config.latents_mean, vae.config.latents_std)
    )
    return (middle - mean) / deviation


LATENTS: Mapping[str, Encode] = {
    "sd15": _scaled,
    "sdxl-union": _scaled,
    "flux": _shifted,
    "qwen-image": _standardised,
    "qwen-edit": _standardised,
}
"""By family. Those that are not here take the middle themselves."""


def encode_at_once(pipe: Any, family: str) -> None:
    """Let a pipeline encode the pictures it starts from in one go, and take the middle of what the VAE says of them.

    Given a generator for each picture it would encode them one by one and draw from what the VAE says: some milliseconds a
    picture in which the device does little, for noise in what is to be kept.
    """
    latents, vae = LATENTS.get(family), pipe.vae
    if latents is None:
        return

    def encode(image: Any, generator: Any = None) -> Any:
        return latents(vae, vae.encode(image.to(vae.dtype)).latent_dist.mode())

    pipe._encode_vae_image = encode
