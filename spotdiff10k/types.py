"""The values everything passes around: levels, planned groups, finished groups."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

Image = npt.NDArray[np.uint8]
"""(H, W, 3) RGB, 0..255, origin top left."""
Mask = npt.NDArray[np.uint8]
"""(H, W) soft alpha, 0..255."""


@dataclass(frozen=True, slots=True)
class SubjectLevel:
    """One identity. `identity` is its integer; with `family` it decides everything about a procedural subject."""

    id: str  # "s000042"
    family: str  # "quadruped", or "mesh" for people's own models
    identity: int
    class_noun: str  # "fox"
    description: str  # "a ginger fox with a blue collar"
    source: str = ""  # file name inside subjects.source.meshes, "" for procedural subjects
    licence: str = "CC0-1.0"  # of the input


@dataclass(frozen=True, slots=True)
class PoseLevel:
    """How the subject stands to the camera; the same for every subject that takes it."""

    id: str  # "walk-left"
    articulation: str  # a name in manifests/poses.yaml
    turn_degrees: float  # about the vertical; 0 faces the camera, positive turns the subject's front to the picture's left
    description: str  # "walking, turned to the left"


@dataclass(frozen=True, slots=True)
class BackgroundLevel:
    """Scene, light, ground and camera; its plate is the same for every subject and pose."""

    id: str  # "meadow-03"
    kind: str  # a name in manifests/backgrounds.yaml, or "photo" / "panorama"
    seed: int
    description: str  # "in a meadow at noon"
    camera_elevation_degrees: float
    camera_fov_degrees: float
    source: str = ""  # file name inside backgrounds.source.images, "" for procedural scenes
    licence: str = "CC0-1.0"


@dataclass(frozen=True, slots=True)
class PlannedCell:
    """One subject × pose × background that will become one sample."""

    key: str  # "g000042-p02-b01"
    pose_index: int  # position in the group, not in the catalogue
    background_index: int
    seed: int
    attempt: int
    caption: str
    caption_without_subject: str


@dataclass(frozen=True, slots=True)
class PlannedGroup:
    """All cells of one subject, complete in pose × background; the atom of work, verdict, split and shard."""

    id: str  # "g000042"
    ordinal: int
    split: str
    reserve: bool  # made only when a group of its split is refused
    subject: SubjectLevel
    poses: tuple[PoseLevel, ...]
    backgrounds: tuple[BackgroundLevel, ...]
    cells: tuple[PlannedCell, ...]  # pose-major: all backgrounds of pose 0, then of pose 1, ...


@dataclass(frozen=True, slots=True)
class FinishedSample:
    """One sample as the bytes of its members, ready for a tar: {"png": ..., "mask.png": ..., "json": ...}."""

    key: str
    members: Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class FinishedGroup:
    """What an engine made of one planned group (or of those of its cells that were asked for), in cell order."""

    id: str
    samples: tuple[FinishedSample, ...]


@dataclass(frozen=True, slots=True)
class EngineSettings:
    """What an engine needs to know of the recipe: plain values, so that it crosses process borders."""

    size: int  # pixels, square
    outputs: tuple[str, ...]  # "plate", "shadow", "depth", "normal", "canny", "skeleton"
    picture_format: str = "png"  # png, jpg, webp
    licence: str = "CC0-1.0"  # of the output
    subjects_folder: str | None = None  # people's own GLB/OBJ models
    backgrounds_folder: str | None = None  # people's own photos or panoramas
    options: Mapping[str, Any] = field(default_factory=dict)
    background_levels: int = 0  # of the whole recipe; 0: not known


@runtime_checkable
class Engine(Protocol):
    """Makes the samples of groups; an engine never decides and never writes."""

    version: ClassVar[int]

    def __init__(self, settings: EngineSettings) -> None: ...

    def generate(self, groups: Iterable[PlannedGroup]) -> Iterator[FinishedGroup]:
        """Yield finished groups, in any order; a group depends on its plan alone. Raises EngineError."""
        ...
