"""Where the work goes on: the workers of one `map`, what each has in hand, and the queue they take from."""

import pickle
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from multiprocessing.connection import wait
from typing import Any

from spotdiff10k.errors import SpotdiffError
from spotdiff10k.executors import Outcome
from spotdiff10k.executors._nursery import Worker
from spotdiff10k.executors._queue import Attempt, TaskQueue
from spotdiff10k.executors._supply import Supply, bell, ending
from spotdiff10k.executors._worker import Done, Raised, Ready, Refused
from spotdiff10k.stop import StopSignal

GRACE_SECONDS = 5.0
"""How long tasks in hand may go on after a stop or a fatal error; then their workers are killed."""
END_SECONDS = 5.0
"""How long the kernel may take to end a worker that was killed."""
MAX_RAISES_IN_A_ROW = 2
"""A worker whose tasks raise this often in a row is replaced: its own state may be what is broken."""

_BROKEN_PIPE = (EOFError, OSError, pickle.UnpicklingError)


@dataclass(frozen=True, slots=True)
class Limits:
    """How many workers, and what each may use."""

    workers: int
    task_seconds: float | None = None
    resident_bytes: int | None = None
    in_hand: int = 1  # tasks of a worker at a time


@dataclass(slots=True, eq=False)
class Hand:
    """A worker with tasks in hand, or an idle one."""

    worker: Worker
    attempts: dict[str, Attempt[Any]] = field(default_factory=dict)  # by the task's id
    began: dict[str, float] = field(default_factory=dict)  # by the task's id: monotonic seconds, when it could first be done
    ready: bool = False
    late: bool = False
    worn: bool = False  # it is given nothing more, and ended when it has nothing in hand
    raises_in_a_row: int = 0
    most: int = 0  # tasks it had at a time, since it had none
    largest: int = 0  # of them, in parts

    @property
    def parts(self) -> int:
        """For as many as these a task may have to wait, itself included: all that are beside it go on as one."""
        return self.most * self.largest

    def take(self, attempt: Attempt[Any]) -> None:
        """Have it in hand."""
        name, parts = attempt.task.id, attempt.task.parts
        self.attempts[name], self.began[name] = attempt, time.monotonic()
        self.most, self.largest = max(self.most, len(self.attempts)), max(self.largest, parts)

    def give_back(self, name: str) -> Attempt[Any]:
        """Have it in hand no more."""
        del self.began[name]
        attempt = self.attempts.pop(name)
        if not self.attempts:
            self.most = self.largest = 0
        return attempt

    def note_ready(self) -> None:
        """From now on it does what it has in hand."""
        self.ready = True
        self.began = dict.fromkeys(self.attempts, time.monotonic())

    def late_at(self, seconds: float) -> float:
        """When the first of its tasks will have taken too long, if a part may take so many seconds."""
        return min(self.began.values()) + seconds * self.parts


class Floor:
    """Runs one `map` to its end; a context manager that leaves no process behind."""

    def __init__(self, supply: Supply, queue: TaskQueue[Any], limits: Limits, stop: StopSignal) -> None:
        self._supply = supply
        self._queue = queue
        self._limits = limits
        self._stop = stop
        self._idle: list[Hand] = []
        self._busy: dict[Any, Hand] = {}  # by connection
        self._fatal: SpotdiffError | None = None
        self._closing_at: float | None = None  # monotonic seconds

    def outcomes(self) -> Iterator[Outcome[Any]]:
        """Hand out tasks and take in answers until nothing is left; after a stop or a fatal error, until closing time."""
        self._supply.await_warm()
        while True:
            if self._stop.requested or self._fatal:
                self._closing_at = self._closing_at or time.monotonic() + GRACE_SECONDS
            else:
                self._hand_out()
            if not self._busy or (self._closing_at is not None and time.monotonic() >= self._closing_at):
                break
            for hand in self._wait():
                yield from self._take(hand)
        if self._fatal:
            raise self._fatal

    def close(self) -> None:
        """End all workers and see them dead."""
        hands = (*self._idle, *self._busy.values())
        for hand in hands:
            hand.worker.kill()
        self._supply.close()
        for hand in hands:
            hand.worker.await_end(END_SECONDS)

    def _hand_out(self) -> None:
        """Give out tasks while there is room; returns with nobody busy only when no task is left, or after a stop."""
        while not self._stop.requested and (len(self._busy) < self._limits.workers or self._with_room()):
            attempt = self._queue.next()
            if attempt is None:
                return
            hand = self._free_hand()
            if hand is None or not self._give(hand, attempt):
                self._queue.put_back(attempt)

    def _free_hand(self) -> Hand | None:
        """An idle worker, a new one, or where there are enough the one with the least to do."""
        if self._idle:
            return self._idle.pop()
        if len(self._busy) < self._limits.workers:
            worker = self._supply.start()
            return Hand(worker) if worker else None
        return min(self._with_room(), key=lambda hand: len(hand.attempts))

    def _with_room(self) -> list[Hand]:
        """Busy workers that may be given more."""
        return [hand for hand in self._busy.values() if len(hand.attempts) < self._limits.in_hand and not hand.worn]

    def _give(self, hand: Hand, attempt: Attempt[Any]) -> bool:
        if hand.ready and not _sent(hand, attempt):  # it died; one that is busy is buried when its end is heard
            hand.worn = True
            if not hand.attempts:
                hand.worker.bury()
            return False
        hand.take(attempt)
        self._busy[hand.worker.connection] = hand
        return True

    def _wait(self) -> list[Hand]:
        """Those who have something to say; kills workers that are past their time."""
        ends = [] if self._closing_at is None else [self._closing_at]
        limit = self._limits.task_seconds
        if limit is not None:
            ends += [hand.late_at(limit) for hand in self._busy.values() if not hand.late]
        timeout = max(0.0, min(ends) - time.monotonic()) if ends else None
        ready: list[Any] = wait([*self._busy, *bell(self._stop)], timeout)
        for hand in self._busy.values():
            if limit is not None and not hand.late and time.monotonic() > hand.late_at(limit):
                hand.late = True
                hand.worker.kill()
        return [self._busy[connection] for connection in ready if connection in self._busy]

    def _take(self, hand: Hand) -> list[Outcome[Any]]:
        """Take in one message, or a death."""
        try:
            answer = hand.worker.connection.recv()
        except _BROKEN_PIPE:
            return self._death(hand)
        if isinstance(answer, Ready):
            hand.note_ready()
            self._supply.note_ready()
            for attempt in hand.attempts.values():
                _sent(hand, attempt)  # if it has died already, its end is heard next
            return []
        if isinstance(answer, Refused):
            self._fatal = answer.exception()
            self._end(hand)
            return []
        attempt = hand.give_back(answer.task)
        self._rest(hand, answer)
        if isinstance(answer, Done):
            self._queue.done(attempt)
            return [Outcome(attempt.task.id, answer.result, None, hand.worker.pid, answer.resident_bytes)]
        outcome = self._queue.raised(attempt, answer.error, answer.traceback)
        return [] if outcome is None else [outcome]

    def _rest(self, hand: Hand, answer: Done | Raised) -> None:
        """Keep the worker for the next task, unless it is worn."""
        hand.raises_in_a_row = hand.raises_in_a_row + 1 if isinstance(answer, Raised) else 0
        limit = self._limits.resident_bytes
        swollen = isinstance(answer, Done) and limit is not None and answer.resident_bytes > limit
        hand.worn = hand.worn or swollen or hand.raises_in_a_row >= MAX_RAISES_IN_A_ROW
        if hand.attempts:
            return
        if hand.worn:
            self._end(hand)
        else:
            del self._busy[hand.worker.connection]
            self._idle.append(hand)

    def _end(self, hand: Hand) -> tuple[int | None, str]:
        """Let go of a worker; what it had in hand has to be done again. Its exit code, and its stack when a fault killed it."""
        del self._busy[hand.worker.connection]
        for attempt in hand.attempts.values():
            self._queue.put_back(attempt)
        return hand.worker.bury()

    def _death(self, hand: Hand) -> list[Outcome[Any]]:
        if self._closing_at is not None:
            self._end(hand)
            return []
        if not (hand.ready or hand.late):
            self._supply.note_early_death(*self._end(hand))
            return []
        seconds = (self._limits.task_seconds or 0.0) * hand.parts
        attempts, hand.attempts = list(hand.attempts.values()), {}
        code, stack = self._end(hand)
        said = f"The worker {ending(code)} while it worked on it."
        if hand.late:
            said = f"It took longer than {seconds:g} seconds, so its worker was stopped."
        outcomes = (self._queue.crashed(attempt, said, stack) for attempt in attempts)
        return [outcome for outcome in outcomes if outcome is not None]


def _sent(hand: Hand, attempt: Attempt[Any]) -> bool:
    """Send a task to a worker that is ready, and so reads what it is sent; False when it has died."""
    try:
        hand.worker.connection.send(attempt.task)
    except OSError:
        return False
    return True
