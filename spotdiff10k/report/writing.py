"""report: write the page whole, beside the old one, then put it in its place."""

import contextlib
import fcntl
import shutil
from collections.abc import Iterator
from pathlib import Path

from spotdiff10k.errors import RunError
from spotdiff10k.report import build, source
from spotdiff10k.run import TEMP_PREFIX, Run, sentence

INDEX = "index.html"
LOCK = ".report-lock"


def write(run: Run, workers: int = 0) -> Path:
    """Write RUN/report/ from whatever stages there are, and return the path of its index.html.

    `workers` are threads, 0 means all usable cores. Raises RunError when the run has no plan or cannot be written.
    """
    story = source.read(run)
    new, old = (run.root / f"{TEMP_PREFIX}{name}" for name in ("report-new", "report-old"))
    with _only_writer(run):
        try:
            _remove(new, old)
            build.write_files(story, new, workers)
            if run.report.exists():
                run.report.rename(old)
            new.rename(run.report)
            _remove(old)
        except OSError as error:
            shutil.rmtree(new, ignore_errors=True)
            raise RunError(sentence(run.report, error)) from error
    return run.report / INDEX


@contextlib.contextmanager
def _only_writer(run: Run) -> Iterator[None]:
    """Keep a second writer out; the driver's lock is not needed, so a run can be looked at while it is made."""
    try:
        file = (run.root / LOCK).open("wb")
    except OSError as error:
        raise RunError(sentence(run.report, error)) from error
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise RunError(
                f"Another spotdiff10k is writing the report of {run.root}. Wait for it to end, then try again."
            ) from error
        yield


def _remove(*folders: Path) -> None:
    for folder in folders:
        if folder.exists():
            shutil.rmtree(folder)
