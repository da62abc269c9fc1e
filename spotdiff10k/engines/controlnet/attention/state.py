"""What the attention layers of one network need to know of the batch that runs through it, and what they keep of it."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any

from spotdiff10k.engines.controlnet.attention.anchors import AnchorCache
from spotdiff10k.engines.controlnet.attention.batches import Circle, Picked, SharedBatch, picked
from spotdiff10k.engines.controlnet.attention.regions import Grid
from spotdiff10k.engines.controlnet.attention.sharing import GIB, Sharing
from spotdiff10k.errors import EngineError


@dataclass(slots=True)
class SharingState:
    """One network's. The context of a batch and the network's hook write it, layers read it."""

    sharing: Sharing
    cache: AnchorCache = field(init=False)
    batch: SharedBatch | None = None
    latent: Grid = (0, 0)  # rows and columns of the latent that runs through: of its pixels in a U-Net, of its tokens elsewhere
    picture_tokens: int = 0  # of one picture in a sequence with text, references included; 0 in a U-Net
    inside: bool = False  # the network is running; its layers may be run by others too, as Z-Image's are by its ControlNet
    call: int = -1  # of the network, since the batch began
    time: float = 0.0  # the timestep of this call, as the network was given it
    _remembered: dict[Hashable, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.cache = AnchorCache(int(self.sharing.device_gib * GIB), int(self.sharing.host_gib * GIB))

    def begin(self, batch: SharedBatch) -> None:
        """A batch starts; anchors in it replace what was kept of their groups."""
        if self.batch is not None:
            raise EngineError("A batch began in shared attention before the one before it had ended.")
        for circle in batch.circles:
            if circle.anchors:
                self.cache.drop(circle.group)
        self.batch = batch
        self.call = -1
        self._remembered.clear()

    def end(self) -> None:
        """The batch is over: from here on every layer attends as it always did."""
        self.batch = None
        self.inside = False
        self._remembered.clear()

    def step(self, latent: Grid, picture_tokens: int, time: float) -> None:
        """The network is called, for a latent and a timestep."""
        self.latent = latent
        self.picture_tokens = picture_tokens
        self.time = time
        self.call += 1
        self.inside = True

    def running(self) -> SharedBatch | None:
        """The batch that runs through the network now, if one does."""
        return self.batch if self.inside else None

    def remember(self, what: Hashable, make: Callable[[], Any]) -> Any:
        """Something that stays the same as long as the batch does: made once, so that layers copy nothing to the device."""
        if what not in self._remembered:
            self._remembered[what] = make()
        return self._remembered[what]

    def picked(self, circle: Circle, given: tuple[int, ...], grid: Grid) -> Picked:
        """The subject tokens of some pictures of a circle."""
        batch = self.batch
        if batch is None:
            raise EngineError("Shared attention was asked for tokens while no batch was running.")
        place = ("picked", circle.group, given, grid)
        found: Picked = self.remember(place, lambda: picked(batch, circle, given, grid, self.sharing.coverage))
        return found

    def halves(self, rows: int) -> int:
        """How many times the batch lies in a tensor of so many rows: 2 under classifier-free guidance, else 1."""
        pictures = len(self.batch) if self.batch is not None else rows
        if rows % pictures:
            raise EngineError(
                f"The network was given {rows} rows for a batch of {pictures} pictures; shared attention expects the batch once, "
                "or once for each half of classifier-free guidance."
            )
        return rows // pictures
