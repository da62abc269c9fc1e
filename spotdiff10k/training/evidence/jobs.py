"""One training, or one look at a raw encoder, and what it shows: small enough to be sent to a process, and kept by its digest."""

import hashlib
import json
from dataclasses import asdict, dataclass
from typing import Literal

from spotdiff10k.training.evidence.training_set import TrainingSet
from spotdiff10k.training.settings import TrainingSettings

EVIDENCE_VERSION = 1
"""Of what is measured and how: results of another version are not taken up again."""
Baseline = Literal["raw-pooled", "raw-masked", "whitened-mean", "raw-standing", "random-projection"]


@dataclass(frozen=True, slots=True)
class Training:
    """Train the reference model once and ask it about the held-out pictures."""

    made: TrainingSet
    settings: TrainingSettings
    seed: int
    networks: bool = False  # ask small networks too, and probes that learn from the training pictures
    keep: bool = False  # its weights and its codes of the held-out pictures

    def digest(self, world: str) -> str:
        """Of everything that decides what comes out; `world` is the digest of the features, the held-out set and the code."""
        told = {"made": self.made.digest, "settings": asdict(self.settings), "seed": self.seed, "networks": self.networks}
        return _digest(world, {**told, "keep": self.keep})


@dataclass(frozen=True, slots=True)
class Look:
    """Ask a raw encoder about the held-out pictures."""

    baseline: Baseline
    width: int  # of a random projection, or components of a whitening
    seed: int  # of a random projection
    keep: bool = False
    made: TrainingSet | None = None  # that a whitening is fitted to, and what backgrounds look like

    def digest(self, world: str) -> str:
        """Of everything that decides what comes out."""
        told = {"baseline": self.baseline, "width": self.width, "seed": self.seed, "keep": self.keep}
        return _digest(world, {**told, "made": self.made.digest if self.made else ""})


Job = Training | Look


def _digest(world: str, told: object) -> str:
    text = json.dumps([EVIDENCE_VERSION, world, told], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:32]
