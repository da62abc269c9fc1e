"""Lists of pictures to stay away from: hashes, one JSON object a line, such as those of a benchmark's pictures.

The first line says what the file is; every other line names a picture and has its hash and that of its mirror image.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from spotdiff10k.duplicates import phash
from spotdiff10k.errors import RecipeError

FORMAT = 1
METHOD = "dct-256"
MOST_BYTES = 1 << 30
"""A larger file is refused before it is read: it would be the hashes of five million pictures."""
MOST_NAME = 1000
"""Characters of a picture's name that are kept."""


@dataclass(frozen=True, slots=True)
class Blocked:
    """A picture to stay away from."""

    name: str
    hash: str
    mirrored: str  # the hash of its mirror image


@dataclass(frozen=True, slots=True)
class Blocklist:
    """What was read: the pictures' names, and two hashes for each: rows 2i and 2i + 1 belong to names[i]."""

    names: tuple[str, ...]
    hashes: npt.NDArray[np.uint64]
    digest: str  # sha256 of the file


def to_lines(pictures: Iterable[Blocked]) -> Iterable[str]:
    """The lines of a blocklist, with line ends."""
    yield _line({"format": FORMAT, "hash": METHOD})
    for picture in pictures:
        yield _line({"name": picture.name[:MOST_NAME], "hash": picture.hash, "mirrored": picture.mirrored})


def read(path: Path) -> Blocklist:
    """A blocklist from its file. Raises RecipeError, with the line, when it is not one or is empty."""
    data = _bytes(path)
    names: list[str] = []
    hashes: list[phash.Bits] = []
    for number, line in enumerate(data.splitlines(), start=1):
        try:
            values = json.loads(line)
            if number == 1:
                _read_head(values)
                continue
            names.append(str(values["name"]))
            hashes += [_hash(values["hash"]), _hash(values["mirrored"])]
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise RecipeError(f"Line {number} of the blocklist {path} cannot be used ({_reason(error)}). {_MAKE}") from error
    if not names:
        raise RecipeError(f"The blocklist {path} has no hashes in it, so nothing would be checked. {_MAKE}")
    return Blocklist(tuple(names), np.stack(hashes), hashlib.sha256(data).hexdigest())


_MAKE = "To make one: spotdiff10k hashes FOLDER -o blocklist.jsonl"


def _bytes(path: Path) -> bytes:
    try:
        size = path.stat().st_size
        if size > MOST_BYTES:
            raise RecipeError(f"The blocklist {path} has {size:,} bytes; at most {MOST_BYTES:,} are read. Split it.")
        return path.read_bytes()
    except OSError as error:
        raise RecipeError(f"The blocklist {path} cannot be read: {error.strerror}. {_MAKE}") from error


def _read_head(values: Any) -> None:
    if values["format"] != FORMAT or values["hash"] != METHOD:
        raise ValueError(f"expected format {FORMAT} with hashes {METHOD}, found {values['format']} with {values['hash']}")


def _hash(text: Any) -> phash.Bits:
    bits = phash.from_text(text)
    if len(bits) != phash.WORDS:
        raise ValueError(f"a hash has {phash.WORDS * 16} digits, found {len(text)}")
    return bits


def _reason(error: Exception) -> str:
    return f"there is no {error}" if isinstance(error, KeyError) else str(error)


def _line(values: dict[str, Any]) -> str:
    return json.dumps(values, ensure_ascii=False) + "\n"
