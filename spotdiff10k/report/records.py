"""What a sample's record says that a report shows: how much of the picture the subject covers, and where its joints are."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from spotdiff10k import samples
from spotdiff10k.errors import DataError

DECIMALS = 4
"""Of shares of a picture's side; a ten-thousandth is finer than a pixel."""


@dataclass(frozen=True, slots=True)
class Measures:
    """Lengths are shares of the picture's side, 0..1, origin top left; None where the record does not say."""

    area: float | None = None  # of the mask, as a share of the picture
    box: tuple[float, float, float, float] | None = None  # left, top, width, height
    points: tuple[tuple[float, float, int, str], ...] = ()  # x, y, visibility, name
    lines: tuple[tuple[int, int], ...] = ()  # between points


NOTHING = Measures()


class MemberReader(Protocol):
    """Gives the bytes of one sample's members."""

    def find(self, name: str) -> str: ...
    def read(self, suffix: str) -> bytes: ...


def measure(key: str, reader: MemberReader) -> Measures:
    """Read a sample's record. Raises DataError when it is no JSON object."""
    try:
        record = samples.read_record(reader.read(samples.RECORD))
    except samples.UnreadableMemberError as error:
        raise DataError(f"{key}.{samples.RECORD} cannot be shown: {error}.") from error
    return Measures(area=_number(record.get("mask_area")), box=_box(record))


def _number(value: Any) -> float | None:
    return round(float(value), DECIMALS) if isinstance(value, int | float) else None


def _box(record: Mapping[str, Any]) -> tuple[float, float, float, float] | None:
    return None
