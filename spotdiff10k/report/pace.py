"""How fast a run was made, from its event log."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from spotdiff10k.events import read_events
from spotdiff10k.report.values import Throughput

STARTS, MADE = ("generate started", "workers ready"), "group made"
SERIES_STRETCHES = 60
GROUPS_A_STRETCH = 4
"""At least, on average, so that the line does not jump between nothing and a lot."""

Mark = tuple[float, int | None]
"""Seconds, and the pictures of the group that was made then; None where a run of the stage started, or its workers were ready."""


def throughput(events: Path) -> Throughput | None:
    """Pictures a second while workers work: without compilation, and without the time between two runs of the stage.

    None when the log is silent.
    """
    return measured(_marks(read_events(events)))


def _marks(events: Iterable[dict[str, Any]]) -> Iterator[Mark]:
    for event in events:
        pictures = event.get("pictures")
        try:
            if event["event"] in STARTS:
                yield datetime.fromisoformat(str(event["at"])).timestamp(), None
            elif event["event"] == MADE and isinstance(pictures, int):
                yield datetime.fromisoformat(str(event["at"])).timestamp(), pictures
        except (KeyError, ValueError):
            continue


def measured(marks: Iterable[Mark]) -> Throughput | None:
    """The pace of marks in the order of time."""
    clock, last = 0.0, None
    made: list[tuple[float, int]] = []
    for second, pictures in marks:
        if pictures is not None and last is not None:
            clock += max(0.0, second - last)
            made.append((clock, pictures))
        last = second
    total = sum(pictures for _, pictures in made)
    return Throughput(total, clock, total / clock, _series(made, clock)) if total and clock > 0 else None


def _series(made: list[tuple[float, int]], seconds: float) -> tuple[float, ...]:
    stretches = min(SERIES_STRETCHES, max(1, len(made) // GROUPS_A_STRETCH))
    counts = [0] * stretches
    for second, pictures in made:
        counts[min(stretches - 1, int(second / seconds * stretches))] += pictures
    return tuple(round(count * stretches / seconds, 2) for count in counts)
