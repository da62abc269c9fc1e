"""Many groups in the making at once: their drawings fill common batches, their work on the CPU goes on beside the device.

A group is made by a generator that yields what it needs next, `Draw` or `Do`, and is sent what came of it. Whoever waits for
the CPU does not keep the device waiting, and a batch is taken from all groups that have something to draw.
"""

from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Generic, Protocol, TypeVar

from spotdiff10k.engines.controlnet.drawings import KINDS, Drawing
from spotdiff10k.errors import EngineError, SpotdiffError
from spotdiff10k.types import Image

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Draw:
    """Drawings that are needed; what comes back are their pictures, in order."""

    drawings: tuple[Drawing, ...]


@dataclass(frozen=True, slots=True)
class Do:
    """Work for the CPU; what comes back are its results, in order."""

    calls: tuple[Callable[[], Any], ...]


Making = Generator[Draw | Do, list[Any], Result]


class Paints(Protocol):
    """What paints drawings of one kind."""

    def batch(self, kind: str) -> int:
        """Drawings of a call."""
        ...

    def paint(self, drawings: Sequence[Drawing]) -> list[Image]:
        """Paint them, in their order."""
        ...


@dataclass(slots=True, eq=False)
class _Job(Generic[Result]):
    """One thing in the making, and what it waits for."""

    making: Making[Result]
    answers: list[Any] = field(default_factory=list)
    missing: int = 0
    ended: bool = False
    result: Result | None = None


class Scheduler(Generic[Result]):
    """Makes things, several at once; yields each as soon as it is ready."""

    def __init__(self, painter: Paints, pool: ThreadPoolExecutor, at_once: int) -> None:
        self._painter = painter
        self._pool = pool
        self._at_once = max(1, at_once)
        self._waiting: dict[str, deque[tuple[_Job[Result], int, Drawing]]] = {kind: deque() for kind in KINDS}
        self._futures: dict[Future[Any], tuple[_Job[Result], int]] = {}
        self._live: list[_Job[Result]] = []
        self._errors: list[Exception] = []

    def run(self, makings: Iterable[Making[Result]]) -> Iterator[Result]:
        """Make all of them. What one of them raises is raised when the others are ready, or at once where it stops them too."""
        fresh = iter(makings)
        try:
            while True:
                for making in islice(fresh, self._at_once - len(self._live)):
                    self._start(making)
                if not self._live and self._errors:
                    raise self._errors[0]
                if not self._live:
                    return
                yield from self._take_ended()
                if self._live:
                    self._step()
        finally:
            for future in self._futures:
                future.cancel()
            for job in self._live:
                job.making.close()

    def _start(self, making: Making[Result]) -> None:
        job: _Job[Result] = _Job(making)
        self._live.append(job)
        self._advance(job, first=True)

    def _take_ended(self) -> Iterator[Result]:
        ended = [job for job in self._live if job.ended]
        self._live = [job for job in self._live if not job.ended]
        for job in ended:
            yield job.result  # type: ignore[misc]

    def _step(self) -> None:
        """Take in what the CPU has done, then paint a whole batch; one that is not whole only when nothing else is coming."""
        self._take_done(block=False)
        if any(job.ended for job in self._live):
            return
        kind = self._fullest()
        is_whole = kind is not None and len(self._waiting[kind]) >= self._painter.batch(kind)
        if kind is not None and (is_whole or not self._futures):
            self._paint(kind)
        else:
            self._take_done(block=True)

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

    def _take_done(self, block: bool) -> None:
        if not self._futures:
            return
        done = wait(self._futures, return_when=FIRST_COMPLETED).done if block else [f for f in self._futures if f.done()]
        for future in list(done):
            if future not in self._futures:  # of a job that failed a moment ago
                continue
            job, place = self._futures.pop(future)
            error = future.exception()
            if error is None:
                self._answer(job, place, future.result())
            else:
                self._fail(job, error)

    def _answer(self, job: _Job[Result], place: int, answer: Any) -> None:
        job.answers[place] = answer
        job.missing -= 1
        if not job.missing:
            self._advance(job)

    def _advance(self, job: _Job[Result], first: bool = False) -> None:
        """Go on with a job until it needs something that is not there."""
        answers = job.answers
        while True:
            try:
                request = next(job.making) if first else job.making.send(answers)
            except StopIteration as end:
                job.ended, job.result = True, end.value
                return
            except Exception as error:
                self._fail(job, error)
                return
            first, answers = False, []
            if self._ask(job, request):
                return

    def _fail(self, job: _Job[Result], error: BaseException) -> None:
        """Drop a job and go on with the others; raises what would stop those as well, such as weights that are missing."""
        if not isinstance(error, Exception) or (isinstance(error, SpotdiffError) and not isinstance(error, EngineError)):
            raise error
        self._errors.append(error)
        self._live = [other for other in self._live if other is not job]
        self._waiting = {kind: deque(item for item in queue if item[0] is not job) for kind, queue in self._waiting.items()}
        for future in [future for future, (owner, _) in self._futures.items() if owner is job]:
            future.cancel()
            del self._futures[future]
        job.making.close()

    def _ask(self, job: _Job[Result], request: Draw | Do) -> bool:
        """Hand a request on; False when it asks for nothing, so that its answer is there at once."""
        wanted = request.drawings if isinstance(request, Draw) else request.calls
        job.answers, job.missing = [None] * len(wanted), len(wanted)
        if isinstance(request, Draw):
            for place, drawing in enumerate(request.drawings):
                self._waiting[drawing.kind].append((job, place, drawing))
        else:
            for place, call in enumerate(request.calls):
                self._futures[self._pool.submit(call)] = (job, place)
        return bool(wanted)
