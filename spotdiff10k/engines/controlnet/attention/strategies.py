"""The identity strategies by name. What they are made of is imported when one is made, so that the table is light."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any, ClassVar

from spotdiff10k.engines.controlnet.seams import MakeStrategy, Member, Pipe, Strategy
from spotdiff10k.errors import EngineError
from spotdiff10k.types import EngineSettings

if TYPE_CHECKING:
    from spotdiff10k.engines.controlnet.finding import Used


def description(layout: str, settings: EngineSettings) -> Strategy:
    """The same words and seeds; every family."""
    from spotdiff10k.engines.controlnet.attention.description import Description

    return Description(layout, settings)


def ip_adapter(layout: str, settings: EngineSettings) -> Strategy:
    """A reference picture; U-Nets."""
    from spotdiff10k.engines.controlnet.attention.ip_adapter import IpAdapter

    return IpAdapter(layout, settings)


def shared_attention(layout: str, settings: EngineSettings) -> Strategy:
    """Members see each other's subject; U-Nets, FLUX, Qwen-Image, Z-Image."""
    from spotdiff10k.engines.controlnet.attention.shared import SharedAttention

    return SharedAttention(layout, settings)


def both(layout: str, settings: EngineSettings) -> Strategy:
    """A reference in cross-attention and members in self-attention; U-Nets, where these are different layers."""
    if layout != "unet":
        raise EngineError(
            "'ip-adapter+shared-attention' goes with U-Nets (sd15, sdxl-union), where references are looked at in other layers "
            "than members. Networks with joint attention have one kind of layer for both; use 'shared-attention' alone."
        )
    return Together((ip_adapter(layout, settings), shared_attention(layout, settings)))


class Together:
    """Several strategies at once, prepared in their order."""

    name: ClassVar[str] = "ip-adapter+shared-attention"
    everywhere: ClassVar[bool] = False

    def __init__(self, parts: Sequence[Strategy]) -> None:
        self._parts = tuple(parts)

    def prepare(self, pipe: Pipe) -> None:
        """Prepare each."""
        for part in self._parts:
            part.prepare(pipe)

    @property
    def weights(self) -> tuple["Used", ...]:
        """What each loaded."""
        return tuple(used for part in self._parts for used in part.weights)

    @contextmanager
    def batch(self, pipe: Pipe, members: Sequence[Member]) -> Iterator[Mapping[str, Any]]:
        """What each adds."""
        with ExitStack() as stack:
            added = [stack.enter_context(part.batch(pipe, members)) for part in self._parts]
            yield {name: value for each in added for name, value in each.items()}

    def forget(self, group: str) -> None:
        """Have each forget."""
        for part in self._parts:
            part.forget(group)


SHARED = "shared-attention"
"""In the name of every strategy that keeps anchors."""
STRATEGIES: dict[str, MakeStrategy] = {
    "description": description,
    "ip-adapter": ip_adapter,
    SHARED: shared_attention,
    Together.name: both,
}


def make_strategy(name: str, layout: str, settings: EngineSettings) -> Strategy:
    """The strategy called `name` for networks of a layout. Raises EngineError with the known names."""
    if name not in STRATEGIES:
        raise EngineError(f"There is no identity strategy '{name}'; known: {', '.join(STRATEGIES)}.")
    return STRATEGIES[name](layout, settings)
