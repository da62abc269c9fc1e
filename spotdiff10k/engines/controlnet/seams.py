"""What the parts of the engine hand each other: control maps, cut-outs, and how a subject is kept the same in a batch.

Plain values and protocols; importing this is light. Arrays are C-contiguous, origin top left.
"""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

import numpy as np
import numpy.typing as npt

from spotdiff10k.types import BackgroundLevel, EngineSettings, Image, Mask, PlannedGroup, PoseLevel

if TYPE_CHECKING:
    from spotdiff10k.engines.controlnet.finding import Used

U8 = npt.NDArray[np.uint8]
Pipe = Any
"""A pipeline of diffusers, which has no types."""


@dataclass(frozen=True, slots=True)
class ControlMaps:
    """Where and how the subject will stand, as pictures that a ControlNet takes."""

    maps: Mapping[str, Image]  # kind ("depth", "canny", ...) to (H, W, 3)
    region: Mask  # (H, W) soft: where the subject will be; never empty
    source: Mapping[
        str, str
    ]  # kind to where its map comes from ("rendered proxy", "pose catalogue", an annotator); to the record


class MakeControlMaps(Protocol):
    """The function `controlnet.control.control_maps`."""

    def __call__(
        self,
        group: PlannedGroup,
        pose: PoseLevel,
        background: BackgroundLevel,
        kinds: Sequence[str],
        size: int,
        settings: EngineSettings,
    ) -> ControlMaps:
        """The maps of one cell, `size` pixels square; depends on its arguments alone. Raises EngineError."""
        ...


@dataclass(frozen=True, slots=True)
class Cut:
    """A subject found in a picture."""

    alpha: Mask  # (H, W) soft; all zero where nothing was found
    agreement: float  # of the two opinions, as intersection over union, 0..1; 1 where there is only one opinion
    opinions: tuple[str, ...]  # who was asked, such as "u2netp v1 309c8469258dda74"


class Segment(Protocol):
    """The function `controlnet.segmenting.segment`."""

    def __call__(self, picture: Image, region: Mask, settings: EngineSettings) -> Cut:
        """Cut the subject out of a picture, looking where the control map put it; never raises for an empty picture."""
        ...


@dataclass(frozen=True, slots=True)
class Member:
    """One picture of a batch, as an identity strategy sees it."""

    group: str  # id; members of the same group show the same subject
    anchor: bool  # the group's first picture, which the others follow
    region: Mask  # (H, W) where its subject will be
    reference: Image | None = None  # the anchor's picture, or a photo of the subject; None for an anchor without one
    reference_alpha: Mask | None = None  # the subject in the reference


class Strategy(Protocol):
    """A way to keep a subject the same over the pictures of its group; one object serves one pipeline."""

    name: ClassVar[str]
    everywhere: ClassVar[bool]
    """Whether the pipeline cannot be called any more outside of `batch`: then plates and joins are members too, of a group of
    their own, with an empty region and no reference. Else they are drawn as if there were no strategy."""

    @property
    def weights(self) -> "tuple[Used, ...]":
        """What it loaded, for records; known once it is prepared."""
        ...

    def prepare(self, pipe: Pipe) -> None:
        """Load or set what the pipeline needs, once, before anything is compiled. Raises EngineError or ModelError."""
        ...

    def batch(self, pipe: Pipe, members: Sequence[Member]) -> AbstractContextManager[Mapping[str, Any]]:
        """The extra arguments of the pipeline's call for these members, in their order.

        What is set on the pipeline is unset when the context ends. Anchors of a group come in an earlier batch than its other
        members, or in the same.
        """
        ...

    def forget(self, group: str) -> None:
        """The group is finished: drop what was kept of its anchor."""
        ...


class MakeStrategy(Protocol):
    """An entry of the table `controlnet.attention.strategies.STRATEGIES`: name to one of these."""

    def __call__(self, layout: str, settings: EngineSettings) -> Strategy:
        """`layout` is the family's attention layout: "unet" or "joint" (text and picture tokens in one sequence).

        Raises EngineError with a sentence when the strategy does not go with the layout.
        """
        ...
