"""Many things in the making at once: their drawings fill common batches, their work on the CPU goes on beside the device.

Whoever waits for the CPU does not keep the device waiting, and a batch is taken from all that have something to draw.
"""

from collections import deque
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Generic, Protocol

from spotdiff10k.engines.controlnet.asking import Asked, Do, Draw, Making, Once, Result, count_of, requests_of
from spotdiff10k.engines.controlnet.drawings import KINDS, Drawing
from spotdiff10k.errors import EngineError, SpotdiffError
from spotdiff10k.types import Image


class Paints(Protocol):
    """What paints drawings of one kind."""

    def batch(self, kind: str) -> int:
        """Drawings of a call."""
        ...

    def paint(self, drawings: Sequence[Drawing]) -> list[Image]:
        """Paint them, in their order."""
        ...


class Pool(Protocol):
    """What does work for the CPU, such as a ThreadPoolExecutor."""

    def submit(self, call: Callable[[], Any], /) -> Future[Any]:
        """Begin with it, or put it into a queue."""
        ...


@dataclass(slots=True, eq=False)
class Job(Generic[Result]):
    """One thing in the making, what it waits for, and what came of it."""

    making: Making[Result]
    answers: list[Any] = field(default_factory=list)
    missing: int = 0
    ended: bool = False
    result: Result | None = None
    error: Exception | None = None


def await_first(futures: Collection[Future[Any]]) -> None:
    """Wait until one of them is done."""
    wait(futures, return_when=FIRST_COMPLETED)


class Scheduler(Generic[Result]):
    """Makes things, at most `at_once` at a time; for one thread."""

    def __init__(
        self,
        painter: Paints,
        pool: Pool,
        at_once: int,
        await_one: Callable[[Collection[Future[Any]]], None] = await_first,
        ahead: Callable[[Drawing], Callable[[], None] | None] = lambda _: None,
    ) -> None:
        """ahead: what may be done for a drawing while it waits, such as embedding its text; nobody waits for it."""
        self._ahead = ahead
        self._painter = painter
        self._pool = pool
        self._at_once = max(1, at_once)
        self._await_one = await_one
        self._waiting: dict[str, deque[tuple[Job[Any], int, Drawing]]] = {kind: deque() for kind in KINDS}
        self._futures: dict[Future[Any], tuple[Job[Any], int]] = {}
        self._live: list[Job[Result]] = []
        self._once: dict[Hashable, tuple[Job[Any], list[tuple[Job[Any], int]]]] = {}  # in the making, and who waits for it

    @property
    def room(self) -> int:
        """How many more may begin now."""
        return self._at_once - len(self._live)

    @property
    def is_idle(self) -> bool:
        """Whether nothing is in the making."""
        return not self._live

    def run(self, makings: Iterable[Making[Result]]) -> Iterator[Result]:
        """Make all of a stream, of which no more is taken than there is room for, and yield each as soon as it is ready.

        What one of them raises is raised when the others are ready, or at once where it stops them too.
        """
        fresh, errors = iter(makings), []
        try:
            while True:
                for making in islice(fresh, self.room):
                    self.begin(making)
                if self.is_idle:
                    break
                for job in self.step():
                    if job.error is None:
                        yield job.result  # type: ignore[misc]
                    else:
                        errors.append(job.error)
        finally:
            self.close()
        if errors:
            raise errors[0]

    def begin(self, making: Making[Result]) -> Job[Result]:
        """Start with a thing. Raises what would stop everything."""
        job: Job[Result] = Job(making)
        self._live.append(job)
        self._advance(job, first=True)
        return job

    def step(self, bell: Future[None] | None = None) -> list[Job[Result]]:
        """Take in what the CPU has done, then paint a whole batch; one that is not whole only when nothing else is coming.

        Returns the things that ended. `bell`: set when there is something new to begin with, so that nobody waits for the CPU
        alone. Raises what would stop everything.
        """
        self._take_done()
        if not any(job.ended for job in self._live):
            kind = self._fullest()
            is_whole = kind is not None and len(self._waiting[kind]) >= self._painter.batch(kind)
            if kind is not None and (is_whole or not self._futures):
                self._paint(kind)
            elif self._futures:
                self._await_one([*self._futures, *([bell] if bell else [])])
                self._take_done()
        ended = [job for job in self._live if job.ended]
        self._live = [job for job in self._live if not job.ended]
        return ended

    def drop(self, jobs: Collection[Job[Result]]) -> None:
        """Give up on some; what they share with others goes on."""
        for job in jobs:
            self._leave(job)
        self._live = [job for job in self._live if job not in jobs]

    def close(self) -> None:
        """Give up on everything."""
        for job in (*self._live, *(job for job, _ in self._once.values())):
            self._leave(job)
        self._live, self._once = [], {}

    def _fullest(self) -> str | None:
        """The kind with the most whole batches waiting, then with the most drawings."""
        there = [kind for kind in KINDS if self._waiting[kind]]
        return max(there, key=lambda kind: len(self._waiting[kind]) / self._painter.batch(kind), default=None)

    def _paint(self, kind: str) -> None:
        queue = self._waiting[kind]
        taken = [queue.popleft() for _ in range(min(len(queue), self._painter.batch(kind)))]
        try:
            pictures = self._painter.paint([drawing for _, _, drawing in taken])
        except EngineError as error:
            for job in dict.fromkeys(job for job, _, _ in taken):
                self._fail(job, error)
            return
        for (job, place, _), picture in zip(taken, pictures, strict=True):
            self._answer(job, place, picture)

    def _take_done(self) -> None:
        for future in [future for future in self._futures if future.done()]:
            if future not in self._futures:  # of a job that failed a moment ago
                continue
            job, place = self._futures.pop(future)
            error = future.exception()
            if error is None:
                self._answer(job, place, future.result())
            else:
                self._fail(job, error)

    def _answer(self, job: Job[Any], place: int, answer: Any) -> None:
        if job.ended:  # with an error, while others made what it had asked for
            return
        job.answers[place] = answer
        job.missing -= 1
        if not job.missing:
            self._advance(job)

    def _advance(self, job: Job[Any], first: bool = False) -> None:
        """Go on with a job until it needs something that is not there."""
        answers = job.answers
        while True:
            try:
                asked = next(job.making) if first else job.making.send(answers)
            except StopIteration as end:
                job.ended, job.result = True, end.value
                for waiter, place in self._waiters(job):
                    self._answer(waiter, place, end.value)
                return
            except Exception as error:
                self._fail(job, error)
                return
            first, answers = False, []
            if self._ask(job, asked):
                return

    def _ask(self, job: Job[Any], asked: Asked) -> bool:
        """Hand a request on; False when it asks for nothing, so that its answer is there at once."""
        requests = requests_of(asked)
        wanted = sum(map(count_of, requests))
        job.answers, job.missing = [None] * wanted, wanted
        place = 0
        for request in requests:
            if not job.ended:
                self._hand_on(job, place, request)
            place += count_of(request)
        return wanted > 0

    def _hand_on(self, job: Job[Any], first: int, request: Draw | Do | Once) -> None:
        if isinstance(request, Draw):
            for place, drawing in enumerate(request.drawings, first):
                self._waiting[drawing.kind].append((job, place, drawing))
                if (work := self._ahead(drawing)) is not None:
                    self._pool.submit(work)
        elif isinstance(request, Do):
            for place, call in enumerate(request.calls, first):
                self._futures[self._pool.submit(call)] = (job, place)
        else:
            for place, (key, make) in enumerate(request.makings, first):
                self._join(job, place, key, make)

    def _join(self, job: Job[Any], place: int, key: Hashable, make: Callable[[], Making[Any]]) -> None:
        """Wait for a thing that is made once; begin with it where nobody has."""
        if key in self._once:
            self._once[key][1].append((job, place))
            return
        shared: Job[Any] = Job(make())
        self._once[key] = (shared, [(job, place)])
        self._advance(shared, first=True)

    def _waiters(self, job: Job[Any]) -> list[tuple[Job[Any], int]]:
        """Who waits for what was made once, now that it ended; nobody for other jobs."""
        key = next((key for key, (shared, _) in self._once.items() if shared is job), None)
        return [] if key is None else self._once.pop(key)[1]

    def _fail(self, job: Job[Any], error: BaseException) -> None:
        """End a job, and those that wait for it, with an error; raises what would stop all others as well."""
        if not isinstance(error, Exception) or (isinstance(error, SpotdiffError) and not isinstance(error, EngineError)):
            raise error
        job.ended, job.error = True, error
        self._leave(job)
        for waiter in dict.fromkeys(waiter for waiter, _ in self._waiters(job)):
            if not waiter.ended:
                self._fail(waiter, error)

    def _leave(self, job: Job[Any]) -> None:
        """Take back what a job asked for."""
        self._waiting = {kind: deque(item for item in queue if item[0] is not job) for kind, queue in self._waiting.items()}
        for future in [future for future, (owner, _) in self._futures.items() if owner is job]:
            future.cancel()
            del self._futures[future]
        for _, waiters in self._once.values():
            waiters[:] = [item for item in waiters if item[0] is not job]
        job.making.close()
