"""People's own models and photos as levels: one file is one subject, or one background level.

Only names, headers and digests are read here; nothing is decoded.
"""

import hashlib
import os
import re
import unicodedata
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from spotdiff10k.errors import EngineError, PlanError
from spotdiff10k.plan.captions import spoken
from spotdiff10k.plan.subjects import NO_COLOUR, Drawn
from spotdiff10k.seeds import seed_for
from spotdiff10k.types import BackgroundLevel

MESH_SUFFIXES = (".glb", ".gltf", ".obj")
IMAGE_SUFFIXES = (".jpg", ".jpeg", ".png", ".webp", ".hdr")
MESH_FAMILY = "mesh"
PHOTO_ELEVATION_DEGREES, PHOTO_FOV_DEGREES = 10.0, 40.0
"""How a photo is taken to have been made: from eye height, with a normal lens."""


def files(folder: Path, suffixes: Sequence[str], what: str) -> list[Path]:
    """The usable files right inside `folder`, by name. Raises PlanError when there is none."""
    try:
        with os.scandir(folder) as entries:
            found = [Path(entry.path) for entry in entries if entry.is_file() and Path(entry.name).suffix.lower() in suffixes]
    except OSError as error:
        raise PlanError(f"The folder of {what} {folder} cannot be read: {error.strerror}.") from error
    root = folder.resolve()
    if outside := [path for path in found if not path.resolve().is_relative_to(root)]:
        raise PlanError(f"{outside[0]} is a link that leads out of {folder}; copy the file into the folder.")
    if not found:
        raise PlanError(f"The folder of {what} {folder} holds none; expected files ending in {', '.join(suffixes)}.")
    return sorted(found, key=lambda path: path.name)


def meshes(folder: Path, licence: str, total: int, seed: int) -> list[Drawn]:
    """`total` subjects, one a model file, in a seeded order. Raises PlanError when there are too few."""
    found = files(folder, MESH_SUFFIXES, "models")
    if total > len(found):
        raise PlanError(
            f"{folder} holds {len(found)} models, fewer than the {total} of subjects.count and subjects.reserve; "
            "add models or lower these."
        )
    order = np.random.default_rng(seed_for(seed, "plan", "meshes")).permutation(len(found)).tolist()
    return [_subject(found[index], index, licence) for index in order[:total]]


def _subject(path: Path, index: int, licence: str) -> Drawn:
    name = noun_of(path.stem) or "object"
    return Drawn(MESH_FAMILY, index, name, spoken(f"a {name}"), NO_COLOUR, 0, path.name, licence)


def noun_of(stem: str) -> str:
    """A file name as a noun: "Toy_Car-02" becomes "toy car"."""
    composed = unicodedata.normalize("NFC", stem)  # some systems keep accents apart from their letters
    words = re.sub(r"(?<=[a-z])(?=[A-Z])|[\W\d_]+", " ", composed).lower().split()
    return " ".join(words)


def images(folder: Path, licence: str, levels: int, seed: int) -> tuple[BackgroundLevel, ...]:
    """`levels` backgrounds, one a picture file, in a seeded order. Raises PlanError when there are too few."""
    found = files(folder, IMAGE_SUFFIXES, "photos")
    if levels > len(found):
        raise PlanError(
            f"{folder} holds {len(found)} photos, fewer than the {levels} of backgrounds.levels; add photos or lower it."
        )
    order = np.random.default_rng(seed_for(seed, "plan", "images")).permutation(len(found)).tolist()
    return tuple(_background(found[index], index, licence, seed) for index in order[:levels])


def _background(path: Path, index: int, licence: str, seed: int) -> BackgroundLevel:
    kind = _kind(path)
    place = noun_of(path.stem)
    return BackgroundLevel(
        id=f"{kind}-{index:02d}",
        kind=kind,
        seed=seed_for(seed, "background", path.name),
        description=f"in front of a photo of {place}" if place else "in front of a photo",
        camera_elevation_degrees=PHOTO_ELEVATION_DEGREES,
        camera_fov_degrees=PHOTO_FOV_DEGREES,
        source=path.name,
        licence=licence,
    )


def _kind(path: Path) -> str:
    from spotdiff10k.engines.rendered.scenes.pictures import describe_picture  # only people's own pictures need it

    try:
        return describe_picture(path).kind
    except EngineError as error:
        raise PlanError(f"{path.parent}: {error}") from error


def digest(path: Path) -> str:
    """The sha256 of a file. Raises PlanError when it cannot be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise PlanError(f"{path} cannot be read: {error.strerror}.") from error
