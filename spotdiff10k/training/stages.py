"""The two stages of a training: which weights learn, from which batches, by which terms of a loss."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from spotdiff10k.training.computing import computing
from spotdiff10k.training.experts import background_terms, pose_terms
from spotdiff10k.training.material import Batch, Material
from spotdiff10k.training.model import Network
from spotdiff10k.training.processes import Processes
from spotdiff10k.training.regressions import regression_terms, weights_of
from spotdiff10k.training.settings import TrainingSettings
from spotdiff10k.training.subject import subject_terms
from spotdiff10k.training.teachers import Teachers

EXPERTS, SUBJECT = "experts", "subject"
Told = dict[str, Tensor]
"""What networks say of pictures, a row each, by name."""
Look = Callable[[Batch], Told]


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage: which weights learn, from what, for how long."""

    name: str
    module: nn.Module
    draw: Callable[[np.random.Generator], tuple[Batch, ...]]
    terms: Callable[[tuple[Batch, ...]], dict[str, Tensor]]  # of the loss
    steps: int


class Stages:
    """What both stages are made of."""

    def __init__(
        self,
        network: Network,
        teachers: Teachers,
        material: Material,
        settings: TrainingSettings,
        device: torch.device,
        processes: Processes,
    ) -> None:
        self._network, self._teachers, self._material, self._settings = network, teachers, material, settings
        self._device, self._processes = device, processes

    def experts(self) -> Stage:
        """Stage 1."""
        learning = nn.ModuleList([self._network.experts, self._teachers])
        return Stage(EXPERTS, learning, self._material.expert_batches, self._expert_terms, self._settings.expert_steps)

    def subject(self) -> Stage:
        """Stage 2."""
        steps = self._settings.steps_over(len(self._material))
        return Stage(SUBJECT, self._network.subject, self._subject_batch, self._subject_terms, steps)

    def _told(self, look: Look, batch: Batch) -> Told:
        """What is said of all pictures of a batch; this process computes its share of them.

        Whatever has weights of its own belongs into `look`: outside it, every process would count the same gradient again.
        """
        rows = len(batch.labels)
        with computing(self._device, self._settings.precision):
            own = look(batch.share(self._processes.share(rows)))
        return {name: self._processes.whole(values.float(), rows) for name, values in own.items()}

    def _expert_terms(self, batches: tuple[Batch, ...]) -> dict[str, Tensor]:
        poses, backgrounds = batches
        pose, background = self._told(self._look_at_pose, poses), self._told(self._look_at_background, backgrounds)
        terms = pose_terms(pose["cosines"], poses.labels, self._teachers.poses, self._settings)
        terms |= background_terms(background["background"], backgrounds.labels, self._settings)
        weights = weights_of(self._settings)
        return terms | regression_terms(pose, poses.targets, weights) | regression_terms(background, backgrounds.targets, weights)

    def _look_at_pose(self, batch: Batch) -> Told:
        codes = self._network.experts.pose(batch.features)
        return {"cosines": self._teachers.poses(codes), **self._teachers.regressions.told_by("pose", codes)}

    def _look_at_background(self, batch: Batch) -> Told:
        codes = self._network.experts.background(batch.features)
        return {"background": codes, **self._teachers.regressions.told_by("background", codes)}

    def _subject_batch(self, rng: np.random.Generator) -> tuple[Batch, ...]:
        return (self._material.subject_batch(rng, self._network.experts),)

    def _subject_terms(self, batches: tuple[Batch, ...]) -> dict[str, Tensor]:
        (batch,) = batches
        codes = self._told(self._look_at_subject, batch)["subject"]
        return subject_terms(codes, _experts_of(batch), batch.labels, self._settings)

    def _look_at_subject(self, batch: Batch) -> Told:
        return {"subject": self._network.subject(batch.features, batch.inside, _experts_of(batch))}


def _experts_of(batch: Batch) -> tuple[Tensor, Tensor]:
    if batch.experts is None:
        raise ValueError("a batch of the subject branch comes with the codes of the experts")
    return batch.experts
