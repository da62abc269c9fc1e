"""rembg: U2-Net-p (Qin et al., Pattern Recognition 2020) finds what stands out in a picture, by the package `rembg`."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from spotdiff10k.devices import CPU
from spotdiff10k.errors import MissingExtraError, ModelError
from spotdiff10k.models.store import sha256_of, stored
from spotdiff10k.segmenters._protocol import Boxes, Masks, Pictures

EXTRA = "segment"
CUDA = "cuda"
CPU_PROVIDER, GPU_PROVIDER = "CPUExecutionProvider", "CUDAExecutionProvider"


class Rembg:
    """320 x 320 inside. Every picture is told apart for itself: what stands out most becomes opaque, even where nothing does."""

    version: ClassVar[int] = 1
    model: ClassVar[str] = "u2netp"
    licence: ClassVar[str] = "Apache-2.0"
    needs_boxes: ClassVar[bool] = False

    def __init__(self, device: str = "cpu", weights: Path | None = None) -> None:
        """Load the weights from the store, or from a file.

        Raises ModelError without them or without the device, MissingExtraError without rembg.
        """
        if weights is None:
            kept = stored(self.model)
            weights, self.digest = kept.weights, kept.digest
        else:
            self.digest = sha256_of(weights)
        self._session = _session(self.model, weights, device)

    def segment(self, pictures: Pictures, boxes: Boxes | None = None) -> Masks:
        """Find what stands out; boxes are not looked at."""
        from PIL import Image

        masks = np.zeros(pictures.shape[:3], np.uint8)
        for number, picture in enumerate(pictures):
            masks[number] = np.asarray(self._session.predict(Image.fromarray(picture))[0])
        return masks


def _session(name: str, weights: Path, device: str) -> Any:
    """The package's own session on our weights, wherever they lie: asked for the model, it neither searches nor downloads."""
    try:
        onnxruntime = import_module("onnxruntime")
        with _without_compiling():
            session = import_module("rembg.sessions.u2netp").U2netpSession
    except (ImportError, SystemExit) as error:  # without onnxruntime, rembg ends the process
        raise MissingExtraError("rembg", EXTRA, "The segmenter rembg") from error
    provider = _provider(device, onnxruntime.get_available_providers())
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1  # pictures are spread over processes; and sums keep their order
    members = {"download_models": classmethod(lambda *_, **__: str(weights))}
    return type("StoredSession", (session,), members)(name, options, providers=[provider])


def _provider(device: str, there: Sequence[str]) -> str | tuple[str, dict[str, int]]:
    """What runs the network on a device; onnxruntime would take the CPU without a word where it lacks one. Raises ModelError."""
    kind, _, number = device.partition(":")
    if kind == CPU:
        return CPU_PROVIDER
    if kind != CUDA or GPU_PROVIDER not in there:
        raise ModelError(
            f"There is no device '{device}' for the segmenter rembg: onnxruntime has {', '.join(there)}. "
            "Install onnxruntime-gpu, or choose another with SPOTDIFF10K_DEVICE."
        )
    return GPU_PROVIDER, {"device_id": int(number or 0)}


@contextmanager
def _without_compiling() -> Iterator[None]:
    """Import rembg without having numba compile the alpha matting that comes with it, half a minute for what is not used here."""
    from numba import config

    before = config.DISABLE_JIT
    config.DISABLE_JIT = True
    try:
        yield
    finally:
        config.DISABLE_JIT = before
