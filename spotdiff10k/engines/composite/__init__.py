"""Photographs of subjects, cut out and set before shared backgrounds: no diffusion, any CPU, exact pixels and masks.

Importing this package is light: the kernels and their compiler are imported when an engine makes its first group.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, ClassVar

from spotdiff10k.types import EngineSettings, FinishedGroup, PlannedGroup

if TYPE_CHECKING:
    from spotdiff10k.engines.composite.pipeline import Pipeline


class Composite:
    """Sets imported photographs on the ground of procedural scenes, photos or panoramas, with shadow and light."""

    version: ClassVar[int] = 1
    layers: ClassVar[tuple[str, ...]] = ("plate", "shadow", "canny")
    """What it can put out besides picture, mask and record; a photograph tells no depth, normals or joints."""
    subject_sources: ClassVar[tuple[str, ...]] = ("photos",)
    rates: ClassVar[tuple[float, float]] = (0.01, 0.12)
    """Seconds a picture, and a megapixel, on one core, encoding included."""
    options: ClassVar[Mapping[str, bool]] = {"match_light": True}

    def __init__(self, settings: EngineSettings) -> None:
        self._settings = settings
        self._pipeline: Pipeline | None = None

    def generate(self, groups: Iterable[PlannedGroup]) -> Iterator[FinishedGroup]:
        """Yield finished groups in the order asked; each depends on its plan alone. Raises EngineError."""
        yield from self._ready().generate(groups)

    def warm_up(self) -> None:
        """Compile every kernel, or load it from numba's cache; call it before forking workers."""
        from spotdiff10k.engines.composite.warm_up import warm_up

        warm_up(self._settings)

    def _ready(self) -> "Pipeline":
        if self._pipeline is None:
            from spotdiff10k.engines.composite.pipeline import Pipeline

            self._pipeline = Pipeline(self._settings, self.version)
        return self._pipeline
