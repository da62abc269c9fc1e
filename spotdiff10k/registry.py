"""Finds engines, checks, segmenters and encoders by name: the file's name is the registration.

Built-ins are found by listing the folder, without importing anything; plug-ins by the entry-point
group `spotdiff10k.<kind>`. A module answers to `load` with the one class it defines that has a `version`.
"""

import importlib
import pkgutil
import sys
from difflib import get_close_matches
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from spotdiff10k.errors import RecipeError

KINDS = ("engines", "checks", "segmenters", "pose_estimators", "encoders", "scorers", "executors")


@cache
def _built_in(kind: str) -> frozenset[str]:
    package = importlib.import_module(f"spotdiff10k.{kind}")
    return frozenset(m.name for m in pkgutil.iter_modules(package.__path__) if not m.name.startswith("_"))


def _plugins(kind: str) -> dict[str, EntryPoint]:
    return _plugins_on(kind, tuple(sys.path))


@cache
def _plugins_on(kind: str, _folders: tuple[str, ...]) -> dict[str, EntryPoint]:
    return {point.name: point for point in entry_points(group=f"spotdiff10k.{kind}")}


def names(kind: str) -> list[str]:
    """All registered names of a kind, sorted; a plug-in may not take a built-in's name."""
    built_in, plugins = _built_in(kind), _plugins(kind)
    if taken := sorted(built_in & plugins.keys()):
        raise RecipeError(f"The plug-in '{taken[0]}' has the name of a built-in of spotdiff10k.{kind}; rename the plug-in.")
    return sorted(built_in | plugins.keys())


def find(kind: str, name: str) -> type[Any]:
    """The class registered under `name`. Raises RecipeError with the nearest known name."""
    known = names(kind)
    if name not in known:
        near = get_close_matches(name, known, n=1)
        hint = f" Did you mean '{near[0]}'?" if near else ""
        raise RecipeError(f"There is no '{name}' in {kind}; known: {', '.join(known) or 'none'}.{hint}")
    plugin = _plugins(kind).get(name)
    module = importlib.import_module(plugin.module if plugin else f"spotdiff10k.{kind}.{name}")
    found = [
        c for c in vars(module).values() if isinstance(c, type) and c.__module__ == module.__name__ and hasattr(c, "version")
    ]
    if len(found) != 1:
        raise RecipeError(f"{module.__name__} should define exactly one class with a `version`, found {len(found)}.")
    return found[0]
