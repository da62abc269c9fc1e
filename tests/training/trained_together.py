"""What one of two processes does in the test of training together: started with the variables that `accelerate launch` sets."""

import sys

import torch
from planted_world import SETTINGS, PlantedSet, tokens_of
from torch import nn

from spotdiff10k.training.losses import info_nce
from spotdiff10k.training.processes import Alone, Processes, launched
from spotdiff10k.training.trainer import train
from spotdiff10k.training.views import labels_of

ROWS, WIDTH, CODE = 13, 6, 4


def gradients(processes: Processes) -> torch.Tensor:
    """Of a contrastive loss over a batch that does not divide evenly, by a layer of known weights."""
    generator = torch.Generator().manual_seed(5)
    rows = torch.randn(ROWS, WIDTH, generator=generator)
    layer = nn.Linear(WIDTH, CODE)
    with torch.no_grad():
        for weight in layer.parameters():
            weight.copy_(torch.randn(weight.shape, generator=generator) + processes.number)
    processes.agree(layer)
    subject = torch.arange(ROWS) // 3
    same = subject[:, None] == subject
    codes = processes.whole(nn.functional.normalize(layer(rows[processes.share(ROWS)]), dim=1), ROWS)
    info_nce(codes, same & ~torch.eye(ROWS, dtype=torch.bool), ~same, 0.2).backward()
    processes.add_up(layer)
    return torch.cat([weight.grad.flatten() for weight in layer.parameters() if weight.grad is not None])


def losses(processes: Processes, steps: int, **more: object) -> list[float]:
    """Of the first steps of both stages of a training."""
    from dataclasses import replace

    planted = PlantedSet()
    settings = replace(SETTINGS, expert_steps=steps, subject_steps=steps, checkpoint_every=1)
    model = train(tokens_of(planted), labels_of(planted.views), settings, 3, processes=processes, **more)  # type: ignore[arg-type]
    return [record.loss for record in model.history]


if __name__ == "__main__":
    from pathlib import Path

    torch.set_num_threads(1)
    ours = launched(on_cpu=True)
    assert not isinstance(ours, Alone)
    folder = Path(sys.argv[1])
    told = {
        "gradients": gradients(ours),
        "losses": torch.tensor(losses(ours, 2, folder=folder / "training"), dtype=torch.float64),
    }
    from safetensors.torch import save_file

    save_file(told, folder / f"process-{ours.number}.safetensors")
