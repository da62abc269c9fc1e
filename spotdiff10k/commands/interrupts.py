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


@contextlib.contextmanager
def insisting() -> Iterator[None]:
    """Raise KeyboardInterrupt on Ctrl-C, and again until it arrives here; where others handle SIGINT, they keep doing so."""
    ours = threading.current_thread() is threading.main_thread() and signal.getsignal(signal.SIGINT) is signal.default_int_handler
    if not ours or not hasattr(signal, "setitimer"):
        yield
        return
    before = signal.signal(signal.SIGALRM, _again)
    terminating = signal.getsignal(signal.SIGTERM) == signal.SIG_DFL
    if terminating:
        signal.signal(signal.SIGTERM, _interrupt)
    signal.signal(signal.SIGINT, _interrupt)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        if terminating:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.default_int_handler)


def _interrupt(number: int, frame: FrameType | None) -> Any:
    signal.setitimer(signal.ITIMER_REAL, AGAIN_SECONDS)
    raise KeyboardInterrupt


def _again(number: int, frame: FrameType | None) -> Any:
    """Raise it again, unless it is on its way and something is being put in order."""
    signal.setitimer(signal.ITIMER_REAL, AGAIN_SECONDS)
    if not isinstance(sys.exception(), (KeyboardInterrupt, SystemExit)):
        raise KeyboardInterrupt
