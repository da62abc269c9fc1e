"""Runs tasks in processes of this machine."""

import contextlib
from collections.abc import Callable, Generator, Iterable
from dataclasses import replace
from typing import ClassVar

from spotdiff10k.cores import usable_cores
from spotdiff10k.executors import Outcome, Payload, Result, Task, Work, in_hand
from spotdiff10k.executors._floor import Floor, Limits
from spotdiff10k.executors._queue import TaskQueue
from spotdiff10k.executors._supply import Supply
from spotdiff10k.stop import StopSignal


class LocalExecutor:
    """N worker processes, each with one duplex pipe; a worker's death costs one attempt and nothing else.

    The protocol: a worker says `Ready` when it is open. From then on the driver sends a `Task` down its pipe, so that it never
    waits for one that does not read yet, and waits on all pipes at once. The worker answers each task with `Done` (a small
    result; what was made is already committed), `Raised` (the task's code raised) or `Refused` (nothing can go on: disk full, a
    missing extra). The end of a pipe is a death.
    No more tasks are taken than workers may have in hand, so a stream of any length needs the memory of a short one.
    """

    version: ClassVar[int] = 1

    def __init__(
        self,
        workers: int | None = None,
        *,
        stop: StopSignal | None = None,
        task_seconds: float | None = None,
        resident_bytes: int | None = None,
        on_warm: Callable[[], None] = lambda: None,
    ) -> None:
        """`workers` defaults to the usable cores.

        When `stop` is requested, `map` ends early, without an error. A task that takes longer than `task_seconds`, times those
        that were in hand beside it and itself, has its worker killed, which counts as a crash. A worker that holds more than
        `resident_bytes` after a task is replaced.
        `on_warm` is called when the work's warm-up is over.
        """
        self.limits = Limits(usable_cores() if workers is None else max(1, workers), task_seconds, resident_bytes)
        self._stop = stop
        self._on_warm = on_warm

    def map(self, work: Work[Payload, Result], tasks: Iterable[Task[Payload]]) -> Generator[Outcome[Result], None, None]:
        """Yield an outcome for each task as it comes; starts no process where there is no task.

        Raises what a worker says no worker can get around (RunError and the like), after the tasks in hand have ended.
        """
        queue = TaskQueue(tasks)
        first = queue.next()
        if first is None:
            return
        queue.put_back(first)
        with contextlib.ExitStack() as stack:
            stop = self._stop or stack.enter_context(StopSignal(passive=True))
            floor = Floor(Supply(work, stop, self._on_warm), queue, replace(self.limits, in_hand=in_hand(work)), stop)
            stack.callback(floor.close)
            yield from floor.outcomes()
