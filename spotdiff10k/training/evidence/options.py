"""How a certificate is made: everything that a recipe may say of it, as plain values."""

from dataclasses import dataclass, field

from spotdiff10k.training.evidence.bars import Bars
from spotdiff10k.training.features import ENCODER
from spotdiff10k.training.settings import TrainingSettings

MOST_TRAINING_SUBJECTS = 256
"""With more a subject would be found oftener still; a training takes as long as it has pictures, and there are dozens of them."""
MOST_HELD_OUT_SUBJECTS = 64
"""Retrieval among more is harder, so that the bars would not mean the same."""


@dataclass(frozen=True, slots=True)
class CertifyOptions:
    """Of one certificate."""

    encoder: str = ENCODER
    seeds: tuple[int, ...] = (1, 2, 3)  # of every arm, those without a verdict too
    training: TrainingSettings = field(default_factory=TrainingSettings)
    bars: Bars = field(default_factory=Bars)
    training_subjects: int = MOST_TRAINING_SUBJECTS  # at most so many are trained on
    held_out_subjects: int = MOST_HELD_OUT_SUBJECTS  # at most so many are asked about
    pictures: int = 0  # of a subject, at most; 0: all of them
    logs: bool = False  # keep every step of what is trained, as JSON lines and for TensorBoard; it changes no figure
