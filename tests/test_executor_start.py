"""Workers that cannot start, or cannot go on: what they said comes out, once, and no process stays behind."""

import os
import threading
from pathlib import Path

import pytest
from executor_works import Deed, Deeds
from process_tree import children, runs
from sketch_runs import wait_for

from spotdiff10k.errors import EngineError, MissingExtraError, RunError
from spotdiff10k.executors import Task
from spotdiff10k.executors import _floor as floor
from spotdiff10k.executors import _supply as supply
from spotdiff10k.executors._nursery import Worker
from spotdiff10k.executors.local import LocalExecutor
from spotdiff10k.stop import StopSignal


def tasks(*deeds: Deed) -> list[Task[Deed]]:
    return [Task(f"t{index}", deed) for index, deed in enumerate(deeds)]


@pytest.mark.parametrize("moment", ["task", "open", "warm_up"])
@pytest.mark.parametrize(("verb", "kind"), [("full", RunError), ("missing", MissingExtraError)])
def test_what_no_worker_can_get_around_ends_everything_with_its_sentence(
    tmp_path: Path, moment: str, verb: str, kind: type[Exception]
) -> None:
    before = children(os.getpid())
    work = Deeds(str(tmp_path), at_warm_up=verb if moment == "warm_up" else "", at_open=verb if moment == "open" else "")
    deeds = tasks(*(Deed(verb if moment == "task" and i == 3 else "square", i) for i in range(50)))
    with pytest.raises(RunError if kind is RunError else Exception, match=r"disk is full|pip install"):
        list(LocalExecutor(2).map(work, deeds))
    assert len(list(tmp_path.glob("square-*"))) < 50
    assert set(children(os.getpid())) <= set(before)


def test_an_engine_that_cannot_be_opened_is_an_error_of_its_kind(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="no legs"):
        list(LocalExecutor(2).map(Deeds(str(tmp_path), at_open="raise"), tasks(Deed())))


def test_a_worker_that_refuses_and_ends_before_it_is_given_anything_is_heard(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow_start(asked: supply.Supply) -> Worker | None:
        worker = start(asked)
        assert worker is not None
        wait_for(lambda: not runs(worker.pid))
        return worker

    start = supply.Supply.start
    monkeypatch.setattr(supply.Supply, "start", slow_start)
    with pytest.raises(EngineError, match="no legs"):
        list(LocalExecutor(2).map(Deeds(str(tmp_path), at_open="raise"), tasks(Deed())))


def test_a_stop_is_heard_while_a_worker_opens_that_was_promised_much(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(floor, "GRACE_SECONDS", 0.2)
    deeds = [Deed(number=number, bulk=bytes(2**20)) for number in range(4)]
    with StopSignal(passive=True) as stop:
        timer = threading.Timer(0.8, stop.request)
        timer.start()
        assert list(LocalExecutor(2, stop=stop).map(Deeds(str(tmp_path), at_open="dawdle"), tasks(*deeds))) == []
        timer.join()
    assert list(tmp_path.iterdir()) == []


def test_workers_that_die_before_they_are_ready_end_in_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supply, "MAX_DEATHS_AT_START", 3)
    with pytest.raises(RunError, match=r"4 workers in a row died before they were ready; the last one was killed by SIGKILL"):
        list(LocalExecutor(2).map(Deeds(str(tmp_path), at_open="kill"), tasks(Deed())))


def test_a_warm_up_that_dies_ends_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="ended with code -9 before it was ready"):
        list(LocalExecutor(2).map(Deeds(str(tmp_path), at_warm_up="kill"), tasks(Deed())))
