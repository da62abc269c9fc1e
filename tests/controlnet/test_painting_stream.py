"""One stream for several calls: the second is begun before the first has ended, and each gets what is its own."""

import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from spotdiff10k.engines.controlnet.asking import Do, Draw, Making
from spotdiff10k.engines.controlnet.drawings import POSE, Drawing
from spotdiff10k.engines.controlnet.scheduling import Scheduler
from spotdiff10k.engines.controlnet.streaming import UNTAKEN, Stream
from spotdiff10k.errors import ModelError

PATIENCE = 300.0
"""Seconds that a test waits for what has to come."""


class Painting:
    """Paints a drawing as its seed, two at a time."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []

    def batch(self, kind: str) -> int:
        return 2

    def paint(self, drawings: Sequence[Drawing]) -> list[Any]:
        self.batches.append([drawing.seed for drawing in drawings])
        return [drawing.seed for drawing in drawings]


def drawn(number: int) -> Making[int]:
    (picture,) = yield Draw((Drawing(POSE, number, "", ""),))
    (after,) = yield Do((lambda: picture + 100,))
    return int(after)


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(2) as found:
        yield found


def in_thread(stream: Stream[int], makings: Sequence[Making[int]]) -> tuple[threading.Thread, list[Any]]:
    found: list[Any] = []

    def take() -> None:
        try:
            found.extend(stream.run(makings))
        except Exception as error:
            found.append(error)

    thread = threading.Thread(target=take)
    thread.start()
    return thread, found


def await_calls(stream: Stream[int], count: int) -> None:
    """Wait until so many calls are in the stream."""
    last = time.monotonic() + PATIENCE
    while len(stream._calls) < count:
        assert time.monotonic() < last
        time.sleep(0.001)


def test_the_next_call_is_begun_on_the_cpu_while_the_first_is_painted(pool: ThreadPoolExecutor) -> None:
    began = threading.Event()

    def mapped() -> Making[int]:
        yield Do((began.set,))
        return (yield from drawn(9))

    class Painter(Painting):
        def paint(self, drawings: Sequence[Drawing]) -> list[Any]:
            if not self.batches:
                later.append(in_thread(stream, [mapped()]))
                await_calls(stream, 2)
            else:  # ends when the second call's control map is there
                assert began.wait(PATIENCE)
            return super().paint(drawings)

    stream = Stream(Scheduler(Painter(), pool, 8))
    later: list[tuple[threading.Thread, list[Any]]] = []  # there before the first thread starts
    first, painted = in_thread(stream, [drawn(number) for number in range(4)])
    first.join(PATIENCE)
    ((second, also_painted),) = later
    second.join(PATIENCE)
    assert [sorted(painted), sorted(also_painted)] == [[100, 101, 102, 103], [109]]


def test_batches_are_filled_from_both_calls(pool: ThreadPoolExecutor) -> None:
    class Painter(Painting):
        def paint(self, drawings: Sequence[Drawing]) -> list[Any]:
            await_calls(stream, 2 if not self.batches else 0)
            return super().paint(drawings)

    painter = Painter()
    stream = Stream(Scheduler(painter, pool, 8))
    calls = [in_thread(stream, [drawn(10 * call + place) for place in range(3)]) for call in (1, 2)]
    for thread, _ in calls:
        thread.join(PATIENCE)
    assert [sorted(found) for _, found in calls] == [[110, 111, 112], [120, 121, 122]]
    assert [len(batch) for batch in painter.batches] == [2, 2, 2]


def test_what_goes_wrong_in_one_call_is_raised_there_alone(pool: ThreadPoolExecutor) -> None:
    def broken() -> Making[int]:
        yield Do((lambda: 1 // 0,))
        return 0

    stream = Stream(Scheduler(Painting(), pool, 4))
    bad, good = in_thread(stream, [broken(), drawn(1)]), in_thread(stream, [drawn(2), drawn(3)])
    for thread, _ in (bad, good):
        thread.join(PATIENCE)
    assert (bad[1][0], type(bad[1][1])) == (101, ZeroDivisionError)
    assert sorted(good[1]) == [102, 103]
    assert list(stream.run([drawn(4)])) == [104]  # and it can be used again


def test_what_stops_everything_is_raised_in_every_call(pool: ThreadPoolExecutor) -> None:
    both = threading.Barrier(2, timeout=PATIENCE)

    def missing() -> None:
        both.wait()
        raise ModelError("nothing to paint with")

    def failing() -> Making[int]:
        yield Do((missing,))
        return 0

    def waiting() -> Making[int]:
        yield Do((both.wait,))
        while True:
            yield Do((int,))

    stream = Stream(Scheduler(Painting(), pool, 4))
    calls = [in_thread(stream, [failing()]), in_thread(stream, [waiting()])]
    for thread, _ in calls:
        thread.join(PATIENCE)
    assert [type(found[-1]) for _, found in calls] == [ModelError, ModelError]
    assert list(stream.run([drawn(5)])) == [105]


def test_a_call_that_nobody_takes_any_more_is_given_up_and_the_others_go_on(pool: ThreadPoolExecutor) -> None:
    closed: list[int] = []

    def endless(number: int) -> Making[int]:
        try:
            while number:
                yield Do((int,))
        finally:
            closed.append(number)
        return 0

    stream = Stream(Scheduler(Painting(), pool, 8))
    leaving = stream.run([endless(0), endless(7)])
    assert next(leaving) == 0
    other = in_thread(stream, [drawn(1)])
    leaving.close()  # type: ignore[attr-defined]
    assert closed == [0, 7]
    other[0].join(PATIENCE)
    assert other[1] == [101]


def test_no_more_is_begun_than_there_is_room_for_when_nobody_takes_what_is_ready(pool: ThreadPoolExecutor) -> None:
    begun: list[int] = []

    def makings() -> Iterator[Making[int]]:
        for number in range(60):
            begun.append(number)
            yield drawn(number)

    at_once = 3
    stream = Stream(Scheduler(Painting(), pool, at_once))
    results = stream.run(makings())
    ahead = []
    for taken, _ in enumerate(results):
        ahead.append(len(begun) - taken)
    assert len(begun) == 60
    assert max(ahead) <= at_once + UNTAKEN + 1


def test_a_stream_of_makings_that_breaks_ends_its_own_call_alone(pool: ThreadPoolExecutor) -> None:
    def makings() -> Iterator[Making[int]]:
        yield drawn(1)
        raise KeyError("two")

    found = []
    with pytest.raises(KeyError, match="two"):
        for result in Stream(Scheduler(Painting(), pool, 2)).run(makings()):
            found.append(result)
    assert found == [101]
