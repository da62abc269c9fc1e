"""A release as values: groups by id, samples as a pose × background grid, members decoded when they are asked for.

Reads nothing it does not need: release.json and the index when it is opened, then each member by its offset.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from spotdiff10k.data.sample import Place, Sample
from spotdiff10k.errors import DataError
from spotdiff10k.index import schema
from spotdiff10k.release import FileSeal, digest_of, read_release
from spotdiff10k.run import Run
from spotdiff10k.samples import group_of
from spotdiff10k.tables import read_table
from spotdiff10k.verification.files import SEALED_PATH, sealed_files

if TYPE_CHECKING:
    import pyarrow


def load_release(path: str | Path) -> "Release":
    """Open a sealed release: a run folder, or a copy of its release. Raises DataError when the seal or the index is broken."""
    return Release(Path(path))


@dataclass(frozen=True)
class Group:
    """All samples of one subject: `group.samples[pose][background]`, or iterate it, pose by pose."""

    id: str
    subject: str
    split: str
    samples: tuple[tuple[Sample, ...], ...]

    @property
    def poses(self) -> tuple[str, ...]:
        """The ids of its pose levels: the rows of the grid."""
        return tuple(row[0].pose for row in self.samples)

    @property
    def backgrounds(self) -> tuple[str, ...]:
        """The ids of its background levels: the columns of the grid."""
        return tuple(sample.background for sample in self.samples[0])

    def __iter__(self) -> Iterator[Sample]:
        return (sample for row in self.samples for sample in row)

    def __len__(self) -> int:
        return sum(len(row) for row in self.samples)


class Groups(Sequence[Group]):
    """Groups in the order of the release, by position or by id."""

    def __init__(self, release: "Release", names: Sequence[str]) -> None:
        self._release = release
        self._names = names

    @property
    def ids(self) -> list[str]:
        """Their ids."""
        return list(self._names)

    def __len__(self) -> int:
        return len(self._names)

    def __getitem__(self, which: Any) -> Any:
        if isinstance(which, slice):
            return Groups(self._release, self._names[which])
        return self._release.group(which if isinstance(which, str) else self._names[which])

    def __repr__(self) -> str:
        return f"Groups({len(self)})"


class Release:
    """A sealed release, opened for reading."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.info = read_release(path / "release.json")
        """What release.json says."""
        self._table = self._read_index()
        names: list[str] = self._table.column("group").to_pylist()
        starts = [index for index, name in enumerate(names) if index == 0 or names[index - 1] != name]
        stops = [*starts[1:], len(names)]
        self._rows = {names[start]: (start, stop) for start, stop in zip(starts, stops, strict=True)}
        splits: list[str] = self._table.column("split").to_pylist()
        self._split_of = {names[start]: splits[start] for start in starts}

    @property
    def name(self) -> str:
        """The recipe's name."""
        return str(self.info["name"])

    @cached_property
    def digest(self) -> str:
        """The release digest."""
        return digest_of(self.path / "release.json")

    @property
    def groups(self) -> Groups:
        """All groups."""
        return Groups(self, list(self._rows))

    @property
    def splits(self) -> dict[str, Groups]:
        """Split to its groups."""
        found = dict.fromkeys(self._split_of.values())
        return {split: Groups(self, [name for name, home in self._split_of.items() if home == split]) for split in found}

    def group(self, name: str) -> Group:
        """One group by its id. Raises DataError when the release has none."""
        if name not in self._rows:
            raise DataError(f"The release has no group '{name}'; its groups are {self._some()}.")
        start, stop = self._rows[name]
        rows = self._table.slice(start, stop - start).to_pylist()
        samples = [self._sample(row) for row in rows]
        poses = list(dict.fromkeys(sample.key.rpartition("-b")[0] for sample in samples))
        grid = tuple(tuple(s for s in samples if s.key.rpartition("-b")[0] == pose) for pose in poses)
        return Group(name, samples[0].subject, samples[0].split, grid)

    def sample(self, key: str) -> Sample:
        """One sample by its key. Raises DataError when the release has none."""
        for sample in self.group(group_of(key)):
            if sample.key == key:
                return sample
        raise DataError(f"The release has no sample '{key}'.")

    def __len__(self) -> int:
        """How many samples there are."""
        return int(self._table.num_rows)

    def __repr__(self) -> str:
        return f"<Release {self.name}: {len(self._rows)} groups, {len(self)} samples>"

    def _some(self) -> str:
        names = list(self._rows)
        return f"{names[0]} to {names[-1]}" if names else "none"

    def _sample(self, row: Mapping[str, Any]) -> Sample:
        shard = row["shard"]
        if not SEALED_PATH.fullmatch(shard) or shard not in self.info["files"]:
            raise DataError(f"index.parquet places {row['key']} in '{shard}', which is no shard of this release.")
        places = {member["suffix"]: Place(member["offset"], member["bytes"]) for member in row["members"]}
        texts = {name: row[name] for name in ("key", "group", "subject", "pose", "background", "split")}
        return Sample(**texts, shard=self.path / shard, places=places)

    def _read_index(self) -> "pyarrow.Table":
        """The index, once it is known to be the one that was sealed."""
        path = Run(self.path).index
        table = read_table(path, schema())
        if FileSeal.of(path) != sealed_files(self.info)[0].get(path.name):
            raise DataError(f"{path.name} is not the one that was sealed. Run: spotdiff10k verify {self.path}")
        return table
