"""Where the branches are computed, and how exactly."""

import os
from contextlib import AbstractContextManager

import torch

from spotdiff10k.devices import CPU, DEVICE, require_torch_device
from spotdiff10k.training.settings import Device, Precision

CUDA = "cuda"


def device_of(asked: Device) -> torch.device:
    """The device that a setting means on this machine. Raises ModelError when torch has no such device."""
    place: str = asked
    if asked == "auto":
        place = os.environ.get(DEVICE, "").strip() or (CUDA if torch.cuda.is_available() else CPU)
    require_torch_device(place, "the reference trainer")
    return torch.device(place)


def computing(device: torch.device, precision: Precision) -> AbstractContextManager[object]:
    """Within it, fp32: everything as it is; bf16: products of matrices in bfloat16."""
    found: AbstractContextManager[object] = torch.autocast(device.type, torch.bfloat16, enabled=precision == "bf16")
    return found
