"""Which models a recipe's checks need: those of the encoders and segmenters that it names, and those a check names itself."""

from collections.abc import Callable, Iterable, Mapping

from spotdiff10k import registry
from spotdiff10k.limits import Thresholds, chosen_checks, options_of

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


def _of_options(options: Mapping[str, str]) -> Iterable[str]:
    for option, kind in KINDS.items():
        value = options.get(option, "")
        if value in registry.names(kind) if value else False:
            model = getattr(registry.find(kind, value), "model", "")
            if model:
                yield str(model)
