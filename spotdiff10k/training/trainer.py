"""The training: two stages of plain AdamW steps over features that lie in memory. It sees the pictures it is given, no others."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
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
from spotdiff10k.training.experts import Prototypes, background_terms, pose_terms
from spotdiff10k.training.invariance import background_erasure
from spotdiff10k.training.logs import StepRecord, TrainingLog
from spotdiff10k.training.looking_at import coarser_places
from spotdiff10k.training.material import Batch, Material
from spotdiff10k.training.model import Model, Network
from spotdiff10k.training.module import Module
from spotdiff10k.training.processes import Alone, Processes
from spotdiff10k.training.regressions import Regressions, regression_terms, targets_of, weights_of
from spotdiff10k.training.settings import TrainingSettings
from spotdiff10k.training.standing import Standing
from spotdiff10k.training.subject import subject_terms
from spotdiff10k.training.views import Labels
from spotdiff10k.training.whitening import fit_whitening

EXPERTS, SUBJECT = "experts", "subject"
TEACHERS = "teachers."
"""What their weights' names begin with in a checkpoint."""
Told = dict[str, Tensor]
"""What networks say of pictures, a row each, by name."""
Look = Callable[[Batch], Told]
OnStep = Callable[[StepRecord], None]


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage: which weights learn, from what, for how long."""

    name: str
    module: nn.Module
    draw: Callable[[np.random.Generator], tuple[Batch, ...]]
    terms: Callable[[tuple[Batch, ...]], dict[str, Tensor]]  # of the loss
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
        self.network, self.teachers = _networks(tokens, labels, settings, seed, targets)
        self.material = Material(tokens, labels, self.network, settings, self.device, targets)
        for part in (self.network, self.teachers):
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
        learning = nn.ModuleList([self.network.experts, self.teachers])
        return Stage(EXPERTS, learning, self.material.expert_batches, self._expert_terms, self.settings.expert_steps)

    def _subject_stage(self) -> Stage:
        return Stage(SUBJECT, self.network.subject, self._subject_batch, self._subject_terms, self.settings.subject_steps)

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

    def _told(self, look: Look, batch: Batch) -> Told:
        """What a network says of all pictures of a batch; this process computes its share of them."""
        rows = len(batch.labels)
        with computing(self.device, self.settings.precision):
            own = look(batch.share(self.processes.share(rows)))
        return {name: self.processes.whole(values.float(), rows) for name, values in own.items()}

    def _expert_terms(self, batches: tuple[Batch, ...]) -> dict[str, Tensor]:
        poses, backgrounds = batches
        pose, background = self._told(self._look_at_pose, poses), self._told(self._look_at_background, backgrounds)
        terms = pose_terms(pose["pose"], poses.labels, self.teachers.poses, self.settings)
        terms |= background_terms(background["background"], backgrounds.labels, self.settings)
        weights = weights_of(self.settings)
        return terms | regression_terms(pose, poses.targets, weights) | regression_terms(background, backgrounds.targets, weights)

    def _look_at_pose(self, batch: Batch) -> Told:
        codes = self.network.experts.pose(batch.features)
        return {"pose": codes, **self.teachers.regressions.told_by("pose", codes)}

    def _look_at_background(self, batch: Batch) -> Told:
        codes = self.network.experts.background(batch.features)
        return {"background": codes, **self.teachers.regressions.told_by("background", codes)}

    def _subject_batch(self, rng: np.random.Generator) -> tuple[Batch, ...]:
        return (self.material.subject_batch(rng, self.network.experts),)

    def _subject_terms(self, batches: tuple[Batch, ...]) -> dict[str, Tensor]:
        (batch,) = batches
        codes = self._told(self._look_at_subject, batch)["subject"]
        return subject_terms(codes, _experts_of(batch), batch.labels, self.settings)

    def _look_at_subject(self, batch: Batch) -> Told:
        return {"subject": self.network.subject(batch.features, batch.inside, _experts_of(batch))}

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


def _experts_of(batch: Batch) -> tuple[Tensor, Tensor]:
    if batch.experts is None:
        raise ValueError("a batch of the subject branch comes with the codes of the experts")
    return batch.experts


class Teachers(Module):
    """What learns along in stage 1 and is no part of the model."""

    def __init__(self, labels: Labels, settings: TrainingSettings, targets: Mapping[str, Tensor]) -> None:
        super().__init__()
        self.poses = Prototypes(labels.pose, labels.subject, settings.width)
        self.regressions = Regressions(settings.width, targets)


def _networks(
    tokens: TokenSet, labels: Labels, settings: TrainingSettings, seed: int, targets: Mapping[str, Tensor]
) -> tuple[Network, Teachers]:
    """Whitening fitted to these pictures, and all else as the seed says."""
    whitening = fit_whitening(tokens.tokens, settings.token_width, tokens.blocks)
    pooled_whitening = fit_whitening(tokens.pooled[:, None], settings.pooled_width)
    standing = Standing(0, coarser_places(tokens.tokens.shape[1]), whitening.blocks)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed_for(seed, "training", "weights"))
        return Network(whitening, pooled_whitening, standing, settings), Teachers(labels, settings, targets)


def _pace(step: int, steps: int, warmup: int) -> float:
    """Share of the learning rate: up in a line, then down along half a cosine."""
    return min(1.0, (step + 1) / max(1, warmup)) * 0.5 * (1 + math.cos(math.pi * step / max(1, steps)))
