"""dwpose: DWPose (Yang et al., ICCVW 2023) finds the keypoints of people, in one look at their box; by `onnxruntime`.

Its 133 points of the whole body begin with COCO's 17, which are what a skeleton of OpenPose is drawn from. Crops and places are
those of the authors' code: a point is where two rows of answers, one along each side, are highest, at half pixels of the crop.
"""

from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
from PIL import Image as Pictures

from spotdiff10k.devices import CPU, onnx_provider
from spotdiff10k.errors import MissingExtraError, ModelError
from spotdiff10k.models.store import sha256_of
from spotdiff10k.pose_estimators._people import COCO, with_neck
from spotdiff10k.pose_estimators._protocol import FoundPoint
from spotdiff10k.types import Image

EXTRA = "segment"
WEIGHTS = "dw-ll_ucoco_384.onnx"
PUBLISHED = "yzd-v/DWPose"
MARGIN = 1.25
"""A crop is the box, made as tall and wide as the network sees, times this."""
WIDTH, HEIGHT = 288, 384
STEPS = 2
"""Answers a pixel of the crop, along each side."""
MEAN, DEVIATION = (123.675, 116.28, 103.53), (58.395, 57.12, 57.375)


class DwPose:
    """288 x 384 inside, one subject a look."""

    version: ClassVar[int] = 1
    licence: ClassVar[str] = "Apache-2.0"
    schemas: ClassVar[tuple[str, ...]] = ("openpose18",)

    def __init__(self, weights: Path, device: str = CPU) -> None:
        """Load from a folder with the published ONNX file; nothing is downloaded.

        Raises ModelError when it holds no such file or there is no such device, MissingExtraError without onnxruntime.
        """
        try:
            onnxruntime = import_module("onnxruntime")
        except ImportError as error:
            raise MissingExtraError("onnxruntime", EXTRA, "The pose estimator dwpose") from error
        file = weights / WEIGHTS
        if not file.is_file():
            raise ModelError(
                f"{weights} has no {WEIGHTS} of DWPose. Run: hf download {PUBLISHED} {WEIGHTS} --local-dir {weights}"
            )
        self.digest = sha256_of(file)
        self._session = _session(onnxruntime, file, device)

    def find(self, picture: Image, box: Sequence[float], schema: str) -> Mapping[str, FoundPoint]:
        """All keypoints of a schema. People's neck is half way between the shoulders."""
        if schema not in self.schemas:
            raise ValueError(f"dwpose knows no keypoints of the schema '{schema}'")
        crop = _crop(box)
        (asked,) = self._session.get_inputs()
        columns, rows = self._session.run(None, {asked.name: _input(picture, crop)})
        left, top, width, height = crop
        places = {}
        for name, along, down in zip(COCO, columns[0], rows[0], strict=False):  # hands, feet and faces come after COCO's
            x, y = int(along.argmax()) / (STEPS * WIDTH), int(down.argmax()) / (STEPS * HEIGHT)
            places[name] = FoundPoint(left + x * width, top + y * height, float(min(along.max(), down.max())))
        return with_neck(places)


def _session(onnxruntime: Any, file: Path, device: str) -> Any:
    """One thread: pictures are spread over processes, and sums keep their order. Raises ModelError."""
    provider, where = onnx_provider(device, onnxruntime.get_available_providers(), "the pose estimator dwpose")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    try:
        session = onnxruntime.InferenceSession(str(file), options, providers=[(provider, where)])
    except Exception as error:  # whatever onnxruntime makes of a broken file
        raise ModelError(f"{file} cannot be loaded: {error}. Expected {WEIGHTS} as published in {PUBLISHED}.") from error
    if (len(session.get_inputs()), len(session.get_outputs())) != (1, 2):
        raise ModelError(f"{file} is another network than DWPose. Expected {WEIGHTS} as published in {PUBLISHED}.")
    if session.get_providers()[0] != provider:
        raise ModelError(f"onnxruntime cannot use the device '{device}', though it names it: the libraries of CUDA do not load.")
    return session


def _crop(box: Sequence[float]) -> tuple[float, float, float, float]:
    """left, top, width, height in pixels of what the network sees."""
    left, top, right, bottom = (float(side) for side in box)
    width = max(right - left, (bottom - top) * WIDTH / HEIGHT, 1.0) * MARGIN
    height = width * HEIGHT / WIDTH
    return (left + right - width) / 2.0, (top + bottom - height) / 2.0, width, height


def _input(picture: Image, crop: tuple[float, float, float, float]) -> npt.NDArray[np.float32]:
    """(1, 3, height, width): the crop, black where it leaves the picture; the first pixel's centre lies on the crop's corner."""
    left, top, width, height = crop
    step_x, step_y = width / WIDTH, height / HEIGHT
    # Pillow looks up the centre of each pixel of the output, at .5
    affine = (step_x, 0.0, left - 0.5 * step_x, 0.0, step_y, top - 0.5 * step_y)
    size = (WIDTH, HEIGHT)
    seen = Pictures.fromarray(picture).transform(size, Pictures.Transform.AFFINE, affine, Pictures.Resampling.BILINEAR)
    mean, deviation = np.array(MEAN, np.float32), np.array(DEVIATION, np.float32)
    values: npt.NDArray[np.float32] = (np.asarray(seen, np.float32) - mean) / deviation
    return np.ascontiguousarray(values.transpose(2, 0, 1))[None]
