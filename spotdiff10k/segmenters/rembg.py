"""rembg: U2-Net-p (Qin et al., Pattern Recognition 2020) finds what stands out in a picture, by the package `rembg`."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from spotdiff10k.devices import onnx_provider
from spotdiff10k.errors import MissingExtraError
from spotdiff10k.models.store import sha256_of, stored
from spotdiff10k.segmenters._protocol import Boxes, Masks, Pictures

EXTRA = "segment"


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
    provider, where = onnx_provider(device, onnxruntime.get_available_providers(), "the segmenter rembg")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1  # pictures are spread over processes; and sums keep their order
    # rembg would warn of a CPU that comes with options
    members = {"download_models": classmethod(lambda *_, **__: str(weights))}
    return type("StoredSession", (session,), members)(name, options, providers=[(provider, where) if where else provider])


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
