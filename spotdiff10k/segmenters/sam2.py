"""sam2: Segment Anything 2.1 (Ravi et al., arXiv 2408.00714), the small image encoder, told a box; by `transformers`."""

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

import numpy as np
import numpy.typing as npt

from spotdiff10k.devices import require_torch_device
from spotdiff10k.errors import MissingExtraError
from spotdiff10k.models.quiet import without_progress
from spotdiff10k.models.store import sha256_of, stored
from spotdiff10k.segmenters._prompted import Points, alpha_of, checked_boxes
from spotdiff10k.segmenters._protocol import Boxes, Masks, Pictures

if TYPE_CHECKING:
    from torch import Tensor

EXTRA = "hub"
WEIGHTS = "model.safetensors"
BYTE = 255.0
MEAN, DEVIATION = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
"""Of ImageNet's colours, as the model was trained with."""
AT_ONCE = 4
"""Pictures a batch; each is 1024 x 1024 inside."""


class Sam2:
    """1024 x 1024 inside. What fills the box best becomes opaque; a wrong box gives the mask of something else."""

    version: ClassVar[int] = 1
    model: ClassVar[str] = "sam2.1-hiera-small"
    licence: ClassVar[str] = "Apache-2.0"
    needs_boxes: ClassVar[bool] = True

    def __init__(self, device: str = "cpu", weights: Path | None = None) -> None:
        """Load from the store, or from a folder with config.json and model.safetensors; nothing is downloaded.

        Raises ModelError when the weights are not on this machine or there is no such device, MissingExtraError without
        torch and transformers.
        """
        try:
            kind = import_module("transformers").Sam2Model
        except (ImportError, AttributeError) as error:
            raise MissingExtraError("transformers", EXTRA, "The segmenter sam2") from error
        require_torch_device(device, "the segmenter sam2")
        if weights is None:
            kept = stored(self.model)
            weights, self.digest = kept.folder, kept.digest
        else:
            self.digest = sha256_of(weights / WEIGHTS)
        with without_progress():
            self._model = kind.from_pretrained(weights, local_files_only=True, use_safetensors=True).eval().to(device)
        self._device = device

    @property
    def input_size(self) -> int:
        """The side in pixels that pictures are resized to; they are taken as square."""
        return int(self._model.config.prompt_encoder_config.image_size)

    def segment(self, pictures: Pictures, boxes: Boxes | None = None) -> Masks:
        """Find what each box holds. Raises ValueError without boxes."""
        return self.segment_at(pictures, boxes, None)

    def segment_at(self, pictures: Pictures, boxes: Boxes | None, points: Points | None) -> Masks:
        """The same, told points of the subject too, as many for each picture."""
        import torch

        told = checked_boxes("sam2", pictures, boxes)
        height, width = pictures.shape[1:3]
        scale = self.input_size / np.array([width, height, width, height], np.float64)
        inside = None if points is None else points * scale[:2]
        masks = np.zeros(pictures.shape[:3], np.uint8)
        with torch.inference_mode():
            for start in range(0, len(pictures), AT_ONCE):
                part = slice(start, start + AT_ONCE)
                prompts = torch.from_numpy(told[part] * scale).float()[:, None].to(self._device)
                more = {} if inside is None else self._told(inside[part])
                found = self._model(pixel_values=self._input(pictures[part]), input_boxes=prompts, multimask_output=False, **more)
                masks[part] = alpha_of(found.pred_masks[:, 0, 0], height, width)
        return masks

    def _told(self, inside: npt.NDArray[np.float64]) -> "dict[str, Tensor]":
        """Points (N, K, 2) in the model's scale, all of them of the subject."""
        import torch

        points = torch.from_numpy(inside).float()[:, None].to(self._device)
        return {"input_points": points, "input_labels": torch.ones(points.shape[:3], dtype=torch.int32, device=self._device)}

    def _input(self, pictures: Pictures) -> "Tensor":
        """(N, 3, side, side): resized and normalised as the model's own processor does, which would need torchvision."""
        import torch
        from torch.nn import functional

        values = torch.from_numpy(np.ascontiguousarray(pictures)).to(self._device).permute(0, 3, 1, 2).float()
        side = (self.input_size, self.input_size)
        resized = functional.interpolate(values, side, mode="bilinear", align_corners=False, antialias=True)
        mean, deviation = (torch.tensor(three, device=self._device).view(1, 3, 1, 1) for three in (MEAN, DEVIATION))
        return (resized.round().clamp(0, BYTE) / BYTE - mean) / deviation
