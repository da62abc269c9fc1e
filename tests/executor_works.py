"""Kinds of work that the executor's tests hand to real worker processes; they leave their traces in a folder."""

import os
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from spotdiff10k.errors import EngineError, MissingExtraError, RunError

WARM: list[int] = []


@dataclass(frozen=True)
class Deed:
    """What a task does: a verb, how often it does it before it turns good, and how long it takes."""

    verb: str = "square"
    number: int = 0
    times: int = 10**9
    seconds: float = 0.0
    bulk: bytes = b""  # what makes it long to send


@dataclass(frozen=True)
class Deeds:
    """Runs deeds; each attempt leaves a file `<verb>-<number>.<n>` in the folder, so that tests can count."""

    folder: str
    at_warm_up: str = ""
    at_open: str = ""

    def warm_up(self) -> None:
        WARM.append(os.getpid())
        _behave(self.at_warm_up)

    def open(self) -> Callable[[Deed], tuple[int, int, list[int]]]:
        _behave(self.at_open)
        (Path(self.folder) / f"open.{os.getpid()}").touch()
        return self._do

    def _do(self, deed: Deed) -> tuple[int, int, list[int]]:
        folder = Path(self.folder)
        earlier = len(list(folder.glob(f"{deed.verb}-{deed.number}.*")))
        (folder / f"{deed.verb}-{deed.number}.{earlier}").write_text(str(time.monotonic_ns()))
        time.sleep(deed.seconds)
        if earlier < deed.times:
            _behave(deed.verb)
        (folder / f"end-{deed.verb}-{deed.number}.{earlier}").write_text(str(time.monotonic_ns()))
        return deed.number**2, os.getpid(), list(WARM)


def _behave(verb: str) -> None:
    if verb == "raise":
        raise EngineError("The fox has no legs.")
    if verb == "stumble":
        raise ZeroDivisionError
    if verb == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    if verb == "segfault":
        os.kill(os.getpid(), signal.SIGSEGV)
    if verb == "exit":
        os._exit(3)
    if verb == "give up":
        sys.exit("no more")
    if verb == "full":
        raise RunError("The disk is full.")
    if verb == "missing":
        raise MissingExtraError("torch", "train", "Training")
    if verb == "hang":
        time.sleep(1000)
    if verb == "dawdle":
        time.sleep(20)
    if verb == "shout":
        print("shouting on stdout")
