"""A clock for limits of time that must not depend on how fast the machine is."""

import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass
class StillClock:
    """Stands still until something holds, then goes like any other: in place of the module `time` where a limit is kept."""

    goes: Callable[[], bool]
    _began: float | None = None  # monotonic seconds

    def monotonic(self) -> float:
        if self._began is None and self.goes():
            self._began = time.monotonic()
        return 0.0 if self._began is None else time.monotonic() - self._began
