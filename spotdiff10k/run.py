"""The run folder: where everything is, and how a file comes to be there (temp + fsync + rename)."""

import contextlib
import errno
import fcntl
import hashlib
import itertools
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import BufferedWriter
from itertools import chain
from pathlib import Path

from spotdiff10k.errors import RunError

TEMP_PREFIX = ".tmp-"
LOCK_NAME = ".lock"
_numbers = itertools.count()  # of this process's temporary files; one thread at a time is let in
FOLDER_DIGITS = 2


@dataclass(frozen=True, slots=True)
class Run:
    """Names the files of a run folder (contract v1); touches nothing by itself."""

    root: Path

    @property
    def recipe(self) -> Path:
        return self.root / "recipe.yaml"

    @property
    def plan_json(self) -> Path:
        return self.root / "plan.json"

    @property
    def plan_parquet(self) -> Path:
        return self.root / "plan.parquet"

    @property
    def groups(self) -> Path:
        return self.root / "groups"

    @property
    def measures(self) -> Path:
        return self.root / "measures"

    @property
    def features(self) -> Path:
        """What was costly to take of the pictures; it can always be taken again."""
        return self.root / "features"

    @property
    def verdicts(self) -> Path:
        return self.root / "verdicts.parquet"

    @property
    def calibration(self) -> Path:
        """A copy of the calibration that the recipe's thresholds came from."""
        return self.root / "calibration.json"

    @property
    def shards(self) -> Path:
        return self.root / "shards"

    @property
    def index(self) -> Path:
        return self.root / "index.parquet"

    @property
    def preview(self) -> Path:
        return self.root / "preview"

    @property
    def release(self) -> Path:
        return self.root / "release.json"

    @property
    def report(self) -> Path:
        return self.root / "report"

    @property
    def certificate(self) -> Path:
        """What `certify` shows of the release; beside it, never part of it."""
        return self.root / "certificate"

    @property
    def events(self) -> Path:
        return self.root / "events.jsonl"

    @property
    def quarantine(self) -> Path:
        """Errors of groups that could not be made: `<group>.json`, removed when the group is made after all."""
        return self.root / "quarantine"

    def group_tar(self, group: str, remade: int = 0) -> Path:
        """The committed tar of a group; `remade` > 0 names the tar of its cells remade in that round."""
        return self.groups / _folder(group) / (f"{group}.r{remade}.tar" if remade else f"{group}.tar")

    def group_measures(self, group: str) -> Path:
        """What the checks measured on a group."""
        return self.measures / _folder(group) / f"{group}.json"


def _folder(group: str) -> str:
    return hashlib.sha256(group.encode()).hexdigest()[:FOLDER_DIGITS]


def write_atomically(path: Path, chunks: bytes | Iterable[bytes]) -> int:
    """Write a file so that it is whole or not there: a temporary sibling, fsync, rename, fsync of the folder.

    Returns the bytes written. Raises RunError with one sentence when the disk is full or the folder cannot be written;
    whatever is raised, nothing is left behind. Two writers of one file do not meet: each has its own temporary.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = _temporary_for(path)
        try:
            with file:
                file.writelines((chunks,) if isinstance(chunks, bytes) else chunks)
                file.flush()
                os.fsync(file.fileno())
                written = file.tell()
            Path(file.name).rename(path)
        except BaseException:
            with contextlib.suppress(OSError):
                Path(file.name).unlink()
            raise
        _sync_folder(path.parent)
        return written
    except OSError as error:
        raise RunError(sentence(path, error)) from error


def _temporary_for(path: Path) -> BufferedWriter:
    """A new file beside `path`: threads, and machines that share the folder, have each their own."""
    while True:
        temporary = path.with_name(f"{TEMP_PREFIX}{os.getpid()}-{next(_numbers)}-{path.name}")
        with contextlib.suppress(FileExistsError):  # of another machine, or left by a process that was killed
            return temporary.open("xb")


def remove_leftovers(run: Run) -> int:
    """Delete what writers that were killed left half-written, and say how many; for the one who holds the driver lock.

    Looks only where the run keeps its files: a run folder may lie in, or be, a folder with other things in it.
    """
    pattern = f"{TEMP_PREFIX}[0-9]*-*"
    folders = (run.groups, run.measures, run.features, run.quarantine, run.shards, run.preview, run.report)
    count = 0
    for leftover in chain(run.root.glob(pattern), *(folder.rglob(pattern) for folder in folders)):
        with contextlib.suppress(OSError):
            leftover.unlink()
            count += 1
    return count


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sentence(path: Path, error: OSError) -> str:
    """What to tell people when `path` could not be written."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"The disk is full: {path.name} could not be written to {path.parent}. Free some space, then run this again."
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return f"{path.parent} cannot be written ({error.strerror}). Choose another folder or change its permissions."
    if error.errno == errno.EFBIG:
        return f"{path.name} is larger than this system lets a file be (ulimit -f, or the file system of {path.parent})."
    if error.errno in (errno.ENOTDIR, errno.EEXIST):
        return f"{path.parent} is needed as a folder, and a file is in the way. Move the file, or choose another folder."
    return f"{path} could not be written: {error.strerror or error}."


_held: set[Path] = set()
"""Runs whose lock this process holds: `build` takes it once, for all its stages."""


@contextlib.contextmanager
def driver_lock(run: Run) -> Iterator[None]:
    """Hold the run's one driver lock; a second time in the same process is free. The kernel drops it when the process dies.

    Raises RunError when another process holds it or the folder cannot be written.
    """
    root = run.root.resolve()
    if root in _held:
        yield
        return
    descriptor = _open_lock(run.root)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise RunError(
                f"Another spotdiff10k is working in {run.root}. Wait for it to end, or stop it, then try again."
            ) from error
        except OSError as error:
            raise RunError(f"{run.root} is on a file system without file locks ({error.strerror}); choose another.") from error
        _held.add(root)
        yield
    finally:
        _held.discard(root)
        os.close(descriptor)


def _open_lock(root: Path) -> int:
    try:
        root.mkdir(parents=True, exist_ok=True)
        return os.open(root / LOCK_NAME, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise RunError(sentence(root / LOCK_NAME, error)) from error
