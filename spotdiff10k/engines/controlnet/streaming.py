"""Things of several calls, made in one stream: one thread paints for all of them, and goes on while what it made is written.

A worker is given a second bundle before the first is finished. Its control maps are then made while the first is painted, and
the last pictures of the first are cut out, encoded and written while the second is.
"""

import threading
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future
from typing import Generic

from spotdiff10k.engines.controlnet.asking import Making, Result
from spotdiff10k.engines.controlnet.scheduling import Job, Scheduler

UNTAKEN = 4
"""Finished things that may wait to be taken; beyond it they count as in the making, so that no more are begun."""


class _Call(Generic[Result]):
    """One call's things."""

    def __init__(self, makings: Iterator[Making[Result]]) -> None:
        self.makings = makings
        self.live: list[Job[Result]] = []
        self.ready: deque[Result] = deque()
        self.errors: list[BaseException] = []
        self.is_begun = False  # with everything: nothing is left of `makings`
        self.is_left = False  # nobody takes any more
        self.is_over = False


class Stream(Generic[Result]):
    """Makes things for any number of threads; those of the call that came first begin first."""

    def __init__(self, scheduler: Scheduler[Result]) -> None:
        self._scheduler = scheduler
        self._calls: list[_Call[Result]] = []
        self._changed = threading.Condition()
        self._bell: Future[None] = Future()  # done when there is something new to begin with
        self._thread: threading.Thread | None = None

    def run(self, makings: Iterable[Making[Result]]) -> Iterator[Result]:
        """Make them all and yield each when it is ready.

        What one of them raises is raised when the others of the same call are ready, or at once where it stops everything. When
        nobody takes any more, what is not finished is given up after the batch in hand, before this returns.
        """
        call = _Call(iter(makings))
        self._enter(call)
        try:
            while True:
                with self._changed:
                    self._changed.wait_for(lambda: call.ready or call.is_over)
                    if not call.ready:
                        break
                    result = call.ready.popleft()
                    self._changed.notify_all()
                yield result
        finally:
            self._leave(call)
        if call.errors:
            raise call.errors[0]

    def _enter(self, call: _Call[Result]) -> None:
        with self._changed:
            self._calls.append(call)
            self._ring()
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="painting", daemon=True)
                self._thread.start()

    def _leave(self, call: _Call[Result]) -> None:
        with self._changed:
            call.is_left = True
            self._ring()
            self._changed.wait_for(lambda: call.is_over)

    def _ring(self) -> None:
        """Wake the thread, whatever it waits for; the condition is held."""
        if not self._bell.done():
            self._bell.set_result(None)
        self._changed.notify_all()

    def _work(self) -> None:
        """The thread: begin, paint, hand out, until no call is left."""
        try:
            while self._begin():
                self._hand_out(self._scheduler.step(self._bell))
        except BaseException as error:  # whatever it is, it belongs to those who wait
            self._end_all(error)

    def _begin(self) -> bool:
        """Begin with as much as there is room for; False when no call is left."""
        with self._changed:
            while True:
                self._bell = Future()
                self._drop_left()
                while (call := self._next_to_begin()) is not None and self._room() > 0:
                    self._begin_one(call)
                self._end_finished()
                if not self._calls:
                    self._thread = None
                    return False
                if not self._scheduler.is_idle:
                    return True
                self._changed.wait()  # all is made, and nobody has taken it yet

    def _begin_one(self, call: _Call[Result]) -> None:
        try:
            making = next(call.makings, None)
        except Exception as error:  # of the stream itself
            call.errors.append(error)
            making = None
        if making is None:
            call.is_begun = True
        else:
            call.live.append(self._scheduler.begin(making))

    def _next_to_begin(self) -> _Call[Result] | None:
        return next((call for call in self._calls if not call.is_begun), None)

    def _room(self) -> int:
        untaken = sum(len(call.ready) for call in self._calls)
        return self._scheduler.room - max(0, untaken - UNTAKEN)

    def _hand_out(self, ended: list[Job[Result]]) -> None:
        with self._changed:
            for job in ended:
                call = next(call for call in self._calls if job in call.live)
                call.live.remove(job)
                if job.error is None:
                    call.ready.append(job.result)  # type: ignore[arg-type]
                else:
                    call.errors.append(job.error)
            self._changed.notify_all()

    def _drop_left(self) -> None:
        for call in self._calls:
            if call.is_left and (call.live or not call.is_begun):
                self._scheduler.drop(call.live)
                call.live, call.is_begun = [], True

    def _end_finished(self) -> None:
        for call in self._calls:
            call.is_over = call.is_begun and not call.live
        self._calls = [call for call in self._calls if not call.is_over]
        self._changed.notify_all()

    def _end_all(self, error: BaseException) -> None:
        self._scheduler.close()
        with self._changed:
            for call in self._calls:
                call.errors.insert(0, error)
                call.is_over = True
            self._calls, self._thread = [], None
            self._changed.notify_all()
