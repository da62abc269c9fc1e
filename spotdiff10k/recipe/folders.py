"""Where people's own models and photos lie: known to a run, but not part of what is sealed.

A sealed recipe names these folders without saying where on someone's disk they are; the run keeps that in a file of its
own beside it. In a copied release, a folder of that name beside the recipe is used.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from spotdiff10k.errors import RecipeError

FOLDERS_FILE = ".folders.json"
SOURCES = (("subjects", "meshes"), ("backgrounds", "images"))
MOST_BYTES = 1 << 16


def source_of(values: Mapping[str, Any], factor: str, key: str) -> dict[str, Any] | None:
    """The mapping that names a folder in a recipe's values, if there is one."""
    part = values.get(factor)
    source = part.get("source") if isinstance(part, dict) else None
    return source if isinstance(source, dict) and isinstance(source.get(key), str) and source[key] else None


def located(values: Mapping[str, Any]) -> dict[str, str]:
    """The folders that a recipe's values name, by key."""
    found = ((key, source_of(values, factor, key)) for factor, key in SOURCES)
    return {key: source[key] for key, source in found if source is not None}


def unlocated(values: dict[str, Any]) -> dict[str, Any]:
    """The same values with folders by their last name alone; changes `values`."""
    for factor, key in SOURCES:
        if source := source_of(values, factor, key):
            source[key] = Path(source[key]).name
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
