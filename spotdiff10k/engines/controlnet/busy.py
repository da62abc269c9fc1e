"""How busy a GPU is, as its driver says (NVML), looked at now and then in a thread."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

SECONDS_BETWEEN_LOOKS = 0.25
"""The driver says what part of about the last sixth of a second to a second some kernel was running."""
PERCENT = 100.0


@dataclass(slots=True)
class Watch:
    """Looks at one GPU. Looks that were taken while something else than work was going on can be left out."""

    read: Callable[[], int]  # percent, now
    every: float = SECONDS_BETWEEN_LOOKS
    _taken: list[int] = field(default_factory=list)  # since `keep` or `leave_out`
    _sum: int = 0
    _count: int = 0
    _thread: threading.Thread | None = None
    _ended: threading.Event = field(default_factory=threading.Event)

    def start(self) -> None:
        """Begin to look, once; it ends with the process, or when the driver says nothing any more."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._look, name="gpu watch", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """Look no more."""
        self._ended.set()

    def look(self) -> bool:
        """Take one look; False when the driver says nothing."""
        try:
            self._taken.append(int(self.read()))
        except Exception:  # whatever NVML or its binding raises; the line then says how it was measured instead
            return False
        return True

    def keep(self) -> None:
        """What was seen since the last time counts."""
        taken, self._taken = self._taken, []
        self._sum += sum(taken)
        self._count += len(taken)

    def leave_out(self) -> None:
        """What was seen since the last time does not count: a warm-up."""
        self._taken = []

    @property
    def share(self) -> float | None:
        """0..1, over all that counts; None where nothing was seen."""
        return self._sum / self._count / PERCENT if self._count else None

    def _look(self) -> None:
        while not self._ended.wait(self.every):
            if not self.look():
                return


def watch_of(device: str) -> Watch | None:
    """A watch over a GPU of torch; None on a CPU, and where there is no NVML for Python (`pip install nvidia-ml-py`)."""
    if device == "cpu":
        return None
    import torch

    watch = Watch(lambda: torch.cuda.utilization(device))
    if not watch.look():
        return None
    watch.leave_out()
    return watch
