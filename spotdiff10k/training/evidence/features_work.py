"""Looking at a set's pictures in several processes; what they saw lies on disk, one file a subject, so a kill costs little."""

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import numpy as np

from spotdiff10k.errors import RunError
from spotdiff10k.executors import Task
from spotdiff10k.progress import Tally
from spotdiff10k.training.codes import TokenSet
from spotdiff10k.training.evidence.part_set import PartSet
from spotdiff10k.training.evidence.schedule import HERE, OnProgress
from spotdiff10k.training.features import token_set
from spotdiff10k.training.views import GroupedSet

SUBJECTS_A_TASK = 4


@dataclass(frozen=True, slots=True)
class FeaturesWork:
    """Looks at some subjects wherever an executor runs it."""

    grouped: GroupedSet
    encoder: str
    folder: Path

    def warm_up(self) -> None:
        """Import what every worker needs."""
        import spotdiff10k.encoders._resnet
        import spotdiff10k.training.places  # noqa: F401

    def open(self) -> Callable[[tuple[int, ...]], int]:
        """The function looks at the pictures at some rows and returns how many there are."""

        def do(rows: tuple[int, ...]) -> int:
            token_set(PartSet(self.grouped, np.array(rows, np.int64)), self.encoder, self.folder)
            return len(rows)

        return do


def features(grouped: GroupedSet, encoder: str, folder: Path, processes: int | None, on_progress: OnProgress | None) -> TokenSet:
    """Tokens of every picture. Raises what `token_set` raises."""
    if processes not in (HERE, 1):
        from spotdiff10k.executors.local import LocalExecutor

        done = 0
        with closing(LocalExecutor(processes).map(FeaturesWork(grouped, encoder, folder), _tasks(grouped))) as outcomes:
            for outcome in outcomes:
                if outcome.failure is not None:
                    raise RunError(f"Pictures could not be looked at: {outcome.failure.error}")
                done += outcome.result or 0
                if on_progress is not None:
                    on_progress(Tally(done, len(grouped.views), done))
        on_progress = None
    return token_set(grouped, encoder, folder, on_progress)


def _tasks(grouped: GroupedSet) -> Iterator[Task[tuple[int, ...]]]:
    subjects = [tuple(rows) for _, rows in groupby(range(len(grouped.views)), key=lambda row: grouped.views[row].subject)]
    for start in range(0, len(subjects), SUBJECTS_A_TASK):
        rows = tuple(row for subject in subjects[start : start + SUBJECTS_A_TASK] for row in subject)
        yield Task(f"pictures-{rows[0]}", rows)
