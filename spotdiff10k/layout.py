"""The layout of a release: which group goes into which shard, and what will lie where in it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from spotdiff10k import measures
from spotdiff10k.errors import RunError
from spotdiff10k.index import IndexedMember, IndexedSample
from spotdiff10k.joining import Piece, PieceMember, piece_size
from spotdiff10k.run import Run
from spotdiff10k.samples import split_member
from spotdiff10k.selection import GroupSource, SampleSource, sources
from spotdiff10k.types import PlannedGroup

FOLDER = "shards"


@dataclass(frozen=True, slots=True)
class Shard:
    """A shard that is to be: what it is joined of, and what will lie where in it."""

    split: str
    number: int
    groups: tuple[PlannedGroup, ...]
    pieces: tuple[Piece, ...]
    samples: tuple[IndexedSample, ...]

    @property
    def stem(self) -> str:
        """The file's name without its ending, such as train-00000."""
        return shard_stem(self.split, self.number)

    @property
    def path(self) -> str:
        """Where it lies in a release."""
        return f"{FOLDER}/{self.stem}.tar"

    @property
    def size(self) -> int:
        """Bytes."""
        return piece_size(self.pieces)

    @property
    def members(self) -> list[PieceMember]:
        """Every member, with its offset in the shard."""
        return [
            PieceMember(f"{sample.key}.{member.suffix}", member.offset, member.size, member.sha256)
            for sample in self.samples
            for member in sample.members
        ]


def shard_stem(split: str, number: int) -> str:
    """The name of a split's `number`-th shard, without its ending."""
    return f"{split}-{number:05d}"


def layout(run: Run, groups: Iterable[PlannedGroup], groups_per_shard: int) -> Iterator[Shard]:
    """Cut the released groups, in plan order, into shards of whole groups of one split; splits in the order they first come.

    Raises RunError when a group's measures are gone.
    """
    by_split: dict[str, list[PlannedGroup]] = {}
    for group in groups:
        by_split.setdefault(group.split, []).append(group)
    for split, members in by_split.items():
        rest = iter(members)
        number = 0
        while chunk := tuple(islice(rest, groups_per_shard)):
            yield _shard(run, split, number, chunk)
            number += 1


def _shard(run: Run, split: str, number: int, groups: tuple[PlannedGroup, ...]) -> Shard:
    path = f"{FOLDER}/{shard_stem(split, number)}.tar"
    pieces: list[Piece] = []
    samples: list[IndexedSample] = []
    offset = 0
    for group in groups:
        measured = measures.read(run.group_measures(group.id))
        if measured is None:
            raise RunError(f"The group {group.id} has no usable measures. Run: spotdiff10k validate {run.root}")
        source = sources(run, group, measured)
        for sample in source.samples:
            indexed, offset = _indexed(source, sample, path, offset)
            samples.append(indexed)
        pieces += _pieces(source)
    return Shard(split, number, groups, tuple(pieces), tuple(samples))


def _indexed(group: GroupSource, sample: SampleSource, shard: str, start: int) -> tuple[IndexedSample, int]:
    """A sample's row of the index when its first header lies at `start`, and where the next one starts."""
    members: list[IndexedMember] = []
    for member in sample.members:
        offset = start + member.offset - member.start
        members.append(IndexedMember(split_member(member.name)[1], offset, member.size, member.sha256))
        start += member.end - member.start
    planned = group.planned
    row = IndexedSample(
        key=sample.cell.key,
        group=planned.id,
        subject=planned.subject.id,
        pose=planned.poses[sample.cell.pose_index].id,
        background=planned.backgrounds[sample.cell.background_index].id,
        split=planned.split,
        attempt=sample.attempt,
        shard=shard,
        members=tuple(members),
    )
    return row, start


def _pieces(group: GroupSource) -> Iterator[Piece]:
    """The stretches to copy, neighbours of one tar taken together: a group without repairs is one piece."""
    stored = [(sample.tar, member) for sample in group.samples for member in sample.members]
    runs: list[list[int]] = []
    for index, (path, member) in enumerate(stored):
        joined = index > 0 and stored[index - 1][0] == path and stored[index - 1][1].end == member.start
        if joined:
            runs[-1].append(index)
        else:
            runs.append([index])
    for indices in runs:
        path, first = stored[indices[0]]
        inside = tuple(
            PieceMember(member.name, member.offset - first.start, member.size, member.sha256)
            for _, member in (stored[index] for index in indices)
        )
        yield Piece(path, first.start, stored[indices[-1]][1].end, inside)
