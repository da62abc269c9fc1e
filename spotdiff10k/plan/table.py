"""The groups of a plan in memory: columns, from which a group is put together when it is asked for."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from spotdiff10k.plan.captions import with_subject, without_subject
from spotdiff10k.plan.subjects import Drawn
from spotdiff10k.seeds import seed_for
from spotdiff10k.types import BackgroundLevel, PlannedCell, PlannedGroup, PoseLevel

Columns = npt.NDArray[np.int32]


def cell_key(group: str, pose: int, background: int) -> str:
    """The key of a sample; positions are in the group, not in the catalogue."""
    return f"{group}-p{pose:02d}-b{background:02d}"


def cell_seed(root: int, key: str, attempt: int) -> int:
    """The seed of a cell: an address, so that it does not depend on order, workers or restarts."""
    return seed_for(root, "cell", key, attempt)


@dataclass(frozen=True, slots=True)
class GroupTable:
    """N groups: their subjects, splits and levels. About 400 bytes a group."""

    root: int
    poses: tuple[PoseLevel, ...]
    backgrounds: tuple[BackgroundLevel, ...]
    subjects: Sequence[Drawn]
    splits: Sequence[str]
    regular: int  # groups from here on are reserves
    pose_sets: Columns  # (N, poses a group)
    background_sets: Columns  # (N, backgrounds a group)

    def __len__(self) -> int:
        return len(self.subjects)

    def groups(self, start: int, stop: int) -> Iterator[PlannedGroup]:
        """The groups with these ordinals, one after the other."""
        for ordinal in range(start, stop):
            yield self._group(ordinal)

    def _group(self, ordinal: int) -> PlannedGroup:
        subject = self.subjects[ordinal].level(ordinal)
        poses = tuple(self.poses[index] for index in self.pose_sets[ordinal].tolist())
        backgrounds = tuple(self.backgrounds[index] for index in self.background_sets[ordinal].tolist())
        return PlannedGroup(
            id=f"g{ordinal:06d}",
            ordinal=ordinal,
            split=self.splits[ordinal],
            reserve=ordinal >= self.regular,
            subject=subject,
            poses=poses,
            backgrounds=backgrounds,
            cells=tuple(self._cells(f"g{ordinal:06d}", subject.description, poses, backgrounds)),
        )

    def _cells(
        self, group: str, subject: str, poses: tuple[PoseLevel, ...], backgrounds: tuple[BackgroundLevel, ...]
    ) -> Iterator[PlannedCell]:
        for pose_index, pose in enumerate(poses):
            for background_index, background in enumerate(backgrounds):
                key = cell_key(group, pose_index, background_index)
                context = without_subject(pose, background)
                yield PlannedCell(
                    key, pose_index, background_index, cell_seed(self.root, key, 0), 0, with_subject(subject, context), context
                )
