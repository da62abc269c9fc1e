"""Spread tasks over processes; a few tasks, or one worker, are done right here."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from itertools import chain, islice
from typing import TypeVar

from spotdiff10k.errors import RunError
from spotdiff10k.executors import Task, Work, in_hand

Payload = TypeVar("Payload")
Result = TypeVar("Result")

FEW_TASKS = 4
"""So few are done before a second process would be ready."""


def spread(work: Work[Payload, Result], tasks: Iterable[Task[Payload]], workers: int) -> Iterator[tuple[str, Result]]:
    """Yield (task id, result) as they come, in any order; `workers` 0 means all usable cores.

    Raises RunError when a task cannot be done.
    """
    stream = iter(tasks)
    first = list(islice(stream, FEW_TASKS + 1))
    if workers == 1 or len(first) <= FEW_TASKS:
        work.warm_up()
        yield from _here(work.open(), chain(first, stream), in_hand(work))
        return
    from spotdiff10k.executors.local import LocalExecutor

    with closing(LocalExecutor(workers or None).map(work, chain(first, stream))) as outcomes:
        for outcome in outcomes:
            if outcome.failure is not None or outcome.result is None:
                why = outcome.failure.error if outcome.failure else "it gave no result"
                raise RunError(f"{outcome.id} could not be done: {why}")
            yield outcome.id, outcome.result


def _here(do: Callable[[Payload], Result], tasks: Iterable[Task[Payload]], at_once: int) -> Iterator[tuple[str, Result]]:
    """Do tasks in this process, in their order; so many at once, each in a thread, if the work asks for several in hand."""
    if at_once == 1:
        for task in tasks:
            yield task.id, do(task.payload)
        return
    waiting: deque[tuple[str, Future[Result]]] = deque()
    with ThreadPoolExecutor(at_once, thread_name_prefix="in hand") as pool:
        for task in tasks:
            waiting.append((task.id, pool.submit(do, task.payload)))
            if len(waiting) == at_once:
                name, future = waiting.popleft()
                yield name, future.result()
        while waiting:
            name, future = waiting.popleft()
            yield name, future.result()
