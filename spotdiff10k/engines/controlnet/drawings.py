"""What is asked of a pipeline: one drawing, whoever needs it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from spotdiff10k.engines.controlnet.seams import Member
from spotdiff10k.types import Image, Mask

PLATE, POSE, JOIN = "plate", "pose", "join"
KINDS = (PLATE, POSE, JOIN)
"""Drawings of one kind go into one batch: plates have no subject, joins start from a picture."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """One picture to draw; it depends on these values alone."""

    kind: str  # one of KINDS
    seed: int
    prompt: str
    negative: str
    controls: Mapping[str, Image] = field(default_factory=dict)  # kind of map to map; none for plates
    member: Member | None = None  # as an identity strategy sees it; None for plates and joins
    start: Image | None = None  # of a join: what the picture looks like before
    repaint: Mask | None = None  # of a join: 255 where it is painted anew
    references: tuple[Image, ...] = ()  # pictures that an editor follows after the control map
