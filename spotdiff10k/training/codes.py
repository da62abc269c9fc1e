"""What a frozen encoder sees in pictures, and what the reference model makes of it, as plain arrays."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from spotdiff10k.training.views import Indices

Float16 = npt.NDArray[np.float16]
Float32 = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class TokenSet:
    """Features of N pictures by one frozen encoder; computed once, never trained."""

    tokens: Float16
    """(N, T, D): T places of the picture, shallow and deep stages side by side."""
    inside: Float32 | None
    """(N, T) in 0..1: how much of each place the subject's mask covers; None where the set has no masks."""
    pooled: Float32
    """(N, P): one vector a picture, as the encoder's authors compare pictures with."""
    encoder: str
    """Name, version and digest of the weights."""
    blocks: tuple[int, ...] = ()
    """Widths of the parts that a token consists of, such as stages, which add up to D; () for one part."""

    def __len__(self) -> int:
        return len(self.tokens)

    def __getitem__(self, chosen: Indices) -> "TokenSet":
        """Those of the pictures at `chosen`."""
        inside = None if self.inside is None else self.inside[chosen]
        return TokenSet(self.tokens[chosen], inside, self.pooled[chosen], self.encoder, self.blocks)


@dataclass(frozen=True, slots=True)
class Codes:
    """What the model says of N pictures: rows of length 1, but for a raw encoder's as they are."""

    subject: Float32  # z_s, (N, d)
    pose: Float32  # z_p, (N, d)
    background: Float32  # z_b, (N, d)

    def __len__(self) -> int:
        return len(self.subject)
