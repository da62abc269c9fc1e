"""What a sample's record says that a report shows: how much of the picture the subject covers, and where its joints are."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from spotdiff10k import samples
from spotdiff10k.errors import DataError

DECIMALS = 4
"""Of shares of a picture's side; a ten-thousandth is finer than a pixel."""
OPAQUE = 255
BOX_NUMBERS = 4


@dataclass(frozen=True, slots=True)
class Measures:
    """Lengths are shares of the picture's side, 0..1, origin top left; None where it is not known."""

    area: float | None = None  # of the mask, as a share of the picture
    box: tuple[float, float, float, float] | None = None  # left, top, width, height
    points: tuple[tuple[float, float, int, str], ...] = ()  # keypoints: x, y, visibility, name
    bones: tuple[tuple[float, float, float, float], ...] = ()  # from joint to joint: x, y, x, y
    seed: int | None = None


NOTHING = Measures()


class MemberReader(Protocol):
    """Gives the bytes of one sample's members."""

    @property
    def key(self) -> str: ...
    def read(self, suffix: str) -> bytes: ...


def measure(reader: MemberReader, size: tuple[int, int]) -> Measures:
    """Read a sample's record and, where it does not say what the mask covers, the mask.

    `size` is the picture's, in pixels. Raises DataError.
    """
    suffix = samples.RECORD
    try:
        record = samples.read_record(reader.read(suffix))
        area = record.get("mask_area")
        if not isinstance(area, float):
            suffix = samples.MASK
            area = float(np.mean(samples.decode(reader.read(suffix)))) / OPAQUE
    except samples.UnreadableMemberError as error:
        raise DataError(f"{reader.key}.{suffix} cannot be shown: {error}.") from error
    seed = record.get("seed")
    points, bones = _skeleton(record, size)
    return Measures(round(area, DECIMALS), _box(record, size), points, bones, seed if isinstance(seed, int) else None)


def _box(record: Mapping[str, Any], size: tuple[int, int]) -> tuple[float, float, float, float] | None:
    """The record's box is (left, top, right, bottom) in pixels, right and bottom exclusive."""
    box = record.get("box")
    if not isinstance(box, list) or len(box) != BOX_NUMBERS or not all(isinstance(number, int | float) for number in box):
        return None
    left, top, right, bottom = (float(number) for number in box)
    return (_share(left, size[0]), _share(top, size[1]), _share(right - left, size[0]), _share(bottom - top, size[1]))


def _share(pixels: float, side: int) -> float:
    return round(pixels / side, DECIMALS)


Points = tuple[tuple[float, float, int, str], ...]
Bones = tuple[tuple[float, float, float, float], ...]


def _skeleton(record: Mapping[str, Any], size: tuple[int, int]) -> tuple[Points, Bones]:
    """Keypoints and bones from the free structure in `annotations`; none where an engine keeps them otherwise."""
    try:
        structure = json.loads(record["annotations"])
        points = tuple((*_place(point, size), int(point[4]), str(point[0])) for point in structure["keypoints"])
        joints = [_place(joint, size) for joint in structure["joints"]]
        parents = structure["joint_parents"]
        bones = tuple((*joints[parent], *joints[child]) for child, parent in enumerate(parents) if parent >= 0)
    except (KeyError, TypeError, ValueError, IndexError):
        return (), ()
    return points, bones


def _place(point: Sequence[Any], size: tuple[int, int]) -> tuple[float, float]:
    """A point is [name, pixel x, pixel y, ...]."""
    return _share(float(point[1]), size[0]), _share(float(point[2]), size[1])
