"""sam: Segment Anything (Kirillov et al., ICCV 2023), ViT-B, told a box; by the package `segment_anything`."""

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from threading import Lock
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from spotdiff10k.devices import require_torch_device
from spotdiff10k.errors import MissingExtraError
from spotdiff10k.models.store import sha256_of, stored
from spotdiff10k.segmenters._prompted import Points, alpha_of, checked_boxes
from spotdiff10k.segmenters._protocol import Boxes, Masks, Pictures

EXTRA = "sam"
ARCHITECTURE = "vit_b"


class Sam:
    """1024 x 1024 inside, a picture at a time. What fills the box best becomes opaque; a wrong box gives another mask."""

    version: ClassVar[int] = 1
    model: ClassVar[str] = "sam-vit-b"
    licence: ClassVar[str] = "Apache-2.0"
    needs_boxes: ClassVar[bool] = True

    def __init__(self, device: str = "cpu", weights: Path | None = None, build: Callable[[], Any] | None = None) -> None:
        """Load weights as safetensors, from the store or a file. `build` makes the network, if it is not ViT-B.

        Raises ModelError when the weights are not on this machine or there is no such device, MissingExtraError without
        segment_anything or torchvision.
        """
        try:
            package = import_module("segment_anything")
            load_file = import_module("safetensors.torch").load_file
        except (ImportError, RuntimeError) as error:  # a torchvision made for another torch is a RuntimeError
            raise MissingExtraError(_missing(error), EXTRA, "The segmenter sam") from error
        require_torch_device(device, "the segmenter sam")
        if weights is None:
            kept = stored(self.model)
            weights, self.digest = kept.weights, kept.digest
        else:
            self.digest = sha256_of(weights)
        network = build() if build else package.sam_model_registry[ARCHITECTURE]()
        network.load_state_dict(load_file(weights))
        self._predictor = package.SamPredictor(network.eval().to(device))
        self._turn = Lock()  # a predictor holds one picture at a time

    def segment(self, pictures: Pictures, boxes: Boxes | None = None) -> Masks:
        """Find what each box holds. Raises ValueError without boxes."""
        return self.segment_at(pictures, boxes, None)

    def segment_at(self, pictures: Pictures, boxes: Boxes | None, points: Points | None) -> Masks:
        """The same, told points of the subject too, as many for each picture."""
        import torch

        told = checked_boxes("sam", pictures, boxes)
        masks = np.zeros(pictures.shape[:3], np.uint8)
        for number, (picture, box) in enumerate(zip(pictures, told, strict=True)):
            with self._turn:
                self._predictor.set_image(np.ascontiguousarray(picture))
                logits = self._predict(box, None if points is None else points[number])
            masks[number] = alpha_of(torch.from_numpy(logits), *picture.shape[:2])[0]
        return masks

    def _predict(self, box: npt.NDArray[np.int64], points: npt.NDArray[np.int64] | None) -> npt.NDArray[np.float32]:
        """(1, H, W) logits of what a box (4,) holds, and points (K, 2) lie in."""
        told: dict[str, Any] = {"box": box.astype(np.float32)}
        if points is not None:
            told |= {"point_coords": points.astype(np.float32), "point_labels": np.ones(len(points), np.int64)}
        logits: npt.NDArray[np.float32] = self._predictor.predict(**told, multimask_output=False, return_logits=True)[0]
        return logits


def _missing(error: Exception) -> str:
    """Which package is not there, or of no use."""
    return "segment-anything" if getattr(error, "name", "") == "segment_anything" else "torchvision"
