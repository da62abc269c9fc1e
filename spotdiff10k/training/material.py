"""What a training draws its batches from: features as the branches see them, made ready once and kept in memory."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from spotdiff10k.training.batches import FactorBatches, SubjectBatches
from spotdiff10k.training.codes import TokenSet
from spotdiff10k.training.experts import Experts
from spotdiff10k.training.invariance import within_whitening
from spotdiff10k.training.looking_at import coarser, picture_means
from spotdiff10k.training.model import CHUNK, Network
from spotdiff10k.training.settings import TrainingSettings
from spotdiff10k.training.subject import SubjectBranch
from spotdiff10k.training.swapping import find_backgrounds
from spotdiff10k.training.views import Labels

Codes2 = tuple[Tensor, Tensor]
"""(z_p, z_b), each (N, d)."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Pictures of one step."""

    features: Tensor  # (B, T, D)
    labels: Labels
    inside: Tensor | None = None  # (B, T)
    experts: Codes2 | None = None  # of the frozen experts


class Material:
    """A training set, whitened; fits what the network knows of it in closed form."""

    def __init__(self, tokens: TokenSet, labels: Labels, network: Network, settings: TrainingSettings) -> None:
        self._labels, self._settings = labels, settings
        whitened = network.whitening.apply_to(tokens.tokens)
        self._seen = coarser(whitened)
        inside = None if tokens.inside is None else torch.from_numpy(tokens.inside)
        self._looked_at, self._inside = network.looked_at(whitened, torch.from_numpy(tokens.pooled), inside)
        if settings.invariance:
            means = picture_means(self._looked_at, self._inside).double()
            network.invariance.set_to(*within_whitening(means, labels.subject))
            self._looked_at = network.invariance(self._looked_at)
        swaps = settings.swapped_backgrounds and settings.tokens and self._inside is None
        self._swapper = find_backgrounds(self._looked_at, labels.background) if swaps else None
        if self._swapper:
            self._looked_at = self._swapper.pictures
        self._factors = FactorBatches(labels, settings.batch_subjects * settings.views_per_subject)
        self._subjects = SubjectBatches(labels, settings.batch_subjects, settings.views_per_subject, settings.hard_negatives)
        self._experts: Codes2 | None = None

    def expert_batch(self, rng: np.random.Generator) -> Batch:
        """All views of a few subjects, whole pictures."""
        chosen = self._factors.batch(rng)
        return Batch(self._seen[torch.from_numpy(chosen)], self._labels[chosen])

    def subject_batch(self, rng: np.random.Generator, experts: Experts) -> Batch:
        """A few views of several subjects, as the subject branch sees them, before other backgrounds where they are swapped."""
        pose, background = self.expert_codes(experts)
        chosen = self._subjects.batch(rng)
        at = torch.from_numpy(chosen)
        if self._swapper:
            features = self._swapper.swapped(chosen, self._settings.swapped_backgrounds, rng)
        else:
            features = self._looked_at[at]
        inside = None if self._inside is None else self._inside[at]
        return Batch(features, self._labels[chosen], inside, (pose[at], background[at]))

    def expert_codes(self, experts: Experts) -> Codes2:
        """(z_p, z_b) of every picture by experts that learn no more; computed once."""
        if self._experts is None:
            with torch.no_grad():
                parts = [experts(seen) for seen in self._seen.split(CHUNK)]
            self._experts = torch.cat([pose for pose, _ in parts]), torch.cat([background for _, background in parts])
        return self._experts

    def subject_codes(self, subject: SubjectBranch, experts: Experts) -> Tensor:
        """(N, d) float64: z_s of every picture on its own background."""
        pose, background = self.expert_codes(experts)
        parts = []
        with torch.no_grad():
            for at in range(0, len(self._labels), CHUNK):
                some = slice(at, at + CHUNK)
                inside = None if self._inside is None else self._inside[some]
                parts.append(subject(self._looked_at[some], inside, (pose[some], background[some])))
        return torch.cat(parts).double()
