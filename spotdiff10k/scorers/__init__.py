"""Scorers: models that give a picture one number, such as how pleasing or safe it is; plug-ins bring them."""

from functools import cache

from spotdiff10k import registry
from spotdiff10k.scorers._protocol import Pictures, Scorer

__all__ = ["Pictures", "Scorer", "load_scorer"]


def load_scorer(name: str) -> Scorer:
    """The scorer `name`, made once in a process, since it loads weights. Raises RecipeError for an unknown name."""
    return _made(registry.find("scorers", name))  # type: ignore[arg-type]  # mypy takes a class for unhashable


@cache
def _made(kind: type[Scorer]) -> Scorer:
    return kind()
