"""`--set a.b=c`: one value of a recipe, changed from the command line."""

from collections.abc import Sequence
from typing import Any

from spotdiff10k.errors import RecipeError
from spotdiff10k.recipe.lines import Loc, Located, value

MAX_OVERRIDE = 10_000
"""Characters of one override."""


def apply(located: Located, overrides: Sequence[str]) -> None:
    """Put the overrides into the values, in order; what is wrong with them is found when the recipe is checked.

    Raises RecipeError when an override is not of the form a.b=c.
    """
    for override in overrides:
        path, equals, text = override[:MAX_OVERRIDE].partition("=")
        keys = tuple(key.strip() for key in path.split("."))
        if not equals or not all(keys):
            raise RecipeError(f"--set {override[:80]}: expected a.b=c, such as --set engine.size=256.")
        try:
            _put(located, keys, value(text), f"--set {override[:80]}")
        except RecipeError as error:
            raise RecipeError(f"--set {override[:80]}: {error}") from error


def _put(located: Located, keys: tuple[str, ...], new: Any, origin: str) -> None:
    target = located.values
    for position, key in enumerate(keys[:-1]):
        inner = target.setdefault(key, {})
        if not isinstance(inner, dict):
            # such as subjects.source.meshes=DIR over "procedural": the mapping takes the place of the plain value
            inner = target[key] = {}
        located.origins.setdefault(keys[: position + 1], origin)
        target = inner
    target[keys[-1]] = new
    _forget(located, keys)
    located.origins[keys] = origin


def _forget(located: Located, loc: Loc) -> None:
    for other in [other for other in located.origins if other[: len(loc)] == loc]:
        del located.origins[other]
