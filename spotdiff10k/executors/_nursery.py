"""The nursery: a process that imports and compiles once and is then forked into workers, in milliseconds each.

A fork of the driver itself would inherit its threads, locks and terminal; a fresh interpreter for each worker would
import and load compiled kernels again. So the driver starts one fresh interpreter, which warms up, stays
single-threaded, and forks on request. It and its workers die with the driver.

The driver speaks to it over a socket pair, one request and one answer at a time:
    work                        -> None when warm, or Refused
    ("fork", 0) and two descriptors -> the new worker's pid; the worker keeps the descriptors
    ("reap", pid)               -> the exit code of a worker that has ended: negative for a signal
    What the system refuses is answered with a text.
"""

import contextlib
import os
import pickle
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import IO, Any

from spotdiff10k.errors import RunError
from spotdiff10k.executors import Work
from spotdiff10k.executors._worker import Refused, die_with, refusal, serve

ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS", "NUMBA_NUM_THREADS")
"""Set to 1 before anything is imported: workers are the parallelism, and a fork must not lose threads."""
CRASH_LOG_BYTES = 20_000


class NurseryGoneError(RunError):
    """The nursery died; its workers die with it."""


@dataclass(slots=True, eq=False)
class Worker:
    """The driver's end of a worker."""

    nursery: "Nursery"
    pid: int
    connection: Connection
    crash_log: IO[bytes]

    def kill(self) -> None:
        """End the worker now. Its pid cannot have become a stranger's: the nursery keeps it until `bury`."""
        if self.nursery.alive:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)

    def await_end(self, seconds: float) -> None:
        """See a killed worker's pipe end, after which it writes nothing any more, and let go of it."""
        with contextlib.suppress(EOFError, OSError, pickle.UnpicklingError):
            while self.connection.poll(seconds):
                self.connection.recv()
        self.connection.close()
        self.crash_log.close()

    def bury(self) -> tuple[int | None, str]:
        """End the worker if it still runs; its exit code (negative: a signal), and its stack when a fault killed it."""
        self.connection.close()
        self.kill()
        code = self.nursery.reap(self.pid)
        with self.crash_log as log:
            log.seek(0)
            return code, log.read(CRASH_LOG_BYTES).decode("utf-8", "replace")


class Nursery:
    """The driver's end of a nursery; `close` leaves no process behind."""

    def __init__(self, work: Work[Any, Any]) -> None:
        self._socket, theirs = socket.socketpair()
        self.connection = Connection(os.dup(self._socket.fileno()))
        with theirs:
            command = [sys.executable, "-P", "-m", __name__, str(theirs.fileno()), str(os.getpid())]
            self._process = subprocess.Popen(
                command,
                pass_fds=(theirs.fileno(),),
                stdin=subprocess.DEVNULL,
                stdout=2,  # what engines print must not mix with the answer of a command
                env=_environment(os.environ),
                start_new_session=True,  # the terminal's Ctrl-C is for the driver alone
            )
        with contextlib.suppress(OSError):  # it died already: `confirm_warm` will say so
            self.connection.send(work)

    @property
    def alive(self) -> bool:
        """Whether the process runs."""
        return self._process.poll() is None

    def confirm_warm(self) -> None:
        """Take the answer to the warm-up; wait on `connection` first. Raises what the warm-up raised."""
        try:
            answer = self.connection.recv()
        except (EOFError, OSError) as error:
            code = self._process.wait()
            raise NurseryGoneError(
                f"The process that prepares the workers ended with code {code} before it was ready; what it said is above."
            ) from error
        if isinstance(answer, Refused):
            raise answer.exception()

    def fork(self) -> Worker:
        """A new worker. Raises NurseryGoneError when the nursery is gone, RunError when the system allows no more processes."""
        with contextlib.ExitStack() as undo:
            try:
                ours, theirs = map(undo.enter_context, socket.socketpair())
                crash_log = undo.enter_context(tempfile.TemporaryFile())
            except OSError as error:
                raise RunError(f"No worker can be started: {error.strerror}.") from error
            answer = self._ask("fork", 0, theirs.fileno(), crash_log.fileno())
            if not isinstance(answer, int):
                raise RunError(f"No worker can be started: {answer}.")
            undo.pop_all()
        theirs.close()
        return Worker(self, answer, Connection(ours.detach()), crash_log)

    def reap(self, pid: int) -> int | None:
        """The exit code of a worker that ended; None when the nursery took it along."""
        try:
            answer = self._ask("reap", pid)
        except NurseryGoneError:
            return None
        return answer if isinstance(answer, int) else None

    def _ask(self, request: str, pid: int, *descriptors: int) -> int | str:
        try:
            self.connection.send((request, pid))
            if descriptors:
                socket.send_fds(self._socket, [b"+"], descriptors)
            answer = self.connection.recv()
        except (EOFError, OSError) as error:
            raise NurseryGoneError("The process that starts the workers died.") from error
        return answer if isinstance(answer, int) else str(answer)

    def close(self) -> None:
        """End the nursery and with it all workers."""
        self.connection.close()
        self._socket.close()
        self._process.kill()
        self._process.wait()


def _environment(inherited: Mapping[str, str]) -> dict[str, str]:
    path = os.pathsep.join(entry or os.getcwd() for entry in sys.path)  # noqa: PTH109 - a string is wanted
    return {**inherited, **dict.fromkeys(ONE_THREAD, "1"), "PYTHONPATH": path}


def main(descriptor: int, driver: int) -> None:
    """The nursery's own loop; ends when the driver closes the socket."""
    die_with(driver)
    control = socket.socket(fileno=descriptor)
    connection = Connection(os.dup(descriptor))
    work = connection.recv()
    try:
        work.warm_up()
    except Exception as error:
        connection.send(refusal(error))
        return
    connection.send(None)
    while True:
        try:
            request = connection.recv()
        except EOFError:
            return
        try:
            answer: int | str = _fork(control, connection, work) if request[0] == "fork" else _reap(request[1])
        except OSError as error:
            answer = str(error)
        connection.send(answer)


def _reap(pid: int) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def _fork(control: socket.socket, connection: Connection, work: Work[Any, Any]) -> int:
    _, descriptors, _, _ = socket.recv_fds(control, 1, 2)
    nursery = os.getpid()
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            control.close()
            connection.close()
            for descriptor in descriptors:
                os.set_inheritable(descriptor, False)
            die_with(nursery)
            serve(Connection(descriptors[0]), work, crash_log=descriptors[1])
            code = 0
        finally:
            os._exit(code)  # without the clean-up of the nursery's own objects
    for descriptor in descriptors:
        os.close(descriptor)
    return pid


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
