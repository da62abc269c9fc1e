"""How far a stage is, for people: a live bar on a terminal, a line every half minute in a log, nothing when quiet."""

import contextlib
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

    from spotdiff10k.generate import GenerateSummary

LINE_SECONDS = 30.0
RATE_SECONDS = 60.0
"""The rate is that of the last minute: what was waited for at the start, or made in an earlier run, does not count."""
MINUTE, HOUR = 60, 3600
COMPILING = "getting ready; the first run on a machine compiles for a minute or two"


@dataclass(frozen=True, slots=True)
class Tally:
    """How far a stage is."""

    done: int
    total: int
    made: int  # of `done`, those of this run; the others were there
    remark: str = ""  # what people should know now, such as "1 group in quarantine"


Show = Callable[[Tally], None]


class Rate:
    """Things a second, over the last minute and from the first one on: getting ready is not part of it."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._marks: deque[tuple[float, int]] = deque()

    def update(self, made: int) -> float:
        """Note how many there are now; 0.0 until a rate can be told."""
        now = self._clock()
        if made and (not self._marks or made != self._marks[-1][1]):
            self._marks.append((now, made))
        while len(self._marks) > 2 and self._marks[0][0] < now - RATE_SECONDS:
            self._marks.popleft()
        if len(self._marks) < 2:
            return 0.0
        began, before = self._marks[0]
        return (made - before) / (now - began) if now > began else 0.0


def duration(seconds: float) -> str:
    """A duration as people say it: "45 s", "12 min", "3 h 20 min"."""
    if seconds < MINUTE:
        return f"{max(1, round(seconds))} s"
    if seconds < HOUR:
        return f"{round(seconds / MINUTE)} min"
    hours, rest = divmod(round(seconds / MINUTE), MINUTE)
    return f"{hours} h {rest} min"


def phrase(tally: Tally, rate: float, unit: str) -> str:
    """One line that says how far it is."""
    parts = [f"{tally.done:,} of {tally.total:,} {unit}"]
    if rate:
        parts.append(f"{rate:.1f} a second")
        if tally.done < tally.total:
            parts.append(f"about {duration((tally.total - tally.done) / rate)} left")
    return ", ".join([*parts, tally.remark] if tally.remark else parts)


@contextlib.contextmanager
def shown(
    title: str, unit: str, quiet: bool = False, stream: TextIO | None = None, waiting: str = "getting ready"
) -> Iterator[Show]:
    """A function that shows a tally on `stream` (stderr): as a bar where that is a terminal, else as lines.

    `waiting` is what the bar says while nothing is done.
    """
    stream = stream or sys.stderr
    if quiet:
        yield lambda _: None
    elif stream.isatty():
        with _bar(stream) as bar:
            yield _on_bar(bar, bar.add_task(title, total=None, facts=waiting), unit, waiting)
    else:
        yield _in_lines(stream, title, unit)


@contextlib.contextmanager
def of_generate(quiet: bool = False) -> Iterator["Callable[[GenerateSummary], None]"]:
    """What `generate` wants as `on_progress`."""
    with shown("Making pictures", "pictures", quiet, waiting=COMPILING) as show:
        yield lambda summary: show(tally_of(summary))


def tally_of(summary: "GenerateSummary") -> Tally:
    """A summary of `generate` as a tally of pictures."""
    count = len(summary.quarantined)
    remark = f"{count} group{'s' if count > 1 else ''} in quarantine" if count else ""
    return Tally(summary.finished_pictures, summary.pictures, summary.made_pictures, remark)


def _bar(stream: TextIO) -> "Progress":
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn

    console = Console(file=stream)
    return Progress(
        TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[facts]}"), console=console, transient=True
    )


def _on_bar(bar: "Progress", task: "TaskID", unit: str, waiting: str) -> Show:
    rate = Rate()

    def show(tally: Tally) -> None:
        facts = phrase(tally, rate.update(tally.made), unit)
        bar.update(task, total=tally.total, completed=tally.done, facts=facts if tally.done else waiting)

    return show


def _in_lines(stream: TextIO, title: str, unit: str) -> Show:
    rate = Rate()
    last = time.monotonic()

    def show(tally: Tally) -> None:
        nonlocal last
        speed = rate.update(tally.made)
        if time.monotonic() - last >= LINE_SECONDS:
            last = time.monotonic()
            print(f"{title}: {phrase(tally, speed, unit)}", file=stream, flush=True)

    return show
