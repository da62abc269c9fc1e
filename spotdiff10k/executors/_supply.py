"""Where workers come from: a nursery that is warmed up once, and replaced when it dies."""

import contextlib
import signal
from collections.abc import Callable
from multiprocessing.connection import wait
from typing import Any

from spotdiff10k.errors import RunError
from spotdiff10k.executors import Work
from spotdiff10k.executors._nursery import Nursery, NurseryGoneError, Worker
from spotdiff10k.stop import StopSignal

MAX_DEATHS_AT_WARM_UP = 3
MAX_DEATHS_AT_START = 20
"""Workers and nurseries that die in a row before a worker is ready; more, and starting another will not help."""


class Supply:
    """Starts workers; counts those that die before they are of any use."""

    def __init__(self, work: Work[Any, Any], stop: StopSignal, on_warm: Callable[[], None]) -> None:
        self._work = work
        self._stop = stop
        self._on_warm = on_warm
        self._nursery = Nursery(work)
        self._deaths = 0

    def await_warm(self) -> None:
        """Wait until workers can be started, or until a stop. Raises what the warm-up raises, and NurseryGoneError."""
        deaths = 0
        while self._nursery.connection in wait([self._nursery.connection, *bell(self._stop)]):
            try:
                self._nursery.confirm_warm()
                self._on_warm()
                break
            except NurseryGoneError:
                deaths += 1
                if deaths >= MAX_DEATHS_AT_WARM_UP:
                    raise
            self._nursery.close()
            self._nursery = Nursery(self._work)

    def start(self) -> Worker | None:
        """A new worker; None when the nursery was dead and had to be replaced first. Raises RunError when that does not help."""
        try:
            return self._nursery.fork()
        except NurseryGoneError:
            self.note_early_death(None, "")
            self._nursery.close()
            self._nursery = Nursery(self._work)
            self.await_warm()
            return None

    def note_ready(self) -> None:
        """A worker took up its work, so starting workers makes sense."""
        self._deaths = 0

    def note_early_death(self, code: int | None, stack: str) -> None:
        """A worker died before it was ready. Raises RunError when that happened too often in a row."""
        self._deaths += 1
        if self._deaths > MAX_DEATHS_AT_START:
            text = f"{self._deaths} workers in a row died before they were ready; the last one {ending(code)}."
            raise RunError(f"{text}\n{stack}".strip())

    def close(self) -> None:
        """End the nursery, without asking it anything more: an interrupt may have cut a question short."""
        self._nursery.close()


def bell(stop: StopSignal) -> list[Any]:
    """What to wait for beside other things, so that a stop is heard; nothing once it was heard."""
    return [] if stop.requested else [stop]


def ending(code: int | None) -> str:
    """How a worker ended, to follow "the worker"."""
    if code is None:
        return "died with the process that starts workers"
    if code >= 0:
        return f"ended with exit code {code}"
    name = f"signal {-code}"
    with contextlib.suppress(ValueError):
        name = signal.Signals(-code).name
    hint = " (often: the machine ran out of memory)" if -code == signal.SIGKILL else ""
    return f"was killed by {name}{hint}"
