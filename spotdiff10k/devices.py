"""Where networks run: on the device that is asked for, on that of SPOTDIFF10K_DEVICE where nobody asks, else on the CPU."""

import os
from collections.abc import Sequence

from spotdiff10k.errors import ModelError

DEVICE = "SPOTDIFF10K_DEVICE"
"""Environment variable: where networks run if nobody says otherwise, such as cuda:0; the CPU where it is not set."""
CPU, CUDA = "cpu", "cuda"
ONNX_PROVIDERS = {CPU: "CPUExecutionProvider", CUDA: "CUDAExecutionProvider"}
"""What runs networks of onnxruntime, by the kind of device."""


def chosen_device(asked: str = "") -> str:
    """The device that was asked for, or the one that stands in for "", by its name."""
    return asked or os.environ.get(DEVICE, "").strip() or CPU


def require_torch_device(place: str, what: str) -> None:
    """Refuse a device that torch does not have. Raises ModelError, and ImportError without torch."""
    import torch

    try:
        torch.empty(0, device=place)
    except (RuntimeError, AssertionError) as error:  # torch without CUDA asserts
        raise ModelError(f"There is no device '{place}' for {what}: {str(error).splitlines()[0]}") from error


def onnx_provider(place: str, there: Sequence[str], what: str) -> tuple[str, dict[str, int]]:
    """What of onnxruntime runs a network on a device, and its options; by itself it would take the CPU without a word.

    Raises ModelError where onnxruntime lacks it.
    """
    kind, _, number = place.partition(":")
    provider = ONNX_PROVIDERS.get(kind, "")
    if provider not in there:
        raise ModelError(
            f"There is no device '{place}' for {what}: onnxruntime has {', '.join(there)}. "
            f"Install onnxruntime-gpu, or choose another with {DEVICE}."
        )
    return provider, {} if kind == CPU else {"device_id": int(number or 0)}
