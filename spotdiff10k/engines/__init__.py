"""Engines: one file, or one package, is one engine; the name of the file is the name in the recipe."""

from collections.abc import Callable


def warm_up(engine: object) -> None:
    """Let an engine import and compile what it needs, if it has a `warm_up`; called before workers are forked."""
    found: Callable[[], object] | None = getattr(engine, "warm_up", None)
    if found is not None:
        found()
