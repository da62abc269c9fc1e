"""What the frozen encoder sees of a set's pictures and plates: on disk for all processes until the certificate is written."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from spotdiff10k.encoders import encoder_setup
from spotdiff10k.training.codes import TokenSet
from spotdiff10k.training.evidence.environment import code_digest
from spotdiff10k.training.evidence.features_work import features
from spotdiff10k.training.evidence.plates import PlateSet
from spotdiff10k.training.evidence.schedule import HERE, OnProgress
from spotdiff10k.training.evidence.storing import has_tokens, map_tokens, save_tokens
from spotdiff10k.training.views import GroupedSet, Indices

PICTURES, PLATES = "pictures", "plates"
FEATURES = "features"


@dataclass(frozen=True, slots=True)
class Looking:
    """Looks once: what is there already is taken as it is. Features stay by subject, so that a second call is quick."""

    work: Path
    encoder: str
    processes: int | None

    def at_pictures(self, grouped: GroupedSet, on_progress: OnProgress | None) -> TokenSet:
        """Tokens of every picture."""
        asked = self._asked(grouped)
        if not has_tokens(self.work, PICTURES, asked):
            tokens = features(grouped, self.encoder, self.work / FEATURES, self.processes, on_progress)
            save_tokens(self.work, PICTURES, tokens, asked)
        return map_tokens(self.work, PICTURES)

    def at_plates(self, grouped: GroupedSet, rows: Indices) -> Indices | None:
        """Which plate is behind each of the pictures at `rows`; None where the set has none."""
        if grouped.plate(int(rows[0])) is None:
            return None
        plates = PlateSet(grouped, rows)
        asked = self._asked(plates)
        if not has_tokens(self.work, PLATES, asked):
            save_tokens(self.work, PLATES, features(plates, self.encoder, self.work / FEATURES, HERE, None), asked)
        return np.array(plates.place, np.int64)

    def clear(self) -> None:
        """Delete what can be put together again from the features."""
        for name in (PICTURES, PLATES):
            (self.work / f"{name}.json").unlink(missing_ok=True)
            for path in self.work.glob(f"{name}-*.npy"):
                path.unlink()

    def _asked(self, grouped: GroupedSet) -> str:
        """What was looked at with which eyes: tokens of anything else are not taken."""
        pixels = [grouped.pixels(row) for row in range(len(grouped.views))]
        told = [encoder_setup(self.encoder), code_digest(), pixels]
        return hashlib.sha256(json.dumps(told).encode()).hexdigest()
