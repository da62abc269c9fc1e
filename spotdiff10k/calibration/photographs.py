"""A folder of real photographs as groups: one folder an object, its pictures as views, masks beside them where there are any.

Views of one object become one group whose views all differ in pose and background, so that measures which need no other
label than "the same object" can be taken on them as on any group.
"""

import io
import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image as Pictures
from PIL import ImageOps

from spotdiff10k.calibration.edits import U8, mask_facts
from spotdiff10k.calibration.planting import Group
from spotdiff10k.engines.rendered import encode
from spotdiff10k.errors import DataError
from spotdiff10k.samples import MASK, MAX_SIDE, RECORD, UnreadableMemberError, pixels_digest, read_header
from spotdiff10k.types import (
    BackgroundLevel,
    FinishedGroup,
    FinishedSample,
    PlannedCell,
    PlannedGroup,
    PoseLevel,
    SubjectLevel,
)

PICTURES = (".png", ".jpg", ".jpeg", ".webp")
MASK_ENDING = ".mask.png"
MOST_VIEWS = 9
FEWEST_VIEWS = 3
FEWEST_OBJECTS = 40
"""Twenty for thresholds and twenty to report on; with fewer, nothing can be said of a tail."""
MOST_BYTES = 64 * 2**20
OPAQUE = 255
ANY_FOV = 40.0


@dataclass(frozen=True, slots=True)
class Photographed:
    """An object with the files of its views."""

    name: str
    views: tuple[Path, ...]


def read_folder(folder: Path) -> list[Photographed]:
    """The objects, by name. Raises DataError when there are too few, or too few views of one."""
    if not folder.is_dir():
        raise DataError(f"{folder} is no folder; expected one with a folder for each object, and its pictures in it.")
    found = [Photographed(path.name, _views(path)) for path in sorted(folder.iterdir()) if path.is_dir()]
    for one in found:
        if len(one.views) < FEWEST_VIEWS:
            raise DataError(f"{folder / one.name} has {len(one.views)} pictures; an object needs {FEWEST_VIEWS} views or more.")
    if len(found) < FEWEST_OBJECTS:
        raise DataError(
            f"{folder} has {len(found)} folders of objects; {FEWEST_OBJECTS} are needed: half to choose thresholds on, half to "
            "report on."
        )
    return found


def _views(folder: Path) -> tuple[Path, ...]:
    files = sorted(path for path in folder.iterdir() if path.suffix.lower() in PICTURES and path.is_file())
    return tuple(path for path in files if not path.name.endswith(MASK_ENDING))


def group_of(one: Photographed, ordinal: int, size: int, rng: random.Random) -> Group:
    """The object's views, some of them where there are many, as a group. Raises DataError for an unreadable file."""
    views = sorted(rng.sample(one.views, min(MOST_VIEWS, len(one.views))))
    planned = _planned(one.name, ordinal, len(views))
    samples = tuple(FinishedSample(cell.key, _members(path, size)) for cell, path in zip(planned.cells, views, strict=True))
    return Group(planned, FinishedGroup(planned.id, samples))


def _planned(name: str, ordinal: int, views: int) -> PlannedGroup:
    """A group whose views differ in everything but the subject."""
    group = f"g{ordinal:06d}"
    places = range(views)
    return PlannedGroup(
        id=group,
        ordinal=ordinal,
        split="train" if ordinal % 2 else "test",
        reserve=False,
        subject=SubjectLevel(f"s{ordinal:06d}", "photograph", ordinal, "object", name, source=name),
        poses=tuple(PoseLevel(f"view-{place}", "view", 0.0, f"view {place}") for place in places),
        backgrounds=tuple(
            BackgroundLevel(f"photo-{place}", "photo", place, f"photograph {place}", 0.0, 40.0) for place in places
        ),
        cells=tuple(PlannedCell(f"{group}-p{place:02d}-b{place:02d}", place, place, 0, 0, name, "") for place in places),
    )


def _members(path: Path, size: int) -> dict[str, bytes]:
    picture = _read(path, "RGB", size)
    beside = path.with_name(path.stem + MASK_ENDING)
    alpha = _read(beside, "L", size) if beside.is_file() else np.full((size, size), OPAQUE, np.uint8)
    record = {"annotations": "{}", "pixels_sha256": pixels_digest(picture), **mask_facts(alpha)}
    return {"png": encode.png(picture), MASK: encode.png(alpha), RECORD: json.dumps(record, sort_keys=True).encode()}


def _read(path: Path, mode: str, size: int) -> U8:
    """A file's pixels, upright, made to fit a square with its middle in the middle; what is beside it is black."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise DataError(f"{path} is larger than {MOST_BYTES // 2**20} MiB.")
        data = path.read_bytes()
        header = read_header(data)
        if max(header.width, header.height) > MAX_SIDE:
            raise DataError(f"{path} is {header.width} x {header.height} pixels; at most {MAX_SIDE} a side are read.")
        with Pictures.open(io.BytesIO(data), formats=("PNG", "JPEG", "WEBP")) as found:
            upright = ImageOps.exif_transpose(found).convert(mode)
            return np.array(ImageOps.pad(upright, (size, size), Pictures.Resampling.LANCZOS), np.uint8)
    except (OSError, UnreadableMemberError, ValueError, SyntaxError) as error:
        raise DataError(f"{path} cannot be read as a picture ({error}).") from error


def halves(objects: Sequence[Photographed], seed: int) -> Mapping[str, list[Photographed]]:
    """The objects in two halves by chance: to choose on, and to report on."""
    order = list(objects)
    random.Random(seed).shuffle(order)  # noqa: S311 - not for secrets
    middle = (len(order) + 1) // 2
    return {"train": order[:middle], "test": order[middle:]}
