"""The plates of background levels: drawn once each from the level's own seed, or rendered, or people's own photos."""

from collections import OrderedDict
from collections.abc import Generator, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from spotdiff10k.engines.controlnet import prompts
from spotdiff10k.engines.controlnet.addresses import plate_seed
from spotdiff10k.engines.controlnet.drawings import PLATE, Drawing
from spotdiff10k.engines.controlnet.options import DRAWN, Options
from spotdiff10k.engines.controlnet.scheduling import Do, Draw
from spotdiff10k.engines.rendered import encode
from spotdiff10k.engines.rendered.scenes.photos import PANORAMA, PHOTO
from spotdiff10k.engines.rendered.scenes.plate import make_plate
from spotdiff10k.types import BackgroundLevel, EngineSettings, Image

CACHE_BYTES = 512 * 2**20
"""Of plates in one process; one that was dropped is drawn again, the same."""


@dataclass(frozen=True, slots=True)
class KeptPlate:
    """A background level without a subject."""

    picture: Image
    encoded: bytes  # ready for a tar; empty when plates are not put out
    source: str  # "drawn", "rendered" or "own picture", for records

    @property
    def size(self) -> int:
        """Bytes of memory."""
        return int(self.picture.nbytes) + len(self.encoded)


class Plates:
    """The plates used last, within a number of bytes, or those of the groups in hand where these are more."""

    def __init__(self, options: Options, settings: EngineSettings) -> None:
        self._options = options
        self._settings = settings
        self._kept: OrderedDict[BackgroundLevel, KeptPlate] = OrderedDict()

    def __getitem__(self, level: BackgroundLevel) -> KeptPlate:
        return self._kept[level]

    def provide(self, levels: Iterable[BackgroundLevel]) -> Generator[Draw | Do, list[Any], None]:
        """Make those that are missing; afterwards all of them are there."""
        wanted = list(dict.fromkeys(levels))
        for level in wanted:
            if level in self._kept:
                self._kept.move_to_end(level)
        missing = [level for level in wanted if level not in self._kept]
        drawn = [level for level in missing if self._is_drawn(level)]
        others = [level for level in missing if not self._is_drawn(level)]
        pictures = dict(zip(drawn, (yield Draw(tuple(map(self._drawing, drawn)))), strict=True))
        pictures |= dict(zip(others, (yield Do(tuple(self._rendering(level) for level in others))), strict=True))
        for level in missing:
            self._kept[level] = self._keep(level, pictures[level])
        self._drop(len(wanted))

    def _is_drawn(self, level: BackgroundLevel) -> bool:
        return level.kind not in (PHOTO, PANORAMA) and self._options.plates == DRAWN

    def _drawing(self, level: BackgroundLevel) -> Drawing:
        prompt, negative = prompts.of_plate(self._options, level)
        return Drawing(PLATE, plate_seed(level), prompt, negative)

    def _rendering(self, level: BackgroundLevel) -> Any:
        folder = None if self._settings.backgrounds_folder is None else Path(self._settings.backgrounds_folder)
        return lambda: make_plate(level, self._settings.size, folder).rgb

    def _keep(self, level: BackgroundLevel, picture: Image) -> KeptPlate:
        wanted = "plate" in self._settings.outputs
        encoded = encode.picture(picture, self._settings.picture_format) if wanted else b""
        own = level.kind in (PHOTO, PANORAMA)
        return KeptPlate(picture, encoded, "own picture" if own else self._options.plates)

    def _drop(self, needed: int) -> None:
        while len(self._kept) > needed and sum(plate.size for plate in self._kept.values()) > CACHE_BYTES:
            self._kept.popitem(last=False)
