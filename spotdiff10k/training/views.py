"""What the reference trainer sees of any grouped set: pictures with a subject, a pose and a background each, as numbers."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from spotdiff10k.types import Image, Mask

Indices = npt.NDArray[np.int64]
"""(N,): positions of pictures in a set, or of levels among the levels of a factor."""


@dataclass(frozen=True, slots=True)
class View:
    """One picture of a grouped set. A factor that a foreign set does not tell is ""."""

    key: str  # "g000042-p02-b01"
    subject: str  # the subject's id; the same in no two splits
    family: str  # "quadruped"; "" where nobody knows
    pose: str  # the id of its pose level, shared by all subjects
    background: str  # the id of its background level, shared by all subjects
    split: str


class GroupedSet(Protocol):
    """A set of pictures of subjects: a release, or anybody's pictures in groups."""

    @property
    def name(self) -> str:
        """For people."""
        ...

    @property
    def digest(self) -> str:
        """Of the set's bytes: the release digest, or a hash over every picture of a foreign set."""
        ...

    @property
    def views(self) -> Sequence[View]:
        """Every picture, subject by subject."""
        ...

    def picture(self, index: int) -> Image:
        """(H, W, 3), decoded now. Raises DataError when it cannot be read."""
        ...

    def mask(self, index: int) -> Mask | None:
        """(H, W) soft alpha of the subject, or None where the set has none."""
        ...

    def plate(self, index: int) -> Image | None:
        """(H, W, 3): the picture's background without the subject, or None where the set has none."""
        ...

    def pixels(self, index: int) -> str:
        """The sha256 that the picture's features are kept under."""
        ...


@dataclass(frozen=True, slots=True)
class Labels:
    """What is in N pictures, as numbers: the same number is the same level."""

    subject: Indices
    pose: Indices
    background: Indices
    family: Indices

    def __len__(self) -> int:
        return len(self.subject)

    def __getitem__(self, chosen: Indices) -> "Labels":
        """Those of the pictures at `chosen`."""
        return Labels(self.subject[chosen], self.pose[chosen], self.background[chosen], self.family[chosen])


FACTORS = ("subject", "pose", "background", "family")


def labels_of(views: Sequence[View]) -> Labels:
    """Number every factor's levels in the order of their names.

    A level that is not told ("") is another one in every picture: nobody knows that two of them are alike. So views of a
    subject count as differing in it, and no picture has a twin.
    """
    return Labels(*(_numbered([getattr(view, name) for view in views]) for name in FACTORS))


def told_factors(views: Sequence[View]) -> frozenset[str]:
    """The factors of which every picture's level is told; figures that need another one are not available."""
    return frozenset(name for name in FACTORS if all(getattr(view, name) for view in views))


def _numbered(names: Sequence[str]) -> Indices:
    order = {name: number for number, name in enumerate(sorted(set(names) - {""}))}
    untold = iter(range(len(order), len(order) + len(names)))
    return np.array([order[name] if name else next(untold) for name in names], np.int64)
