"""The work of one worker in `generate`: let the engine make a group, see that it is what was asked for, commit its tar."""

import time
from collections.abc import Callable
from dataclasses import dataclass

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
class Made:
    """What came of an order; the pictures are on disk."""

    pictures: int
    written_bytes: int
    seconds: float


@dataclass(frozen=True, slots=True)
class GroupWork:
    """Makes groups with one engine, wherever an executor runs it."""

    run: Run
    engine: str
    settings: EngineSettings

    def warm_up(self) -> None:
        """Import the engine, and load or compile what it needs."""
        warm_up(self._engine())

    def open(self) -> Callable[[Order], Made]:
        """One engine for a worker's life; it may keep what groups share."""
        engine = self._engine()
        return lambda order: self._make(engine, order)

    def _engine(self) -> Engine:
        engine: Engine = registry.find("engines", self.engine)(self.settings)
        return engine

    def _make(self, engine: Engine, order: Order) -> Made:
        began = time.monotonic()
        finished = list(engine.generate([order.group]))
        self._check(finished, order.group)
        written = write_atomically(self.run.group_tar(order.group.id, order.remade), group_bytes(finished[0]))
        return Made(len(order.group.cells), written, time.monotonic() - began)

    def _check(self, finished: list[FinishedGroup], asked: PlannedGroup) -> None:
        """An engine that leaves something out, or makes something else, is found here and not in a shard."""
        if [group.id for group in finished] != [asked.id]:
            found = ", ".join(group.id for group in finished) or "nothing"
            raise EngineError(f"The engine '{self.engine}' was asked for the group {asked.id} and made {found}.")
        made = [f"{sample.key}.{suffix}" for sample in finished[0].samples for suffix in sorted(sample.members)]
        wanted = names_of(asked, self.settings)
        if made != wanted:
            wrong = sorted(set(wanted) ^ set(made)) or ["the order of its samples"]
            raise EngineError(
                f"The engine '{self.engine}' did not make the group {asked.id} as planned: "
                f"{len(made)} members, expected {len(wanted)}; the first that differs is {wrong[0]}."
            )
