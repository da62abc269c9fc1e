"""What the frozen encoder sees of a set's pictures and plates: on disk for all processes until the certificate is written."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from spotdiff10k.devices import chosen_device
from spotdiff10k.encoders import encoder_setup
from spotdiff10k.training.codes import TokenSet
from spotdiff10k.training.evidence.annotated import ANNOTATIONS
from spotdiff10k.training.evidence.environment import code_digest
from spotdiff10k.training.evidence.features_work import features
from spotdiff10k.training.evidence.plates import PlateSet
from spotdiff10k.training.evidence.schedule import HERE, OnProgress
from spotdiff10k.training.evidence.storing import has_tokens, map_tokens, save_tokens
from spotdiff10k.training.views import GroupedSet, Indices

PICTURES, PLATES = "pictures", "plates"
FEATURES = "features"
NAME_DIGITS = 16


@dataclass(frozen=True, slots=True)
class Looking:
    """Looks once: what is there already is taken as it is. Features stay by subject, so that a second call is quick."""

    work: Path
    encoder: str
    processes: int | None

    def at_pictures(self, grouped: GroupedSet, on_progress: OnProgress | None) -> TokenSet:
        """Tokens of every picture."""
        asked = self.asked(grouped)
        name = token_name(PICTURES, asked)
        if not has_tokens(self.work, name, asked):
            tokens = features(grouped, self.encoder, self.work / FEATURES, self.processes, on_progress)
            save_tokens(self.work, name, tokens, asked)
        return map_tokens(self.work, name)

    def at_plates(self, grouped: GroupedSet, rows: Indices) -> "Behind | None":
        """Which plate is behind each of the pictures at `rows`, and the name of their tokens; None where the set has none."""
        if grouped.plate(int(rows[0])) is None:
            return None
        plates = PlateSet(grouped, rows)
        asked = self.asked(plates)
        name = token_name(PLATES, asked)
        if not has_tokens(self.work, name, asked):
            save_tokens(self.work, name, features(plates, self.encoder, self.work / FEATURES, HERE, None), asked)
        return Behind(np.array(plates.place, np.int64), name)

    def clear(self) -> None:
        """Delete what can be put together again from the features."""
        for name in (PICTURES, PLATES, ANNOTATIONS):
            for suffix in ("json", "npy"):
                for path in self.work.glob(f"{name}-*.{suffix}"):
                    path.unlink()

    def asked(self, grouped: GroupedSet) -> str:
        """What was looked at with which eyes, masks and plates by the set's digest: tokens of anything else are not taken."""
        pixels = [grouped.pixels(row) for row in range(len(grouped.views))]
        told = [encoder_setup(self.encoder), chosen_device(), code_digest(), grouped.digest, pixels]
        return hashlib.sha256(json.dumps(told).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Behind:
    """The plates of some pictures."""

    places: Indices  # one a picture, of the plates
    name: str  # of their tokens


def token_name(what: str, asked: str) -> str:
    """Of the files of a token set: another question gives another name, so that nobody reads half of each."""
    return f"{what}-{asked[:NAME_DIGITS]}"
