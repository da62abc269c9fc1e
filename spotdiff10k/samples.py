"""Samples read back from bytes: the key's grammar, the members a release has, pictures as arrays, the record as a dict."""

import hashlib
import io
import json
import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image, UnidentifiedImageError

from spotdiff10k.errors import DataError
from spotdiff10k.png.chunks import read_header as png_header
from spotdiff10k.types import EngineSettings

Pixels = npt.NDArray[np.uint8] | npt.NDArray[np.uint16]
"""(H, W, 3) uint8 colours, (H, W) uint8 grey or (H, W) uint16 depth; origin top left."""

KEY_PATTERN = re.compile(r"(?P<group>[a-z0-9]+(?:-[a-z0-9]+)*)-p(?P<pose>[0-9]{2,})-b(?P<background>[0-9]{2,})")
GROUP_PATTERN = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")

RECORD, MASK = "json", "mask.png"
PICTURE_FORMATS = ("png", "jpg", "webp")
FILE_FORMATS: Mapping[str, str] = {"png": "PNG", "jpg": "JPEG", "webp": "WEBP"}
"""What a member's bytes have to be, by the last part of its name."""
OPTIONAL_OUTPUTS = ("plate", "shadow", "depth", "normal", "canny", "skeleton")
LIKE_THE_PICTURE = ("plate",)
"""Optional outputs in the picture's own format; all others are PNG."""

MAX_SIDE = 8192
"""Pixels. A picture whose header claims more is refused before a byte of it is decoded."""

COLOUR_MODES: Mapping[str, tuple[str, ...]] = {
    "mask": ("L",),
    "plate": ("RGB",),
    "shadow": ("L", "RGB"),
    "depth": ("I;16",),
    "normal": ("RGB",),
    "canny": ("L",),
    "skeleton": ("RGB",),
    "": ("RGB",),
}
"""Pillow's colour modes that each member may have; the picture itself has no name."""

_PNG_START, _PNG_END = b"\x89PNG", b"\0\0\0\0IEND\xaeB`\x82"
_DECODERS = ("PNG", "JPEG", "WEBP")
_DECODING_ERRORS = (OSError, SyntaxError, ValueError, EOFError, zlib.error, Image.DecompressionBombError)


class UnreadableMemberError(DataError):
    """A member's bytes are not what its name says; the sentence tells why, without naming the member."""


@dataclass(frozen=True, slots=True)
class PictureHeader:
    """What a picture says of itself before it is decoded."""

    mode: str
    width: int
    height: int
    format: str  # "PNG", "JPEG", "WEBP"


def split_member(name: str) -> tuple[str, str]:
    """A member's name as (key, suffix): "g000042-p02-b01.mask.png" is ("g000042-p02-b01", "mask.png")."""
    key, _, suffix = name.partition(".")
    return key, suffix


def group_of(key: str) -> str:
    """The group's id inside a sample's key. Raises DataError when the key is not `<group>-p<pose>-b<background>`."""
    match = KEY_PATTERN.fullmatch(key)
    if match is None:
        raise DataError(f"'{key}' is not a sample key; expected <group>-p<pose>-b<background>, such as g000042-p02-b01.")
    return match["group"]


def expected_members(settings: EngineSettings) -> tuple[str, ...]:
    """The suffixes that every sample of a release has, sorted as they lie in a tar."""
    optional = [f"{name}.{settings.picture_format if name in LIKE_THE_PICTURE else 'png'}" for name in settings.outputs]
    return tuple(sorted({settings.picture_format, MASK, RECORD, *optional}))


def picture_suffix(suffixes: Mapping[str, object] | tuple[str, ...]) -> str:
    """Which of a sample's suffixes is the picture. Raises DataError when there is none."""
    for name in PICTURE_FORMATS:
        if name in suffixes:
            return name
    raise DataError(
        f"A sample has no picture; expected one of {', '.join(PICTURE_FORMATS)}, found {', '.join(sorted(suffixes))}."
    )


def colour_modes(suffix: str) -> tuple[str, ...]:
    """The colour modes a picture member may have, by its suffix."""
    return COLOUR_MODES.get(suffix.rpartition(".")[0], ("L", "RGB"))


def file_format(suffix: str) -> str:
    """What the bytes of a picture member have to be: "mask.png" is a "PNG". Raises KeyError for what is no picture."""
    return FILE_FORMATS[suffix.rpartition(".")[2]]


def read_header(data: bytes) -> PictureHeader:
    """Read a picture's mode and size without decoding it. Raises UnreadableMemberError."""
    if plain := png_header(data):
        return PictureHeader(plain.mode, plain.width, plain.height, "PNG")
    try:
        with Image.open(io.BytesIO(data), formats=_DECODERS) as picture:
            return PictureHeader(picture.mode, picture.width, picture.height, str(picture.format))
    except UnidentifiedImageError as error:  # its own words name a place in memory
        raise UnreadableMemberError(f"it is no picture in {', '.join(_DECODERS)}") from error
    except _DECODING_ERRORS as error:
        raise UnreadableMemberError(f"it is no readable picture ({error})") from error
    except Warning as error:  # a decompression bomb, where warnings are errors
        raise UnreadableMemberError(f"it claims an absurd size ({error})") from error


def refuse_cut_short(data: bytes) -> None:
    """Raise UnreadableMemberError for a PNG without its end, which Pillow would not mind if all pixels are there."""
    if data.startswith(_PNG_START) and not data.endswith(_PNG_END):
        raise UnreadableMemberError("it is a PNG that was cut short")


def decode(data: bytes, max_side: int = MAX_SIDE) -> Pixels:
    """Decode a picture whose sides are at most `max_side` pixels. Raises UnreadableMemberError."""
    refuse_cut_short(data)
    header = read_header(data)
    if max(header.width, header.height) > max_side:
        raise UnreadableMemberError(f"it is {header.width} x {header.height} pixels, at most {max_side} x {max_side} are read")
    try:
        with Image.open(io.BytesIO(data), formats=_DECODERS) as picture:
            return np.asarray(picture)
    except _DECODING_ERRORS as error:
        raise UnreadableMemberError(f"its pixels cannot be decoded ({error})") from error


def read_record(data: bytes) -> dict[str, Any]:
    """Parse a sample's record: one flat JSON object in UTF-8, without NaN. Raises UnreadableMemberError."""
    try:
        return read_object(data.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise UnreadableMemberError(f"it is no readable JSON ({error})") from error


def read_object(text: str) -> dict[str, Any]:
    """Parse one JSON object without NaN, such as a record's `annotations`. Raises UnreadableMemberError."""
    try:
        found = json.loads(text, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise UnreadableMemberError(f"it is no readable JSON ({error})") from error
    if not isinstance(found, dict):
        raise UnreadableMemberError(f"it should be a JSON object, found {type(found).__name__}")
    return found


def pixels_digest(picture: Pixels) -> str:
    """The sha256 of a picture's decoded pixels: rows from the top, RGB interleaved, 8 bits each."""
    return hashlib.sha256(np.ascontiguousarray(picture).data).hexdigest()


def _refuse_constant(text: str) -> None:
    raise ValueError(f"{text} is not a number that JSON knows")
