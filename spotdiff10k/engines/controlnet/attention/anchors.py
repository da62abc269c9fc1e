"""Keys and values of anchors, kept so that members of a later batch see what they would have seen in the anchor's own.

Kept per group, layer and call of the network; on the device as long as its share lasts, then in host memory, never beyond that.
"""

from dataclasses import dataclass, field

from torch import Tensor

from spotdiff10k.engines.controlnet.attention.sharing import GIB
from spotdiff10k.errors import EngineError

Call = tuple[str, int]
"""Layer, and which call of the network since the batch began."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What the anchors of one group give in one layer at one call."""

    key: Tensor  # (halves, heads, T, width): after norms and rotation, ready to be attended to
    value: Tensor  # the same shape
    counts: tuple[int, ...]  # how many of the T tokens come from each anchor, in order
    time: float  # the timestep as the network was given it

    @property
    def bytes(self) -> int:
        """Of keys and values."""
        return int((self.key.numel() + self.value.numel()) * self.key.element_size())


@dataclass(frozen=True, slots=True)
class Held:
    """How much is kept now, and the most that ever was, in bytes."""

    device: int
    host: int
    peak: int
    groups: int

    def sentence(self) -> str:
        """For the build log."""
        return (
            f"anchors of {self.groups} groups kept: {self.device / GIB:.2f} GiB on the device, {self.host / GIB:.2f} GiB in host "
            f"memory, at most {self.peak / GIB:.2f} GiB together"
        )


@dataclass(slots=True)
class AnchorCache:
    """Anchors of all groups in the making. Limits are in bytes."""

    device_limit: int
    host_limit: int
    _groups: dict[str, dict[Call, Kept]] = field(default_factory=dict)
    _spilled: dict[str, dict[Call, Kept]] = field(default_factory=dict)
    _device: int = 0
    _host: int = 0
    _peak: int = 0

    def keep(self, group: str, call: Call, kept: Kept) -> None:
        """Keep one layer's tokens, once a call. Raises EngineError when they fit neither on the device nor in host memory."""
        if self.find(group, call) is not None:
            raise EngineError(f"Layer {call[0]} was run twice in one call of the network; its anchors would be kept twice.")
        if self._device + kept.bytes <= self.device_limit:
            self._device += kept.bytes
            self._groups.setdefault(group, {})[call] = kept
        elif self._host + kept.bytes <= self.host_limit:
            self._host += kept.bytes
            self._spilled.setdefault(group, {})[call] = Kept(kept.key.cpu(), kept.value.cpu(), kept.counts, kept.time)
        else:
            raise EngineError(
                f"The anchors of {self.held().groups} groups need more than the {self.device_limit / GIB:.1f} GiB on the device "
                f"and {self.host_limit / GIB:.1f} GiB in host memory that shared attention may keep. Raise sharing_device_gib "
                "or sharing_host_gib, share in fewer layers, or finish groups before others begin."
            )
        self._peak = max(self._peak, self._device + self._host)

    def has(self, group: str) -> bool:
        """Whether anything of this group is kept."""
        return group in self._groups or group in self._spilled

    def find(self, group: str, call: Call) -> Kept | None:
        """What is kept for this layer and call, wherever it lies."""
        on_device = self._groups.get(group, {}).get(call)
        return on_device if on_device is not None else self._spilled.get(group, {}).get(call)

    def drop(self, group: str) -> None:
        """Forget a group; one that is not kept is no error."""
        self._device -= sum(kept.bytes for kept in self._groups.pop(group, {}).values())
        self._host -= sum(kept.bytes for kept in self._spilled.pop(group, {}).values())

    def held(self) -> Held:
        """What is kept now."""
        return Held(self._device, self._host, self._peak, len(self._groups.keys() | self._spilled.keys()))
