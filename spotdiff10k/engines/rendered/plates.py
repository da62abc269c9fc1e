"""The plates of background levels, made once each and kept as long as memory allows."""

import dataclasses
import io
import zlib
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from PIL import Image as Pictures

from spotdiff10k.engines.rendered.encode import SIGNATURE, png
from spotdiff10k.engines.rendered.model import U8, Plate
from spotdiff10k.types import BackgroundLevel

CACHE_BYTES = 72 * 2**20
"""Of packed plates in one process: about 160 at 512 x 512, more than the levels of the reference recipe."""
OPEN_PLATES = 8
"""Plates kept unpacked beside that: those of the group in hand. Unpacking one takes some milliseconds."""
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
    """A kept plate with its three layers compressed without loss, to a fifth and less."""

    kept: KeptPlate
    rgb: bytes  # a PNG; the same object as kept.encoded where that is one
    ground: bytes
    sunlit: bytes

    @property
    def size(self) -> int:
        """Bytes of memory."""
        encoded = 0 if self.kept.encoded is self.rgb else len(self.kept.encoded)
        return encoded + len(self.rgb) + len(self.ground) + len(self.sunlit) + SMALL_PARTS


def _pack(kept: KeptPlate) -> _Packed:
    plate = kept.plate
    bare = dataclasses.replace(plate, rgb=NOTHING, ground=NOTHING, sunlit=NOTHING)
    rgb = kept.encoded if kept.encoded.startswith(SIGNATURE) else png(plate.rgb)
    ground, sunlit = (zlib.compress(layer.tobytes(), PACKING_LEVEL) for layer in (plate.ground, plate.sunlit))
    return _Packed(KeptPlate(bare, kept.encoded), rgb, ground, sunlit)


def _unpack(packed: _Packed) -> KeptPlate:
    plate = packed.kept.plate
    with Pictures.open(io.BytesIO(packed.rgb)) as picture:
        rgb = np.array(picture)
    ground, sunlit = (_layer(data, rgb.shape[:2]) for data in (packed.ground, packed.sunlit))
    return KeptPlate(dataclasses.replace(plate, rgb=rgb, ground=ground, sunlit=sunlit), packed.kept.encoded)


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
