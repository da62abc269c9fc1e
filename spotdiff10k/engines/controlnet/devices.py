"""The device a worker paints on: which GPU is its own, in which precision, and how pipelines are settled on it."""

import contextlib
import fcntl
import os
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from spotdiff10k.engines.controlnet.families import Family
from spotdiff10k.engines.controlnet.memory import decodes_in_tiles, largest_batch
from spotdiff10k.engines.controlnet.options import Options

CPU = "cpu"
CPU_BATCH = 1
"""On a CPU a batch gains nothing, and one at a time gives the same bits in any company."""
TILES_A_SIDE = 2
LEAST_TILE = 256
"""Pixels; smaller ones show their seams."""
STRIDE = 0.75
"""From tile to tile, of a tile's side; the rest is blended."""

_locks: list[Any] = []
"""Open files of the GPUs this process holds; the system lets go of them when it ends."""


@dataclass(frozen=True, slots=True)
class Device:
    """Where and how this worker paints."""

    name: str  # "cpu", "cuda:0"
    dtype: Any  # of torch
    bytes: int  # of its memory; 0 on a CPU

    @property
    def is_cuda(self) -> bool:
        """Whether it is a GPU that torch drives by CUDA (or ROCm)."""
        return self.name != CPU


def visible_gpus() -> int:
    """How many GPUs torch sees, without waking any of them; 0 without torch."""
    try:
        import torch
    except ImportError:
        return 0
    return int(torch.cuda.device_count())


def claim_device(family: Family) -> Device:
    """A GPU that no other worker of this machine holds, the first where all are held, or the CPU; in the family's precision."""
    import torch

    gpus = visible_gpus()
    if not gpus:
        return Device(CPU, torch.float32, 0)
    index = _claimed(gpus)
    memory = int(torch.cuda.get_device_properties(index).total_memory)
    return Device(f"cuda:{index}", getattr(torch, family.dtype), memory)


@cache
def _claimed(gpus: int) -> int:
    """The first GPU whose lock nobody holds; asked once a process."""
    names = os.environ.get("CUDA_VISIBLE_DEVICES", "").split(",")
    for index in range(gpus):
        label = names[index].strip() if index < len(names) and names[index].strip() else str(index)
        path = Path(tempfile.gettempdir()) / f"spotdiff10k-{os.getuid()}-gpu-{label.replace('/', '-')}.lock"
        file = path.open("a")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            file.close()
            continue
        _locks.append(file)
        return index
    return 0


def batch_for(options: Options, size: int, device: Device) -> int:
    """Pictures of one call: what the recipe says, else what fits."""
    if options.batch:
        return min(options.batch, options.family.batch)
    if not device.is_cuda:
        return CPU_BATCH
    usable = max(device.bytes // 2, device.bytes - options.kept_bytes)
    return largest_batch(options.family, size, usable, options.cpu_offload)


def settle(pipe: Any, device: Device, options: Options) -> None:
    """Bring a pipeline onto its device; its sibling shares the parts."""
    if not device.is_cuda:
        return
    import torch

    if options.cpu_offload:
        pipe.enable_model_cpu_offload(device=device.name)
    else:
        pipe.to(device.name)
    if options.family.layout == "unet":
        for part in (pipe.unet, pipe.vae, pipe.controlnet):
            part.to(memory_format=torch.channels_last)


def tile_if_needed(pipe: Any, device: Device, options: Options, size: int, batch: int) -> bool:
    """Decode one picture at a time, or in tiles, only where memory asks for it; whether in tiles, which leave faint seams."""
    if not device.is_cuda or not decodes_in_tiles(options.family, size, batch, device.bytes, options.cpu_offload):
        return False
    if batch > 1:
        pipe.vae.enable_slicing()
    if not decodes_in_tiles(options.family, size, 1, device.bytes, options.cpu_offload):
        return False
    _cut_in_tiles(pipe.vae, max(LEAST_TILE, size // TILES_A_SIDE))
    return True


def _cut_in_tiles(vae: Any, side: int) -> None:
    """Tiles smaller than the picture: those that a VAE has by itself are as large as what it was trained on."""
    if hasattr(vae, "tile_sample_min_height"):
        stride = round(side * STRIDE)
        vae.enable_tiling(side, side, stride, stride)
        return
    step = vae.tile_sample_min_size // vae.tile_latent_min_size
    vae.tile_sample_min_size, vae.tile_latent_min_size = side, side // step
    vae.enable_tiling()


def release(device: Device) -> None:
    """Give freed blocks back to the device, after it ran out of memory."""
    if device.is_cuda:
        with contextlib.suppress(ImportError):
            import torch

            torch.cuda.empty_cache()
