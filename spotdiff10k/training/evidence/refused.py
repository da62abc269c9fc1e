"""What checks refused of a run's training subjects: the pictures are still in the run's groups."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from spotdiff10k import plan, verdicts
from spotdiff10k.committed import member_bytes, read_tar
from spotdiff10k.errors import DataError
from spotdiff10k.run import Run
from spotdiff10k.samples import MASK, RECORD, UnreadableMemberError, decode, picture_suffix, read_record
from spotdiff10k.training.evidence.part_set import TRAIN
from spotdiff10k.training.views import View
from spotdiff10k.types import Image, Mask, PlannedGroup
from spotdiff10k.verdicts import Verdict

REFUSED = "refused"
"""The split of a refused picture: it is in no other."""
ATTEMPT = "@"
"""Between a key and its attempt: several attempts at one cell may have been refused."""
KEPT_TARS = 2


@dataclass(frozen=True, slots=True)
class RefusedPicture:
    """One attempt at a cell that is not in the release."""

    view: View
    group: str
    attempt: int  # the round it was made in
    checks: frozenset[str]  # that refused it, or its group


class RefusedSet:
    """Refused pictures of a run as a grouped set, group by group."""

    def __init__(self, run: Run, pictures: Sequence[RefusedPicture] | None = None) -> None:
        """All that the run's verdicts tell of, or these. Raises RunError or DataError when the verdicts cannot be read."""
        self.name, self.digest = "refused", ""
        self._run = run
        self.pictures = tuple(_refused(run) if pictures is None else pictures)
        self.listed = self.pictures
        """With those that `whole` left out."""

    def of(self, subjects: Collection[str]) -> "RefusedSet":
        """The pictures of these subjects alone."""
        return RefusedSet(self._run, [one for one in self.pictures if one.view.subject in subjects])

    def whole(self) -> "RefusedSet":
        """Without those that cannot be decoded: every one is opened. Raises RunError when a tar cannot be read."""
        found = RefusedSet(self._run, [one for one in self.pictures if self._is_whole(one)])
        found.listed = self.listed
        return found

    @property
    def views(self) -> Sequence[View]:
        """One a picture."""
        return [one.view for one in self.pictures]

    def picture(self, index: int) -> Image:
        """(H, W, 3), decoded now."""
        members = self._of(index)
        return decode(members[picture_suffix(tuple(members))]).astype(np.uint8, copy=False)

    def mask(self, index: int) -> Mask | None:
        """(H, W), or None where the run makes none."""
        members = self._of(index)
        return decode(members[MASK]).astype(np.uint8, copy=False) if MASK in members else None

    def plate(self, index: int) -> Image | None:
        """Never asked for."""
        return None

    def pixels(self, index: int) -> str:
        """The sha256 that its record gives."""
        return str(read_record(self._of(index)[RECORD])["pixels_sha256"])

    def record(self, index: int) -> Mapping[str, Any]:
        """What its record says."""
        return read_record(self._of(index)[RECORD])

    def _of(self, index: int) -> Mapping[str, bytes]:
        return self._members_of(self.pictures[index])

    def _members_of(self, one: RefusedPicture) -> Mapping[str, bytes]:
        key = cell_of(one.view)
        return _members(self._run.group_tar(one.group, one.attempt)).get(key, {})

    def _is_whole(self, one: RefusedPicture) -> bool:
        try:
            members = self._members_of(one)
            decode(members[picture_suffix(tuple(members))])
            if MASK in members:
                decode(members[MASK])
            read_record(members[RECORD])
        except (DataError, UnreadableMemberError, KeyError, ValueError):
            return False
        return True


def cell_of(view: View) -> str:
    """The key that the picture would have in the set."""
    return view.key.split(ATTEMPT)[0]


@lru_cache(maxsize=KEPT_TARS)
def _members(path: Path) -> dict[str, dict[str, bytes]]:
    return member_bytes(*read_tar(path)) if path.is_file() else {}


def _refused(run: Run) -> Iterator[RefusedPicture]:
    """What the training split would hold as well without its checks.

    The first refused attempt at a cell, for no other would have been made, and all pictures of groups that were refused.
    """
    rows = [row for row in verdicts.read(run.verdicts) if row.split == TRAIN]
    groups = {row.group: _checks(row) for row in rows if not row.sample and not row.accepted}
    found: dict[str, dict[str, tuple[Verdict, frozenset[str]]]] = {}
    for row in sorted((row for row in rows if row.sample), key=lambda row: (row.sample, row.attempt)):
        checks = (frozenset() if row.accepted else _checks(row)) | groups.get(row.group, frozenset())
        if checks:
            found.setdefault(row.group, {}).setdefault(row.sample, (row, checks))
    for group in plan.read(run) if found else ():
        for row, checks in found.get(group.id, {}).values():
            yield RefusedPicture(_view(group, row), group.id, row.attempt, checks)


def _view(group: PlannedGroup, row: Verdict) -> View:
    cell = next(cell for cell in group.cells if cell.key == row.sample)
    pose, background = group.poses[cell.pose_index].id, group.backgrounds[cell.background_index].id
    return View(f"{row.sample}{ATTEMPT}{row.attempt}", group.subject.id, group.subject.family, pose, background, REFUSED)


def _checks(row: Verdict) -> frozenset[str]:
    named = row.refused_by or row.check
    return frozenset(name for name in named.split(",") if name)
