"""subjects.json: which subjects a folder of imported photographs holds, and which photographs could not be taken and why."""

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from spotdiff10k.errors import PlanError

CATALOGUE = "subjects.json"
FORMAT = 1
MOST_BYTES = 256 * 2**20
LOWEST_CAMERA, HIGHEST_CAMERA = 0.0, 60.0
"""Degrees above the horizon from which a photograph may be taken that is to stand on the ground of a scene."""
SIDES = ("left", "top", "right", "bottom")
ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class View:
    """One photograph of a subject, cut out: one pose of it."""

    pose: str  # the name of its pose level, such as "sitting"; "" where nobody named it
    file: str  # the cut-out, an RGBA PNG: path inside the folder, with forward slashes
    sha256: str  # of that file
    original: str  # the photograph: path inside the folder it was imported from
    original_sha256: str
    source: str  # where the photograph comes from, in its owner's words
    mask: str  # "alpha", "file", or the setup of the segmenter that made it
    cut: tuple[str, ...]  # sides of the photograph that cut the subject off: of "left", "top", "right", "bottom"
    quality: Mapping[str, float]
    elevation_degrees: float | None = None  # of the camera above the horizon, seen from the subject; None where nobody said


@dataclass(frozen=True, slots=True)
class PhotoSubject:
    """A subject with its views in a fixed order."""

    id: str  # also the name of its folder
    class_noun: str
    description: str
    licence: str
    views: tuple[View, ...]


@dataclass(frozen=True, slots=True)
class Failed:
    """A photograph that was not taken."""

    file: str
    why: str


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What an import made; the same photographs and options give the same bytes."""

    subjects: tuple[PhotoSubject, ...]
    failed: tuple[Failed, ...]
    waived: str = ""  # why licences were not asked for; "" where they were

    def to_bytes(self) -> bytes:
        """subjects.json: sorted, without times, hosts or absolute paths."""
        document = {"format": FORMAT, **asdict(self)}
        return json.dumps(document, indent=1, sort_keys=True, ensure_ascii=True, allow_nan=False).encode() + b"\n"


def read_catalogue(folder: Path) -> Catalogue:
    """The catalogue of a folder of imported photographs. Raises PlanError when it is missing or not what was written."""
    path = folder / CATALOGUE
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except FileNotFoundError as error:
        raise PlanError(
            f"{folder} has no {CATALOGUE}; expected a folder that was imported. Run: spotdiff10k import PHOTOS -o {folder}"
        ) from error
    except OSError as error:
        raise PlanError(f"{path} cannot be read: {error.strerror}.") from error
    try:
        if len(data) > MOST_BYTES:
            raise ValueError(f"it is larger than {MOST_BYTES // 2**20} MiB")
        return _catalogue(json.loads(data))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        told = f"lacks {error}" if isinstance(error, KeyError) else str(error)
        raise PlanError(f"{path} is not the catalogue that was written ({told}); import the photographs again.") from error


def _catalogue(values: Any) -> Catalogue:
    if not isinstance(values, dict) or values.get("format") != FORMAT:
        raise ValueError(f"expected format {FORMAT}")
    subjects = tuple(_subject(one) for one in values["subjects"])
    if len({subject.id for subject in subjects}) != len(subjects):
        raise ValueError("a subject is listed twice")
    failed = tuple(Failed(str(one["file"]), str(one["why"])) for one in values["failed"])
    return Catalogue(subjects, failed, str(values["waived"]))


def _subject(values: Any) -> PhotoSubject:
    name = str(values["id"])
    if not ID.fullmatch(name):
        raise ValueError(f"'{name[:60]}' is no subject id")
    views = tuple(_view(name, one) for one in values["views"])
    if not views:
        raise ValueError(f"{name} has no views")
    return PhotoSubject(name, str(values["class_noun"]), str(values["description"]), str(values["licence"]), views)


def _view(subject: str, values: Any) -> View:
    file = str(values["file"])
    parts = PurePosixPath(file).parts
    if len(parts) != 2 or parts[0] != subject or parts[1] in ("..", ".") or "\\" in file or "\0" in file:
        raise ValueError(f"{subject} names the file '{file[:60]}', which is not inside its own folder")
    texts = {key: str(values[key]) for key in ("pose", "sha256", "original", "original_sha256", "source", "mask")}
    if not DIGEST.fullmatch(texts["sha256"]):
        raise ValueError(f"{file} has no sha256")
    cut = tuple(str(side) for side in values["cut"])
    if unknown := [side for side in cut if side not in SIDES]:
        raise ValueError(f"{file} is cut at '{unknown[0]}'")
    quality = {str(key): float(value) for key, value in values["quality"].items()}
    elevation = values.get("elevation_degrees")
    if elevation is not None and not LOWEST_CAMERA <= float(elevation) <= HIGHEST_CAMERA:
        raise ValueError(f"{file} was photographed from {elevation} degrees")
    return View(file=file, cut=cut, quality=quality, elevation_degrees=None if elevation is None else float(elevation), **texts)
