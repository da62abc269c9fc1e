"""What several processes compute of a step adds up to what one does, whatever a stage learns with."""

from dataclasses import replace

import numpy as np
import pytest

pytest.importorskip("torch")

import torch
from planted_world import SETTINGS, PlantedSet, tokens_of
from torch import Tensor, nn

from spotdiff10k.training.annotations import Annotations
from spotdiff10k.training.material import Material
from spotdiff10k.training.processes import Alone
from spotdiff10k.training.regressions import targets_of
from spotdiff10k.training.stages import Stage, Stages
from spotdiff10k.training.teachers import networks_of
from spotdiff10k.training.views import labels_of

PLANTED = PlantedSet()
LABELS = labels_of(PLANTED.views)
SOME = np.flatnonzero(LABELS.subject < 14)
TOKENS, FEW = tokens_of(PLANTED)[SOME], LABELS[SOME]
CAMERA = np.stack([np.sin(FEW.pose), np.cos(FEW.pose)], 1).astype(np.float32)
CPU = torch.device("cpu")
COUNT = 3


class Recording(Alone):
    """Alone; keeps what was said of whole batches."""

    def __init__(self) -> None:
        self.said: list[Tensor] = []

    def whole(self, own: Tensor, rows: int) -> Tensor:
        self.said.append(own.detach())
        return own


class OneOfThree(Alone):
    """A process that is told what the others say."""

    def __init__(self, number: int, said: list[Tensor]) -> None:
        self.place, self.said = number, list(said)

    def share(self, rows: int) -> slice:
        most = -(-rows // COUNT)
        return slice(min(rows, self.place * most), min(rows, (self.place + 1) * most))

    def whole(self, own: Tensor, rows: int) -> Tensor:
        every, mine = self.said.pop(0), self.share(rows)
        assert torch.allclose(every[mine], own, atol=1e-5)
        return torch.cat([every[: mine.start], own, every[mine.stop :]])


def gradients(number: int, processes: Alone) -> list[Tensor]:
    """Of one step of a stage, by its number."""
    settings = replace(SETTINGS, camera_weight=0.7, orthogonality="cross-covariance")
    targets = targets_of(Annotations(camera=CAMERA), settings)
    network, teachers = networks_of(TOKENS, FEW, settings, 3, targets)
    material = Material(TOKENS, FEW, network, settings, CPU, targets)
    stages = Stages(network, teachers, material, settings, CPU, processes)
    stage: Stage = (stages.experts, stages.subject)[number]()
    torch.stack(list(stage.terms(stage.draw(np.random.default_rng(2))).values())).sum().backward()
    assert isinstance(stage.module, nn.Module)
    return [torch.zeros_like(weight) if weight.grad is None else weight.grad for weight in stage.module.parameters()]


@pytest.mark.parametrize("number", [0, 1], ids=["experts", "subject"])
def test_shares_of_gradients_add_up_to_the_gradient_of_the_whole_batch(number: int) -> None:
    recording = Recording()
    whole = gradients(number, recording)
    parts = [gradients(number, OneOfThree(place, recording.said)) for place in range(COUNT)]
    for expected, *shares in zip(whole, *parts, strict=True):
        assert torch.allclose(sum(shares, torch.zeros_like(expected)), expected, rtol=1e-3, atol=1e-6)
    still = sum(int(expected.abs().max() < 1e-6) for expected in whole)
    assert still <= 1  # softmax does not mind what is added to all scores of a head
