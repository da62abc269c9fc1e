"""The training: two stages of plain AdamW steps over features that lie in memory. It sees the pictures it is given, no others."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.optim import AdamW, Optimizer

from spotdiff10k.encoders._input import one_thread
from spotdiff10k.seeds import seed_for
from spotdiff10k.training.batches import FactorBatches, SubjectBatches
from spotdiff10k.training.checkpoints import (
    Checkpoint,
    fingerprint,
    moments_of,
    read_checkpoint,
    restore_moments,
    write_checkpoint,
)
from spotdiff10k.training.codes import TokenSet
from spotdiff10k.training.experts import expert_terms
from spotdiff10k.training.invariance import Float64, background_erasure, within_whitening
from spotdiff10k.training.logs import StepRecord, TrainingLog
from spotdiff10k.training.looking_at import coarser, picture_means
from spotdiff10k.training.model import CHUNK, Model, Network
from spotdiff10k.training.settings import TrainingSettings
from spotdiff10k.training.subject import subject_terms
from spotdiff10k.training.swapping import find_backgrounds
from spotdiff10k.training.views import Labels
from spotdiff10k.training.whitening import fit_whitening

EXPERTS, SUBJECT = "experts", "subject"
OnStep = Callable[[StepRecord], None]
Terms = Callable[[np.random.Generator], dict[str, Tensor]]
"""The terms of the loss on the batch that a generator draws."""


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage: which weights learn, from what, for how long."""

    name: str
    module: nn.Module
    terms: Terms
    steps: int


def train(
    tokens: TokenSet,
    labels: Labels,
    settings: TrainingSettings,
    seed: int,
    folder: Path | None = None,
    on_step: OnStep | None = None,
) -> Model:
    """Train the reference model on these pictures.

    With a folder, its log and a checkpoint lie there, and a training that was killed goes on to the same weights. The same
    pictures, labels, settings and seed give the same weights on one machine, however many processors it has.
    Raises ValueError when there are fewer than two subjects, RunError when the folder cannot be written.
    """
    with one_thread():
        return _Training(tokens, labels, settings, seed, folder, on_step).run()


class _Training:
    """One training, from its arguments to its model."""

    def __init__(
        self, tokens: TokenSet, labels: Labels, settings: TrainingSettings, seed: int, folder: Path | None, on_step: OnStep | None
    ) -> None:
        self.settings, self.seed, self.folder, self.on_step = settings, seed, folder, on_step
        self.encoder, self.labels = tokens.encoder, labels
        self.asked = fingerprint(tokens, labels, settings, seed) if folder else ""
        self.network = _network(tokens, settings, seed)
        whitened = self.network.whitening.apply_to(tokens.tokens)
        self.seen = coarser(whitened)
        inside = None if tokens.inside is None else torch.from_numpy(tokens.inside)
        self.looked_at, self.inside = self.network.looked_at(whitened, torch.from_numpy(tokens.pooled), inside)
        if settings.invariance:
            means = picture_means(self.looked_at, self.inside).double().numpy()
            self.network.invariance.set_to(*within_whitening(means, labels.subject))
            self.looked_at = self.network.invariance(self.looked_at)
        swaps = settings.swapped_backgrounds and settings.tokens and self.inside is None
        self.swapper = find_backgrounds(self.looked_at, labels.background) if swaps else None
        self.history: list[StepRecord] = []
        self.expert_codes: tuple[Tensor, Tensor] | None = None
        pictures = settings.batch_subjects * settings.views_per_subject
        self.factor_batches = FactorBatches(labels, pictures)
        self.subject_batches = SubjectBatches(
            labels, settings.batch_subjects, settings.views_per_subject, settings.hard_negatives
        )

    def run(self) -> Model:
        stages = [
            Stage(EXPERTS, self.network.experts, self._expert_terms, self.settings.expert_steps),
            Stage(SUBJECT, self.network.subject, self._subject_terms, self.settings.subject_steps),
        ]
        known = read_checkpoint(self.folder, self.asked) if self.folder else None
        if known:
            self.network.load_state_dict(known.network)
            self.history = list(known.history)
        names = [stage.name for stage in stages]
        with TrainingLog(self.folder, self.history) as log:
            for stage in stages[names.index(known.stage) :] if known else stages:
                begun = known if known and known.stage == stage.name else None
                self._run_stage(stage, begun, log)
        if self.settings.erasure:
            self.network.erasure.set_to(*background_erasure(self._trained_codes(), self.labels))
        return Model(self.network, self.settings, self.encoder, tuple(self.history))

    def _run_stage(self, stage: Stage, begun: Checkpoint | None, log: TrainingLog) -> None:
        optimiser = AdamW(
            stage.module.parameters(), lr=self.settings.learning_rate, weight_decay=self.settings.weight_decay, fused=True
        )
        if begun:
            restore_moments(optimiser, stage.module, begun.moments)
        stage.module.train()
        for step in range(begun.step if begun else 0, stage.steps):
            record = self._step(stage, step, optimiser)
            self.history.append(record)
            log.write(record)
            if self.on_step:
                self.on_step(record)
            if self.folder and ((step + 1) % self.settings.checkpoint_every == 0 or step + 1 == stage.steps):
                moments = moments_of(optimiser, stage.module)
                state = self.network.state_dict()
                write_checkpoint(self.folder, self.asked, Checkpoint(stage.name, step + 1, state, moments, tuple(self.history)))
        stage.module.eval()

    def _step(self, stage: Stage, step: int, optimiser: Optimizer) -> StepRecord:
        rng = np.random.default_rng(seed_for(self.seed, "training", stage.name, step))
        terms = stage.terms(rng)
        loss = torch.stack(list(terms.values())).sum()
        for group in optimiser.param_groups:
            group["lr"] = self.settings.learning_rate * _pace(step, stage.steps, self.settings.warmup_steps)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        optimiser.step()
        return StepRecord(stage.name, step + 1, loss.item(), {name: value.item() for name, value in terms.items()})

    def _expert_terms(self, rng: np.random.Generator) -> dict[str, Tensor]:
        chosen = self.factor_batches.batch(rng)
        return expert_terms(self.network.experts, self.seen[torch.from_numpy(chosen)], self.labels[chosen], self.settings)

    def _subject_terms(self, rng: np.random.Generator) -> dict[str, Tensor]:
        if self.expert_codes is None:
            self.expert_codes = self._frozen_codes()
        chosen = self.subject_batches.batch(rng)
        at = torch.from_numpy(chosen)
        pose, background = (codes[at] for codes in self.expert_codes)
        inside = None if self.inside is None else self.inside[at]
        looked_at = self.looked_at[at]
        if self.swapper:
            looked_at = self.swapper.swapped(looked_at, chosen, self.settings.swapped_backgrounds, rng)
        codes = self.network.subject(looked_at, inside, (pose, background))
        return subject_terms(codes, (pose, background), self.labels[chosen], self.settings)

    def _trained_codes(self) -> Float64:
        """(N, d) z_s of the training pictures, in float64."""
        experts = self.expert_codes or self._frozen_codes()
        with torch.no_grad():
            parts = [
                self.network.subject(
                    self.looked_at[at : at + CHUNK],
                    None if self.inside is None else self.inside[at : at + CHUNK],
                    (experts[0][at : at + CHUNK], experts[1][at : at + CHUNK]),
                )
                for at in range(0, len(self.labels), CHUNK)
            ]
        return np.asarray(torch.cat(parts).double().numpy(), np.float64)

    def _frozen_codes(self) -> tuple[Tensor, Tensor]:
        with torch.no_grad():
            parts = [self.network.experts(seen) for seen in self.seen.split(CHUNK)]
        return torch.cat([pose for pose, _ in parts]), torch.cat([background for _, background in parts])


def _network(tokens: TokenSet, settings: TrainingSettings, seed: int) -> Network:
    """Whitening fitted to these pictures, and all else as the seed says."""
    whitening = fit_whitening(tokens.tokens, settings.token_width, tokens.blocks)
    pooled_whitening = fit_whitening(tokens.pooled[:, None], settings.pooled_width)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed_for(seed, "training", "weights"))
        return Network(whitening, pooled_whitening, settings)


def _pace(step: int, steps: int, warmup: int) -> float:
    """Share of the learning rate: up in a line, then down along half a cosine."""
    return min(1.0, (step + 1) / max(1, warmup)) * 0.5 * (1 + math.cos(math.pi * step / max(1, steps)))
