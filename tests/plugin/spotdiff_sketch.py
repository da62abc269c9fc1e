"""A plug-in engine for tests: small pictures made in no time, and misdeeds on request.

The folder in the environment variable SKETCH_MISDEEDS may hold files `<group>.<misdeed>`: raise, kill, hang, foreign,
short, half, or wait, which keeps the group waiting until it is removed; a file `slow` makes every group take as many seconds
as it says, `bundles` says how many groups are wanted at once, `hands` how many such bundles, `workers` how many workers make
sense. Tests add and remove them at will.
"""

import os
import signal
import time
from collections.abc import ItemsView, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

from toy_runs import disc_members

from spotdiff10k.errors import EngineError
from spotdiff10k.samples import expected_members
from spotdiff10k.types import EngineSettings, FinishedGroup, FinishedSample, PlannedCell, PlannedGroup


class Sketch:
    """Coloured discs on gradients."""

    version: ClassVar[int] = 1

    def __init__(self, settings: EngineSettings) -> None:
        self.settings = settings

    @classmethod
    def groups_at_once(cls, settings: EngineSettings) -> int:
        wished = Path(os.environ.get("SKETCH_MISDEEDS", "/nonexistent")) / "bundles"
        return int(wished.read_text()) if wished.exists() else 1

    @classmethod
    def bundles_at_once(cls, settings: EngineSettings) -> int:
        wished = Path(os.environ.get("SKETCH_MISDEEDS", "/nonexistent")) / "hands"
        return int(wished.read_text()) if wished.exists() else 1

    @classmethod
    def workers_at_most(cls, settings: EngineSettings) -> int | None:
        wished = Path(os.environ.get("SKETCH_MISDEEDS", "/nonexistent")) / "workers"
        return int(wished.read_text()) if wished.exists() else None

    def generate(self, groups: Iterable[PlannedGroup]) -> Iterator[FinishedGroup]:
        for group in groups:
            misbehave(group.id)
            finished = FinishedGroup(group.id, tuple(self.sample(group, cell) for cell in group.cells))
            yield tampered(finished)

    def sample(self, group: PlannedGroup, cell: PlannedCell) -> FinishedSample:
        members = disc_members(group, cell, engine="sketch")
        return FinishedSample(cell.key, {suffix: members[suffix] for suffix in expected_members(self.settings)})


def misbehave(group: str) -> None:
    folder = Path(os.environ.get("SKETCH_MISDEEDS", "/nonexistent"))
    if (folder / "slow").exists():
        time.sleep(float((folder / "slow").read_text()))
    while (folder / f"{group}.wait").exists():
        time.sleep(0.01)
    if (folder / f"{group}.raise").exists():
        raise EngineError(f"The sketch of {group} has no legs.")
    if (folder / f"{group}.kill").exists():
        os.kill(os.getpid(), signal.SIGKILL)
    if (folder / f"{group}.hang").exists():
        (folder / f"{group}.hanging").touch()
        time.sleep(1000)


def tampered(group: FinishedGroup) -> FinishedGroup:
    folder = Path(os.environ.get("SKETCH_MISDEEDS", "/nonexistent"))
    if (folder / f"{group.id}.foreign").exists():
        return replace(group, id="g999999")
    if (folder / f"{group.id}.short").exists():
        return replace(group, samples=group.samples[1:])
    if (folder / f"{group.id}.half").exists():
        last = group.samples[-1]
        return replace(group, samples=(*group.samples[:-1], replace(last, members=KillsOnce(last.members))))
    return group


class KillsOnce(dict[str, bytes]):
    """Members that kill the process which writes them, when most of the tar is written; a second time they are harmless."""

    def items(self) -> ItemsView[str, bytes]:
        marker = Path(os.environ["SKETCH_MISDEEDS"]) / "killed"
        if not marker.exists():
            marker.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return super().items()
