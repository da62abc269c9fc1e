"""Per-filter return: the model trained once more with what a check refused put back. Shown without a verdict."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from spotdiff10k.training.evidence.arms import Planned
from spotdiff10k.training.evidence.jobs import Training
from spotdiff10k.training.evidence.refused import RefusedSet
from spotdiff10k.training.evidence.training_set import TrainingSet
from spotdiff10k.training.settings import TrainingSettings
from spotdiff10k.training.views import GroupedSet, Indices, Labels, View
from spotdiff10k.types import Image, Mask

MOST_CHECKS = 4
"""Those that refused most are tried: each costs a training."""


@dataclass(frozen=True, slots=True)
class PutBack:
    """A check whose refusals are put back."""

    check: str
    rows: Indices  # of the joined set
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

    def _at(self, index: int) -> tuple[GroupedSet, int]:
        return (self._parts[0], index) if index < self._first else (self._parts[1], index - self._first)


def put_back(first: int, refused: RefusedSet) -> list[PutBack]:
    """The checks that refused most, with their pictures' rows after the set's own `first` pictures."""
    counts = Counter(check for one in refused.pictures for check in one.checks)
    chosen = sorted(counts, key=lambda check: (-counts[check], check))[:MOST_CHECKS]
    return [
        PutBack(
            check,
            first + np.flatnonzero([check in one.checks for one in refused.pictures]).astype(np.int64),
            f"filter-{check}",
        )
        for check in chosen
    ]


def returned(
    proper: TrainingSet, labels: Labels, settings: TrainingSettings, seed: int, checks: Sequence[PutBack]
) -> Iterator[Planned]:
    """The model without masks, trained once on what a check refused as well. `labels` are those of the joined set."""
    for one in checks:
        rows = np.concatenate([proper.rows, one.rows])
        job = Training(TrainingSet(rows, labels[rows]), replace(settings, masks=False), seed)
        yield Planned(one.arm, "filter", f"With what {one.check} refused", (job,))
