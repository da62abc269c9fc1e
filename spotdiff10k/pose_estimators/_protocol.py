"""The protocol of a pose estimator: a picture and a box in, keypoints out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Protocol, runtime_checkable

from spotdiff10k.types import Image


@dataclass(frozen=True, slots=True)
class FoundPoint:
    """A keypoint in a picture."""

    x: float  # pixels, edges of the picture at whole numbers
    y: float
    score: float  # how sure the network is, about 0..1


@runtime_checkable
class PoseEstimator(Protocol):
    """A frozen network that finds the keypoints of one subject; the file it lies in is its name.

    It is made with a folder of weights and `device=`, and loads them then. The same picture and box give the same points.
    """

    version: ClassVar[int]
    """Bump it when the same picture and weights give other points."""
    licence: ClassVar[str]
    """Of the published weights."""
    schemas: ClassVar[tuple[str, ...]]
    """The keypoint schemas that it knows: "openpose18" for people, "ap10k" for animals."""

    @property
    def digest(self) -> str:
        """The sha256 of its weights."""
        ...

    def find(self, picture: Image, box: Sequence[float], schema: str) -> Mapping[str, FoundPoint]:
        """All keypoints of a schema in a picture (H, W, 3), by name.

        box: left, top, right, bottom of the subject in pixels. Raises ValueError for a schema that it does not know.
        """
        ...
