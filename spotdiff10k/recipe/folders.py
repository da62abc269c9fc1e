"""Where people's own models, photos and lists lie: known to a run, but not part of what is sealed.

A sealed recipe names these folders and files without saying where on someone's disk they are; the run keeps that in a file of its
own beside it. In a copied release, a folder of that name beside the recipe is used.
"""

import json
import shlex
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from spotdiff10k.errors import RecipeError

FOLDERS_FILE = ".folders.json"
SOURCES = (("subjects", "meshes"), ("subjects", "photos"), ("backgrounds", "images"))
OPTIONS = tuple(("engine", "options", name) for name in ("model", "controlnet", "keypoints", "adapter", "annotators"))
"""The same of an engine's options."""
OR_HUB = ("model", "controlnet", "adapter")
"""Those of them that may also name something that is not on this machine: there a path begins with LOCAL."""
LOCAL = (".", "/")
SEVERAL: Mapping[str, str] = {"controlnet": "", "annotators": "@"}
"""Those of them that are several words, quoted where a path has spaces; a path is what follows the mark in a word."""
PLACES = (*((factor, "source", key) for factor, key in SOURCES), ("checks", "duplicates", "blocklist"), *OPTIONS)
"""Keys of a recipe, from the outside in, whose value is a path; the last ones differ."""
MOST_BYTES = 1 << 16


def holder(values: Mapping[str, Any], place: Sequence[str]) -> dict[str, Any] | None:
    """The innermost mapping of a recipe's values in which `place` ends with a path, if there is one."""
    inside: Any = values
    for key in place[:-1]:
        inside = inside.get(key) if isinstance(inside, dict) else None
    value = inside.get(place[-1]) if isinstance(inside, dict) else None
    return inside if isinstance(value, str) and _paths(place, value) else None


def words(text: str) -> tuple[str, ...]:
    """The words of an option that has several; "my nets/depth" in quotes is one. Raises ValueError with a clause."""
    try:
        return tuple(shlex.split(text))
    except ValueError as error:
        raise ValueError(f"{text!r} cannot be read as words ({error}); close every quote") from error


def changed(place: Sequence[str], value: str, change: Callable[[str], str]) -> str:
    """The value with every path in it changed, and all else as it was."""
    if place not in OPTIONS or place[-1] not in SEVERAL:
        return change(value)
    cut = (_cut(place[-1], word) for word in words(value))
    return shlex.join(before + (change(path) if path else "") for before, path in cut)


def _paths(place: Sequence[str], value: str) -> list[str]:
    """The paths in a value."""
    if place not in OPTIONS:
        return [value] if value else []
    if place[-1] not in SEVERAL:
        return [value] if value and (place[-1] not in OR_HUB or value.startswith(LOCAL)) else []
    try:
        return [path for _, path in (_cut(place[-1], word) for word in words(value)) if path]
    except ValueError:
        return []  # refused, with a sentence, when the recipe is checked


def _cut(option: str, word: str) -> tuple[str, str]:
    """What is before the path in a word, and the path; "" where the word has none."""
    before, mark, path = word.partition(SEVERAL[option]) if SEVERAL[option] else ("", "", word)
    is_path = bool(path) if mark else option in OR_HUB and path.startswith(LOCAL)
    return (before + mark, path) if is_path else (word, "")


def located(values: Mapping[str, Any]) -> dict[str, str]:
    """The paths that a recipe's values name, by their last key."""
    found = ((place[-1], holder(values, place)) for place in PLACES)
    return {key: inside[key] for key, inside in found if inside is not None}


def unlocated(values: dict[str, Any]) -> dict[str, Any]:
    """The same values with paths by their last name alone; changes `values`."""
    for place in PLACES:
        if inside := holder(values, place):
            start = "./" if place in OPTIONS else ""
            inside[place[-1]] = changed(place, inside[place[-1]], partial(_shortened, start))
    return values


def _shortened(start: str, path: str) -> str:
    return start + Path(path).name


def remembered(run: Path) -> dict[str, str]:
    """Where the run folder says the folders are. Raises RecipeError when its note cannot be used."""
    path = run / FOLDERS_FILE
    try:
        with path.open("rb") as file:
            values = json.loads(file.read(MOST_BYTES))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise RecipeError(
            f"{path} cannot be read ({error}); run the plan or build command again with the same recipe."
        ) from error
    return {str(key): str(folder) for key, folder in values.items()} if isinstance(values, dict) else {}
