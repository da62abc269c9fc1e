"""How much memory a family needs: weights, and what is alive at once while a picture is made; counted, not measured."""

from dataclasses import dataclass

from spotdiff10k.engines.controlnet.families import Family

MILLION = 1_000_000
GIB = 2**30
LATENT_STEP = 8
"""Pixels of the picture along the side of one latent pixel."""
RUNTIME_BYTES = 1 * GIB
"""Context of the device, kernels and workspaces."""
RESERVE = 0.92
"""Share of a device's memory to plan with; the rest is lost between blocks."""
BF16_BYTES, FP32_BYTES = 2, 4


@dataclass(frozen=True, slots=True)
class PeakMemory:
    """Bytes on the device."""

    weights: int
    network: int  # activations of the denoising network, all pictures of a batch
    vae: int  # of decoding, all pictures of a batch
    runtime: int

    @property
    def total(self) -> int:
        """The most that is needed at once: denoising and decoding follow one another."""
        return self.weights + max(self.network, self.vae) + self.runtime


def peak_memory(
    family: Family, size: int, batch: int = 1, element_bytes: int = BF16_BYTES, offloaded: bool = False
) -> PeakMemory:
    """Peak memory of `batch` pictures of `size` pixels; `offloaded`: only the component at work is on the device."""
    latent_pixels = (size // LATENT_STEP) ** 2
    components = tuple(family.parameters.values())
    if offloaded:
        at_work = family.parameters.get("unet", 0.0) + family.parameters.get("transformer", 0.0)
        components = (max(at_work + family.parameters.get("controlnet", 0.0), *components),)  # ControlNet runs between its steps
    return PeakMemory(
        weights=round(sum(components) * MILLION) * element_bytes,
        network=round(family.activations["network"] * latent_pixels * batch) * element_bytes,
        vae=round(family.activations["vae"] * size * size * batch) * element_bytes,
        runtime=RUNTIME_BYTES,
    )


def largest_batch(family: Family, size: int, device_bytes: int, offloaded: bool = False) -> int:
    """How many pictures fit at once, as a power of two, at least 1 and at most the family's."""
    batch = 1
    while 2 * batch <= family.batch and peak_memory(family, size, 2 * batch, offloaded=offloaded).total <= RESERVE * device_bytes:
        batch *= 2
    return batch


def decodes_in_tiles(family: Family, size: int, batch: int, device_bytes: int, offloaded: bool = False) -> bool:
    """Whether the VAE has to work in tiles, because decoding would need more than the device has."""
    needed = peak_memory(family, size, batch, offloaded=offloaded)
    return needed.weights + needed.vae + needed.runtime > RESERVE * device_bytes
