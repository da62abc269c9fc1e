"""A part of a grouped set as a set of its own: large sets are certified on some of their subjects."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from spotdiff10k.seeds import seed_for
from spotdiff10k.training.evidence.fewer_pictures import spread
from spotdiff10k.training.views import GroupedSet, Indices, View
from spotdiff10k.types import Image, Mask

TRAIN = "train"
ROOT = 4
"""Root of the draw of subjects."""


class PartSet:
    """Some pictures of a set, in its order."""

    def __init__(self, grouped: GroupedSet, rows: Indices) -> None:
        self.name, self.digest = grouped.name, grouped.digest
        self._grouped = grouped
        self._rows = rows.tolist()
        every = grouped.views
        self.views: Sequence[View] = [every[row] for row in self._rows]

    def picture(self, index: int) -> Image:
        """(H, W, 3), decoded now."""
        return self._grouped.picture(self._rows[index])

    def mask(self, index: int) -> Mask | None:
        """(H, W), or None."""
        return self._grouped.mask(self._rows[index])

    def plate(self, index: int) -> Image | None:
        """(H, W, 3), or None."""
        return self._grouped.plate(self._rows[index])

    def pixels(self, index: int) -> str:
        """The sha256 of the picture's pixels."""
        return self._grouped.pixels(self._rows[index])

    def record(self, index: int) -> Mapping[str, Any] | None:
        """What is told of the picture, where the set has records."""
        return record_of(self._grouped, self._rows[index])


def record_of(grouped: GroupedSet, index: int) -> Mapping[str, Any] | None:
    """What the set's record says of a picture beyond its labels; None of a set that has no records."""
    found = getattr(grouped, "record", None)
    return None if found is None else found(index)


def limited(grouped: GroupedSet, training_subjects: int, held_out_subjects: int, pictures: int = 0) -> GroupedSet:
    """At most so many subjects to train on and to hold out, with at most so many pictures each, 0 for all of them.

    Held-out subjects in the very same cells are drawn together: a search without twins would be an easier one. Those to train on
    are drawn one by one, so that hardly a level is missed. The set itself where it has no more.
    """
    subjects = {view.subject: view.split == TRAIN for view in grouped.views}
    kept: set[str] = set()
    for is_training, most in ((True, training_subjects), (False, held_out_subjects)):
        names = sorted(name for name, training in subjects.items() if training is is_training)
        if len(names) > most:
            random = np.random.default_rng(seed_for(ROOT, "part", str(is_training)))
            drawn = [names[place] for place in random.permutation(len(names)).tolist()]
            names = (drawn if is_training else _twins_together(grouped.views, drawn))[:most]
        kept.update(names)
    chosen = set(range(len(grouped.views)) if not pictures else spread(grouped.views, pictures).tolist())
    rows = [row for row, view in enumerate(grouped.views) if view.subject in kept and row in chosen]
    return grouped if len(rows) == len(grouped.views) else PartSet(grouped, np.array(rows, np.int64))


def _twins_together(views: Sequence[View], names: Sequence[str]) -> list[str]:
    """The same names; who is shown in the very same poses on the same backgrounds follows the first of those that are."""
    cells: dict[str, set[tuple[str, str]]] = {}
    for view in views:
        cells.setdefault(view.subject, set()).add((view.pose, view.background))
    alike: dict[frozenset[tuple[str, str]], list[str]] = {}
    for name in names:
        alike.setdefault(frozenset(cells[name]), []).append(name)
    return [name for together in alike.values() for name in together]
