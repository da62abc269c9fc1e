"""The strategy `description`: the same words and the same family of seeds, and nothing more."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, ClassVar

from spotdiff10k.engines.controlnet.finding import Used
from spotdiff10k.engines.controlnet.seams import Member, Pipe
from spotdiff10k.types import EngineSettings


class Description:
    """Goes with every family. How like its pictures are is up to the words and the model, and is for the checks to measure."""

    name: ClassVar[str] = "description"
    everywhere: ClassVar[bool] = False

    def __init__(self, layout: str, settings: EngineSettings) -> None:
        self.weights: tuple[Used, ...] = ()

    def prepare(self, pipe: Pipe) -> None:
        """Nothing to prepare."""

    @contextmanager
    def batch(self, pipe: Pipe, members: Sequence[Member]) -> Iterator[Mapping[str, Any]]:
        """Nothing to add: captions carry the description, and seeds are addresses below the subject's."""
        yield {}

    def forget(self, group: str) -> None:
        """Nothing was kept."""
