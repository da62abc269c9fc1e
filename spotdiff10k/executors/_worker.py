"""What runs inside a worker process, and the few small messages it sends."""

import ctypes
import faulthandler
import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from spotdiff10k import errors
from spotdiff10k.executors import Task, Work, in_hand

_PR_SET_PDEATHSIG = 1  # linux/prctl.h
_ENDS_EVERYTHING = (errors.RunError, errors.RecipeError, errors.PlanError, errors.ModelError, errors.MissingExtraError)


@dataclass(frozen=True, slots=True)
class Ready:
    """The worker is open and takes its first task."""


@dataclass(frozen=True, slots=True)
class Done:
    """A task ended well."""

    task: str
    result: Any
    resident_bytes: int  # the worker's memory now


@dataclass(frozen=True, slots=True)
class Raised:
    """A task's code raised; it may be tried again."""

    task: str
    error: str
    traceback: str


@dataclass(frozen=True, slots=True)
class Refused:
    """Nothing can be done here by any worker: an expected error by its class's name, or an unexpected one ("")."""

    kind: str
    error: str
    traceback: str

    def exception(self) -> errors.SpotdiffError:
        """The error to raise in the driver."""
        found = getattr(errors, self.kind, None)
        if found is None or found is errors.MissingExtraError:
            return errors.SpotdiffError(self.error)
        rebuilt: errors.SpotdiffError = found(self.error)
        return rebuilt


def sentence(error: BaseException) -> str:
    """An exception as a sentence; expected errors already are one."""
    if isinstance(error, errors.SpotdiffError):
        return str(error)
    text = str(error).strip()
    return f"{type(error).__name__}: {text}" if text else f"{type(error).__name__} was raised without a word."


def refusal(error: BaseException) -> Refused:
    """What to tell the driver when an error stops everything."""
    kind = next((base.__name__ for base in type(error).__mro__ if hasattr(errors, base.__name__)), "")
    return Refused(kind, sentence(error), "".join(traceback.format_exception(error)))


def die_with(parent: int) -> None:
    """Make the kernel kill this process when its parent dies (Linux); elsewhere the end of the pipe has to do."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:  # it died before we asked
        os._exit(1)


def resident_bytes() -> int:
    """The memory this process holds, 0 where the system does not tell."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except (OSError, ValueError, IndexError):
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")


def serve(connection: Connection, work: Work[Any, Any], crash_log: int) -> None:
    """Do tasks until the driver closes the connection. `crash_log` is a file descriptor for the stack of a fatal signal."""
    faulthandler.enable(crash_log)
    try:
        do = work.open()
    except Exception as error:
        connection.send(refusal(error))
        return
    connection.send(Ready())
    answering = threading.Lock()
    several = in_hand(work) > 1
    while True:
        try:
            task = connection.recv()
        except EOFError:
            return
        if several:
            threading.Thread(target=_do_or_die, args=(connection, answering, do, task), name=task.id, daemon=True).start()
        else:
            _do(connection, answering, do, task)


def _do_or_die(connection: Connection, answering: threading.Lock, do: Callable[[Any], Any], task: Task[Any]) -> None:
    """In a thread: what cannot be answered ends the worker, or the driver would wait for ever."""
    try:
        _do(connection, answering, do, task)
    except BaseException:
        traceback.print_exc()
        os._exit(1)


def _do(connection: Connection, answering: threading.Lock, do: Callable[[Any], Any], task: Task[Any]) -> None:
    answer = _answer(do, task)
    with answering:
        connection.send(answer)


def _answer(do: Callable[[Any], Any], task: Task[Any]) -> Done | Raised | Refused:
    try:
        return Done(task.id, do(task.payload), resident_bytes())
    except _ENDS_EVERYTHING as error:
        return refusal(error)
    except (Exception, SystemExit) as error:  # a library that exits means a task that failed
        return Raised(task.id, sentence(error), traceback.format_exc())
