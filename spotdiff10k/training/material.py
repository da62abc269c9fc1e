"""What a training draws its batches from: features as the branches see them, made ready once and kept in memory."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

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
from spotdiff10k.training.swapping import Swapper, find_backgrounds
from spotdiff10k.training.views import Indices, Labels

Codes2 = tuple[Tensor, Tensor]
"""(z_p, z_b), each (N, d)."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Pictures of one step."""

    features: Tensor  # (B, T, D)
    labels: Labels
    inside: Tensor | None = None  # (B, T)
    experts: Codes2 | None = None  # of the frozen experts
    targets: Mapping[str, Tensor] = field(default_factory=dict)  # what codes are regressed to, (B, numbers) each

    def share(self, rows: slice) -> "Batch":
        """What a process computes of it: features, cover and experts' codes of these rows."""
        inside = None if self.inside is None else self.inside[rows]
        experts = None if self.experts is None else (self.experts[0][rows], self.experts[1][rows])
        return replace(self, features=self.features[rows], inside=inside, experts=experts)


class Material:
    """A training set, whitened; fits what the network knows of it in closed form, on the CPU."""

    def __init__(
        self,
        tokens: TokenSet,
        labels: Labels,
        network: Network,
        settings: TrainingSettings,
        device: torch.device,
        targets: Mapping[str, Tensor],
    ) -> None:
        self._labels, self._settings, self._device = labels, settings, device
        whitened = network.whitening.apply_to(tokens.tokens)
        seen = coarser(whitened)
        network.standing.fit(seen, labels.background)
        self._seen, self._standing = seen.to(device), network.standing.apply_to(seen).to(device)
        inside = None if tokens.inside is None else torch.from_numpy(tokens.inside)
        looked_at, cover = network.looked_at(whitened, torch.from_numpy(tokens.pooled), inside)
        if settings.invariance:
            means = picture_means(looked_at, cover).double()
            network.invariance.set_to(*within_whitening(means, labels.subject))
            looked_at = network.invariance(looked_at)
        self._inside = None if cover is None else cover.to(device)
        self._swapper = self._swapping(looked_at)
        self._looked_at = self._swapper.pictures if self._swapper else looked_at.to(device)
        self._targets = {name: values.to(device) for name, values in targets.items()}
        self._backgrounds = FactorBatches(labels, settings.batch_subjects * settings.views_per_subject)
        self._poses = FactorBatches(labels, settings.pose_pictures)
        self._subjects = SubjectBatches(labels, settings.batch_subjects, settings.views_per_subject, settings.hard_negatives)
        self._experts: Codes2 | None = None

    def __len__(self) -> int:
        return len(self._labels)

    def expert_batches(self, rng: np.random.Generator) -> tuple[Batch, Batch]:
        """All views of some subjects: what stands before the background, for E_p; whole pictures of fewer, for E_b."""
        return self._factor_batch(self._poses.batch(rng), self._standing), self._factor_batch(
            self._backgrounds.batch(rng), self._seen
        )

    def _factor_batch(self, chosen: Indices, features: Tensor) -> Batch:
        at = torch.from_numpy(chosen).to(self._device)
        return Batch(features[at], self._labels[chosen], targets={name: values[at] for name, values in self._targets.items()})

    def subject_batch(self, rng: np.random.Generator, experts: Experts) -> Batch:
        """A few views of several subjects, as the subject branch sees them, before other backgrounds where they are swapped."""
        pose, background = self.expert_codes(experts)
        chosen = self._subjects.batch(rng)
        at = torch.from_numpy(chosen).to(self._device)
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
                pieces = zip(self._seen.split(CHUNK), self._standing.split(CHUNK), strict=True)
                parts = [experts(seen, standing) for seen, standing in pieces]
            self._experts = torch.cat([pose for pose, _ in parts]), torch.cat([background for _, background in parts])
        return self._experts

    def subject_codes(self, subject: SubjectBranch, experts: Experts) -> Tensor:
        """(N, d) float64 on the CPU: z_s of every picture on its own background."""
        pose, background = self.expert_codes(experts)
        parts = []
        with torch.no_grad():
            for at in range(0, len(self._labels), CHUNK):
                some = slice(at, at + CHUNK)
                inside = None if self._inside is None else self._inside[some]
                parts.append(subject(self._looked_at[some], inside, (pose[some], background[some])))
        return torch.cat(parts).cpu().double()

    def _swapping(self, looked_at: Tensor) -> Swapper | None:
        if not (self._settings.swapped_backgrounds and self._settings.tokens and self._inside is None):
            return None
        return find_backgrounds(looked_at, self._labels.background).to(self._device)
