"""Painting in a thread of its own, so that the device goes on while what it made is written."""

import queue
import threading
from collections.abc import Iterator
from typing import TypeVar

Item = TypeVar("Item")

AHEAD = 4
"""Finished things that may wait to be taken; they are held in memory."""
_LOOK_SECONDS = 0.2


class _End:
    """The last thing in the queue, with what was raised."""

    def __init__(self, error: BaseException | None) -> None:
        self.error = error


def running_ahead(items: Iterator[Item], limit: int = AHEAD) -> Iterator[Item]:
    """Yield the items of an iterator that runs in a thread, at most `limit` ahead. What it raises is raised here.

    When nobody takes any more, the iterator is stopped after the item in hand, and the thread has ended before this returns.
    """
    ready: queue.Queue[Item | _End] = queue.Queue(limit)
    stopped = threading.Event()
    thread = threading.Thread(target=_run, args=(items, ready, stopped), name="painting", daemon=True)
    thread.start()
    try:
        while True:
            item = ready.get()
            if isinstance(item, _End):
                if item.error is not None:
                    raise item.error
                return
            yield item
    finally:
        stopped.set()
        thread.join()


def _run(items: Iterator[Item], ready: "queue.Queue[Item | _End]", stopped: threading.Event) -> None:
    error: BaseException | None = None
    try:
        for item in items:
            if not _put(ready, item, stopped):
                break
    except BaseException as raised:  # whatever it is, it belongs to whoever takes the items
        error = raised
    finally:
        close = getattr(items, "close", None)
        if close is not None:
            close()
    _put(ready, _End(error), stopped)


def _put(ready: "queue.Queue[Item | _End]", item: Item | _End, stopped: threading.Event) -> bool:
    while not stopped.is_set():
        try:
            ready.put(item, timeout=_LOOK_SECONDS)
        except queue.Full:
            continue
        return True
    return False
