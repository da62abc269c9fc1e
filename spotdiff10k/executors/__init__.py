"""Executors run independent tasks somewhere: in processes of this machine (`local`), later elsewhere.

An executor knows nothing of datasets. It gets `Work`, which says how to do a task, and a stream of tasks, and yields one
outcome for each, in any order. What a task makes is committed by the worker itself; outcomes are small.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import ClassVar, Generic, Protocol, TypeVar

Payload = TypeVar("Payload")
Result = TypeVar("Result")
PayloadIn = TypeVar("PayloadIn", contravariant=True)
ResultOut = TypeVar("ResultOut", covariant=True)


@dataclass(frozen=True, slots=True)
class Task(Generic[Payload]):
    """One piece of work, small enough to send: what is needed to do it, not what it makes."""

    id: str
    payload: Payload
    parts: int = 1
    """Into how many pieces whoever asked could take it apart. One of several may take as many times as long, and is given up at
    the first error, since its pieces are worth another attempt and the whole is not."""


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a task was given up."""

    error: str  # a sentence
    traceback: str  # of the last attempt: Python's, or where the worker stood when it crashed; may be ""
    attempts: int
    crashes: int  # how many of them took their worker along


@dataclass(frozen=True, slots=True)
class Outcome(Generic[Result]):
    """What became of a task: its result, or why it was given up."""

    id: str
    result: Result | None
    failure: Failure | None = None
    worker: int = 0  # process id of the worker that did it
    resident_bytes: int = 0  # what that worker held afterwards; 0 where the system does not tell


class Work(Protocol[PayloadIn, ResultOut]):
    """How to do tasks; crosses process borders, so it holds plain values only.

    It may have a number `in_hand`: how many tasks a worker is given at a time. More than one are done in threads of the worker,
    so that one may be begun or ended while another has the device.
    """

    def warm_up(self) -> None:
        """Import and compile what every worker needs; called once, in the process the workers are forked from.

        It must leave no threads behind.
        """
        ...

    def open(self) -> Callable[[PayloadIn], ResultOut]:
        """Called once in each worker; what it returns does one task.

        That function's errors count against the task, but for those that would stop every task as well (RunError,
        RecipeError, PlanError, MissingExtraError): they end the whole `map`.
        """
        ...


def in_hand(work: object) -> int:
    """How many tasks a worker is given at a time."""
    return max(1, int(getattr(work, "in_hand", 1)))


class Executor(Protocol):
    """Runs tasks; whatever happens to workers, every task gets an outcome or `map` raises."""

    version: ClassVar[int]

    def map(self, work: Work[Payload, Result], tasks: Iterable[Task[Payload]]) -> Iterator[Outcome[Result]]:
        """Yield an outcome for each task as it comes. Takes tasks only as fast as they are done."""
        ...
