"""Which picture is to be drawn from which: the code comes from one picture of a subject, the target is always another of them.

A target that is the code's own picture would reward copying it.
"""

from dataclasses import dataclass

import numpy as np

from spotdiff10k.errors import DataError
from spotdiff10k.training.views import Indices, Labels


@dataclass(frozen=True, slots=True)
class Pairs:
    """Of one step: row by row, the picture whose code is read and the one that is drawn."""

    codes: Indices  # (B,)
    targets: Indices  # (B,)


class PairBatches:
    """Draws pairs. Targets in another pose before another background come first; any other picture where there is none."""

    def __init__(self, labels: Labels, batch: int) -> None:
        """Raises DataError when no subject has two pictures."""
        self._batch = batch
        self._targets = [_targets(labels, picture) for picture in range(len(labels))]
        self._codes = np.flatnonzero([len(found) > 0 for found in self._targets])
        if not len(self._codes):
            raise DataError(
                f"None of the {len(labels)} pictures has another picture of its subject; the generative stage draws a subject "
                "as it is in another picture, and needs at least two of it."
            )

    def batch(self, rng: np.random.Generator) -> Pairs:
        """Pictures with replacement, each with one of its targets."""
        codes = rng.choice(self._codes, self._batch)
        targets = [self._targets[picture][rng.integers(len(self._targets[picture]))] for picture in codes]
        return Pairs(codes, np.array(targets, np.int64))


def _targets(labels: Labels, picture: int) -> Indices:
    """Pictures that may be drawn from this one's code; empty when it is its subject's only one."""
    others = labels.subject == labels.subject[picture]
    others[picture] = False
    differ = others & (labels.pose != labels.pose[picture]) & (labels.background != labels.background[picture])
    return np.flatnonzero(differ if differ.any() else others)
