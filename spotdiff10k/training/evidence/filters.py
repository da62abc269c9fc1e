"""Per-filter return: the model trained again with what a check refused put back. Shown without a verdict."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from spotdiff10k.seeds import seed_for
from spotdiff10k.training.evidence.arms import Planned
from spotdiff10k.training.evidence.jobs import Training
from spotdiff10k.training.evidence.part_set import ROOT, record_of
from spotdiff10k.training.evidence.refused import RefusedSet, cell_of
from spotdiff10k.training.evidence.training_set import TrainingSet
from spotdiff10k.training.settings import TrainingSettings
from spotdiff10k.training.views import GroupedSet, Indices, Labels, View
from spotdiff10k.types import Image, Mask

MOST_CHECKS = 4
"""Those that refused most are tried: each costs a training a seed."""


@dataclass(frozen=True, slots=True)
class PutBack:
    """A check whose refusals are put back."""

    check: str
    rows: Indices  # of the joined set
    instead: Indices  # of the set: repairs of the same cells, which would not have been made
    refused: int  # pictures that it refused, whether they can be read or not
    arm: str


class JoinedSet:
    """A set with refused pictures after its own, which belong to no split of it."""

    def __init__(self, grouped: GroupedSet, refused: RefusedSet) -> None:
        self.name, self.digest = grouped.name, grouped.digest
        self._parts: tuple[GroupedSet, GroupedSet] = (grouped, refused)
        self._first = len(grouped.views)
        self.views: Sequence[View] = [*grouped.views, *refused.views]

    def picture(self, index: int) -> Image:
        """(H, W, 3), decoded now."""
        part, place = self._at(index)
        return part.picture(place)

    def mask(self, index: int) -> Mask | None:
        """(H, W), or None."""
        part, place = self._at(index)
        return part.mask(place)

    def plate(self, index: int) -> Image | None:
        """(H, W, 3), or None."""
        part, place = self._at(index)
        return part.plate(place)

    def pixels(self, index: int) -> str:
        """The sha256 of the picture's pixels."""
        part, place = self._at(index)
        return part.pixels(place)

    def record(self, index: int) -> Mapping[str, Any] | None:
        """What is told of the picture, where its set has records."""
        part, place = self._at(index)
        return record_of(part, place)

    def _at(self, index: int) -> tuple[GroupedSet, int]:
        return (self._parts[0], index) if index < self._first else (self._parts[1], index - self._first)


def those_of(part: GroupedSet, whole: GroupedSet, refused: RefusedSet) -> RefusedSet:
    """What was refused of the part's subjects, and of as large a share of the subjects that were lost altogether."""
    known, used = ({view.subject for view in one.views} for one in (whole, part))
    lost = sorted({view.subject for view in refused.views} - known)
    random = np.random.default_rng(seed_for(ROOT, "lost"))
    kept = random.permutation(len(lost))[: round(len(lost) * len(used) / max(1, len(known)))]
    return refused.of(used | {lost[place] for place in kept.tolist()})


def put_back(own: Sequence[View], refused: RefusedSet) -> list[PutBack]:
    """The checks that refused most, with their pictures' rows after the set's own pictures."""
    listed = Counter(check for one in refused.listed for check in one.checks)
    cells = {view.key: row for row, view in enumerate(own)}
    counts = Counter(check for one in refused.pictures for check in one.checks)
    chosen = sorted(counts, key=lambda check: (-counts[check], check))[:MOST_CHECKS]
    found = []
    for check in chosen:
        places = np.flatnonzero([check in one.checks for one in refused.pictures]).astype(np.int64)
        keys = [cell_of(refused.pictures[place].view) for place in places.tolist()]
        instead = np.array(sorted(cells[key] for key in keys if key in cells), np.int64)
        found.append(PutBack(check, len(own) + places, instead, listed[check], f"filter-{check}"))
    return found


def returned(
    proper: TrainingSet, labels: Labels, settings: TrainingSettings, seeds: Sequence[int], checks: Sequence[PutBack]
) -> Iterator[Planned]:
    """The model without masks, trained with what a check refused, in place of its repairs where there are such.

    `labels` are those of the joined set.
    """
    for one in checks:
        rows = np.concatenate([proper.rows[~np.isin(proper.rows, one.instead)], one.rows])
        made = TrainingSet(rows, labels[rows])
        jobs = tuple(Training(made, replace(settings, masks=False), seed) for seed in seeds)
        yield Planned(one.arm, "filter", f"With what {one.check} refused", jobs)
