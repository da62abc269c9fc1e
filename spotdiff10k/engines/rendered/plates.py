"""The plates of background levels, made once each and kept as long as memory allows."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from spotdiff10k.engines.rendered.model import Plate
from spotdiff10k.types import BackgroundLevel

CACHE_BYTES = 96 * 2**20
"""Of plates in one process: all 64 at 512 x 512, the most recent ones at larger sizes."""
SMALL_PARTS = 64 * 2**10
"""Bytes of a plate's lighting and of the objects around its arrays, generously."""


@dataclass(frozen=True, slots=True)
class KeptPlate:
    """A plate, and its picture as bytes ready for a tar (empty when plates are not put out)."""

    plate: Plate
    encoded: bytes

    @property
    def size(self) -> int:
        """Bytes of memory."""
        plate = self.plate
        return plate.rgb.nbytes + plate.ground.nbytes + plate.sunlit.nbytes + len(self.encoded) + SMALL_PARTS


class PlateCache:
    """The plates used last, within a number of bytes. What it returns does not depend on what it holds."""

    def __init__(self, make: Callable[[BackgroundLevel], KeptPlate], limit: int = CACHE_BYTES) -> None:
        self._make = make
        self._limit = limit
        self._held = 0
        self._plates: OrderedDict[BackgroundLevel, KeptPlate] = OrderedDict()

    def get(self, level: BackgroundLevel) -> KeptPlate:
        """The plate of a level, made now if it is not held."""
        kept = self._plates.get(level)
        if kept is not None:
            self._plates.move_to_end(level)
            return kept
        kept = self._make(level)
        self._plates[level] = kept
        self._held += kept.size
        while self._held > self._limit and len(self._plates) > 1:
            _, dropped = self._plates.popitem(last=False)
            self._held -= dropped.size
        return kept
