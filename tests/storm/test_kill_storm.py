"""Builds under random SIGKILLs to workers, to the nursery they come from, and to the driver; resumed until they are complete.

Whatever is killed and when, the committed bytes in the end are those of a run that nobody disturbed.
"""

import contextlib
import os
import random
import signal
import subprocess
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from process_tree import children
from sketch_runs import committed, digests, litter, planned, start_driver, wait_for

from spotdiff10k.errors import DataError
from spotdiff10k.generate import generate
from spotdiff10k.run import Run

DRIVER, NURSERY, WORKER = "driver", "nursery", "worker"
VICTIMS = (DRIVER, NURSERY, *[WORKER] * 4)
QUARANTINED = DataError.exit_code
EARLY_SHARE = 0.3
"""Drivers that are disturbed before or while their workers start."""
START_SECONDS = 0.8


@dataclass
class Storm:
    """A seeded schedule of kills, spread over the making of `groups`: most at some progress, some while a driver starts."""

    run: Run
    workers: int
    groups: int
    kills: int
    seconds: float  # a group takes
    stream: random.Random
    killed: Counter[str] = field(default_factory=Counter)

    def rage(self) -> None:
        """Start drivers and kill until the kills are used up and a driver ends well."""
        while True:
            driver = start_driver(self.run, self.workers)
            early = self.stream.random() < EARLY_SHARE
            while self.killed.total() < self.kills:
                pause = self.stream.uniform(0, START_SECONDS) if early else self.stream.uniform(0, self.seconds)
                if not early:
                    self._await_progress(driver)
                if self._ends_within(driver, pause):
                    break
                self._kill(driver)
                early = False
            _, said = driver.communicate(timeout=300)
            assert driver.returncode in (0, QUARANTINED, -signal.SIGKILL), said
            if driver.returncode == 0:
                return

    def _await_progress(self, driver: "subprocess.Popen[str]") -> None:
        """Wait until it is time for the next kill."""
        threshold = self.groups * self.killed.total() // (self.kills + 2)
        wait_for(lambda: driver.poll() is not None or len(committed(self.run)) >= threshold, seconds=120)

    def _ends_within(self, driver: "subprocess.Popen[str]", seconds: float) -> bool:
        try:
            driver.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        return True

    def _kill(self, driver: "subprocess.Popen[str]") -> None:
        victim = self.stream.choice(VICTIMS)
        pids = [driver.pid] if victim == DRIVER else children(driver.pid)
        if victim == WORKER:
            pids = [worker for nursery in pids for worker in children(nursery)]
        if pids:
            with contextlib.suppress(ProcessLookupError):  # it ended by itself in the meantime
                os.kill(self.stream.choice(pids), signal.SIGKILL)
            self.killed[victim] += 1


def weather(folder: Path, monkeypatch: pytest.MonkeyPatch, *, groups: int, kills: int, seconds: float, seed: int) -> None:
    misdeeds = folder / "misdeeds"
    misdeeds.mkdir()
    undisturbed = planned(folder / "undisturbed", groups)
    generate(undisturbed, 1)
    monkeypatch.setenv("SKETCH_MISDEEDS", str(misdeeds))
    (misdeeds / "slow").write_text(str(seconds))
    run = planned(folder / "stormy", groups)
    storm = Storm(run, 3, groups, kills, seconds, random.Random(seed))
    storm.rage()
    assert storm.killed.total() == kills, "it was over before the storm was"
    assert digests(run) == digests(undisturbed)
    assert litter(run) == []
    assert not run.quarantine.exists()


def test_a_handful_of_kills_changes_no_byte(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    weather(tmp_path, monkeypatch, groups=32, kills=6, seconds=0.25, seed=11)


@pytest.mark.storm
@pytest.mark.parametrize("seed", [1, 2])
def test_fifty_kills_change_no_byte(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    weather(tmp_path, monkeypatch, groups=200, kills=50, seconds=0.3, seed=seed)
