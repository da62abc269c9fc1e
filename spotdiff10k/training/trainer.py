"""The training: two stages of plain AdamW steps over features that lie in memory. It sees the pictures it is given, no others."""

import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
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
from spotdiff10k.training.computing import device_of
from spotdiff10k.training.evidence.environment import code_digest
from spotdiff10k.training.invariance import subject_estimate
from spotdiff10k.training.logs import StepRecord, TrainingLog
from spotdiff10k.training.material import Batch, Material
from spotdiff10k.training.model import Model
from spotdiff10k.training.processes import Alone, Processes
from spotdiff10k.training.regressions import targets_of
from spotdiff10k.training.settings import TrainingSettings
from spotdiff10k.training.stages import SUBJECT, Stage, Stages
from spotdiff10k.training.teachers import networks_of
from spotdiff10k.training.views import Labels

TEACHERS = "teachers."
"""What their weights' names begin with in a checkpoint."""
OnStep = Callable[[StepRecord], None]


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
        computed = f"{self.device.type} x {processes.count} by torch {torch.__version__} and {code_digest()}"
        self.asked = fingerprint(tokens, labels, settings, seed, annotations, computed) if folder else ""
        targets = targets_of(annotations, settings)
        self.network, self.teachers = networks_of(tokens, labels, settings, seed, targets)
        material = Material(tokens, labels, self.network, settings, self.device, targets)
        for part in (self.network, self.teachers):
            part.to(self.device)
            processes.agree(part)
        self.material = material
        self.stages = Stages(self.network, self.teachers, material, settings, self.device, processes)
        self.history: list[StepRecord] = []

    def run(self) -> Model:
        stages = [self.stages.experts(), self.stages.subject()]
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
            self.network.erasure.set_to(*subject_estimate(codes, self.labels))
        return Model(self.network.cpu(), self.settings, self.encoder, tuple(self.history))

    @property
    def _own_folder(self) -> Path | None:
        """Where this process writes: the first one alone does."""
        return None if self.processes.number else self.folder

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
        terms = stage.terms(self._draw(stage, step))
        loss = torch.stack(list(terms.values())).sum()
        for group in optimiser.param_groups:
            group["lr"] = self.settings.learning_rate * _pace(step, stage.steps, self.settings.warmup_steps)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        self.processes.add_up(stage.module)
        optimiser.step()
        return StepRecord(stage.name, step + 1, loss.item(), {name: value.item() for name, value in terms.items()})

    def _draw(self, stage: Stage, step: int) -> tuple[Batch, ...]:
        rng = np.random.default_rng(seed_for(self.seed, "training", stage.name, step))
        return stage.draw(rng)

    def _keep(self, stage: Stage, step: int, optimiser: Optimizer) -> None:
        if self._own_folder is None:
            return
        teachers = {TEACHERS + name: value for name, value in self.teachers.state_dict().items()}
        state = {**self.network.state_dict(), **teachers}
        moments = moments_of(optimiser, stage.module)
        write_checkpoint(self._own_folder, self.asked, Checkpoint(stage.name, step, state, moments, tuple(self.history)))

    def _go_on(self, known: Checkpoint) -> None:
        teachers = {name: value for name, value in known.network.items() if name.startswith(TEACHERS)}
        self.network.load_state_dict({name: value for name, value in known.network.items() if name not in teachers})
        self.teachers.load_state_dict({name.removeprefix(TEACHERS): value for name, value in teachers.items()})
        self.history = list(known.history)


def _pace(step: int, steps: int, warmup: int) -> float:
    """Share of the learning rate: up in a line, then down along half a cosine."""
    return min(1.0, (step + 1) / max(1, warmup)) * 0.5 * (1 + math.cos(math.pi * step / max(1, steps)))
