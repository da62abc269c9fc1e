"""What a training gets: some pictures of a set, or their plates, with labels that may have been tampered with."""

import hashlib
from dataclasses import dataclass
from typing import Literal

import numpy as np

from spotdiff10k.training.evidence.held_out import columns_of
from spotdiff10k.training.views import Indices, Labels

Source = Literal["pictures", "plates"]


@dataclass(frozen=True, slots=True)
class TrainingSet:
    """N pictures to learn from."""

    rows: Indices  # of the whole set, or of the plates where they are the source
    labels: Labels  # of these rows, one each
    source: Source = "pictures"
    told_by: Indices | None = None
    """Rows of the pictures whose annotations are learnt, where they are not those of `rows`."""

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def subjects(self) -> int:
        """How many different ones the labels tell of."""
        return len(np.unique(self.labels.subject))

    @property
    def digest(self) -> str:
        """Of which pictures and which labels."""
        digest = hashlib.sha256(self.source.encode())
        for column in (self.rows, *columns_of(self.labels)):
            digest.update(len(column).to_bytes(8, "little") + column.astype("<i8").tobytes())
        if self.told_by is not None:
            digest.update(b"told by" + self.told_by.astype("<i8").tobytes())
        return digest.hexdigest()

    def taking(self, places: Indices) -> "TrainingSet":
        """Those at `places` of this one."""
        told_by = None if self.told_by is None else self.told_by[places]
        return TrainingSet(self.rows[places], self.labels[places], self.source, told_by)
