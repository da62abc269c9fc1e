"""A foreign set as a grouped set: every picture checked, of one size, in a split; factors that it does not tell are ""."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from spotdiff10k.errors import DataError
from spotdiff10k.photos.reading import UnusablePhotoError
from spotdiff10k.training.foreign.checking import Checked
from spotdiff10k.training.foreign.pictures import read_mask, read_picture
from spotdiff10k.training.foreign.splitting import MOST_VIEWS
from spotdiff10k.training.foreign.values import Listed
from spotdiff10k.training.views import View, told_factors
from spotdiff10k.types import Image, Mask


@dataclass(frozen=True, slots=True)
class Told:
    """How a set was opened."""

    subjects: int  # that it lists, of which some may have been taken
    has_splits: bool  # of its own
    failed: tuple[tuple[str, str], ...]  # what was left out, and why
    not_taken: int = 0  # pictures of subjects that have very many


class ForeignSet:
    """Pictures of anybody's, subject by subject; every access reads and decodes anew."""

    def __init__(self, name: str, checked: Iterable[Checked], told: Told) -> None:
        self.name = name
        """For people."""
        self.told = told
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

    @property
    def failed(self) -> tuple[tuple[str, str], ...]:
        """What was left out, and why."""
        return self.told.failed

    def disclosures(self) -> list[str]:
        """What a reader of a certificate must know of how the set was opened, as sentences."""
        found = []
        subjects = len({view.subject for view in self.views})
        if subjects < self.told.subjects:
            found.append(
                f"{subjects:,} of the {self.told.subjects:,} subjects that the set lists were taken, by digests of their names."
            )
        if self.told.not_taken:
            found.append(
                f"Of a subject at most {MOST_VIEWS} pictures were taken, by digests of their names; "
                f"{self.told.not_taken:,} were not."
            )
        if not self.told.has_splits:
            found.append("The set names no splits: every third subject is held out, by digests of their names.")
        if self.failed:
            what, why = self.failed[0]
            found.append(f"{len(self.failed):,} entries of the set were left out; the first is {what}: {why}.")
        lacking = [name for name in ("pose", "background") if name not in told_factors(self.views)]
        if lacking:
            found.append(
                f"The set does not tell the {' and the '.join(lacking)} of its pictures: two views of a subject count as "
                "different, no picture has a twin, and figures that need them are missing."
            )
        return found

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
