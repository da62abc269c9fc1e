"""A device and processor cores that work on a clock of their own: nothing takes time but what is said to."""

from collections.abc import Callable, Collection, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from spotdiff10k.engines.controlnet.drawings import Drawing


@dataclass
class FakeMachine:
    """Paints a batch in `batch_seconds`, whatever is in it; does work for the CPU on `cores`, each piece in `call_seconds`.

    A painter, a pool and the wait for one of its pieces, as a scheduler takes them.
    """

    batch_seconds: float
    call_seconds: float
    cores: int
    size: int  # drawings of a batch
    now: float = 0.0
    painted: list[tuple[str, int, float]] = field(default_factory=list)  # kind, drawings, when it began
    _free_at: list[float] = field(default_factory=list)
    _running: list[tuple[float, Future[Any], Callable[[], Any]]] = field(default_factory=list)

    def batch(self, kind: str) -> int:
        return self.size

    def paint(self, drawings: Sequence[Drawing]) -> list[Any]:
        self.painted.append((drawings[0].kind, len(drawings), self.now))
        self._pass_to(self.now + self.batch_seconds)
        return [np.full((1, 1, 3), drawing.seed % 256, np.uint8) for drawing in drawings]

    def submit(self, call: Callable[[], Any]) -> Future[Any]:
        free = self._free_at or [0.0] * self.cores
        free.sort()
        end = max(self.now, free[0]) + self.call_seconds
        self._free_at = [end, *free[1:]]
        future: Future[Any] = Future()
        self._running.append((end, future, call))
        return future

    def await_one(self, futures: Collection[Future[Any]]) -> None:
        """The device does nothing until a core is done."""
        self._pass_to(min(end for end, future, _ in self._running if future in futures))

    def _pass_to(self, time: float) -> None:
        self.now = time
        for end, future, call in sorted(self._running, key=lambda piece: piece[0]):
            if end <= time and not future.cancelled():
                future.set_result(call())
        self._running = [piece for piece in self._running if piece[0] > time]

    @property
    def busy_share(self) -> float:
        """Of the time from the first batch to the end of the last, how much the device worked."""
        worked = len(self.painted) * self.batch_seconds
        return worked / (self.painted[-1][2] + self.batch_seconds - self.painted[0][2])

    @property
    def filled_share(self) -> float:
        """Of all places in batches of a fixed shape, how many were asked for."""
        return sum(count for _, count, _ in self.painted) / (len(self.painted) * self.size)
