"""Progress of a command with several stages: one bar at a time, that of the stage which has something to tell."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from spotdiff10k.commands.output import Output

if TYPE_CHECKING:
    from contextlib import ExitStack

    from spotdiff10k.making import GenerateSummary
    from spotdiff10k.progress import Tally


class Bars:
    """One progress bar at a time, that of the stage which has something to tell."""

    def __init__(self, out: Output, stack: "ExitStack") -> None:
        self._out = out
        self._stack = stack
        self._title = ""
        self._show: Callable[[Tally], None] = lambda _: None

    def say(self, sentence: str) -> None:
        """End the bar and say what comes next."""
        self._stack.close()
        self._title = ""
        self._out.note(sentence)

    def making(self, summary: "GenerateSummary") -> None:
        """Pictures made."""
        from spotdiff10k.progress import tally_of

        self._tell("Making", "pictures", tally_of(summary))

    def judging(self, done: int, total: int) -> None:
        """Groups measured."""
        from spotdiff10k.progress import Tally

        self._tell("Measuring", "groups", Tally(done, total, done))

    def verifying(self, done: int, total: int) -> None:
        """Samples verified."""
        from spotdiff10k.progress import Tally

        self._tell("Verifying", "samples", Tally(done, total, done))

    def opening(self, tally: "Tally") -> None:
        """Pictures of a foreign set opened."""
        self._tell("Opening", "pictures", tally)

    def looking(self, tally: "Tally") -> None:
        """Pictures looked at by a frozen encoder."""
        self._tell("Looking", "pictures", tally)

    def training(self, tally: "Tally") -> None:
        """Trainings ended; the tally's remark names the last one."""
        self._tell("Training", "trainings", tally)

    def _tell(self, title: str, unit: str, tally: "Tally") -> None:
        from spotdiff10k import progress

        if title != self._title:
            self._stack.close()
            self._show = self._stack.enter_context(progress.shown(title, unit, self._out.silent))
            self._title = title
        self._show(tally)
