"""What engines that compile kernels share: importing one is light, and the compiler comes in with the first group.

The package of such an engine has two modules: `pipeline`, with the class `Pipeline` that makes its groups, and `warm_up`,
with the function of that name.
"""

from collections.abc import Iterable, Iterator
from functools import cached_property
from importlib import import_module
from typing import ClassVar, Protocol, cast

from spotdiff10k.types import EngineSettings, FinishedGroup, PlannedGroup


class Pipeline(Protocol):
    """What makes the groups of an engine."""

    def generate(self, groups: Iterable[PlannedGroup]) -> Iterator[FinishedGroup]: ...


class LazyEngine:
    """An engine that is light until it makes its first group."""

    version: ClassVar[int]
    attempts_differ: ClassVar[bool] = False
    """A cell has the same pixels in every attempt: what is refused by a measure is not worth making again."""

    def __init__(self, settings: EngineSettings) -> None:
        self._settings = settings

    def generate(self, groups: Iterable[PlannedGroup]) -> Iterator[FinishedGroup]:
        """Yield finished groups in the order asked; each depends on its plan alone. Raises EngineError."""
        yield from self._pipeline.generate(groups)

    def warm_up(self) -> None:
        """Compile every kernel, or load it from numba's cache; call it before forking workers."""
        import_module(f"{type(self).__module__}.warm_up").warm_up(self._settings)

    @cached_property
    def _pipeline(self) -> Pipeline:
        made = import_module(f"{type(self).__module__}.pipeline").Pipeline(self._settings, self.version)
        return cast(Pipeline, made)
