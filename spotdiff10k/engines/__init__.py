"""Engines: one file, or one package, is one engine; the name of the file is the name in the recipe."""

from collections.abc import Callable

from spotdiff10k import registry
from spotdiff10k.cores import usable_cores
from spotdiff10k.types import EngineSettings


def warm_up(engine: object) -> None:
    """Let an engine import and compile what it needs, if it has a `warm_up`; called before workers are forked."""
    found: Callable[[], object] | None = getattr(engine, "warm_up", None)
    if found is not None:
        found()


def workers_for(name: str, settings: EngineSettings, asked: int) -> int:
    """How many workers an engine gets: as many as asked, 0 for all usable cores, and no more than it says make sense."""
    said: Callable[[EngineSettings], int | None] | None = getattr(registry.find("engines", name), "workers_at_most", None)
    most = None if said is None else said(settings)
    wanted = asked or usable_cores()
    return wanted if most is None else min(wanted, most)


def groups_at_once(name: str, settings: EngineSettings) -> int:
    """How many groups a worker is given together: one, unless the engine says that more of them fill its batches."""
    said: Callable[[EngineSettings], int] | None = getattr(registry.find("engines", name), "groups_at_once", None)
    return 1 if said is None else max(1, said(settings))


def bundles_at_once(name: str, settings: EngineSettings) -> int:
    """How many such bundles a worker has in hand: one, unless the engine says that it goes on with more of them at a time."""
    said: Callable[[EngineSettings], int] | None = getattr(registry.find("engines", name), "bundles_at_once", None)
    return 1 if said is None else max(1, said(settings))
