"""What a thing in the making asks for: drawings, work for the CPU, and things that several need and that are made once.

A thing is made by a generator that yields what it needs next and is sent a list of what came of it, in order.
"""

from collections.abc import Callable, Generator, Hashable
from dataclasses import dataclass
from typing import Any, TypeVar

from spotdiff10k.engines.controlnet.drawings import Drawing

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Draw:
    """Drawings that are needed; what comes back are their pictures."""

    drawings: tuple[Drawing, ...]


@dataclass(frozen=True, slots=True)
class Do:
    """Work for the CPU; what comes back are its results."""

    calls: tuple[Callable[[], Any], ...]


@dataclass(frozen=True, slots=True)
class Once:
    """Things that several may ask for at the same time and that are made once for all of them; what comes back are the things."""

    makings: tuple[tuple[Hashable, Callable[[], "Making[Any]"]], ...]  # a key, and how what it names is made


Request = Draw | Do | Once
Asked = Request | tuple[Request, ...]
"""Several requests at once are worked on side by side; their answers come together, one after the other."""
Making = Generator[Asked, list[Any], Result]


def requests_of(asked: Asked) -> tuple[Request, ...]:
    """What was asked for, one or several."""
    return asked if isinstance(asked, tuple) else (asked,)


def count_of(request: Request) -> int:
    """How many answers it wants."""
    if isinstance(request, Draw):
        return len(request.drawings)
    return len(request.calls) if isinstance(request, Do) else len(request.makings)
