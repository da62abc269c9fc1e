"""The protocol of a segmenter: pictures in, the subject's soft masks out."""

from typing import ClassVar, Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

Pictures = npt.NDArray[np.uint8]
"""(N, H, W, 3) RGB, 0..255; every picture of the same size."""
Masks = npt.NDArray[np.uint8]
"""(N, H, W) soft alpha, 0..255."""
Boxes = npt.NDArray[np.int64]
"""(N, 4) left, top, right, bottom in pixels; right and bottom exclusive."""


@runtime_checkable
class Segmenter(Protocol):
    """A frozen network that says where the subject of a picture is; the file it lies in is its name.

    It is made with `device=`, and loads its weights then. The same picture gives the same mask whatever it is batched with.
    """

    version: ClassVar[int]
    """Bump it when the same picture and weights give another mask."""
    model: ClassVar[str]
    """The entry of manifests/models.yaml that its weights are; empty for a plug-in that brings its own."""
    licence: ClassVar[str]
    """Of the weights."""
    needs_boxes: ClassVar[bool]
    """Whether it must be told where to look; others leave the boxes alone."""

    @property
    def digest(self) -> str:
        """The sha256 of its weights as published."""
        ...

    def segment(self, pictures: Pictures, boxes: Boxes | None = None) -> Masks:
        """Find the subject of each picture, at the pictures' own size. Raises ValueError when it needs boxes and has none."""
        ...
