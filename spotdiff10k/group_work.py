"""The work of one worker in `generate`: let the engine make groups, see that they are what was asked for, commit their tars.

An engine that fills batches is given several groups together, a bundle; each is committed as soon as it is finished.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from spotdiff10k import registry
from spotdiff10k.engines import warm_up
from spotdiff10k.errors import EngineError
from spotdiff10k.intact import names_of
from spotdiff10k.run import Run, write_atomically
from spotdiff10k.tar import group_bytes
from spotdiff10k.types import Engine, EngineSettings, FinishedGroup, PlannedGroup


@dataclass(frozen=True, slots=True)
class Order:
    """A group to make, or those of its cells that are to be made again."""

    group: PlannedGroup
    remade: int = 0  # 0: the group's first tar; else the round of repair whose tar the cells go into

    @property
    def id(self) -> str:
        """A name for people: of the group, and of the round."""
        return f"{self.group.id}.r{self.remade}" if self.remade else self.group.id


@dataclass(frozen=True, slots=True)
class Bundle:
    """Orders that one worker is given together: different groups, one or more."""

    orders: tuple[Order, ...]

    @property
    def id(self) -> str:
        """A name for people."""
        more = len(self.orders) - 1
        return self.orders[0].id + (f" and {more} more" if more else "")


@dataclass(frozen=True, slots=True)
class Made:
    """What came of an order; the pictures are on disk."""

    id: str  # of the order
    pictures: int
    written_bytes: int
    seconds: float  # since the one before it, or since the bundle began
    said: str = ""  # what the engine says of its pace, for the log


@dataclass(frozen=True, slots=True)
class GroupWork:
    """Makes groups with one engine, wherever an executor runs it."""

    run: Run
    engine: str
    settings: EngineSettings
    in_hand: int = 1  # bundles of a worker at a time; for more than one the engine is called in as many threads

    def warm_up(self) -> None:
        """Import the engine, and load or compile what it needs."""
        warm_up(self._engine())

    def open(self) -> Callable[[Bundle], tuple[Made, ...]]:
        """One engine for a worker's life; it may keep what groups share."""
        engine = self._engine()
        return lambda bundle: self._make(engine, bundle)

    def _engine(self) -> Engine:
        engine: Engine = registry.find("engines", self.engine)(self.settings)
        return engine

    def _make(self, engine: Engine, bundle: Bundle) -> tuple[Made, ...]:
        """Make a bundle; what an attempt that failed later had committed is not made again."""
        there = [order for order in bundle.orders if self._tar(order).exists()]
        missing = {order.group.id: order for order in bundle.orders if order not in there}
        made = [Made(order.id, len(order.group.cells), self._tar(order).stat().st_size, 0.0) for order in there]
        began = time.monotonic()
        for finished in self._finished(engine, missing):
            order = missing[finished.id]
            written = write_atomically(self._tar(order), group_bytes(finished))
            now = time.monotonic()
            made.append(Made(order.id, len(order.group.cells), written, now - began, _said(engine)))
            began = now
        return tuple(made)

    def _tar(self, order: Order) -> Path:
        return self.run.group_tar(order.group.id, order.remade)

    def _finished(self, engine: Engine, orders: Mapping[str, Order]) -> Iterator[FinishedGroup]:
        """Each group as it is ready, once it is known to be what was asked for. Raises EngineError."""
        waiting = {name: order.group for name, order in orders.items()}
        if not waiting:
            return
        groups = engine.generate(list(waiting.values()))
        for finished in groups if len(waiting) > 1 else list(groups):  # one alone is committed when nothing more came
            asked = waiting.pop(finished.id, None)
            if asked is None:
                raise EngineError(f"The engine '{self.engine}' was asked for {_named(orders)} and made {finished.id}.")
            self._check(finished, asked)
            yield finished
        if waiting:
            raise EngineError(f"The engine '{self.engine}' was asked for {_named(waiting)} and made nothing.")

    def _check(self, finished: FinishedGroup, asked: PlannedGroup) -> None:
        """An engine that leaves something out, or makes something else, is found here and not in a shard."""
        made = [f"{sample.key}.{suffix}" for sample in finished.samples for suffix in sorted(sample.members)]
        wanted = names_of(asked, self.settings)
        if made != wanted:
            wrong = sorted(set(wanted) ^ set(made)) or ["the order of its samples"]
            raise EngineError(
                f"The engine '{self.engine}' did not make the group {asked.id} as planned: "
                f"{len(made)} members, expected {len(wanted)}; the first that differs is {wrong[0]}."
            )


def _named(groups: Iterable[str]) -> str:
    """Them as words: "the group a", "the groups a, b"."""
    names = list(groups)
    return f"the group{'s' if len(names) > 1 else ''} {', '.join(names)}"


def _said(engine: Engine) -> str:
    """What an engine says of its pace."""
    line: Callable[[], str] | None = getattr(engine, "log_line", None)
    return "" if line is None else line()
