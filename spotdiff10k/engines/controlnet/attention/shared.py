"""The strategy `shared-attention`: while a group is made, its pictures see each other's subject."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, ClassVar

from spotdiff10k.engines.controlnet.attention.anchors import Held
from spotdiff10k.engines.controlnet.attention.batches import SharedBatch, batch_of
from spotdiff10k.engines.controlnet.attention.install import install
from spotdiff10k.engines.controlnet.attention.options import sharing_of
from spotdiff10k.engines.controlnet.attention.state import SharingState
from spotdiff10k.engines.controlnet.finding import Used
from spotdiff10k.engines.controlnet.seams import Member, Pipe
from spotdiff10k.errors import EngineError
from spotdiff10k.types import EngineSettings


class SharedAttention:
    """Masked self-attention over the group, in the manner of ConsiStory (arXiv 2402.03286) and SynCD (arXiv 2502.01720)."""

    name: ClassVar[str] = "shared-attention"
    everywhere: ClassVar[bool] = False

    def __init__(self, layout: str, settings: EngineSettings) -> None:
        self.weights: tuple[Used, ...] = ()
        self._state = SharingState(sharing_of(settings))

    def prepare(self, pipe: Pipe) -> None:
        """Set the processors. After an IP-Adapter was loaded, never before: loading one sets processors anew."""
        install(pipe, self._state)

    @contextmanager
    def batch(self, pipe: Pipe, members: Sequence[Member]) -> Iterator[Mapping[str, Any]]:
        """Nothing is added to the call; layers look up who sees whom. No members, no sharing: for plates."""
        if not members:
            yield {}
            return
        batch = batch_of(members, self._state.sharing)
        self._check_sources(batch)
        self._state.begin(batch)
        try:
            yield {}
        finally:
            self._state.end()

    def forget(self, group: str) -> None:
        """Drop the group's anchors."""
        self._state.cache.drop(group)

    def held(self) -> Held:
        """How much memory anchors take, for the build log."""
        return self._state.cache.held()

    def _check_sources(self, batch: SharedBatch) -> None:
        """A follower without anything to follow would silently be made as if nothing were shared."""
        for circle in batch.circles:
            alone = len(circle.rows) == 1 or not circle.sources
            if not circle.anchors and alone and not self._state.cache.has(circle.group):
                raise EngineError(
                    f"Group {circle.group} has no anchor in this batch and none was made before it, so they share nothing. "
                    "Make the group's anchor first; a photograph of a subject cannot be one, use 'ip-adapter' for those."
                )
