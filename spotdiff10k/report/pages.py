"""A group as a page: its pictures, its layers if wanted, and what its records say, small enough to open at once."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image as Pictures

from spotdiff10k import samples
from spotdiff10k.errors import DataError
from spotdiff10k.report import layers, records, scripts
from spotdiff10k.report.values import Library, Members, Place
from spotdiff10k.types import PlannedCell, PlannedGroup

PICTURE_QUALITY = 72
LAYER_QUALITY = 62
LAYER_SHARE = 0.75
"""Side of a layer, as a share of the picture's."""

THUMBNAIL_SIDE = 128
THUMBNAILS = 4
"""Pictures of a group on its card, two by two."""


@dataclass(frozen=True, slots=True)
class PageSettings:
    """How large and how rich the pages are."""

    side: int  # pixels of a picture
    layers: tuple[str, ...]  # those to show; empty for none


@dataclass(frozen=True, slots=True)
class GroupPage:
    """What came of a group: its script, its card's thumbnails, the measures of its samples."""

    id: str
    script: bytes
    thumbnails: tuple[str, ...]
    measures: tuple[records.Measures, ...]  # without points and bones
    layers: tuple[str, ...]  # that were found
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads the members of one sample."""

    key: str
    members: Mapping[str, Place]

    def find(self, name: str) -> str:
        """The suffix of the member `name` ("mask", "plate") whatever its format, or ""."""
        return next((suffix for suffix in self.members if suffix.rpartition(".")[0] == name), "")

    def picture(self) -> str:
        """The suffix of the picture. Raises DataError."""
        return samples.picture_suffix(tuple(self.members))

    def read(self, suffix: str) -> bytes:
        """The bytes of a member. Raises DataError."""
        if suffix not in self.members:
            raise DataError(f"{self.key} has no member {suffix}.")
        place = self.members[suffix]
        try:
            with Path(place.path).open("rb") as file:
                file.seek(place.offset)
                return file.read(place.size)
        except OSError as error:
            raise DataError(f"{Path(place.path).name} cannot be read: {error.strerror or error}.") from error


def group_page(group: PlannedGroup, library: Library, settings: PageSettings, notes: Mapping[str, str]) -> GroupPage:
    """Make a group's page. `notes` says why a sample was refused, by key; what is damaged is not shown and becomes a problem."""
    problems: list[str] = []
    cells, pictures, measures = [], [], []
    members = _members(group, library, problems)
    for cell in group.cells:
        image, measured = None, records.NOTHING
        try:
            if cell.key in members:
                reader = Reader(cell.key, members[cell.key])
                whole = layers.decoded(reader.read(reader.picture()), cell.key)
                measured = records.measure(reader, whole.size)
                image = layers.smaller(whole.convert("RGB"), settings.side)
        except DataError as error:
            problems.append(str(error))
        pictures.append(image)
        measures.append(measured)
        cells.append(_cell(cell, measured, scripts.webp(image, PICTURE_QUALITY) if image else None, notes))
    drawn = _layers(group, members, settings, problems)
    shown = [image for image in pictures if image is not None]
    return GroupPage(
        id=group.id,
        script=scripts.script(group.id, {"cells": cells, "layers": drawn}),
        thumbnails=tuple(_thumbnail(shown[place]) for place in _spread(len(shown), len(group.backgrounds))),
        measures=tuple(records.Measures(one.area, one.box) for one in measures if one is not records.NOTHING),
        layers=tuple(drawn),
        problems=tuple(problems),
    )


def _members(group: PlannedGroup, library: Library, problems: list[str]) -> Members:
    try:
        return library.members(group.id)
    except DataError as error:
        problems.append(str(error))
        return {}


def _cell(cell: PlannedCell, measured: records.Measures, picture: str | None, notes: Mapping[str, str]) -> dict[str, Any]:
    return {
        "key": cell.key,
        "caption": cell.caption,
        "without": cell.caption_without_subject,
        "seed": cell.seed if measured.seed is None else measured.seed,
        "picture": picture,
        "refused": notes.get(cell.key, ""),
        "area": measured.area,
        "box": measured.box,
        "points": measured.points,
        "bones": measured.bones,
    }


def _spread(count: int, columns: int) -> list[int]:
    """Which pictures stand for a group on its card: a diagonal, so that pose and background both change."""
    places: list[int] = []
    for step in range(min(count, THUMBNAILS)):
        place = step * (columns + 1) % count
        while place in places:
            place = (place + 1) % count
        places.append(place)
    return places


def _thumbnail(image: Pictures.Image) -> str:
    return scripts.webp(layers.smaller(image, THUMBNAIL_SIDE), PICTURE_QUALITY)


def _layers(group: PlannedGroup, members: Members, settings: PageSettings, problems: list[str]) -> dict[str, Any]:
    """Each layer as its distinct images and, for every cell, the place of its own among them (-1: none)."""
    drawn: dict[str, Any] = {}
    for layer in settings.layers:
        images: list[str] = []
        places: list[int] = []
        known: dict[bytes, int] = {}
        for cell in group.cells:
            try:
                places.append(_drawn(layer, cell.key, members, settings.side, images, known))
            except DataError as error:
                problems.append(str(error))
                places.append(-1)
        if images:
            drawn[layer] = {"images": images, "places": places}
    return drawn


def _drawn(layer: str, key: str, members: Members, side: int, images: list[str], known: dict[bytes, int]) -> int:
    reader = Reader(key, members.get(key, {}))
    suffix = reader.find(layer)
    if not suffix:
        return -1
    member = reader.read(suffix)
    digest = hashlib.sha256(member).digest()
    if digest not in known:
        over = layers.overlay(layer, member, f"{key}.{suffix}", side if layer == "plate" else round(LAYER_SHARE * side))
        images.append(scripts.webp(over, PICTURE_QUALITY if layer == "plate" else LAYER_QUALITY))
        known[digest] = len(images) - 1
    return known[digest]
