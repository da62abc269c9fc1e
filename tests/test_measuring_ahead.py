"""Measuring with an encoder: two groups in hand, so that one is read and decoded while the network has another."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
import toy_runs

from spotdiff10k.executors import Task
from spotdiff10k.measuring import MeasureWork
from spotdiff10k.run import Run
from spotdiff10k.spread import spread

AT_MOST_SECONDS = 300.0


@dataclass(frozen=True)
class Meeting:
    """Tasks that end only when two of them are done at the same time."""

    in_hand: int = 2
    both: threading.Barrier = field(default_factory=lambda: threading.Barrier(2, timeout=AT_MOST_SECONDS))

    def warm_up(self) -> None:
        pass

    def open(self) -> Callable[[int], int]:
        def meet(number: int) -> int:
            if self.in_hand > 1:
                self.both.wait()
            return number + 1000 * (threading.current_thread() is threading.main_thread())

        return meet


def tasks(count: int) -> Iterator[Task[int]]:
    return (Task(f"t{number}", number) for number in range(count))


def test_one_process_does_as_many_at_once_as_the_work_has_in_hand_and_tells_them_in_order() -> None:
    assert list(spread(Meeting(), tasks(6), 1)) == [(f"t{number}", number) for number in range(6)]


def test_work_that_has_one_in_hand_starts_no_thread() -> None:
    assert list(spread(Meeting(1), tasks(3), 1)) == [(f"t{number}", 1000 + number) for number in range(3)]


def test_an_error_in_a_thread_is_the_callers() -> None:
    class Wrong(Meeting):
        def open(self) -> Callable[[int], int]:
            return [10, 11].__getitem__

    with pytest.raises(IndexError):
        list(spread(Wrong(), tasks(4), 1))


def test_two_groups_are_in_hand_where_an_encoder_looks_and_nobody_else() -> None:
    work = MeasureWork(Run(Path("nowhere")), 0, "discs", toy_runs.settings(), {"identity": {}, "mask": {}, "quality": {}})
    assert work.in_hand == 1
    assert replace(work, checks={"identity": {"encoder": "mobilenet_v2"}, "mask": {}, "duplicates": {}}).in_hand == 2
    assert replace(work, checks={"caption": {"encoder": "clip"}}).in_hand == 2
    assert replace(work, checks={"identity": {"encoder": "augnet"}, "mask": {"segmenter": "rembg"}}).in_hand == 1
    assert replace(work, checks={"identity": {"encoder": "augnet", "enabled": False}}).in_hand == 1
