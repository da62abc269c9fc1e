"""vitpose: ViTPose+ (Xu et al., TPAMI 2023) finds the keypoints of people and of animals; by `transformers`.

Boxes, crops and heatmaps follow unbiased data processing (Huang et al., CVPR 2020), with which it was trained.
"""

from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

import numpy as np
import numpy.typing as npt
from PIL import Image as Pictures

from spotdiff10k.devices import require_torch_device
from spotdiff10k.errors import MissingExtraError, ModelError
from spotdiff10k.models.quiet import without_progress
from spotdiff10k.models.store import sha256_of
from spotdiff10k.pose_estimators._people import COCO, with_neck
from spotdiff10k.pose_estimators._protocol import FoundPoint
from spotdiff10k.types import Image

if TYPE_CHECKING:
    from torch import Tensor

EXTRA = "hub"
WEIGHTS = "model.safetensors"
PUBLISHED = "usyd-community/vitpose-plus-base"
MARGIN = 1.25
"""A crop is the box, made as tall and wide as the network sees, times this."""
MEAN, DEVIATION = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
BYTE = 255.0
FAINT = 1e-3
"""Below this a heatmap says nothing."""
MOST_SHIFT = 1.0
"""Steps of a heatmap that a peak may be moved between its cells."""
AP10K = (
    "left_eye", "right_eye", "nose", "neck", "root_of_tail", "left_shoulder", "left_elbow", "left_front_paw", "right_shoulder",
    "right_elbow", "right_front_paw", "left_hip", "left_knee", "left_back_paw", "right_hip", "right_knee", "right_back_paw",
)  # fmt: skip
ORDERS: Mapping[str, tuple[str, ...]] = {"openpose18": COCO, "ap10k": AP10K}
EXPERTS: Mapping[str, int] = {"openpose18": 0, "ap10k": 3}
"""Which expert of the network was trained on a data set: COCO's and AP-10K's."""


class VitPose:
    """192 x 256 inside, one subject a look. A network without experts knows people alone."""

    version: ClassVar[int] = 1
    licence: ClassVar[str] = "Apache-2.0"
    schemas: ClassVar[tuple[str, ...]] = tuple(ORDERS)

    def __init__(self, weights: Path, device: str = "cpu") -> None:
        """Load from a folder with config.json and model.safetensors; nothing is downloaded.

        Raises ModelError when it holds no such files or there is no such device, MissingExtraError without transformers.
        """
        try:
            kind = import_module("transformers").VitPoseForPoseEstimation
        except (ImportError, AttributeError) as error:
            raise MissingExtraError("transformers", EXTRA, "The pose estimator vitpose") from error
        require_torch_device(device, "the pose estimator vitpose")
        if not (weights / WEIGHTS).is_file():
            raise ModelError(f"{weights} has no {WEIGHTS} of ViTPose. Run: hf download {PUBLISHED} --local-dir {weights}")
        self.digest = sha256_of(weights / WEIGHTS)
        with without_progress():
            self._model = kind.from_pretrained(weights, local_files_only=True, use_safetensors=True).eval().to(device)
        self._device = device
        height, width = self._model.config.backbone_config.image_size
        self._height, self._width = int(height), int(width)
        self._experts = int(getattr(self._model.config.backbone_config, "num_experts", 1))

    def find(self, picture: Image, box: Sequence[float], schema: str) -> Mapping[str, FoundPoint]:
        """All keypoints of a schema. People's neck is half way between the shoulders."""
        import torch

        if schema not in ORDERS or (EXPERTS[schema] and self._experts <= EXPERTS[schema]):
            raise ValueError(f"these weights of vitpose know no keypoints of the schema '{schema}'")
        crop = self._crop(box)
        more = {"dataset_index": torch.tensor([EXPERTS[schema]], device=self._device)} if self._experts > 1 else {}
        with torch.inference_mode():
            found = self._model(pixel_values=self._input(picture, crop), **more).heatmaps[0].float().cpu().numpy()
        peaks = [_peak(heatmap) for heatmap in found[: len(ORDERS[schema])]]
        rows, columns = found.shape[1:]
        left, top, width, height = crop
        places = {
            name: FoundPoint(left + x / (columns - 1) * width, top + y / (rows - 1) * height, score)
            for name, (x, y, score) in zip(ORDERS[schema], peaks, strict=True)
        }
        return with_neck(places) if schema == "openpose18" else places

    def _crop(self, box: Sequence[float]) -> tuple[float, float, float, float]:
        """left, top, width, height in pixels of what the network sees."""
        left, top, right, bottom = (float(side) for side in box)
        aspect = self._width / self._height
        width = max(right - left, (bottom - top) * aspect, 1.0) * MARGIN
        height = width / aspect
        return (left + right - width) / 2.0, (top + bottom - height) / 2.0, width, height

    def _input(self, picture: Image, crop: tuple[float, float, float, float]) -> "Tensor":
        """(1, 3, height, width): the crop, black where it leaves the picture; its outermost pixels lie on the crop's sides."""
        import torch

        left, top, width, height = crop
        step_x, step_y = width / (self._width - 1), height / (self._height - 1)
        # Pillow looks up the centre of each pixel of the output, at .5
        affine = (step_x, 0.0, left - 0.5 * step_x, 0.0, step_y, top - 0.5 * step_y)
        size = (self._width, self._height)
        seen = Pictures.fromarray(picture).transform(size, Pictures.Transform.AFFINE, affine, Pictures.Resampling.BILINEAR)
        values = (np.asarray(seen, np.float32) / BYTE - np.array(MEAN, np.float32)) / np.array(DEVIATION, np.float32)
        return torch.from_numpy(np.ascontiguousarray(values.transpose(2, 0, 1)))[None].to(self._device)


def _peak(heatmap: npt.NDArray[np.float32]) -> tuple[float, float, float]:
    """X and y of a heatmap's peak between its cells, by a parabola through its logarithm, and its height."""
    y, x = (int(place) for place in np.unravel_index(int(heatmap.argmax()), heatmap.shape))
    score = float(heatmap[y, x])
    return x + _shift(heatmap[y], x), y + _shift(heatmap[:, x], y), score


def _shift(line: npt.NDArray[np.float32], place: int) -> float:
    if not 0 < place < len(line) - 1:
        return 0.0
    before, here, after = (float(np.log(max(value, FAINT))) for value in line[place - 1 : place + 2])
    bend = before - 2.0 * here + after
    return 0.0 if bend >= 0.0 else min(MOST_SHIFT, max(-MOST_SHIFT, 0.5 * (before - after) / bend))
