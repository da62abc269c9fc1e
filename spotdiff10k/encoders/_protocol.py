"""The protocol of an encoder: pictures in, feature maps and one vector a picture out."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from torch import Tensor

Pictures = npt.NDArray[np.uint8]
"""(N, H, W, 3) RGB, 0..255; every picture of the same size."""


@dataclass(frozen=True, slots=True)
class Features:
    """What an encoder sees in N pictures; float32 tensors on the encoder's device."""

    maps: "tuple[Tensor, ...]"
    """One (N, C, h, w) a stage, shallow to deep."""
    pooled: "Tensor"
    """(N, D): one vector a picture, as the model's authors compare pictures with."""

    def __len__(self) -> int:
        return len(self.pooled)

    @property
    def nbytes(self) -> int:
        """Memory that the tensors hold."""
        return sum(tensor.numel() * tensor.element_size() for tensor in (*self.maps, self.pooled))


@runtime_checkable
class Encoder(Protocol):
    """A frozen network that looks at pictures; the file it lies in is its name.

    On a CPU a picture gets the same bits whatever it is batched with and however many threads torch may use.
    """

    version: ClassVar[int]
    """Bump it when the same picture and weights give other features."""
    model: ClassVar[str]
    """The entry of manifests/models.yaml that its weights are."""
    licence: ClassVar[str]
    """Of the weights."""

    @property
    def stages(self) -> tuple[int, ...]:
        """How many pixels of its input one cell of each map stands for: (4, 8, 16, 32)."""
        ...

    @property
    def input_size(self) -> int:
        """The side in pixels that pictures are resized to; they are taken as square."""
        ...

    @property
    def digest(self) -> str:
        """The sha256 of its weights as published."""
        ...

    def encode(self, pictures: Pictures) -> Features:
        """Look at pictures of any size, resized inside."""
        ...


@runtime_checkable
class TextEncoder(Encoder, Protocol):
    """An encoder that knows texts as well."""

    def read(self, texts: Sequence[str]) -> "Tensor":
        """(N, D): one vector a text; its cosine with a picture's vector says how well they fit."""
        ...

    def similarity(self, pictures: Pictures, texts: Sequence[str]) -> npt.NDArray[np.float64]:
        """(N,) in -1..1: the cosine between each picture and its text, as the model sees them."""
        ...
