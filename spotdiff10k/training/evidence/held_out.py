"""Who may be asked about whom among held-out pictures: own views, twins, and the gallery that is searched."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from spotdiff10k.training.views import Indices, Labels

Relation = npt.NDArray[np.bool_]
"""(N, N): whether picture j (column) stands in a relation to picture i (row)."""


@dataclass(frozen=True, slots=True)
class HeldOut:
    """N held-out pictures of S subjects, and how they are related. Labels count each factor from 0."""

    labels: Labels
    own: Relation  # the same subject in another pose on another background
    twins: Relation  # another subject in the same pose on the same background
    gallery: Relation  # what a query is searched in: its own views and every picture of every other subject
    same_background: Relation  # another subject on the same background, in another pose

    @classmethod
    def of(cls, labels: Labels) -> "HeldOut":
        """Relate the pictures by their labels."""
        same_subject = _equal(labels.subject)
        same_pose = _equal(labels.pose)
        same_background = _equal(labels.background)
        own = same_subject & ~same_pose & ~same_background
        return cls(
            labels=labels,
            own=own,
            twins=~same_subject & same_pose & same_background,
            gallery=own | ~same_subject,
            same_background=~same_subject & ~same_pose & same_background,
        )

    @property
    def subjects(self) -> int:
        """How many there are."""
        return int(self.labels.subject.max(initial=-1)) + 1

    def __len__(self) -> int:
        return len(self.labels)


def _equal(numbers: Indices) -> Relation:
    return np.asarray(numbers[:, None] == numbers[None, :], np.bool_)


def renumbered(labels: Labels) -> Labels:
    """The same labels with each factor counted from 0, in the order of the old numbers."""
    columns = (np.unique(column, return_inverse=True)[1] for column in columns_of(labels))
    return Labels(*(column.astype(np.int64) for column in columns))


def columns_of(labels: Labels) -> tuple[Indices, Indices, Indices, Indices]:
    """Subject, pose, background, family."""
    return labels.subject, labels.pose, labels.background, labels.family
