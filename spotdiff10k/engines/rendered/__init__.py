"""The embedded engine: real 3D subjects and scenes in a software renderer; no download, any CPU, exact truth.

Importing this package is light: the kernels and their compiler are imported when an engine makes its first group.
"""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, ClassVar

from spotdiff10k.types import EngineSettings, FinishedGroup, PlannedGroup

if TYPE_CHECKING:
    from spotdiff10k.engines.rendered.pipeline import Pipeline


class Rendered:
    """Makes samples of procedural or imported 3D subjects in procedural scenes, photos or panoramas."""

    version: ClassVar[int] = 1

    def __init__(self, settings: EngineSettings) -> None:
        self._settings = settings
        self._pipeline: Pipeline | None = None

    def generate(self, groups: Iterable[PlannedGroup]) -> Iterator[FinishedGroup]:
        """Yield finished groups in the order asked; each depends on its plan alone. Raises EngineError."""
        yield from self._ready().generate(groups)

    def warm_up(self) -> None:
        """Compile every kernel, or load it from numba's cache; call it before forking workers."""
        from spotdiff10k.engines.rendered.warm_up import warm_up

        warm_up(self._settings)

    def _ready(self) -> "Pipeline":
        if self._pipeline is None:
            from spotdiff10k.engines.rendered.pipeline import Pipeline

            self._pipeline = Pipeline(self._settings, self.version)
        return self._pipeline
