"""A foreign set as a grouped set: every picture checked, of one size, in a split; factors that it does not tell are ""."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from functools import cached_property

from spotdiff10k.errors import DataError
from spotdiff10k.photos.reading import UnusablePhotoError
from spotdiff10k.training.foreign.checking import Checked
from spotdiff10k.training.foreign.pictures import read_mask, read_picture
from spotdiff10k.training.foreign.values import Listed
from spotdiff10k.training.views import View
from spotdiff10k.types import Image, Mask


class ForeignSet:
    """Pictures of anybody's, subject by subject; every access reads and decodes anew."""

    def __init__(self, name: str, checked: Iterable[Checked], failed: Sequence[tuple[str, str]]) -> None:
        self.name = name
        """For people."""
        self.failed = tuple(failed)
        """What was left out, and why."""
        self._checked = tuple(sorted(checked, key=lambda one: (one.listed.subject, one.listed.key)))
        has_masks = bool(self._checked) and all(one.mask for one in self._checked)
        has_plates = bool(self._checked) and all(one.plate for one in self._checked)
        self._layers = has_masks, has_plates

    @cached_property
    def views(self) -> tuple[View, ...]:
        """Every picture, subject by subject."""
        return tuple(_view(one.listed) for one in self._checked)

    @cached_property
    def digest(self) -> str:
        """The sha256 over every picture, its mask and plate, and what is said of it."""
        found = hashlib.sha256()
        for one, view in zip(self._checked, self.views, strict=True):
            told = [view.key, view.subject, view.family, view.pose, view.background, view.split]
            found.update(json.dumps([*told, one.pixels, one.mask, one.plate], ensure_ascii=True).encode() + b"\n")
        return found.hexdigest()

    def picture(self, index: int) -> Image:
        """(SIDE, SIDE, 3), decoded now. Raises DataError when it cannot be read."""
        one = self._checked[index].listed
        try:
            return read_picture(one.picture.read(), one.part)[0]
        except UnusablePhotoError as error:
            raise DataError(f"{one.key} cannot be read any more: {error}.") from error

    def mask(self, index: int) -> Mask | None:
        """(SIDE, SIDE) soft alpha, or None where not all of the set's pictures have one."""
        if not self._layers[0]:
            return None
        one = self._checked[index].listed
        try:
            if one.mask is not None:
                return read_mask(one.mask.read(), one.part)
            return read_picture(one.picture.read(), one.part)[1]
        except UnusablePhotoError as error:
            raise DataError(f"The mask of {one.key} cannot be read any more: {error}.") from error

    def plate(self, index: int) -> Image | None:
        """(SIDE, SIDE, 3), or None where not all of the set's pictures have one."""
        one = self._checked[index].listed
        if not self._layers[1] or one.plate is None:
            return None
        try:
            return read_picture(one.plate.read(), one.part)[0]
        except UnusablePhotoError as error:
            raise DataError(f"The plate of {one.key} cannot be read any more: {error}.") from error

    def pixels(self, index: int) -> str:
        """The sha256 of the picture's file, and of which part of it is meant."""
        return self._checked[index].pixels


def _view(one: Listed) -> View:
    return View(one.key, one.subject, one.family, one.pose, one.background, one.split)
