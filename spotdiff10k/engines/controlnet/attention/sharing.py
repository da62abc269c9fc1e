"""What members of a group let each other see: the options of shared self-attention, as plain values."""

from dataclasses import dataclass
from typing import Literal, get_args

from spotdiff10k.errors import EngineError

Sources = Literal["anchor", "all"]
Kernel = Literal["sdpa", "flex"]
Placement = Literal["below", "own"]

GIB = 1 << 30


@dataclass(frozen=True, slots=True)
class Sharing:
    """Options of the strategy `shared-attention`. In a recipe they are called sharing_strength and so on."""

    sources: Sources = "anchor"
    """`anchor`: members see the group's anchors, and anchors one another, so that a picture depends on its anchors alone and not
    on what else is in its batch. `all`: every member sees every other (SynCD), which needs the whole group in one batch."""
    strength: float = 1.0
    """0..1: what the attention weights of other members' tokens are multiplied with before they are normalised."""
    dropout: float = 0.0
    """0..1: share of other members' tokens left out, drawn anew for every layer and step. 0.5 gives more freedom of pose."""
    seed: int = 0
    """Root of the draws of `dropout`."""
    coverage: float = 0.25
    """0..1: a token belongs to the subject when the region covers at least this much of it."""
    placement: Placement = "below"
    """Where other members' tokens stand for rotary positions: `below` the picture, as SynCD has them, or at their `own` place."""
    layers: tuple[str, ...] = ()
    """Beginnings of names of the layers that share, such as "up_blocks"; none: all self-attention layers."""
    kernel: Kernel = "sdpa"
    """`sdpa`: scaled_dot_product_attention with a bias; `flex`: FlexAttention with a block mask, compiled on CUDA."""
    keep: bool = True
    """Keep keys and values of anchors for later batches; False where a group is always made in one batch, to need no memory."""
    device_gib: float = 16.0
    """Keys and values of anchors kept on the device; what goes beyond is kept in host memory."""
    host_gib: float = 64.0
    """Keys and values of anchors kept in host memory; beyond it the engine stops with a sentence."""

    def __post_init__(self) -> None:
        for name in ("strength", "dropout", "coverage"):
            value = getattr(self, name)
            if not 0.0 <= value <= 1.0:
                raise EngineError(f"The option sharing_{name} is {value}; it has to lie between 0 and 1.")
        for name, choices in (("sources", Sources), ("kernel", Kernel), ("placement", Placement)):
            if getattr(self, name) not in get_args(choices):
                raise EngineError(
                    f"The option sharing_{name} is '{getattr(self, name)}'; use one of {', '.join(get_args(choices))}."
                )
        for name in ("device_gib", "host_gib"):
            if getattr(self, name) < 0:
                raise EngineError(f"The option sharing_{name} is {getattr(self, name)}; memory cannot be negative.")

    def shares_in(self, layer: str) -> bool:
        """Whether the layer of this name shares."""
        return not self.layers or layer.startswith(self.layers)
