"""Features of pictures that were encoded in this process before.

Where a defect is planted in one sample of a group, or one is made again, its siblings are asked for again.
"""

from collections import OrderedDict
from threading import RLock

import numpy as np

from spotdiff10k.encoders import Encoder, Features, Pictures
from spotdiff10k.samples import pixels_digest

BATCH = 16
"""Pictures at a time: a group of the usual size in one go, and 100 MB of maps of a ResNet-50."""
BUDGET_BYTES = 96 * 2**20
"""Of kept features, in every worker: a few groups of 9 pictures as they are cut out for a check."""

Key = tuple[str, str, int, str]


class FeatureCache:
    """Keeps what encoders made of pictures, by the pixels' digest; the longest unused goes when the budget is spent."""

    def __init__(self, budget: int = BUDGET_BYTES, batch: int = BATCH) -> None:
        self._budget = budget
        self._batch = batch
        self._kept: OrderedDict[Key, Features] = OrderedDict()
        self._bytes = 0
        self._lock = RLock()

    def encode(self, encoder: Encoder, pictures: Pictures) -> Features:
        """The encoder's features of (N, H, W, 3) pictures, in their order; only those not known are computed, each once.

        They are kept: not to be written to. Of several threads one is let in at a time.
        """
        with self._lock:
            return self._encode(encoder, pictures)

    def _encode(self, encoder: Encoder, pictures: Pictures) -> Features:
        if not len(pictures):
            return encoder.encode(pictures)
        keys = [(*_name(encoder), _digest(picture)) for picture in pictures]
        asked: dict[Key, Features] = {key: self._kept[key] for key in keys if key in self._kept}
        wanted = {key: index for index, key in enumerate(keys) if key not in asked}
        missing = list(wanted)
        for start in range(0, len(missing), self._batch):
            part = missing[start : start + self._batch]
            found = encoder.encode(pictures[[wanted[key] for key in part]])
            asked.update(zip(part, _singles(found), strict=True))
            if part == keys:  # all at once, and as they lie
                self._keep(asked)
                return found
        self._keep(asked)
        return _joined([asked[key] for key in keys])

    def _keep(self, features: dict[Key, Features]) -> None:
        for key, one in features.items():
            if key not in self._kept:
                self._bytes += one.nbytes
                self._kept[key] = one
            self._kept.move_to_end(key)
        while self._bytes > self._budget:
            _, oldest = self._kept.popitem(last=False)
            self._bytes -= oldest.nbytes


_shared = FeatureCache()


def shared() -> FeatureCache:
    """The one cache of this process."""
    return _shared


def encode_once(encoder: Encoder, pictures: Pictures) -> Features:
    """`encoder.encode(pictures)`, but what this process asked for lately is not computed again."""
    return shared().encode(encoder, pictures)


def _name(encoder: Encoder) -> tuple[str, str, int]:
    return type(encoder).__qualname__, encoder.digest, encoder.input_size


def _digest(picture: np.ndarray[tuple[int, ...], np.dtype[np.uint8]]) -> str:
    return f"{picture.shape[0]}x{picture.shape[1]} {pixels_digest(picture)}"


def _singles(features: Features) -> list[Features]:
    """One by one; views of the batch, whose memory is free when the last of them goes."""
    return [
        Features(tuple(stage[i : i + 1] for stage in features.maps), features.pooled[i : i + 1]) for i in range(len(features))
    ]


def _joined(parts: list[Features]) -> Features:
    import torch

    maps = zip(*(part.maps for part in parts), strict=True)
    return Features(tuple(torch.cat(stage) for stage in maps), torch.cat([part.pooled for part in parts]))
