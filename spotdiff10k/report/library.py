"""Where the samples of a run lie: in the shards of a sealed release, or else in the tars of its groups."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from spotdiff10k.committed import tar_paths
from spotdiff10k.report.values import Members, Place
from spotdiff10k.run import Run
from spotdiff10k.samples import split_member
from spotdiff10k.tar import read_members


class RunLibrary:
    """Looks samples up in a run folder; safe to be asked from several threads."""

    def __init__(self, run: Run, released: Mapping[str, Members]) -> None:
        self._run = run
        self._released = released

    def members(self, group: str) -> Members:
        """A group as it was released, or else its first tar with the repairs laid over it. Raises DataError."""
        if group in self._released:
            return self._released[group]
        found: dict[str, Mapping[str, Place]] = {}
        for path in tar_paths(self._run, group):
            found.update(tar_places(path))
        return found

    def attempt(self, group: str, key: str, attempt: int) -> Mapping[str, Place]:
        """The members of one attempt at a sample, from the round that made it. Raises DataError."""
        paths = tar_paths(self._run, group)
        return tar_places(paths[attempt]).get(key, {}) if attempt < len(paths) else {}


def tar_places(path: Path) -> dict[str, dict[str, Place]]:
    """Every member of a tar: sample key -> suffix -> place. Raises DataError when the tar is damaged."""
    found: dict[str, dict[str, Place]] = {}
    for name, offset, size in read_members(path):
        key, suffix = split_member(name)
        found.setdefault(key, {})[suffix] = Place(str(path), offset, size)
    return found


def released_members(run: Run, shards: Sequence[str]) -> dict[str, dict[str, dict[str, Place]]]:
    """The samples in the shards of a release, by group; `shards` are paths from the run folder. Raises DataError."""
    found: dict[str, dict[str, dict[str, Place]]] = {}
    for shard in shards:
        for key, members in tar_places(run.root / shard).items():
            found.setdefault(key.rsplit("-p", 1)[0], {})[key] = members
    return found
