"""What pipelines that set subjects before plates of the renderer share: groups one after the other, plates kept between them."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from pathlib import Path

from spotdiff10k.engines.rendered import encode
from spotdiff10k.engines.rendered.memory import give_back
from spotdiff10k.engines.rendered.plates import KeptPlate, PlateCache
from spotdiff10k.engines.rendered.scenes.plate import make_plate
from spotdiff10k.types import BackgroundLevel, EngineSettings, FinishedGroup, FinishedSample, PlannedGroup


class PlatedPipeline(ABC):
    """Makes groups in the order asked; plates are those of the settings' backgrounds, encoded where the recipe puts them out."""

    def __init__(self, settings: EngineSettings, version: int) -> None:
        self._settings = settings
        self._version = version
        self._plates = PlateCache(self._make_plate)

    def generate(self, groups: Iterable[PlannedGroup]) -> Iterator[FinishedGroup]:
        """Yield finished groups in the order asked."""
        for group in groups:
            finished = FinishedGroup(group.id, tuple(self._samples(group)))
            give_back()
            yield finished

    @abstractmethod
    def _samples(self, group: PlannedGroup) -> Iterator[FinishedSample]:
        """The samples of a group's cells, in their order."""

    def _make_plate(self, level: BackgroundLevel) -> KeptPlate:
        folder = self._settings.backgrounds_folder
        plate = make_plate(level, self._settings.size, None if folder is None else Path(folder))
        wanted = "plate" in self._settings.outputs
        return KeptPlate(plate, encode.picture(plate.rgb, self._settings.picture_format) if wanted else b"")
