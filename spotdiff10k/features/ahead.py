"""Making the next thing while this one is worked on: decoding ahead of a network."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

Item = TypeVar("Item")
Made = TypeVar("Made")


def ahead(items: Iterable[Item], make: Callable[[Item], Made]) -> Iterator[Made]:
    """Yield `make(item)` in order; while one is used the next is made in a thread, and no more than that one.

    Worth it where making lets go of the interpreter, as decoding does, and a processor is free: beside a network on an
    accelerator, or beside one that runs on a single thread. An error is raised where its item's turn comes.
    """
    with ThreadPoolExecutor(1, thread_name_prefix="ahead") as pool:
        waiting: Future[Made] | None = None
        for item in items:
            following = pool.submit(make, item)
            if waiting is not None:
                yield waiting.result()
            waiting = following
        if waiting is not None:
            yield waiting.result()
