"""The plates of background levels, made once each and kept as long as memory allows."""

import dataclasses
import zlib
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from spotdiff10k.engines.rendered.model import U8, Plate
from spotdiff10k.types import BackgroundLevel

CACHE_BYTES = 168 * 2**20
"""Of plates in one process: about 128 at 512 x 512, all levels of the reference recipe."""
OPEN_PLATES = 8
"""Plates kept unpacked beside that: those of the group in hand."""
SMALL_PARTS = 32 * 2**10
"""Bytes of a plate's lighting and of the objects around its arrays."""
PACKING_LEVEL = 1
NOTHING = np.empty((0, 0), np.uint8)


@dataclass(frozen=True, slots=True)
class KeptPlate:
    """A plate, and its picture as bytes ready for a tar (empty when plates are not put out)."""

    plate: Plate
    encoded: bytes


@dataclass(frozen=True, slots=True)
class _Packed:
    """A kept plate whose ground and sunlit layers, even over wide areas, are compressed to a tenth."""

    kept: KeptPlate
    ground: bytes
    sunlit: bytes

    @property
    def size(self) -> int:
        """Bytes of memory."""
        return self.kept.plate.rgb.nbytes + len(self.kept.encoded) + len(self.ground) + len(self.sunlit) + SMALL_PARTS


def _pack(kept: KeptPlate) -> _Packed:
    plate = kept.plate
    bare = dataclasses.replace(plate, ground=NOTHING, sunlit=NOTHING)
    ground, sunlit = (zlib.compress(layer.tobytes(), PACKING_LEVEL) for layer in (plate.ground, plate.sunlit))
    return _Packed(KeptPlate(bare, kept.encoded), ground, sunlit)


def _unpack(packed: _Packed) -> KeptPlate:
    plate = packed.kept.plate
    shape = plate.rgb.shape[:2]
    ground, sunlit = (_layer(data, shape) for data in (packed.ground, packed.sunlit))
    return KeptPlate(dataclasses.replace(plate, ground=ground, sunlit=sunlit), packed.kept.encoded)


def _layer(data: bytes, shape: tuple[int, ...]) -> U8:
    return np.frombuffer(bytearray(zlib.decompress(data)), np.uint8).reshape(shape)


class PlateCache:
    """The plates used last, within a number of bytes. What it returns does not depend on what it holds."""

    def __init__(self, make: Callable[[BackgroundLevel], KeptPlate], limit: int = CACHE_BYTES) -> None:
        self._make = make
        self._limit = limit
        self._held = 0
        self._open: OrderedDict[BackgroundLevel, KeptPlate] = OrderedDict()
        self._packed: OrderedDict[BackgroundLevel, _Packed] = OrderedDict()

    def get(self, level: BackgroundLevel) -> KeptPlate:
        """The plate of a level, made now if it is not held."""
        kept = self._open.pop(level, None) or self._kept(level)
        self._open[level] = kept
        if len(self._open) > OPEN_PLATES:
            self._open.popitem(last=False)
        return kept

    def _kept(self, level: BackgroundLevel) -> KeptPlate:
        if level in self._packed:
            self._packed.move_to_end(level)
            return _unpack(self._packed[level])
        kept = self._make(level)
        self._packed[level] = _pack(kept)
        self._held += self._packed[level].size
        while self._held > self._limit and len(self._packed) > 1:
            _, dropped = self._packed.popitem(last=False)
            self._held -= dropped.size
        return kept
