"""A set as columns: what each group takes, and what was noted of each sample."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from spotdiff10k.checks._colours import read_colours
from spotdiff10k.checks._leaks import Context
from spotdiff10k.checks._ridge import F64, Labels
from spotdiff10k.checks._shared_levels import read_note
from spotdiff10k.set_measures import SetGroup
from spotdiff10k.traits import Colour, catalogue, draw
from spotdiff10k.types import PlannedGroup, SubjectLevel

SHARED_BY = 2
COLOURS = ("balance", "colours")
GRID = ("background", "grid")
"""Checks and their notes."""
NO_COLOUR = "none"
Columns = npt.NDArray[np.int32]


def main_colour(subject: SubjectLevel) -> str:
    """The name of a procedural subject's main colour, by which plans are balanced; "none" for others."""
    family = catalogue("subjects").get(subject.family)
    if family is None:
        return NO_COLOUR
    return next((value.name for value in draw(family, subject.identity).values() if isinstance(value, Colour)), NO_COLOUR)


@dataclass(frozen=True, slots=True)
class SetTable:
    """What the groups of a set take, one row a group."""

    groups: tuple[PlannedGroup, ...]
    families: tuple[str, ...]
    palette: tuple[str, ...]
    poses: Columns  # (G, P) numbers of levels
    backgrounds: Columns  # (G, B)

    @classmethod
    def of(cls, groups: Sequence[PlannedGroup]) -> "SetTable":
        """Number the levels in the order of their names."""
        poses = sorted({level.id for group in groups for level in group.poses})
        backgrounds = sorted({level.id for group in groups for level in group.backgrounds})
        number = {name: place for names in (poses, backgrounds) for place, name in enumerate(names)}
        return cls(
            tuple(groups),
            tuple(group.subject.family for group in groups),
            tuple(main_colour(group.subject) for group in groups),
            np.array([[number[level.id] for level in group.poses] for group in groups], np.int32),
            np.array([[number[level.id] for level in group.backgrounds] for group in groups], np.int32),
        )

    @property
    def family_numbers(self) -> Labels:
        """(G,) families as numbers."""
        return np.unique(np.asarray(self.families), return_inverse=True)[1].astype(np.int64)

    @property
    def smallest_split(self) -> int:
        """Groups in the smallest split that has any."""
        return min(Counter(group.split for group in self.groups).values())

    def cells_shared(self) -> dict[str, tuple[int, int]]:
        """Split to how many (pose, background) cells its groups take, and how many of these two of them take.

        Splits with one group are left out: nothing can be shared there.
        """
        found: dict[str, tuple[int, int]] = {}
        for split, groups in sorted(Counter(group.split for group in self.groups).items()):
            if groups >= SHARED_BY:
                rows = [place for place, group in enumerate(self.groups) if group.split == split]
                takers = Counter(
                    (int(pose), int(background)) for i in rows for pose in self.poses[i] for background in self.backgrounds[i]
                )
                found[split] = len(takers), sum(count >= SHARED_BY for count in takers.values())
        return found


@dataclass(frozen=True, slots=True)
class Notes:
    """What was noted, one row a sample."""

    context: Context
    subjects: F64  # (N, BINS)
    backgrounds: F64  # (N, CELLS * COLOURS), NaN where unknown


def read_table(groups: Sequence[SetGroup]) -> Notes:
    """What the checks balance and background noted of some groups. Raises KeyError where a note is missing, DataError."""
    places: list[tuple[int, str, str]] = []
    subjects, backgrounds = [], []
    for number, group in enumerate(groups):
        planned = group.planned
        for cell in planned.cells:
            places.append((number, planned.poses[cell.pose_index].id, planned.backgrounds[cell.background_index].id))
            subjects.append(read_colours(group.fact(COLOURS[0], cell.key, COLOURS[1])))
            backgrounds.append(read_note(group.fact(GRID[0], cell.key, GRID[1])).ravel())
    owners, poses, levels = (np.unique(np.asarray(column), return_inverse=True)[1] for column in zip(*places, strict=True))
    context = Context(owners.astype(np.int64), poses.astype(np.int64), levels.astype(np.int64))
    return Notes(context, np.stack(subjects), np.stack(backgrounds))
