"""Deals contexts to groups so that every family, and every main colour, meets all levels equally often."""

from collections.abc import Iterator, Sequence
from itertools import islice

import numpy as np
import numpy.typing as npt

from spotdiff10k.plan.subjects import Drawn
from spotdiff10k.plan.walk import LevelSet

WINDOW = 24
"""Contexts, from the front of the deck, that a group may choose from: more balance better and take longer."""

Context = tuple[LevelSet, LevelSet]
Counts = npt.NDArray[np.int64]


class Dealer:
    """Remembers how often each family and each colour met each level, over all splits."""

    def __init__(self, drawn: Sequence[Drawn], poses: int, backgrounds: int) -> None:
        self.poses = poses
        self.levels = poses + backgrounds
        self.families = _numbered([subject.family for subject in drawn])
        self.colours = _numbered([subject.colour for subject in drawn])
        self.family_counts = np.zeros((max(self.families, default=0) + 1, self.levels), np.int64)
        self.colour_counts = np.zeros((max(self.colours, default=0) + 1, self.levels), np.int64)

    def deal(self, members: Sequence[int], deck: Sequence[Context]) -> Iterator[tuple[int, Context]]:
        """Give each member one context of the deck, and say which; member and deck are equally many.

        Each in turn takes, from the front of what is left, the context whose levels its family and colour met least.
        """
        columns = np.asarray([self._columns(context) for context in deck], np.int64)
        window: list[int] = []
        rest = iter(range(len(deck)))
        for member in members:
            window.extend(islice(rest, WINDOW - len(window)))
            family, colour = self.family_counts[self.families[member]], self.colour_counts[self.colours[member]]
            met = (family + colour)[columns[window]].sum(axis=1)
            taken = window.pop(int(met.argmin()))
            family[columns[taken]] += 1
            colour[columns[taken]] += 1
            yield member, deck[taken]

    def _columns(self, context: Context) -> list[int]:
        """The levels of a context as columns of the counts: poses, then backgrounds."""
        poses, backgrounds = context
        return [*poses, *(self.poses + level for level in backgrounds)]


def _numbered(labels: Sequence[str]) -> list[int]:
    names = {name: number for number, name in enumerate(sorted(set(labels)))}
    return [names[label] for label in labels]
