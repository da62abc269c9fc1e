"""Many groups at once: batches are whole, answers go where they were asked for, and errors come out."""

from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest

from spotdiff10k.engines.controlnet.asking import Do, Draw, Making, Once
from spotdiff10k.engines.controlnet.drawings import JOIN, PLATE, POSE, Drawing
from spotdiff10k.engines.controlnet.families import all_families, family_named
from spotdiff10k.engines.controlnet.memory import GIB, decodes_in_tiles, largest_batch, peak_memory
from spotdiff10k.engines.controlnet.scheduling import Scheduler
from spotdiff10k.errors import EngineError, ModelError

BATCH = 4


class Counting:
    """Paints a drawing as its seed; notes what it was given."""

    def __init__(self) -> None:
        self.batches: list[tuple[str, int]] = []

    def batch(self, kind: str) -> int:
        return BATCH

    def paint(self, drawings: Sequence[Drawing]) -> list[Any]:
        assert len({drawing.kind for drawing in drawings}) == 1
        self.batches.append((drawings[0].kind, len(drawings)))
        return [np.full((1, 1, 3), drawing.seed, np.uint8) for drawing in drawings]


def making(number: int, poses: int = 2, cells: int = 4) -> Generator[Draw | Do, list[Any], tuple[int, list[int]]]:
    drawn = yield Draw(tuple(Drawing(POSE, 10 * number + place, "", "") for place in range(poses)))
    cuts = yield Do(tuple(lambda picture=picture: int(picture[0, 0, 0]) + 1 for picture in drawn))
    assert (yield Do(())) == []
    joined = yield Draw(tuple(Drawing(JOIN, cuts[place % poses], "", "") for place in range(cells)))
    return number, [int(picture[0, 0, 0]) for picture in joined]


def run(count: int, at_once: int) -> tuple[list[tuple[int, list[int]]], Counting]:
    painter = Counting()
    with ThreadPoolExecutor(2) as pool:
        scheduler: Scheduler[tuple[int, list[int]]] = Scheduler(painter, pool, at_once)
        return list(scheduler.run(making(number) for number in range(count))), painter


@pytest.mark.parametrize("at_once", [1, 3, 8])
def test_each_gets_the_pictures_it_asked_for_however_many_are_made_at_once(at_once: int) -> None:
    found, _ = run(7, at_once)
    expected = {number: [10 * number + place % 2 + 1 for place in range(4)] for number in range(7)}
    assert dict(found) == expected
    assert len(found) == 7


def test_batches_are_filled_from_several_groups() -> None:
    _, alone = run(8, at_once=1)
    _, together = run(8, at_once=8)
    assert [size for kind, size in alone.batches if kind == POSE] == [2] * 8
    assert [size for kind, size in together.batches if kind == POSE] == [BATCH] * 4
    assert sum(size for _, size in together.batches) == 8 * 6


def test_what_one_raises_comes_out_when_the_others_are_ready() -> None:
    closed = []

    def failing() -> Generator[Draw | Do, list[Any], tuple[int, list[int]]]:
        try:
            yield Do((lambda: 1 // 0, lambda: 2, lambda: 3))
        finally:
            closed.append(True)
        return 0, []

    painter, found = Counting(), []
    with ThreadPoolExecutor(2) as pool, pytest.raises(ZeroDivisionError):
        for made in Scheduler(painter, pool, 3).run([making(1), failing(), making(2)]):
            found.append(made[0])
    assert (sorted(found), closed) == ([1, 2], [True])


def test_a_batch_that_cannot_be_painted_costs_those_whose_drawings_it_holds() -> None:
    class Spoilt(Counting):
        def paint(self, drawings: Sequence[Drawing]) -> list[Any]:
            if any(drawing.seed == 20 for drawing in drawings):
                raise EngineError("no picture")
            return super().paint(drawings)

        def batch(self, kind: str) -> int:
            return 2

    found = []
    with ThreadPoolExecutor(2) as pool, pytest.raises(EngineError, match="no picture"):
        for made in Scheduler(Spoilt(), pool, 3).run([making(1), making(2), making(3)]):
            found.append(made[0])
    assert sorted(found) == [1, 3]


def test_an_error_that_stops_all_comes_out_at_once_and_ends_the_others() -> None:
    closed = []

    def missing() -> None:
        raise ModelError("nothing to paint with")

    def failing() -> Generator[Draw | Do, list[Any], int]:
        yield Do((missing,))
        return 0

    def waiting() -> Generator[Draw | Do, list[Any], int]:
        try:
            yield Draw((Drawing(POSE, 1, "", ""),))
        finally:
            closed.append(True)
        return 0

    with ThreadPoolExecutor(1) as pool, pytest.raises(ModelError):
        list(Scheduler(Counting(), pool, 2).run([waiting(), failing()]))
    assert closed == [True]


def sharing(number: int, made: list[str]) -> Making[tuple[int, list[int]]]:
    """Needs a picture that others need as well, while it works on the CPU."""

    def plate() -> Making[int]:
        made.append("plate")
        (picture,) = yield Draw((Drawing(PLATE, 7, "", ""),))
        return int(picture[0, 0, 0])

    found = yield (Do((lambda: number,)), Once((("plate", plate),)), Draw((Drawing(POSE, number, "", ""),)))
    return number, [found[0], found[1], int(found[2][0, 0, 0])]


def test_what_several_need_at_the_same_time_is_made_once_beside_their_other_work() -> None:
    made: list[str] = []
    painter = Counting()
    with ThreadPoolExecutor(2) as pool:
        found = dict(Scheduler(painter, pool, 8).run(sharing(number, made) for number in range(8)))
    assert found == {number: [number, 7, number] for number in range(8)}
    assert (made, painter.batches.count((PLATE, 1))) == (["plate"], 1)


def test_what_cannot_be_made_once_costs_all_who_wait_for_it() -> None:
    def broken() -> Making[int]:
        yield Do((lambda: 1 // 0,))
        return 0

    def needing(number: int) -> Making[tuple[int, list[int]]]:
        yield (Draw((Drawing(POSE, number, "", ""),)), Once((("plate", broken),)))
        return number, []

    painter, found = Counting(), []
    with ThreadPoolExecutor(2) as pool, pytest.raises(ZeroDivisionError):
        for made in Scheduler(painter, pool, 4).run([needing(1), making(2), needing(3)]):
            found.append(made[0])
    assert found == [2]


def test_what_may_be_done_ahead_of_a_drawing_is_done_beside_it_and_may_fail() -> None:
    done: list[int] = []

    def ahead(drawing: Drawing) -> Callable[[], None] | None:
        if drawing.kind == JOIN:
            return None
        return lambda: done.append(drawing.seed) if drawing.seed % 2 else 1 // 0  # type: ignore[return-value]

    painter = Counting()
    with ThreadPoolExecutor(1) as pool:
        found = dict(Scheduler(painter, pool, 2, ahead=ahead).run(making(number) for number in range(4)))
    assert found == {number: [10 * number + place % 2 + 1 for place in range(4)] for number in range(4)}
    assert sorted(done) == [1, 11, 21, 31]


def test_no_more_of_a_stream_is_taken_than_there_is_room_for() -> None:
    taken: list[int] = []

    def stream() -> Iterator[Making[tuple[int, list[int]]]]:
        for number in range(50):
            taken.append(number)
            yield making(number % 20)

    painter, ahead = Counting(), []
    with ThreadPoolExecutor(2) as pool:
        for ended, _ in enumerate(Scheduler(painter, pool, 3).run(stream())):
            ahead.append(len(taken) - ended)
    assert len(taken) == 50
    assert max(ahead) <= 3 + 1


def test_peak_memory_is_weights_and_what_is_alive_at_once() -> None:
    family = family_named("sd15")
    one, eight = peak_memory(family, 512), peak_memory(family, 512, batch=8)
    assert one.weights == eight.weights == round((859.5 + 361.3 + 123.1 + 83.7) * 1e6) * 2
    assert (eight.network, eight.vae) == (8 * one.network, 8 * one.vae)
    assert one.total == one.weights + max(one.network, one.vae) + one.runtime
    assert peak_memory(family, 1024).vae == 4 * one.vae
    assert all(peak_memory(f, f.size, offloaded=True).total < peak_memory(f, f.size).total for f in all_families().values())


def test_the_batch_is_what_fits_and_tiles_are_for_what_does_not() -> None:
    family = family_named("sdxl-union")
    assert largest_batch(family, 1024, 80 * GIB) == family.batch
    assert largest_batch(family, 1024, 24 * GIB) < family.batch
    assert largest_batch(family, 1024, 2 * GIB) == 1
    assert not decodes_in_tiles(family, 1024, 1, 24 * GIB)
    assert decodes_in_tiles(family, 2048, 8, 24 * GIB)
