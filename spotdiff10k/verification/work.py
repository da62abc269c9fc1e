"""The tasks of verify, done wherever an executor runs them: reading a sealed file through, examining a group."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from spotdiff10k.png import reading
from spotdiff10k.release import FileSeal
from spotdiff10k.verification import files, layers, members
from spotdiff10k.verification.problems import Problem


@dataclass(frozen=True, slots=True)
class FileTask:
    """One sealed file to read through."""

    name: str
    seal: FileSeal


@dataclass(slots=True)
class Findings:
    """What one task found."""

    problems: list[Problem] = field(default_factory=list)
    shapes: dict[str, dict[str, str]] = field(default_factory=dict)
    samples: int = 0
    members: int = 0
    bytes: int = 0


@dataclass(frozen=True, slots=True)
class VerifyWork:
    """Looks at files and groups of one release."""

    expected: members.Expectation

    def warm_up(self) -> None:
        """Compile what reads PNGs and what compares layers."""
        reading.warm_up()
        layers.warm_up()

    def open(self) -> Callable[[FileTask | members.GroupTask], Findings]:
        """What does one task."""
        return self._do

    def _do(self, task: FileTask | members.GroupTask) -> Findings:
        root: Path = self.expected.root
        if isinstance(task, FileTask):
            problem = files.compare(root, task.name, task.seal)
            return Findings([problem] if problem else [], bytes=task.seal.size)
        found = members.examine(task, self.expected)
        return Findings(found.problems, found.shapes, len(task.samples), found.members)
