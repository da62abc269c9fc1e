"""Where people's own models, photos and lists lie: known to a run, but not part of what is sealed.

A sealed recipe names these folders and files without saying where on someone's disk they are; the run keeps that in a file of its
own beside it. In a copied release, a folder of that name beside the recipe is used.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from spotdiff10k.errors import RecipeError

FOLDERS_FILE = ".folders.json"
SOURCES = (("subjects", "meshes"), ("subjects", "photos"), ("backgrounds", "images"))
OPTIONS = tuple(("engine", "options", name) for name in ("model", "controlnet", "keypoints", "adapter"))
"""The same of an engine's options that may also name something that is not on this machine: a path begins with LOCAL."""
LOCAL = (".", "/")
PLACES = (*((factor, "source", key) for factor, key in SOURCES), ("checks", "duplicates", "blocklist"), *OPTIONS)
"""Keys of a recipe, from the outside in, whose value is a path; the last ones differ."""
MOST_BYTES = 1 << 16


def holder(values: Mapping[str, Any], place: Sequence[str]) -> dict[str, Any] | None:
    """The innermost mapping of a recipe's values in which `place` ends with a path, if there is one."""
    inside: Any = values
    for key in place[:-1]:
        inside = inside.get(key) if isinstance(inside, dict) else None
    value = inside.get(place[-1]) if isinstance(inside, dict) else None
    is_path = isinstance(value, str) and value and (place not in OPTIONS or value.startswith(LOCAL))
    return inside if is_path else None


def located(values: Mapping[str, Any]) -> dict[str, str]:
    """The paths that a recipe's values name, by their last key."""
    found = ((place[-1], holder(values, place)) for place in PLACES)
    return {key: inside[key] for key, inside in found if inside is not None}


def unlocated(values: dict[str, Any]) -> dict[str, Any]:
    """The same values with paths by their last name alone; changes `values`."""
    for place in PLACES:
        if inside := holder(values, place):
            name = Path(inside[place[-1]]).name
            inside[place[-1]] = f"./{name}" if place in OPTIONS else name
    return values


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
