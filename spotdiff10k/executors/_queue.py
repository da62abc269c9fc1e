"""Which task is next, and when a task is given up: the bookkeeping of an executor, without any processes.

A task whose code raises is tried again, three times in all. A task whose worker dies is suspect, but so are the tasks
that ran beside it and whoever else kills processes on the machine; so it waits until nothing else is in flight and is
then tried alone. Three deaths alone and it is given up.
"""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Generic

from spotdiff10k.executors import Failure, Outcome, Payload, Task

MAX_RAISES = 3
MAX_CRASHES_ALONE = 3
SUSPECT_BACKLOG = 8
"""How many suspects may wait before they are tried; waiting for the end keeps the other workers busy."""


@dataclass(slots=True)
class Attempt(Generic[Payload]):
    """A task and what happened to it so far."""

    task: Task[Payload]
    raises: int = 0
    crashes: int = 0
    crashes_alone: int = 0
    alone: bool = False  # this attempt has to run with nothing else in flight

    def failure(self, error: str, traceback: str) -> Outcome[Any]:
        """The outcome of giving up."""
        failure = Failure(error, traceback, self.raises + self.crashes, self.crashes)
        return Outcome(self.task.id, None, failure)


class TaskQueue(Generic[Payload]):
    """Hands out attempts one at a time; holds no more than the tasks in flight and those to be tried again."""

    def __init__(self, tasks: Iterable[Task[Payload]]) -> None:
        self._fresh: Iterator[Task[Payload]] = iter(tasks)
        self._again: deque[Attempt[Payload]] = deque()
        self._suspects: deque[Attempt[Payload]] = deque()
        self._exhausted = False
        self._in_flight = 0
        self._alone_in_flight = False

    def next(self) -> Attempt[Payload] | None:
        """The attempt to start now; None when there is none left, or when something in flight has to end first."""
        if self._alone_in_flight:
            return None
        attempt = self._again.popleft() if self._again else None
        if attempt is None and len(self._suspects) < SUSPECT_BACKLOG:
            attempt = self._take_fresh()
        if attempt is None and self._suspects and self._in_flight == 0:
            attempt = self._suspects.popleft()
            attempt.alone = self._alone_in_flight = True
        if attempt is not None:
            self._in_flight += 1
        return attempt

    def _take_fresh(self) -> Attempt[Payload] | None:
        if self._exhausted:
            return None
        task = next(self._fresh, None)
        self._exhausted = task is None
        return None if task is None else Attempt(task)

    def done(self, attempt: Attempt[Payload]) -> None:
        """The attempt ended well."""
        self._land(attempt)

    def put_back(self, attempt: Attempt[Payload]) -> None:
        """The attempt never began: its worker died before it was ready."""
        self._land(attempt)
        (self._suspects if attempt.alone else self._again).appendleft(attempt)

    def raised(self, attempt: Attempt[Payload], error: str, traceback: str) -> Outcome[Any] | None:
        """The task's code raised; an outcome when that was once too often."""
        self._land(attempt)
        attempt.raises += 1
        if attempt.raises >= MAX_RAISES or attempt.task.parts > 1:
            return attempt.failure(error, traceback)
        (self._suspects if attempt.alone else self._again).append(attempt)
        return None

    def crashed(self, attempt: Attempt[Payload], error: str, traceback: str) -> Outcome[Any] | None:
        """The task's worker died; an outcome when that was once too often."""
        self._land(attempt)
        attempt.crashes += 1
        attempt.crashes_alone += attempt.alone
        if attempt.crashes_alone >= MAX_CRASHES_ALONE or attempt.task.parts > 1:
            return attempt.failure(error, traceback)
        self._suspects.append(attempt)
        return None

    def _land(self, attempt: Attempt[Payload]) -> None:
        self._in_flight -= 1
        if attempt.alone:
            self._alone_in_flight = False
