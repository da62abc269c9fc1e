"""Workers that are given several tasks at a time: they go on side by side, and each has its own end."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from executor_works import Deed, Deeds
from sketch_runs import PATIENCE
from still_clock import StillClock

from spotdiff10k.errors import RunError
from spotdiff10k.executors import Outcome, Task
from spotdiff10k.executors import _floor as floor
from spotdiff10k.executors.local import LocalExecutor

TOGETHER = 3
MANY = 1000


@dataclass(frozen=True)
class Meeting:
    """Tasks that end only when so many of them have begun."""

    folder: str
    in_hand: int = TOGETHER

    def warm_up(self) -> None:
        """Nothing to do."""

    def open(self) -> Callable[[int], int]:
        return self._meet

    def _meet(self, number: int) -> int:
        (Path(self.folder) / str(number)).touch()
        last = time.monotonic() + PATIENCE
        while len(list(Path(self.folder).iterdir())) < TOGETHER:
            if time.monotonic() > last:
                raise TimeoutError
            time.sleep(0.005)
        return number**2


@dataclass(frozen=True)
class ManyDeeds(Deeds):
    """Deeds, several at a time."""

    in_hand: int = TOGETHER


@dataclass(frozen=True)
class Silent(Meeting):
    """What it makes cannot be sent."""

    def _meet(self, number: int) -> int:
        return lambda: number  # type: ignore[return-value]


def run(folder: Path, *deeds: Deed, workers: int = 1, **limits: float) -> dict[str, Outcome]:  # type: ignore[type-arg]
    work = ManyDeeds(str(folder))
    tasks = [Task(f"t{index}", deed) for index, deed in enumerate(deeds)]
    found = list(LocalExecutor(workers, **limits).map(work, tasks))  # type: ignore[arg-type]
    assert len({outcome.id for outcome in found}) == len(found) == len(deeds)
    return {outcome.id: outcome for outcome in found}


def test_one_worker_does_as_many_tasks_at_a_time_as_it_may_have_in_hand(tmp_path: Path) -> None:
    found = list(LocalExecutor(1).map(Meeting(str(tmp_path)), [Task(str(number), number) for number in range(TOGETHER)]))
    assert {outcome.id: outcome.result for outcome in found} == {str(number): number**2 for number in range(TOGETHER)}
    assert len({outcome.worker for outcome in found}) == 1


def test_workers_are_given_a_task_each_before_any_has_two(tmp_path: Path) -> None:
    work = Meeting(str(tmp_path), in_hand=2)
    found = list(LocalExecutor(TOGETHER).map(work, [Task(str(number), number) for number in range(TOGETHER)]))
    assert len({outcome.worker for outcome in found}) == TOGETHER


def test_every_task_has_its_own_result(tmp_path: Path) -> None:
    found = run(tmp_path, *(Deed(number=i) for i in range(40)), workers=2)
    assert [found[f"t{i}"].result[0] for i in range(40)] == [i**2 for i in range(40)]


def test_what_raises_fails_alone(tmp_path: Path) -> None:
    found = run(tmp_path, Deed("raise"), *(Deed(number=i, seconds=0.02) for i in range(8)))
    assert [name for name, outcome in found.items() if outcome.failure] == ["t0"]


def test_what_takes_its_worker_along_is_found_among_those_that_ran_beside_it(tmp_path: Path) -> None:
    found = run(tmp_path, *(Deed(number=i, seconds=0.02) for i in range(4)), Deed("kill"), *(Deed(number=i) for i in (7, 8)))
    assert [name for name, outcome in found.items() if outcome.failure] == ["t4"]
    failure = found["t4"].failure
    assert failure is not None
    assert failure.crashes >= 3


def test_what_hangs_is_ended_and_those_beside_it_are_done_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found: dict[str, Outcome] = {}  # type: ignore[type-arg]
    monkeypatch.setattr(floor, "time", StillClock(lambda: len(found) == 4))
    given = [Task(f"t{index}", deed) for index, deed in enumerate((Deed("hang"), *(Deed(number=i) for i in range(4))))]
    for outcome in LocalExecutor(1, task_seconds=0.3).map(ManyDeeds(str(tmp_path)), given):
        found[outcome.id] = outcome
    assert [name for name, outcome in found.items() if outcome.failure] == ["t0"]


def test_what_hangs_is_noticed_while_others_come_and_go_beside_it(tmp_path: Path) -> None:
    given: list[int] = []

    def stream() -> Iterator[Task[Deed]]:
        yield Task("stuck", Deed("hang"))
        while len(list(tmp_path.glob("open.*"))) < 2 and len(given) < MANY:  # until another worker has taken over
            given.append(len(given))
            yield Task(f"t{len(given)}", Deed(number=len(given), seconds=0.01))

    found = {outcome.id: outcome for outcome in LocalExecutor(1, task_seconds=0.2).map(ManyDeeds(str(tmp_path)), stream())}
    assert len(found) == 1 + len(given)
    assert len(given) < MANY
    failure = found["stuck"].failure
    assert failure is not None
    assert "longer than 0.2 seconds" in failure.error


def test_what_stops_everything_stops_it_with_several_in_hand(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="The disk is full"):
        run(tmp_path, Deed(number=1, seconds=0.1), Deed("full"), Deed(number=2, seconds=0.1))


def test_a_worker_that_cannot_answer_ends_instead_of_being_waited_for(tmp_path: Path) -> None:
    (outcome,) = LocalExecutor(1).map(Silent(str(tmp_path)), [Task("t", 1)])
    assert outcome.failure is not None
    assert outcome.failure.crashes >= 1
