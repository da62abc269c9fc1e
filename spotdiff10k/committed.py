"""A committed group read back from its tars: what lies where, with digests, and its samples as checks see them.

A group is its first tar with the cells of `<group>.r1.tar`, `<group>.r2.tar`, ... laid over it, round by round:
the last round that remade a cell is the one that counts.
"""

import hashlib
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from spotdiff10k.decoded import Decoded
from spotdiff10k.errors import RunError
from spotdiff10k.run import Run
from spotdiff10k.samples import MASK, RECORD, Pixels, picture_suffix, read_object, read_record, split_member
from spotdiff10k.tar import BLOCK_BYTES, Member, padding, read_members
from spotdiff10k.types import BackgroundLevel, EngineSettings, PlannedCell, PlannedGroup, PoseLevel

INSIDE = 128
"""Alpha from which a pixel counts as inside the subject."""
ANNOTATIONS = "annotations"
Taken = TypeVar("Taken")


@dataclass(frozen=True, slots=True)
class StoredMember:
    """Where one member's data lies in its tar, and its digest."""

    name: str  # "g000042-p02-b01.mask.png"
    offset: int  # bytes from the start of the file to the data
    size: int  # bytes of data
    sha256: str

    @property
    def start(self) -> int:
        """Where the member's header starts."""
        return self.offset - BLOCK_BYTES

    @property
    def end(self) -> int:
        """Where the member's padding ends."""
        return self.offset + self.size + len(padding(self.size))


@dataclass(frozen=True, slots=True)
class StoredTar:
    """One committed tar of a group as it lies on disk."""

    name: str  # "g000042.r1.tar"
    size: int  # bytes
    sha256: str  # of what its members are, see `read_tar`
    members: tuple[StoredMember, ...]

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys of its samples, in the order in which they lie there."""
        return tuple(dict.fromkeys(split_member(member.name)[0] for member in self.members))


@dataclass(frozen=True, slots=True)
class SampleView:
    """One sample as checks see it: its plan and its members, decoded on first use."""

    cell: PlannedCell
    pose: PoseLevel
    background: BackgroundLevel
    members: Mapping[str, bytes]  # suffix to data; empty when the sample is missing
    _decoded: Decoded = field(repr=False, compare=False)
    _parsed: dict[str, dict[str, Any]] = field(default_factory=dict, repr=False, compare=False)  # what JSON said, by what it is
    _seen: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)  # what `once` took, by its name

    @property
    def key(self) -> str:
        """The sample's key."""
        return self.cell.key

    @property
    def picture(self) -> Pixels:
        """(H, W, 3) uint8."""
        return self.pixels(self.picture_suffix)

    @property
    def mask(self) -> Pixels:
        """(H, W) uint8, soft."""
        return self.pixels(MASK)

    @property
    def luma(self) -> npt.NDArray[np.uint8]:
        """(H, W) uint8: the picture's brightness by Rec. 601, in integers; not to be written to."""
        from spotdiff10k.luma import luma

        return self._decoded.array(
            "luma", self.members[self.picture_suffix], lambda: luma(self.picture.astype(np.uint8, copy=False))
        )

    @property
    def inside(self) -> npt.NDArray[np.bool_]:
        """(H, W) bool: where the mask says the subject is; not to be written to."""
        return self._decoded.array("inside", self.members[MASK], lambda: np.asarray(self.mask >= INSIDE))

    @property
    def picture_suffix(self) -> str:
        """Which of its members is the picture."""
        return picture_suffix(tuple(self.members))

    @property
    def record(self) -> dict[str, Any]:
        """What the sample's JSON says; not to be written to. Raises UnreadableMemberError."""
        if RECORD not in self._parsed:
            self._parsed[RECORD] = read_record(self.members[RECORD])
        return self._parsed[RECORD]

    @property
    def annotations(self) -> dict[str, Any]:
        """What the record's `annotations` say, such as keypoints; not to be written to. Raises UnreadableMemberError."""
        if ANNOTATIONS not in self._parsed:
            self._parsed[ANNOTATIONS] = read_object(self.record[ANNOTATIONS])
        return self._parsed[ANNOTATIONS]

    def once(self, name: str, take: Callable[[], Taken]) -> Taken:
        """What `take` takes of this sample's members alone, taken once however often the sample is looked at.

        A defect is planted in one sample of a group, and what its siblings show was seen before.
        """
        if name not in self._seen:
            self._seen[name] = take()
        found: Taken = self._seen[name]
        return found

    def altered(self, cell: PlannedCell, members: Mapping[str, bytes]) -> "SampleView":
        """The view of the sample with other members: nothing is known of it."""
        return replace(self, cell=cell, members=members, _parsed={}, _seen={})

    def check(self, suffix: str) -> None:
        """Make sure that a picture member can be decoded, at less cost. Raises what `pixels` raises."""
        self._decoded.check(self.members[suffix])

    def pixels(self, suffix: str) -> Pixels:
        """A picture member as an array, not to be written to. Raises UnreadableMemberError, or KeyError when it is not there."""
        return self._decoded.pixels(self.members[suffix])


@dataclass(frozen=True, slots=True)
class GroupView:
    """A group as checks see it, in one round of its making."""

    planned: PlannedGroup
    settings: EngineSettings
    engine: str
    samples: tuple[SampleView, ...]  # one for every planned cell, in plan order
    stored: tuple[StoredTar, ...]  # the first tar, then those of the rounds so far
    _known: dict[tuple[str, int], bytes] = field(default_factory=dict, repr=False, compare=False)  # by digest and size
    run: Run | None = field(default=None, repr=False, compare=False)  # that may keep what is costly to take of the pictures


def tar_paths(run: Run, group: str) -> list[Path]:
    """The committed tars of a group, first to last round; empty when the group was not generated."""
    paths: list[Path] = []
    while (path := run.group_tar(group, len(paths))).is_file():
        paths.append(path)
    return paths


def read_tar(path: Path) -> tuple[StoredTar, bytes]:
    """A committed tar with its digests, and its bytes. Raises DataError when it is damaged, RunError when it cannot be read."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise RunError(f"{path} cannot be read: {error.strerror}.") from error
    file = io.BytesIO(data)
    file.name = path.name
    members = tuple(_digested(data, read_members(file)))
    return StoredTar(path.name, len(data), _digest_of(members), members), data


def _digested(data: bytes, members: Iterable[Member]) -> Iterator[StoredMember]:
    """Members with their digests; the plate of another pose, which is the same bytes again, has its digest already."""
    known: dict[tuple[str, int], StoredMember] = {}
    for name, offset, size in members:
        content = data[offset : offset + size]
        kind = split_member(name)[1], size
        twin = known.get(kind)
        same = twin is not None and data.startswith(content, twin.offset)
        digest = twin.sha256 if twin is not None and same else hashlib.sha256(content).hexdigest()
        known[kind] = StoredMember(name, offset, size, digest)
        yield known[kind]


def _digest_of(members: Sequence[StoredMember]) -> str:
    """The sha256 of the members' names, sizes and digests: the reader accepts no byte of a tar that these do not tell."""
    return hashlib.sha256("".join(f"{item.name} {item.size} {item.sha256}\n" for item in members).encode()).hexdigest()


def member_bytes(
    stored: StoredTar, data: bytes, known: dict[tuple[str, int], bytes] | None = None
) -> dict[str, dict[str, bytes]]:
    """The samples of a tar: key to suffix to data.

    `known` takes in the data by digest and size; members that are in it already are the same object, and so are decoded once.
    """
    known = {} if known is None else known
    samples: dict[str, dict[str, bytes]] = {}
    for member in stored.members:
        key, suffix = split_member(member.name)
        found = known.get((member.sha256, member.size)) if member.sha256 else None
        if found is None:
            found = data[member.offset : member.offset + member.size]
            known[member.sha256, member.size] = found
        samples.setdefault(key, {})[suffix] = found
    return samples


def view_group(
    planned: PlannedGroup,
    settings: EngineSettings,
    engine: str,
    tars: Sequence[tuple[StoredTar, bytes]],
    before: GroupView | None = None,
) -> GroupView:
    """Lay the rounds over the first tar and view the result; `planned` holds the cells as of the last round.

    before: the same group a round earlier, whose samples are taken over where they were not made again: what was decoded and
    seen of them need not be once more.
    """
    merged: dict[str, dict[str, bytes]] = {}
    known: dict[tuple[str, int], bytes] = {} if before is None else before._known
    for stored, data in tars:
        merged.update(member_bytes(stored, data, known))
    earlier = {} if before is None else {sample.cell: sample for sample in before.samples}
    decoded = next((sample._decoded for sample in earlier.values()), None) or Decoded()
    samples: list[SampleView] = []
    for cell in planned.cells:
        pose, background = planned.poses[cell.pose_index], planned.backgrounds[cell.background_index]
        found = SampleView(cell, pose, background, merged.get(cell.key, {}), decoded)
        same = earlier.get(cell)
        samples.append(same if same is not None and same == found else found)
    return GroupView(planned, settings, engine, tuple(samples), tuple(stored for stored, _ in tars), known)
