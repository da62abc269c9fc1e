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
from spotdiff10k.training.invariance import background_erasure
from spotdiff10k.training.logs import StepRecord, TrainingLog
from spotdiff10k.training.material import Batch, Material
from spotdiff10k.training.model import Model, Network
from spotdiff10k.training.settings import TrainingSettings
from spotdiff10k.training.subject import subject_terms
from spotdiff10k.training.views import Labels
from spotdiff10k.training.whitening import fit_whitening

EXPERTS, SUBJECT = "experts", "subject"
OnStep = Callable[[StepRecord], None]


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage: which weights learn, from what, for how long."""

    name: str
    module: nn.Module
    draw: Callable[[np.random.Generator], Batch]
    terms: Callable[[Batch], dict[str, Tensor]]  # of the loss
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
        self.material = Material(tokens, labels, self.network, settings)
        self.history: list[StepRecord] = []

    def run(self) -> Model:
        stages = [
            Stage(EXPERTS, self.network.experts, self.material.expert_batch, self._expert_terms, self.settings.expert_steps),
            Stage(SUBJECT, self.network.subject, self._subject_batch, self._subject_terms, self.settings.subject_steps),
        ]
        known = read_checkpoint(self.folder, self.asked) if self.folder else None
        if known:
            self.network.load_state_dict(known.network)
            self.history = list(known.history)
        names = [stage.name for stage in stages]
        with TrainingLog(self.folder, self.history) as log:
            for stage in stages[names.index(known.stage) :] if known else stages:
                begun = known if known and known.stage == stage.name else None
                if stage.name == SUBJECT:  # once, and not as part of the first step
                    self.material.expert_codes(self.network.experts)
                self._run_stage(stage, begun, log)
        if self.settings.erasure:
            codes = self.material.subject_codes(self.network.subject, self.network.experts)
            self.network.erasure.set_to(*background_erasure(codes, self.labels))
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
        terms = stage.terms(self._draw(stage, step))
        loss = torch.stack(list(terms.values())).sum()
        for group in optimiser.param_groups:
            group["lr"] = self.settings.learning_rate * _pace(step, stage.steps, self.settings.warmup_steps)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        optimiser.step()
        return StepRecord(stage.name, step + 1, loss.item(), {name: value.item() for name, value in terms.items()})

    def _draw(self, stage: Stage, step: int) -> Batch:
        rng = np.random.default_rng(seed_for(self.seed, "training", stage.name, step))
        return stage.draw(rng)

    def _expert_terms(self, batch: Batch) -> dict[str, Tensor]:
        return expert_terms(self.network.experts, batch.features, batch.labels, self.settings)

    def _subject_batch(self, rng: np.random.Generator) -> Batch:
        return self.material.subject_batch(rng, self.network.experts)

    def _subject_terms(self, batch: Batch) -> dict[str, Tensor]:
        if batch.experts is None:
            raise ValueError("a batch of the subject branch comes with the codes of the experts")
        codes = self.network.subject(batch.features, batch.inside, batch.experts)
        return subject_terms(codes, batch.experts, batch.labels, self.settings)


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
