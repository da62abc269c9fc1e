"""One sample of a release as a value: its members are read by their offset and decoded when they are asked for."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from spotdiff10k.errors import DataError
from spotdiff10k.samples import MASK, RECORD, Pixels, UnreadableMemberError, decode, picture_suffix, read_record


@dataclass(frozen=True, slots=True)
class Place:
    """Where a member's data lies in its shard."""

    offset: int
    size: int


@dataclass(frozen=True)
class Sample:
    """One picture with its annotations; every access reads and decodes anew, so keep what you need twice."""

    key: str
    group: str
    subject: str
    pose: str
    background: str
    split: str
    shard: Path
    places: Mapping[str, Place]  # suffix to place

    @property
    def picture(self) -> Pixels:
        """(H, W, 3) uint8."""
        return self.pixels(picture_suffix(tuple(self.places)))

    @property
    def mask(self) -> Pixels:
        """(H, W) uint8: soft alpha of the subject."""
        return self.pixels(MASK)

    @property
    def plate(self) -> Pixels:
        """(H, W, 3) uint8: the background without the subject."""
        picture = picture_suffix(tuple(self.places))
        return self.pixels(f"plate.{picture}")

    @property
    def shadow(self) -> Pixels:
        """(H, W, 3) uint8: picture = plate × shadow / 255 outside the mask."""
        return self.pixels("shadow.png")

    @property
    def depth(self) -> Pixels:
        """(H, W) uint16: camera z; the record's `depth_scale` makes metres of it, 0 is none."""
        return self.pixels("depth.png")

    @property
    def normal(self) -> Pixels:
        """(H, W, 3) uint8: camera-space normals, OpenCV axes, as round((n / 2 + 1 / 2) × 255)."""
        return self.pixels("normal.png")

    @property
    def record(self) -> dict[str, Any]:
        """What the sample's JSON says."""
        try:
            return read_record(self.read(RECORD))
        except UnreadableMemberError as error:
            raise DataError(f"{self.shard.name}: {self.key}.{RECORD}: {error}.") from error

    @property
    def caption(self) -> str:
        """What can be seen, in words."""
        return str(self.record["caption"])

    def pixels(self, suffix: str) -> Pixels:
        """Any picture member, decoded. Raises DataError when the release has no such member or it cannot be decoded."""
        try:
            return decode(self.read(suffix))
        except UnreadableMemberError as error:
            raise DataError(f"{self.shard.name}: {self.key}.{suffix}: {error}.") from error

    def read(self, suffix: str) -> bytes:
        """The bytes of a member. Raises DataError when it is not there."""
        place = self.places.get(suffix)
        if place is None:
            raise DataError(f"{self.key} has no member '{suffix}'; it has {', '.join(self.places)}.")
        try:
            with self.shard.open("rb") as file:
                if not 0 <= place.offset <= place.offset + place.size <= file.seek(0, os.SEEK_END):
                    raise DataError(f"{self.shard.name} ends before {self.key}.{suffix} does; it was cut short.")
                file.seek(place.offset)
                return file.read(place.size)
        except OSError as error:
            raise DataError(f"{self.shard} cannot be read: {error.strerror or error}.") from error
