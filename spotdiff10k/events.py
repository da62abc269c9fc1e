"""The run's event log: what happened when, one JSON object a line, for people. No stage reads it to decide anything."""

import contextlib
import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

MAX_LINE_BYTES = 1 << 20


class EventLog:
    """Appends whole lines, each in one write; a full disk or an unwritable file costs events and never the run."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor = -1

    def __enter__(self) -> Self:
        with contextlib.suppress(OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._descriptor = os.open(self._path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o644)
            self._end_torn_line()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def write(self, event: str, **facts: Any) -> None:
        """Append one event with the time it happened (UTC)."""
        values = {"at": datetime.now(UTC).isoformat(timespec="milliseconds"), "event": event, **facts}
        line = json.dumps(values, ensure_ascii=False, default=str) + "\n"
        if self._descriptor >= 0:
            with contextlib.suppress(OSError):
                os.write(self._descriptor, line.encode("utf-8", "replace"))

    def _end_torn_line(self) -> None:
        """A driver killed while it wrote leaves half a line; ours must not be glued to it."""
        length = os.lseek(self._descriptor, 0, os.SEEK_END)
        if length and os.pread(self._descriptor, 1, length - 1) != b"\n":
            os.write(self._descriptor, b"\n")


def read_events(path: Path) -> Iterator[dict[str, Any]]:
    """The events in order; lines that are torn or are no events are skipped, a missing file has none."""
    try:
        file = path.open("rb")
    except OSError:
        return
    with file:
        while line := file.readline(MAX_LINE_BYTES):
            with contextlib.suppress(ValueError, RecursionError):
                event = json.loads(line)
                if isinstance(event, dict) and isinstance(event.get("event"), str):
                    yield event
