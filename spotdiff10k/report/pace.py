"""How fast a run was made, from its event log."""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from spotdiff10k.events import read_events
from spotdiff10k.report.values import Throughput

MADE_EVENT = "group made"
"""The event that says that a group was committed."""
LONGEST_PAUSE = 120.0
"""Seconds; a longer gap between two groups means that the build was stopped meanwhile, and is not counted."""
SERIES_STRETCHES = 60


def throughput(events: Path) -> Throughput | None:
    """Pictures a second over the time in which groups were being made; None when the log does not tell."""
    return measured(list(_made(read_events(events))))


def _made(events: Iterable[dict[str, Any]]) -> Iterable[tuple[float, int]]:
    for event in events:
        pictures = event.get("pictures", event.get("samples"))
        if event["event"] == MADE_EVENT and isinstance(pictures, int):
            try:
                yield datetime.fromisoformat(str(event["at"])).timestamp(), pictures
            except (KeyError, ValueError):
                continue


def measured(made: list[tuple[float, int]]) -> Throughput | None:
    """The pace of (seconds, pictures) in the order of time; pauses are cut out."""
    clock, last = 0.0, None
    times: list[tuple[float, int]] = []
    for second, pictures in sorted(made):
        if last is not None:
            gap = second - last
            clock += gap if gap <= LONGEST_PAUSE else 0.0
        last = second
        times.append((clock, pictures))
    later = sum(pictures for _, pictures in times[1:])
    if not later or clock <= 0:
        return None
    return Throughput(sum(pictures for _, pictures in times), clock, later / clock, _series(times[1:], clock))


def _series(times: list[tuple[float, int]], seconds: float) -> tuple[float, ...]:
    stretches = min(SERIES_STRETCHES, max(1, len(times) // 4))
    counts = [0] * stretches
    for second, pictures in times:
        counts[min(stretches - 1, int(second / seconds * stretches))] += pictures
    return tuple(round(count / (seconds / stretches), 2) for count in counts)
