"""The run folder: where everything is, and how a file comes to be there (temp + fsync + rename)."""

import contextlib
import errno
import fcntl
import hashlib
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from spotdiff10k.errors import RunError

TEMP_PREFIX = ".tmp-"
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
    def verdicts(self) -> Path:
        return self.root / "verdicts.parquet"

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


def write_atomically(path: Path, chunks: bytes | Iterable[bytes]) -> None:
    """Write a file so that it is whole or not there: a temporary sibling, fsync, rename, fsync of the folder.

    Raises RunError with one sentence when the disk is full or the folder cannot be written; nothing is left behind.
    """
    temporary = path.with_name(f"{TEMP_PREFIX}{path.name}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with temporary.open("wb") as file:
            for chunk in (chunks,) if isinstance(chunks, bytes) else chunks:
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        temporary.rename(path)
        _sync_folder(path.parent)
    except OSError as error:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise RunError(_sentence(path, error)) from error


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _sentence(path: Path, error: OSError) -> str:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"The disk is full: {path.name} could not be written to {path.parent}. Free some space, then run this again."
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return f"{path.parent} cannot be written ({error.strerror}). Choose another folder or change its permissions."
    return f"{path} could not be written: {error.strerror}."


@contextlib.contextmanager
def driver_lock(run: Run) -> Iterator[None]:
    """Hold the run's one driver lock; the kernel drops it when the process dies. Raises RunError when it is held."""
    try:
        run.root.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(run.root / ".lock", os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise RunError(_sentence(run.root / ".lock", error)) from error
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise RunError(
                f"Another spotdiff10k is working in {run.root}. Wait for it to end, or stop it, then try again."
            ) from error
        yield
    finally:
        os.close(descriptor)
