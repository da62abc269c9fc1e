"""What the generative stage learns from: subject codes, latents and texts of pictures, computed once."""

import hashlib
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from spotdiff10k.errors import DataError
from spotdiff10k.training.views import Indices, Labels

Float32 = npt.NDArray[np.float32]
EMPTY = 0
"""Of the texts: the one without words, for guidance."""


@dataclass(frozen=True, slots=True)
class GenerativeSet:
    """N pictures of subjects. Which of them are for training is up to who makes the set."""

    codes: Float32  # (N, d): z_s of each, by whatever made it
    latents: Float32  # (N, channels, height, width): as the network takes them, scaled
    texts: Float32  # (P, words, width): what the text encoder makes of each prompt; the first is that of no words
    prompts: Indices  # (N,): which text describes each picture
    labels: Labels

    def __post_init__(self) -> None:
        counts = {
            "codes": len(self.codes),
            "latents": len(self.latents),
            "prompts": len(self.prompts),
            "labels": len(self.labels),
        }
        if len(set(counts.values())) > 1 or not len(self.labels):
            raise DataError(f"A set for the generative stage has one of each for every picture; found {counts}.")
        if self.codes.ndim != 2 or self.latents.ndim != 4 or self.texts.ndim != 3:
            shapes = [array.shape for array in (self.codes, self.latents, self.texts)]
            raise DataError(f"Codes, latents and texts have 2, 4 and 3 dimensions; found the shapes {shapes}.")
        if self.prompts.min() < 0 or self.prompts.max() >= len(self.texts):
            raise DataError(f"There are {len(self.texts)} texts, and prompts number them from 0; found {self.prompts.max()}.")

    def __len__(self) -> int:
        return len(self.labels)

    def digest(self) -> str:
        """Of every number in it."""
        found = hashlib.sha256()
        arrays = (
            self.codes,
            self.latents,
            self.texts,
            self.prompts,
            self.labels.subject,
            self.labels.pose,
            self.labels.background,
        )
        for array in arrays:
            found.update(f"{array.shape} {array.dtype}".encode())
            found.update(np.ascontiguousarray(array).data)
        return found.hexdigest()
