"""The plates of background levels: drawn once each from the level's own seed, or rendered, or people's own photos."""

from collections import Counter, OrderedDict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from spotdiff10k.engines.controlnet import prompts
from spotdiff10k.engines.controlnet.addresses import plate_seed
from spotdiff10k.engines.controlnet.asking import Do, Draw, Making, Once
from spotdiff10k.engines.controlnet.drawings import PLATE, Drawing
from spotdiff10k.engines.controlnet.options import DRAWN, Options
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
        self._holders: Counter[BackgroundLevel] = Counter()

    def __getitem__(self, level: BackgroundLevel) -> KeptPlate:
        return self._kept[level]

    @contextmanager
    def held(self, levels: Iterable[BackgroundLevel]) -> Iterator[None]:
        """None of these is dropped inside, whether it is there already or made there."""
        wanted = list(dict.fromkeys(levels))
        self._holders.update(wanted)
        for level in wanted:
            if level in self._kept:
                self._kept.move_to_end(level)
        try:
            yield
        finally:
            self._holders.subtract(wanted)
            self._drop()

    def missing(self, levels: Iterable[BackgroundLevel]) -> Once:
        """A request for those that are not there; groups that ask for the same one at the same time share it."""
        wanted = (level for level in dict.fromkeys(levels) if level not in self._kept)
        return Once(tuple((level, partial(self._making, level)) for level in wanted))

    def _making(self, level: BackgroundLevel) -> Making[None]:
        request = Draw((self._drawing(level),)) if self._is_drawn(level) else Do((partial(self._rendered, level),))
        (picture,) = yield request
        (kept,) = yield Do((partial(self._keep, level, picture),))
        self._kept[level] = kept

    def _is_drawn(self, level: BackgroundLevel) -> bool:
        return level.kind not in (PHOTO, PANORAMA) and self._options.plates == DRAWN

    def _drawing(self, level: BackgroundLevel) -> Drawing:
        prompt, negative = prompts.of_plate(self._options, level)
        return Drawing(PLATE, plate_seed(level), prompt, negative)

    def _rendered(self, level: BackgroundLevel) -> Image:
        folder = None if self._settings.backgrounds_folder is None else Path(self._settings.backgrounds_folder)
        return make_plate(level, self._settings.size, folder).rgb

    def _keep(self, level: BackgroundLevel, picture: Image) -> KeptPlate:
        wanted = "plate" in self._settings.outputs
        encoded = encode.picture(picture, self._settings.picture_format) if wanted else b""
        own = level.kind in (PHOTO, PANORAMA)
        return KeptPlate(picture, encoded, "own picture" if own else self._options.plates)

    def _drop(self) -> None:
        size = sum(plate.size for plate in self._kept.values())
        for level in [level for level in self._kept if not self._holders[level]]:
            if size <= CACHE_BYTES:
                return
            size -= self._kept.pop(level).size
