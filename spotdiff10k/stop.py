"""Stopping politely: the first Ctrl-C or SIGTERM asks, the second one kills."""

import os
import signal
import threading
from types import FrameType, TracebackType
from typing import Self

from spotdiff10k.errors import RunError

SIGNALS = (signal.SIGINT, signal.SIGTERM)


class StoppedError(RunError):
    """A stage was asked to stop and did; the exit code is a shell's for Ctrl-C."""

    exit_code = 130


class StopSignal:
    """While it is entered, a first SIGINT or SIGTERM only sets `requested`; a second ends the process at once.

    It can be waited for like a file (`fileno`). Outside the main thread, where Python allows no signal handlers,
    it is never requested unless `request` is called.
    """

    def __init__(self, *, passive: bool = False) -> None:
        """A `passive` one leaves signals alone."""
        self.requested = False
        self._passive = passive
        self._reader, self._writer = os.pipe()
        self._before: dict[int, object] = {}

    def fileno(self) -> int:
        """A descriptor that becomes readable once a stop is requested."""
        return self._reader

    def request(self) -> None:
        """Ask for the stop, as a signal does."""
        if not self.requested:
            self.requested = True
            os.write(self._writer, b"!")

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        if self.requested:
            signal.signal(number, signal.SIG_DFL)
            os.kill(os.getpid(), number)
        self.request()

    def __enter__(self) -> Self:
        if not self._passive and threading.current_thread() is threading.main_thread():
            self._before = {number: signal.signal(number, self._on_signal) for number in SIGNALS}
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)  # type: ignore[arg-type]
        os.close(self._reader)
        os.close(self._writer)
