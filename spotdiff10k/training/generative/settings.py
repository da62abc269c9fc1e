"""How the generative stage is trained. Every number that no paper tells is here, so that it is a choice and not a secret."""

from dataclasses import dataclass
from typing import Literal

from spotdiff10k.errors import DataError

Precision = Literal["float32", "bfloat16", "float16"]
MOST_TOKENS = 16


@dataclass(frozen=True, slots=True)
class GenerativeSettings:
    """Of one training; the same settings, seed and set give the same weights on one machine."""

    tokens: int = 4  # that the aligner makes of a subject code
    weight: float = 1.0  # w of the decoupled attention while training
    steps: int = 2000
    batch: int = 16  # pairs of pictures a step
    learning_rate: float = 1e-4  # AdamW
    weight_decay: float = 1e-2
    longest_gradient: float = 1.0  # its norm is cut to this
    drop_subject: float = 0.05  # share of rows without the subject's tokens, for guidance
    drop_text: float = 0.05  # share of rows without text
    drop_both: float = 0.05  # share of rows without either
    precision: Precision = "float32"  # of the network's arithmetic; the loss and what is trained are always float32
    checkpoint_every: int = 250  # steps
    spare_memory: bool = False  # compute the network's insides again in the backward pass instead of keeping them

    def __post_init__(self) -> None:
        if not 1 <= self.tokens <= MOST_TOKENS:
            raise DataError(
                f"The aligner makes between 1 and {MOST_TOKENS} tokens of a subject code, {self.tokens} were asked for."
            )
        shares = (self.drop_subject, self.drop_text, self.drop_both)
        if min(shares) < 0.0 or sum(shares) > 1.0:
            raise DataError(f"The shares of rows without subject, text and both are {shares}; they have to add up to at most 1.")
        if self.batch < 1 or self.steps < 1 or self.checkpoint_every < 1:
            raise DataError("A training has at least one step, and a batch and a checkpoint interval of at least one.")
