"""A sealed release as a grouped set: what the reference trainer sees of it."""

from collections.abc import Mapping, Sequence
from typing import Any

from spotdiff10k.data.release import Group, Release
from spotdiff10k.data.sample import Sample
from spotdiff10k.errors import DataError
from spotdiff10k.samples import MASK
from spotdiff10k.training.views import View
from spotdiff10k.types import Image, Mask


class ReleaseSet:
    """A release's samples in its own order; pictures are decoded when they are asked for."""

    def __init__(self, release: Release) -> None:
        """Read the index and one record a group. Raises DataError when a record cannot be read."""
        groups = list(release.groups)
        self.name = release.name
        self.digest = release.digest
        self._samples = [sample for group in groups for sample in group]
        self.views: Sequence[View] = [view for group in groups for view in _views(group)]

    def __len__(self) -> int:
        return len(self._samples)

    def picture(self, index: int) -> Image:
        """(H, W, 3), decoded now. Raises DataError when it cannot be read."""
        return _eight_bits(self._samples[index], "", self._samples[index].picture)

    def mask(self, index: int) -> Mask | None:
        """(H, W) soft alpha of the subject, or None where the release has none."""
        sample = self._samples[index]
        return _eight_bits(sample, MASK, sample.mask) if MASK in sample.places else None

    def plate(self, index: int) -> Image | None:
        """(H, W, 3), or None where the release has no plates."""
        sample = self._samples[index]
        if not any(suffix.startswith("plate.") for suffix in sample.places):
            return None
        return _eight_bits(sample, "plate", sample.plate)

    def pixels(self, index: int) -> str:
        """The sha256 of the decoded picture, as its record gives it."""
        return str(self._samples[index].record["pixels_sha256"])

    def record(self, index: int) -> Mapping[str, Any]:
        """What the sample's JSON says."""
        return self._samples[index].record


def _views(group: Group) -> list[View]:
    family = str(next(iter(group)).record.get("family", ""))
    return [View(sample.key, sample.subject, family, sample.pose, sample.background, sample.split) for sample in group]


def _eight_bits(sample: Sample, suffix: str, pixels: Image | object) -> Image:
    import numpy as np

    if not isinstance(pixels, np.ndarray) or pixels.dtype != np.uint8:
        raise DataError(f"{sample.key}.{suffix or 'picture'} should have 8 bits a channel.")
    return pixels
