"""Which pictures a step sees, and which of their pairs are alike.

Positives of the subject branch differ in pose *and* background, so that copying either does not pay; hard negatives are
other subjects in the same cells. Every batch is an address: it depends on the seed and the step, not on the steps before.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from spotdiff10k.training.views import Indices, Labels

Pairs = npt.NDArray[np.bool_]
"""(N, N): which pairs of a batch's pictures."""


@dataclass(frozen=True, slots=True)
class Alike:
    """Pairs of a batch by what a loss does with them; those in neither it does not look at."""

    positive: Pairs
    negative: Pairs


def subject_pairs(labels: Labels) -> Alike:
    """Positive: one subject. Negative: all others, twins in the same cell among them.

    A picture that is its subject's only one is its own positive: what is left to learn is to push all others away.
    """
    same = _same(labels.subject)
    itself = np.eye(len(labels), dtype=np.bool_)
    alone = same.sum(1, keepdims=True) == 1
    return Alike(same & (~itself | alone), ~same)


def factor_pairs(labels: Labels, factor: str) -> Alike:
    """For the expert of "pose" or "background": one level in a picture that differs in all else is alike, other levels differ."""
    other = "background" if factor == "pose" else "pose"
    same = _same(getattr(labels, factor))
    elsewhere = ~_same(labels.subject) & ~_same(getattr(labels, other))
    return Alike(same & elsewhere, ~same)


def _same(values: Indices) -> Pairs:
    return np.asarray(values[:, None] == values[None, :])


class SubjectBatches:
    """Pictures of subjects and of others in the same cells, a few views each."""

    def __init__(self, labels: Labels, subjects: int, views: int, hard_negatives: bool = True) -> None:
        """`subjects` a batch, `views` of each. Raises ValueError when there is nothing to tell apart."""
        self._labels = labels
        self._subjects = subjects
        self._views = views
        self._members = {int(subject): np.flatnonzero(labels.subject == subject) for subject in np.unique(labels.subject)}
        if len(self._members) < 2:
            raise ValueError(f"subjects can be told apart where there are two; found {len(self._members)}")
        single = max(map(len, self._members.values())) == 1
        if single:  # every picture is a group of its own: as many pictures a batch as of groups
            self._subjects *= views
        self._partners = _partners(labels, least=1 if single else 2) if hard_negatives else {}

    def batch(self, rng: np.random.Generator) -> Indices:
        """Positions of one batch's pictures, subject by subject."""
        chosen: list[int] = []
        order = [int(subject) for subject in rng.permutation(list(self._members))]
        taken: set[int] = set()
        for subject in order:
            if len(taken) >= self._subjects:
                break
            if subject in taken:
                continue
            views = self._differing(subject, rng)
            chosen += views
            taken.add(subject)
            partner = self._partner(subject, taken, rng)
            if partner is not None and len(taken) < self._subjects:
                chosen += self._alongside(partner, views, rng)
                taken.add(partner)
        return np.array(chosen, np.int64)

    def _differing(self, subject: int, rng: np.random.Generator) -> list[int]:
        """Views that differ in pose and in background; where a subject has no two, in either; else any two, or its only one."""
        members = [int(index) for index in rng.permutation(self._members[subject])]
        for differ in (self._differ_in_both, self._differ_in_one):
            found = members[:1]
            for index in members[1:]:
                if len(found) < self._views and all(differ(index, known) for known in found):
                    found.append(index)
            if len(found) > 1:
                return found
        return members[:2]

    def _alongside(self, partner: int, views: Sequence[int], rng: np.random.Generator) -> list[int]:
        """The partner's views in the same cells; its own choice where those are fewer than two."""
        cells = {self._cell(int(index)): int(index) for index in self._members[partner]}
        found = [cells[self._cell(index)] for index in views if self._cell(index) in cells]
        return found if len(found) > 1 else self._differing(partner, rng)

    def _partner(self, subject: int, taken: set[int], rng: np.random.Generator) -> int | None:
        free = [other for other in self._partners.get(subject, ()) if other not in taken]
        return int(rng.choice(free)) if free else None

    def _cell(self, index: int) -> tuple[int, int]:
        return int(self._labels.pose[index]), int(self._labels.background[index])

    def _differ_in_both(self, one: int, other: int) -> bool:
        (pose, background), (other_pose, other_background) = self._cell(one), self._cell(other)
        return pose != other_pose and background != other_background

    def _differ_in_one(self, one: int, other: int) -> bool:
        return self._cell(one) != self._cell(other)


class FactorBatches:
    """All views of a few subjects, for the experts: poses and backgrounds in every combination."""

    def __init__(self, labels: Labels, pictures: int) -> None:
        """`pictures` a batch, at least, where there are so many."""
        self._members = [np.flatnonzero(labels.subject == subject) for subject in np.unique(labels.subject)]
        self._pictures = pictures

    def batch(self, rng: np.random.Generator) -> Indices:
        """Positions of one batch's pictures."""
        chosen: list[Indices] = []
        for subject in rng.permutation(len(self._members)):
            if sum(map(len, chosen)) >= self._pictures:
                break
            chosen.append(self._members[subject])
        return np.concatenate(chosen)


def _partners(labels: Labels, least: int) -> dict[int, list[int]]:
    """Subject to those others that stand in most of its cells, and in so many at least."""
    in_cell: dict[tuple[int, int], set[int]] = defaultdict(set)
    for subject, pose, background in zip(labels.subject, labels.pose, labels.background, strict=True):
        in_cell[int(pose), int(background)].add(int(subject))
    shared: dict[int, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for subjects in in_cell.values():
        for subject in subjects:
            for other in subjects - {subject}:
                shared[subject][other] += 1
    return {subject: _most(counts, least) for subject, counts in sorted(shared.items())}


def _most(counts: dict[int, int], least: int) -> list[int]:
    most = max(counts.values())
    return sorted(other for other, count in counts.items() if count == most) if most >= least else []
