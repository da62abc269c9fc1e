"""What people see of a download: how much has come, of how much, how fast. It watches the folder that a client fills."""

import contextlib
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from spotdiff10k.models.manifest import Model, Source

POLL_SECONDS = 0.2
LINE_SECONDS = 10.0
MEGABYTE = 1e6
ARCHIVES = ("pypi", "npm")

Show = Callable[[int], None]
"""Takes the bytes that have come."""


@contextlib.contextmanager
def watched(model: Model, folder: Path, source: Source) -> Iterator[None]:
    """Show on stderr how much lies in the folder: a live bar on a terminal, now and then a line elsewhere."""
    total = source.size or model.size or None
    ended = threading.Event()
    with _bar(model, source, total) if sys.stderr.isatty() else _lines(model, source, total) as show:
        measure = largest_in if source.kind in ARCHIVES else bytes_in
        watcher = threading.Thread(target=_poll, args=(folder, measure, show, ended), daemon=True)
        watcher.start()
        try:
            yield
        finally:
            ended.set()
            watcher.join()


def _poll(folder: Path, measure: Callable[[Path], int], show: Show, ended: threading.Event) -> None:
    while not ended.wait(POLL_SECONDS):
        show(measure(folder))


def bytes_in(folder: Path) -> int:
    """What lies in a folder, however deep."""
    return sum(_sizes(folder))


def largest_in(folder: Path) -> int:
    """The size of the largest file in a folder: an archive that a client downloads to one place and then copies to another."""
    return max(_sizes(folder), default=0)


def _sizes(folder: Path) -> Iterator[int]:
    """Files that come and go meanwhile do not matter."""
    for path in folder.rglob("*"):
        with contextlib.suppress(OSError):
            if path.is_file():
                yield path.stat().st_size


@contextlib.contextmanager
def _bar(model: Model, source: Source, total: int | None) -> Iterator[Show]:
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(f"{model.name} from {source}", total=total)
        yield lambda come: progress.update(task, completed=come)


@contextlib.contextmanager
def _lines(model: Model, source: Source, total: int | None) -> Iterator[Show]:
    of = f" of {total / MEGABYTE:,.0f}" if total else ""
    began = last = time.monotonic()

    def show(come: int) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last >= LINE_SECONDS:
            last = now
            rate = come / MEGABYTE / (now - began)
            print(f"{model.name}: {come / MEGABYTE:,.0f}{of} MB, {rate:.1f} MB a second", file=sys.stderr, flush=True)

    print(f"{model.name}: from {source}{f', {total / MEGABYTE:,.0f} MB' if total else ''}", file=sys.stderr, flush=True)
    yield show
