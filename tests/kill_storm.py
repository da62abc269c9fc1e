"""A seeded schedule of SIGKILLs to a driver, to the nursery of its workers, and to the workers, until it ends well."""

import contextlib
import os
import random
import signal
import subprocess
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from process_tree import children
from sketch_runs import wait_for

from spotdiff10k.errors import DataError

DRIVER, NURSERY, WORKER = "driver", "nursery", "worker"
VICTIMS = (DRIVER, NURSERY, *[WORKER] * 4)
QUARANTINED = DataError.exit_code
EARLY_SHARE = 0.3
"""Drivers that are disturbed before or while their workers start."""
START_SECONDS = 0.8
LONGEST_SECONDS = 1800
"""After which a driver hangs, even where it has a fraction of a core to itself."""
GIVEN_UP = "before it was ready"
"""What a driver says that lost one nursery after the other while they warmed up, which takes longest on a busy machine."""

Driver = subprocess.Popen[str]


@dataclass
class Storm:
    """A seeded schedule of kills: some while a driver starts, the others up to `pause` seconds after it is time for one."""

    start: Callable[[], Driver]
    kills: int
    pause: float
    stream: random.Random
    is_time: Callable[[int], bool] = lambda killed: True  # for the next kill, after so many
    returns: tuple[int, ...] = (0, QUARANTINED, -signal.SIGKILL)  # what a disturbed driver may end with
    killed: Counter[str] = field(default_factory=Counter)

    def rage(self) -> None:
        """Start drivers and kill until the kills are used up and a driver ends well; a build that ends early is built again."""
        returned = -signal.SIGKILL
        while returned != 0 or self.killed.total() < self.kills:
            driver = self.start()
            early = self.stream.random() < EARLY_SHARE
            while self.killed.total() < self.kills and not self._ends(driver, early):
                self._kill(driver)
                early = False
            _, said = driver.communicate(timeout=LONGEST_SECONDS)
            returned = driver.returncode
            assert returned in self.returns or GIVEN_UP in said, said

    def _ends(self, driver: Driver, early: bool) -> bool:
        """Wait until the next kill is due; True when there is nothing left to kill."""
        if not early:
            killed = self.killed.total()
            wait_for(lambda: driver.poll() is not None or self.is_time(killed), LONGEST_SECONDS)
        try:
            driver.wait(self.stream.uniform(0, START_SECONDS if early else self.pause))
        except subprocess.TimeoutExpired:
            return False
        return True

    def _kill(self, driver: Driver) -> None:
        victim = self.stream.choice(VICTIMS)
        pids = [driver.pid] if victim == DRIVER else children(driver.pid)
        if victim == WORKER:
            pids = [worker for nursery in pids for worker in children(nursery)]
        if pids:
            with contextlib.suppress(ProcessLookupError):  # it ended by itself in the meantime
                os.kill(self.stream.choice(pids), signal.SIGKILL)
            self.killed[victim] += 1
