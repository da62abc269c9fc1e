"""The training: two stages of plain AdamW steps over features that lie in memory. It sees the pictures it is given, no others."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.optim import AdamW, Optimizer

from spotdiff10k.encoders._input import one_thread
from spotdiff10k.seeds import seed_for
from spotdiff10k.training.annotations import Annotations
from spotdiff10k.training.checkpoints import (
    Checkpoint,
    fingerprint,
    moments_of,
    read_checkpoint,
    restore_moments,
    write_checkpoint,
)
from spotdiff10k.training.codes import TokenSet
from spotdiff10k.training.computing import computing, device_of
from spotdiff10k.training.experts import expert_terms
from spotdiff10k.training.invariance import background_erasure
from spotdiff10k.training.logs import StepRecord, TrainingLog
from spotdiff10k.training.material import Batch, Material
from spotdiff10k.training.model import Model, Network
from spotdiff10k.training.processes import Alone, Processes
from spotdiff10k.training.regressions import Regressions, regression_terms, targets_of, weights_of
from spotdiff10k.training.settings import TrainingSettings
from spotdiff10k.training.subject import subject_terms
from spotdiff10k.training.views import Labels
from spotdiff10k.training.whitening import fit_whitening

EXPERTS, SUBJECT = "experts", "subject"
REGRESSIONS = "regressions."
"""What their weights' names begin with in a checkpoint."""
Looks = dict[str, Tensor]
"""What a stage's networks say of pictures, a row each, by name."""
OnStep = Callable[[StepRecord], None]


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage: which weights learn, from what, for how long."""

    name: str
    module: nn.Module
    draw: Callable[[np.random.Generator], Batch]
    look: Callable[[Batch], Looks]  # codes, and what they are regressed to; row by row
    terms: Callable[[Looks, Batch], dict[str, Tensor]]  # of the loss
    steps: int


def train(
    tokens: TokenSet,
    labels: Labels,
    settings: TrainingSettings,
    seed: int,
    folder: Path | None = None,
    on_step: OnStep | None = None,
    annotations: Annotations | None = None,
    processes: Processes | None = None,
) -> Model:
    """Train the reference model on these pictures.

    With a folder, its log and a checkpoint lie there, and a training that was killed goes on to the same weights. The same
    pictures, labels, settings and seed give the same weights on one machine, however many processors it has; on a GPU, or with
    several processes (`processes.launched`), the same to rounding. Every process is given the same, and a folder that all see.
    The model that is returned is on the CPU.
    Raises ValueError when there are fewer than two subjects, or a regression has a weight and `annotations` do not tell of it;
    ModelError when there is no such device, RunError when the folder cannot be written.
    """
    together = processes or Alone()
    with one_thread():
        return _Training(tokens, labels, settings, seed, folder, on_step, annotations or Annotations(), together).run()


class _Training:
    """One training, from its arguments to its model."""

    def __init__(
        self,
        tokens: TokenSet,
        labels: Labels,
        settings: TrainingSettings,
        seed: int,
        folder: Path | None,
        on_step: OnStep | None,
        annotations: Annotations,
        processes: Processes,
    ) -> None:
        self.settings, self.seed, self.folder, self.on_step, self.processes = settings, seed, folder, on_step, processes
        self.encoder, self.labels = tokens.encoder, labels
        self.device = processes.device or device_of(settings.device)
        computed = f"{self.device.type} x {processes.count}"
        self.asked = fingerprint(tokens, labels, settings, seed, annotations, computed) if folder else ""
        targets = targets_of(annotations, settings)
        self.network, self.regressions = _network(tokens, settings, seed, targets)
        self.material = Material(tokens, labels, self.network, settings, self.device, targets)
        for part in (self.network, self.regressions):
            part.to(self.device)
            processes.agree(part)
        self.history: list[StepRecord] = []

    def run(self) -> Model:
        stages = [self._expert_stage(), self._subject_stage()]
        known = read_checkpoint(self.folder, self.asked) if self.folder else None
        if known:
            self._go_on(known)
        names = [stage.name for stage in stages]
        with TrainingLog(self._own_folder, self.history) as log:
            for stage in stages[names.index(known.stage) :] if known else stages:
                begun = known if known and known.stage == stage.name else None
                if stage.name == SUBJECT:  # once, and not as part of the first step
                    self.material.expert_codes(self.network.experts)
                self._run_stage(stage, begun, log)
        if self.settings.erasure:
            codes = self.material.subject_codes(self.network.subject, self.network.experts)
            self.network.erasure.set_to(*background_erasure(codes, self.labels))
        return Model(self.network.cpu(), self.settings, self.encoder, tuple(self.history))

    @property
    def _own_folder(self) -> Path | None:
        """Where this process writes: the first one alone does."""
        return None if self.processes.number else self.folder

    def _expert_stage(self) -> Stage:
        module = nn.ModuleList([self.network.experts, self.regressions])
        return Stage(
            EXPERTS, module, self.material.expert_batch, self._expert_looks, self._expert_terms, self.settings.expert_steps
        )

    def _subject_stage(self) -> Stage:
        draw = partial(self.material.subject_batch, experts=self.network.experts)
        steps = self.settings.subject_steps
        return Stage(SUBJECT, self.network.subject, draw, self._subject_looks, self._subject_terms, steps)

    def _run_stage(self, stage: Stage, begun: Checkpoint | None, log: TrainingLog) -> None:
        optimiser = AdamW(
            stage.module.parameters(), lr=self.settings.learning_rate, weight_decay=self.settings.weight_decay, fused=True
        )
        if begun:
            moments = {name: value.to(self.device) for name, value in begun.moments.items()}
            restore_moments(optimiser, stage.module, moments)
        stage.module.train()
        for step in range(begun.step if begun else 0, stage.steps):
            record = self._step(stage, step, optimiser)
            self.history.append(record)
            log.write(record)
            if self.on_step:
                self.on_step(record)
            if (step + 1) % self.settings.checkpoint_every == 0 or step + 1 == stage.steps:
                self._keep(stage, step + 1, optimiser)
        stage.module.eval()

    def _step(self, stage: Stage, step: int, optimiser: Optimizer) -> StepRecord:
        batch = self._draw(stage, step)
        terms = stage.terms(self._looks(stage, batch), batch)
        loss = torch.stack(list(terms.values())).sum()
        for group in optimiser.param_groups:
            group["lr"] = self.settings.learning_rate * _pace(step, stage.steps, self.settings.warmup_steps)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        self.processes.add_up(stage.module)
        optimiser.step()
        return StepRecord(stage.name, step + 1, loss.item(), {name: value.item() for name, value in terms.items()})

    def _draw(self, stage: Stage, step: int) -> Batch:
        rng = np.random.default_rng(seed_for(self.seed, "training", stage.name, step))
        return stage.draw(rng)

    def _looks(self, stage: Stage, batch: Batch) -> Looks:
        """Of all pictures of the batch; this process computes its share of them."""
        rows = len(batch.labels)
        with computing(self.device, self.settings.precision):
            own = stage.look(batch.share(self.processes.share(rows)))
        return {name: self.processes.whole(values.float(), rows) for name, values in own.items()}

    def _expert_looks(self, batch: Batch) -> Looks:
        pose, background = self.network.experts(batch.features)
        return {"pose": pose, "background": background, **self.regressions(pose, background)}

    def _expert_terms(self, looks: Looks, batch: Batch) -> dict[str, Tensor]:
        terms = expert_terms((looks["pose"], looks["background"]), batch.labels, self.settings)
        return terms | regression_terms(looks, batch.targets, weights_of(self.settings))

    def _subject_looks(self, batch: Batch) -> Looks:
        return {"subject": self.network.subject(batch.features, batch.inside, _experts_of(batch))}

    def _subject_terms(self, looks: Looks, batch: Batch) -> dict[str, Tensor]:
        return subject_terms(looks["subject"], _experts_of(batch), batch.labels, self.settings)

    def _keep(self, stage: Stage, step: int, optimiser: Optimizer) -> None:
        if self._own_folder is None:
            return
        state = {
            **self.network.state_dict(),
            **{REGRESSIONS + name: value for name, value in self.regressions.state_dict().items()},
        }
        moments = moments_of(optimiser, stage.module)
        write_checkpoint(self._own_folder, self.asked, Checkpoint(stage.name, step, state, moments, tuple(self.history)))

    def _go_on(self, known: Checkpoint) -> None:
        own = {name: value for name, value in known.network.items() if name.startswith(REGRESSIONS)}
        self.network.load_state_dict({name: value for name, value in known.network.items() if name not in own})
        self.regressions.load_state_dict({name.removeprefix(REGRESSIONS): value for name, value in own.items()})
        self.history = list(known.history)


def _experts_of(batch: Batch) -> tuple[Tensor, Tensor]:
    if batch.experts is None:
        raise ValueError("a batch of the subject branch comes with the codes of the experts")
    return batch.experts


def _network(
    tokens: TokenSet, settings: TrainingSettings, seed: int, targets: Mapping[str, Tensor]
) -> tuple[Network, Regressions]:
    """Whitening fitted to these pictures, and all else as the seed says."""
    whitening = fit_whitening(tokens.tokens, settings.token_width, tokens.blocks)
    pooled_whitening = fit_whitening(tokens.pooled[:, None], settings.pooled_width)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed_for(seed, "training", "weights"))
        return Network(whitening, pooled_whitening, settings), Regressions(settings.width, targets)


def _pace(step: int, steps: int, warmup: int) -> float:
    """Share of the learning rate: up in a line, then down along half a cosine."""
    return min(1.0, (step + 1) / max(1, warmup)) * 0.5 * (1 + math.cos(math.pi * step / max(1, steps)))
