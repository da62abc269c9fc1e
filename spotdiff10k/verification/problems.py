"""Problems: what verify found wrong, each with the file and the member it is in."""

from collections.abc import Iterable
from dataclasses import dataclass, field

MOST_LISTED = 200
"""Problems that are kept with their sentence; the rest is only counted."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong."""

    file: str  # path in the release, "shards/train-00000.tar"
    text: str  # a sentence
    member: str = ""  # "g000042-p02-b01.mask.png", where it is about one
    sample: str = ""  # "g000042-p02-b01", where it is about one

    def __str__(self) -> str:
        return (
            f"{self.file}: {self.member or self.sample}: {self.text}"
            if self.member or self.sample
            else f"{self.file}: {self.text}"
        )


@dataclass(slots=True)
class ProblemList:
    """The first problems with their sentences, and how many there are."""

    listed: list[Problem] = field(default_factory=list)
    count: int = 0

    def add(self, *problems: Problem) -> None:
        """Note problems."""
        self.count += len(problems)
        self.listed += problems[: max(0, MOST_LISTED - len(self.listed))]

    def extend(self, problems: Iterable[Problem]) -> None:
        """Note any number of problems."""
        for problem in problems:
            self.add(problem)
