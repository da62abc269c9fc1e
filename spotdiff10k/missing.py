"""What is missing: looks at the files of groups, some ahead, in threads, so that a resume is quick and takes little memory."""

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import NamedTuple

from spotdiff10k.group_work import Order
from spotdiff10k.intact import damage, names_of
from spotdiff10k.stage import Stage

LOOK_AHEAD = 4
"""Groups each thread may be ahead of what was asked for; one is held in memory whole."""


class Look(NamedTuple):
    """What was found where a group's tar should be."""

    order: Order
    missing: bool
    damage: str = ""  # why a tar that is there counts as missing, as a sentence


def look_for(orders: Iterable[Order], stage: Stage, threads: int) -> Iterator[Look]:
    """Look at every order's tar, in their order."""
    ahead: deque[tuple[Order, Future[str] | None]] = deque()
    with ThreadPoolExecutor(threads, thread_name_prefix="look") as pool:
        try:
            for order in orders:
                ahead.append((order, _look(order, stage, pool)))
                if len(ahead) > LOOK_AHEAD * threads:
                    yield _seen(*ahead.popleft())
            while ahead:
                yield _seen(*ahead.popleft())
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def _look(order: Order, stage: Stage, pool: ThreadPoolExecutor) -> Future[str] | None:
    path = stage.run.group_tar(order.group.id, order.remade)
    if not path.exists():
        return None
    return pool.submit(damage, path, names_of(order.group, stage.settings))


def _seen(order: Order, future: Future[str] | None) -> Look:
    if future is None:
        return Look(order, missing=True)
    found = future.result()
    return Look(order, missing=bool(found), damage=found)
