"""Whether a committed group is whole: a fast look at every byte, without decoding pictures.

The tar's own structure is compared exactly, pictures are checked against the checksums in their files, records have
to be JSON. What this cannot see (a changed digit inside a record) is for `validate` and, once sealed, `verify`.
"""

import io
import json
import zlib
from collections.abc import Sequence
from pathlib import Path

from spotdiff10k.errors import DataError
from spotdiff10k.samples import expected_members
from spotdiff10k.tar import Member, read_members
from spotdiff10k.types import EngineSettings, PlannedGroup

_PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_PNG_CHUNK_OVERHEAD = 12  # bytes: length, type and checksum
_PNG_END = b"IEND"


def names_of(group: PlannedGroup, settings: EngineSettings) -> list[str]:
    """The members that a group's tar has to hold, in order."""
    suffixes = expected_members(settings)
    return [f"{cell.key}.{suffix}" for cell in group.cells for suffix in suffixes]


def damage(path: Path, expected: Sequence[str]) -> str:
    """What is wrong with the committed tar at `path`, as a sentence; "" when it is whole and holds the `expected` members."""
    try:
        data = path.read_bytes()
    except OSError as error:
        return f"{path.name} cannot be read: {error.strerror or error}."
    file = io.BytesIO(data)
    file.name = path.name
    try:
        members = list(read_members(file))
    except DataError as error:
        return str(error)
    if [member.name for member in members] != list(expected):
        return f"{path.name} does not hold what the plan asks for: {_difference([m.name for m in members], expected)}."
    view = memoryview(data)
    broken = next((member.name for member in members if not _whole(member, view)), "")
    return f"{path.name}: the data of {broken} was altered." if broken else ""


def _difference(found: Sequence[str], expected: Sequence[str]) -> str:
    missing = [name for name in expected if name not in set(found)]
    foreign = [name for name in found if name not in set(expected)]
    if missing:
        return f"{missing[0]} is missing" + (f", and so are {len(missing) - 1} more" if len(missing) > 1 else "")
    return f"{foreign[0]} is not in the plan" if foreign else "its members are out of order"


def _whole(member: Member, archive: memoryview) -> bool:
    data = archive[member.offset : member.offset + member.size]
    suffix = member.name.rpartition(".")[2]
    if suffix == "png":
        return _whole_png(data)
    if suffix == "json":
        return _whole_json(data)
    if suffix == "jpg":
        return bytes(data[:2]) == b"\xff\xd8" and bytes(data[-2:]) == b"\xff\xd9"
    if suffix == "webp":
        return bytes(data[:4]) == b"RIFF" and int.from_bytes(data[4:8], "little") + 8 == len(data)
    return True


def _whole_png(data: memoryview) -> bool:
    """Every chunk's checksum is right and the last chunk ends the file."""
    if bytes(data[: len(_PNG_SIGNATURE)]) != _PNG_SIGNATURE:
        return False
    start = len(_PNG_SIGNATURE)
    kind = b""
    while start + _PNG_CHUNK_OVERHEAD <= len(data) and kind != _PNG_END:
        length = int.from_bytes(data[start : start + 4], "big")
        end = start + length + _PNG_CHUNK_OVERHEAD
        kind = bytes(data[start + 4 : start + 8])
        if end > len(data) or zlib.crc32(data[start + 4 : end - 4]) != int.from_bytes(data[end - 4 : end], "big"):
            return False
        start = end
    return kind == _PNG_END and start == len(data)


def _whole_json(data: memoryview) -> bool:
    try:
        return isinstance(json.loads(str(data, "utf-8")), dict)
    except (ValueError, RecursionError):
        return False
