"""What was fetched from the hub, in a lock file beside it: the commit of every repository and the sha256 of every file.

Where nobody names a commit, the first fetch takes the newest and locks it. Later fetches take the locked one, and a build refuses
weights that are not what the lock says.
"""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from spotdiff10k.errors import ModelError
from spotdiff10k.models.store import sha256_of
from spotdiff10k.run import write_atomically

LOCK = "spotdiff10k-lock.json"
"""In the hub's cache."""
FORMAT = 1
SNAPSHOTS = "snapshots"
"""Folder of a repository in the cache, with a folder for each commit."""

Document = dict[str, Any]


def lock_path() -> Path:
    """The lock file of this machine's cache."""
    from huggingface_hub import constants

    return Path(constants.HF_HUB_CACHE) / LOCK


def locked_commit(hub: str) -> str | None:
    """The commit of a repository that was fetched when none was named."""
    found = _read()["newest"].get(hub)
    return None if found is None else str(found)


def keep(hub: str, named: str | None, files: Iterable[Path]) -> str:
    """Lock what was fetched of a repository, and that it was the newest where no commit was named; the commit.

    Raises ModelError when a file is not what it was when it was fetched before.
    """
    document = _read()
    commit = ""
    for file in files:
        top = _top(file)
        commit = top.name
        known = document["commits"].setdefault(hub, {}).setdefault(commit, {})
        name, digest = file.relative_to(top).as_posix(), sha256_of(file)
        if known.setdefault(name, digest) != digest:
            raise ModelError(_other(name, hub, commit))
    if commit and named is None:
        document["newest"].setdefault(hub, commit)
    write_atomically(lock_path(), json.dumps(document, sort_keys=True, indent=1).encode() + b"\n")
    return commit


def refuse_changed(path: Path, hub: str) -> None:
    """Raise ModelError unless the weights are what the lock says; those it knows nothing of are as good as their owner's word.

    path: a file or a folder of the cache. Files are read in full once in a process, about a second a gigabyte.
    """
    top = _top(path)
    if top.parent.name != SNAPSHOTS:
        return
    known: Mapping[str, str] = _read()["commits"].get(hub, {}).get(top.name, {})
    for name, digest in known.items():
        file = top / name
        if path not in (file, *file.parents):
            continue
        if not file.is_file() or sha256_of(file) != digest:
            raise ModelError(_other(name, hub, top.name))


def _other(name: str, hub: str, commit: str) -> str:
    return (
        f"{name} of {hub} at {commit[:12]} is missing or not what was fetched first, as {lock_path()} says. Remove it from the "
        f"cache and fetch it again, or take {hub} out of the lock if you mean to have the other."
    )


def _top(path: Path) -> Path:
    """The folder of the commit that a file or folder of the cache belongs to; the path itself where there is none."""
    return next((place for place in (path, *path.parents) if place.parent.name == SNAPSHOTS), path)


def _read() -> Document:
    """The lock; an empty one where there is none. Raises ModelError when it cannot be read."""
    try:
        document = json.loads(lock_path().read_bytes())
        if document["format"] != FORMAT:
            raise ValueError(f"its format is {document['format']}, expected {FORMAT}")
        return {"format": FORMAT, "newest": dict(document["newest"]), "commits": dict(document["commits"])}
    except FileNotFoundError:
        return {"format": FORMAT, "newest": {}, "commits": {}}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError(
            f"The lock {lock_path()} cannot be read ({error}). Put it right, or remove it and fetch again."
        ) from error
