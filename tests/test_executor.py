"""The local executor, with real processes that raise, die, hang and are killed from outside."""

import itertools
import os
import random
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from executor_works import Deed, Deeds
from process_tree import children, runs
from sketch_runs import wait_for
from still_clock import StillClock

from spotdiff10k import registry
from spotdiff10k.cores import usable_cores
from spotdiff10k.executors import Executor, Outcome, Task
from spotdiff10k.executors import _floor as floor
from spotdiff10k.executors.local import LocalExecutor
from spotdiff10k.stop import StopSignal

STRANGERS: set[int] = set()
"""Child processes that were there before a test, such as the resource tracker that an earlier test left."""


@pytest.fixture(autouse=True)
def strangers() -> None:
    STRANGERS.clear()
    STRANGERS.update(children(os.getpid()))


def nurseries() -> list[int]:
    return [pid for pid in children(os.getpid()) if pid not in STRANGERS]


def tasks(*deeds: Deed) -> list[Task[Deed]]:
    return [Task(f"t{index}", deed) for index, deed in enumerate(deeds)]


def run(folder: Path, *deeds: Deed, workers: int = 2, **limits: float | int | None) -> dict[str, Outcome]:  # type: ignore[type-arg]
    executor = LocalExecutor(workers, **limits)  # type: ignore[arg-type]
    found = list(executor.map(Deeds(str(folder)), tasks(*deeds)))
    assert len({outcome.id for outcome in found}) == len(found) == len(deeds)
    return {outcome.id: outcome for outcome in found}


def test_it_is_an_executor_with_a_version() -> None:
    executor: Executor = LocalExecutor(1)
    assert executor.version >= 1
    assert registry.find("executors", "local") is LocalExecutor


@pytest.mark.parametrize("workers", [1, 2, 5])
def test_every_task_gets_its_own_result_whatever_the_number_of_workers(tmp_path: Path, workers: int) -> None:
    found = run(tmp_path, *(Deed(number=i) for i in range(40)), workers=workers)
    assert [found[f"t{i}"].result[0] for i in range(40)] == [i**2 for i in range(40)]
    assert not any(outcome.failure for outcome in found.values())


def test_workers_inherit_the_one_warm_up_and_are_gone_afterwards(tmp_path: Path) -> None:
    found = run(tmp_path, *(Deed(number=i, seconds=0.05) for i in range(8)))
    warmed = {tuple(outcome.result[2]) for outcome in found.values()}
    worked_in = {outcome.result[1] for outcome in found.values()}
    assert len(warmed) == 1
    assert len(next(iter(warmed))) == 1
    assert next(iter(warmed))[0] not in worked_in
    assert len(worked_in) == 2
    assert nurseries() == []


def test_without_tasks_no_process_is_started(tmp_path: Path) -> None:
    assert list(LocalExecutor(2).map(Deeds(str(tmp_path), at_warm_up="kill"), [])) == []


def test_no_more_workers_are_started_than_there_are_tasks(tmp_path: Path) -> None:
    run(tmp_path, Deed(number=1), workers=5)
    assert len(list(tmp_path.glob("open.*"))) == 1


def test_tasks_are_taken_only_as_fast_as_they_are_done(tmp_path: Path) -> None:
    taken = 0

    def stream() -> Iterator[Task[Deed]]:
        nonlocal taken
        for number in itertools.count():
            taken += 1
            yield Task(f"t{number}", Deed(number=number))

    outcomes = LocalExecutor(3).map(Deeds(str(tmp_path)), stream())
    for done in range(1, 30):
        next(outcomes)
        assert taken <= done + 3 + 1
    outcomes.close()  # type: ignore[attr-defined]
    assert nurseries() == []


def test_code_that_raises_is_tried_three_times_and_the_others_finish(tmp_path: Path) -> None:
    found = run(tmp_path, Deed("raise", 1), *(Deed(number=i) for i in range(10)))
    failure = found["t0"].failure
    assert failure is not None
    assert failure.error == "The fox has no legs."
    assert "EngineError" in failure.traceback
    assert (failure.attempts, failure.crashes) == (3, 0)
    assert len(list(tmp_path.glob("raise-1.*"))) == 3
    assert all(outcome.failure is None for outcome in found.values() if outcome.id != "t0")


def test_an_unexpected_exception_becomes_a_sentence_with_its_traceback(tmp_path: Path) -> None:
    failure = run(tmp_path, Deed("stumble"))["t0"].failure
    assert failure is not None
    assert failure.error == "ZeroDivisionError was raised without a word."
    assert "raise ZeroDivisionError" in failure.traceback


def test_code_that_exits_is_code_that_raised(tmp_path: Path) -> None:
    failure = run(tmp_path, Deed("give up"))["t0"].failure
    assert failure is not None
    assert (failure.error, failure.crashes) == ("SystemExit: no more", 0)


def test_code_that_raises_twice_and_then_works_is_done(tmp_path: Path) -> None:
    found = run(tmp_path, Deed("raise", 3, times=2))
    assert found["t0"].result[0] == 9
    assert found["t0"].failure is None


@pytest.mark.parametrize(("verb", "said"), [("kill", "SIGKILL"), ("segfault", "SIGSEGV"), ("exit", "exit code 3")])
def test_a_task_that_takes_its_worker_along_is_tried_alone_three_times_and_given_up(tmp_path: Path, verb: str, said: str) -> None:
    found = run(tmp_path, Deed(verb, 1), *(Deed(number=i, seconds=0.02) for i in range(12)))
    failure = found["t0"].failure
    assert failure is not None
    assert said in failure.error
    assert (failure.attempts, failure.crashes) == (4, 4)
    assert all(outcome.failure is None for outcome in found.values() if outcome.id != "t0")
    begun_alone = min(int((tmp_path / f"{verb}-1.{n}").read_text()) for n in (1, 2, 3))
    assert begun_alone > max(int(path.read_text()) for path in tmp_path.glob("end-square-*"))


def test_a_segfault_leaves_the_stack_it_happened_in(tmp_path: Path) -> None:
    failure = run(tmp_path, Deed("segfault"))["t0"].failure
    assert failure is not None
    assert "_behave" in failure.traceback


def test_a_task_that_only_suffered_from_its_neighbour_is_done(tmp_path: Path) -> None:
    found = run(tmp_path, Deed("kill", 2, times=1), Deed(number=1))
    assert all(outcome.failure is None for outcome in found.values())


def test_many_suspects_are_all_tried_and_the_good_ones_done(tmp_path: Path) -> None:
    found = run(tmp_path, *(Deed("kill", i, times=1) for i in range(12)), *(Deed(number=i) for i in range(12)))
    assert all(outcome.failure is None for outcome in found.values())


def test_a_task_that_hangs_is_stopped_when_there_is_a_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found: dict[str, Outcome] = {}  # type: ignore[type-arg]
    monkeypatch.setattr(floor, "time", StillClock(lambda: len(found) == 4))
    given = tasks(Deed("hang"), *(Deed(number=i) for i in range(4)))
    for outcome in LocalExecutor(2, task_seconds=0.2).map(Deeds(str(tmp_path)), given):
        found[outcome.id] = outcome
    failure = found["t0"].failure
    assert failure is not None
    assert failure.error == "It took longer than 0.2 seconds, so its worker was stopped."
    assert all(outcome.failure is None for outcome in found.values() if outcome.id != "t0")


def test_a_task_of_several_parts_takes_as_many_times_as_long_and_is_given_up_at_once(tmp_path: Path) -> None:
    given = [Task("long", Deed(number=1, seconds=0.4), 1000), Task("bad", Deed("raise"), 1000), Task("stuck", Deed("hang"), 2)]
    outcomes = LocalExecutor(2, task_seconds=0.2).map(Deeds(str(tmp_path)), given)
    found = {outcome.id: outcome for outcome in outcomes}
    assert found["long"].failure is None
    for name in ("bad", "stuck"):
        failure = found[name].failure
        assert failure is not None
        assert failure.attempts == 1
    assert "longer than 0.4 seconds" in str(found["stuck"].failure)


def test_a_worker_that_holds_too_much_memory_is_replaced(tmp_path: Path) -> None:
    run(tmp_path, *(Deed(number=i) for i in range(6)), workers=1, resident_bytes=1)
    assert len(list(tmp_path.glob("open.*"))) == 6


def test_workers_and_nurseries_killed_at_random_cost_nothing(tmp_path: Path) -> None:
    stream = random.Random(5)
    executor = LocalExecutor(3)
    outcomes = executor.map(Deeds(str(tmp_path)), (Task(f"t{i}", Deed(number=i, seconds=0.01)) for i in range(80)))
    found = []
    for index, outcome in enumerate(outcomes):
        found.append(outcome)
        if index % 8 == 0:
            kill_one(stream, nursery=index == 40)
    assert sorted(outcome.result[0] for outcome in found) == [i**2 for i in range(80)]


@pytest.mark.parametrize("workers", [1, 2])
def test_a_nursery_that_dies_with_all_its_workers_is_replaced(tmp_path: Path, workers: int) -> None:
    found = []
    outcomes = LocalExecutor(workers).map(Deeds(str(tmp_path)), (Task(f"t{i}", Deed(number=i, seconds=0.02)) for i in range(30)))
    for index, outcome in enumerate(outcomes):
        found.append(outcome)
        if index in (0, 10, 28):
            kill_one(random.Random(0), nursery=True)
    assert sorted(outcome.result[0] for outcome in found) == [i**2 for i in range(30)]


def kill_one(stream: random.Random, *, nursery: bool) -> None:
    found = nurseries()
    pids = found if nursery else [worker for pid in found for worker in children(pid)]
    os.kill(stream.choice(pids), signal.SIGKILL)


def test_a_stop_lets_the_tasks_in_hand_finish_and_takes_no_new_ones(tmp_path: Path) -> None:
    with StopSignal(passive=True) as stop:
        outcomes = LocalExecutor(2, stop=stop).map(
            Deeds(str(tmp_path)), (Task(f"t{i}", Deed(number=i, seconds=0.1)) for i in range(100))
        )
        found = [next(outcomes)]
        stop.request()
        found += list(outcomes)
    assert len(found) <= 4
    assert len(list(tmp_path.glob("end-square-*"))) == len(found)


def test_a_stop_during_a_hanging_task_or_a_long_warm_up_does_not_wait_for_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(floor, "GRACE_SECONDS", 0.2)
    for work, deed in ((Deeds(str(tmp_path)), Deed("hang")), (Deeds(str(tmp_path), at_warm_up="hang"), Deed())):
        with StopSignal(passive=True) as stop:
            timer = threading.Timer(0.8, stop.request)
            timer.start()
            assert list(LocalExecutor(1, stop=stop).map(work, tasks(deed))) == []
            timer.join()
    assert nurseries() == []


def test_workers_die_with_a_killed_driver(tmp_path: Path) -> None:
    code = (
        "from executor_works import *; from spotdiff10k.executors.local import *; "
        f"list(LocalExecutor(2).map(Deeds({str(tmp_path)!r}), [Task(str(i), Deed('hang', i)) for i in range(2)]))"
    )
    driver = subprocess.Popen([sys.executable, "-c", code], env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)})
    wait_for(lambda: len(list(tmp_path.glob("hang-*"))) == 2)
    pids = [int(path.suffix[1:]) for path in tmp_path.glob("open.*")]
    driver.kill()
    driver.wait()
    wait_for(lambda: not any(runs(pid) for pid in pids))


def test_what_a_worker_prints_does_not_reach_stdout(tmp_path: Path) -> None:
    code = (
        "from executor_works import *; from spotdiff10k.executors.local import *; "
        f"print(len(list(LocalExecutor(2).map(Deeds({str(tmp_path)!r}), [Task('a', Deed('shout'))]))))"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout == "1\n"


def test_the_quota_of_a_container_counts(tmp_path: Path) -> None:
    assert 1 <= usable_cores(tmp_path) <= (os.cpu_count() or 1)
    (tmp_path / "cpu.max").write_text("50000 100000\n")
    assert usable_cores(tmp_path) == 1
    (tmp_path / "cpu.max").write_text("max 100000\n")
    assert usable_cores(tmp_path) == usable_cores(tmp_path / "none")
