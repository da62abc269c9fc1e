"""Makes sure that Ctrl-C is heard: compiled modules may drop a KeyboardInterrupt that comes while they are imported.

SIGTERM, which batch systems and `docker stop` send, is heard as the same: what is being done is put in order, and said.
"""

import contextlib
import signal
import sys
import threading
from collections.abc import Iterator
from types import FrameType
from typing import Any

AGAIN_SECONDS = 0.05
"""How soon the interrupt is raised again where it was dropped."""


class _Insistence:
    """The handlers while it is insisted; an alarm that comes at the very end must not set another one."""

    def __init__(self) -> None:
        self.is_over = False

    def interrupt(self, number: int, frame: FrameType | None) -> Any:
        """Raise it, and come back to see that it was not dropped."""
        self._come_back()
        raise KeyboardInterrupt

    def again(self, number: int, frame: FrameType | None) -> Any:
        """Raise it again, unless it is on its way and something is being put in order."""
        self._come_back()
        if not (self.is_over or isinstance(sys.exception(), (KeyboardInterrupt, SystemExit))):
            raise KeyboardInterrupt

    def _come_back(self) -> None:
        if not self.is_over:
            signal.setitimer(signal.ITIMER_REAL, AGAIN_SECONDS)


@contextlib.contextmanager
def insisting() -> Iterator[None]:
    """Raise KeyboardInterrupt on Ctrl-C, and again until it arrives here; where others handle SIGINT, they keep doing so."""
    ours = threading.current_thread() is threading.main_thread() and signal.getsignal(signal.SIGINT) is signal.default_int_handler
    if not ours or not hasattr(signal, "setitimer"):
        yield
        return
    insistence = _Insistence()
    before = signal.signal(signal.SIGALRM, insistence.again)
    terminating = signal.getsignal(signal.SIGTERM) == signal.SIG_DFL
    if terminating:
        signal.signal(signal.SIGTERM, insistence.interrupt)
    signal.signal(signal.SIGINT, insistence.interrupt)
    try:
        yield
    finally:
        insistence.is_over = True
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        if terminating:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.default_int_handler)
