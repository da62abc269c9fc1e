"""Which models a recipe's checks need: those of the encoders and segmenters that it names, and those a check names itself."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from spotdiff10k import registry
from spotdiff10k.errors import ModelError
from spotdiff10k.limits import Thresholds, chosen_checks, options_of
from spotdiff10k.models.manifest import find_model
from spotdiff10k.models.store import is_stored
from spotdiff10k.recipe.abilities import source_kind
from spotdiff10k.recipe.folders import LOCAL
from spotdiff10k.recipe.schema import Recipe

KINDS = {"encoder": "encoders", "segmenter": "segmenters"}
"""Options of checks whose value is the name of something that may have a model."""


def needed_models(thresholds: Thresholds) -> dict[str, list[str]]:
    """The models that the checks of a recipe need, each with the checks that need it.

    A check may say so itself, by a class method `models_needed(options)`. Raises RecipeError for unknown names.
    """
    found: dict[str, list[str]] = {}
    for name, check in chosen_checks(thresholds).items():
        options = options_of(name, check, thresholds.get(name, {}))
        said: Callable[[Mapping[str, str]], Iterable[str]] | None = getattr(check, "models_needed", None)
        for model in dict.fromkeys(said(options) if said else _of_options(options)):
            found.setdefault(model, []).append(name)
    return found


def needed_weights(recipe: Recipe) -> list[dict[str, Any]]:
    """The weights that a recipe's engine paints with: name, revision, licence, and whether they are here.

    An engine says so itself, by a class method `needed_weights(options, kind of subjects)`.
    """
    engine = registry.find("engines", recipe.engine.name)
    said: Callable[[Mapping[str, Any], str], list[dict[str, Any]]] | None = getattr(engine, "needed_weights", None)
    return [] if said is None else said(recipe.engine.options, source_kind(recipe.subjects.source))


def wanted_repositories(recipe: Recipe) -> list[Any]:
    """What a recipe's engine loads from the hub; an engine says so by a class method `wanted_weights(options, kind)`."""
    engine = registry.find("engines", recipe.engine.name)
    said: Callable[[Mapping[str, Any], str], list[Any]] | None = getattr(engine, "wanted_weights", None)
    return [] if said is None else said(recipe.engine.options, source_kind(recipe.subjects.source))


def refuse_missing_weights(recipe: Recipe) -> None:
    """Raise ModelError, before any work begins, when weights that the engine paints with are not on this machine."""
    missing = [it for it in needed_weights(recipe) if not it["here"]]
    if not missing:
        return
    names = ", ".join(it["name"] for it in missing)
    own = [it["name"] for it in missing if it["name"].startswith(LOCAL)]
    does = f"There is no folder {own[0]}." if own else f"Run: spotdiff10k models fetch {recipe.engine.options['family']}"
    if not own and not all(it["fetched_by_name"] for it in missing):
        does = "Run: spotdiff10k models fetch --recipe RECIPE, with the same --set options"
    raise ModelError(f"The engine {recipe.engine.name} needs weights that are not on this machine: {names}. {does}")


def refuse_missing(thresholds: Thresholds) -> None:
    """Raise ModelError, before any work begins, when a model that the checks need is not on this machine."""
    missing = [name for name in needed_models(thresholds) if not is_stored(find_model(name))]
    if missing:
        raise ModelError(
            f"Checks of this recipe need {', '.join(missing)}, which {'is' if len(missing) == 1 else 'are'} not on this machine. "
            f"Run: spotdiff10k models fetch {' '.join(missing)}"
        )


def _of_options(options: Mapping[str, str]) -> Iterable[str]:
    for option, kind in KINDS.items():
        value = options.get(option, "")
        model = getattr(registry.find(kind, value), "model", "") if value in registry.names(kind) else ""
        if model:
            yield str(model)
