"""What painting costs: pictures a second, how busy the device is, memory; a line for the log now and then."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from spotdiff10k.engines.controlnet.busy import Watch
from spotdiff10k.engines.controlnet.memory import GIB

LOG = logging.getLogger("spotdiff10k.controlnet")
SECONDS_BETWEEN_LINES = 30.0
CPU = "cpu"


@dataclass(slots=True)
class Meter:
    """Counts for one worker, from the first batch on; the first of each kind, in which blocks are compiled, counts as warm-up."""

    device: str
    memory: Callable[[], int] = field(default=lambda: 0)  # most bytes ever held on the device
    watch: Watch | None = None  # over the device, where its driver says how busy it is
    began: float = 0.0  # monotonic seconds, 0 before the first batch
    told: float = 0.0
    batches: int = 0
    drawings: int = 0
    slots: int = 0  # of all batches: what was painted, padding and all
    busy: float = 0.0  # seconds inside pipelines, after the warm-up
    warm_up: float = 0.0  # seconds of the first batch of each kind
    kinds: set[str] = field(default_factory=set)  # that were painted
    samples: int = 0
    halved_to: int = 0  # pictures of a call after memory ran out; 0: it never did

    def note_painted(self, kind: str, drawings: int, slots: int, seconds: float) -> None:
        """A batch is done; seconds: that it took."""
        self.began = self.began or time.monotonic() - seconds
        self.batches += 1
        self.drawings += drawings
        self.slots += slots
        warm = kind in self.kinds
        if warm:
            self.busy += seconds
        else:
            self.kinds.add(kind)
            self.warm_up += seconds
        if self.watch is not None:
            self.watch.start()
            (self.watch.keep if warm else self.watch.leave_out)()

    def note_halved(self, batch: int) -> None:
        """Memory ran out; it goes on with less."""
        self.halved_to = batch
        LOG.warning("%s ran out of memory; going on with %d pictures at a time", self.device, batch)

    def note_samples(self, samples: int) -> None:
        """Samples are made; a line is logged when the last one is a while ago."""
        self.samples += samples
        now = time.monotonic()
        if now - self.told >= SECONDS_BETWEEN_LINES:
            self.told = now
            LOG.info("%s", self.line())

    @property
    def seconds(self) -> float:
        """Since the first batch began, without the warm-up."""
        return max(0.0, time.monotonic() - self.began - self.warm_up) if self.began else 0.0

    @property
    def share_in_pipelines(self) -> float:
        """Of that time, inside pipelines: the device at work, and what they prepare for it on the CPU."""
        return min(1.0, self.busy / self.seconds) if self.seconds else 0.0

    @property
    def busy_words(self) -> str:
        """How busy the device was, and who says so."""
        share = None if self.watch is None else self.watch.share
        if share is not None:
            return f"GPU busy {share:.0%} (NVML)"
        return f"busy {self.share_in_pipelines:.0%} (time in pipelines{'; no NVML' if self.device != CPU else ''})"

    def line(self) -> str:
        """For a log."""
        rate = self.samples / self.seconds if self.seconds else 0.0
        held = self.memory()
        memory = f", {held / GIB:.1f} GiB at most" if held else ""
        halved = f", {self.halved_to} at a time since memory ran out" if self.halved_to else ""
        pace = f"{rate:.2f} pictures/s, {self.busy_words}, {self.drawings} drawings, warm-up {self.warm_up:.1f} s"
        return f"{self.device}: {pace}{memory}{halved}"
