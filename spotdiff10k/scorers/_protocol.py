"""The protocol of a scorer: pictures in, one number each out."""

from typing import ClassVar, Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

Pictures = npt.NDArray[np.uint8]
"""(N, H, W, 3) RGB, 0..255; every picture of the same size."""


@runtime_checkable
class Scorer(Protocol):
    """A frozen model that judges pictures; its name is that of its entry point in the group `spotdiff10k.scorers`.

    The same picture gets the same score whatever it is batched with.
    """

    version: ClassVar[int]
    """Bump it when the same picture and weights give another score."""
    lowest: ClassVar[float]
    highest: ClassVar[float]
    """The scores that are possible at all; a picture that gets another one is refused."""
    licence: ClassVar[str]
    """Of the weights, as in "Apache-2.0"."""

    @property
    def digest(self) -> str:
        """The sha256 of its weights as published."""
        ...

    def score(self, pictures: Pictures) -> npt.NDArray[np.float64]:
        """(N,) scores; higher is better: more pleasing, safer."""
        ...
