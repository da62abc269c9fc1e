"""Where a training is, in one file: weights, the optimiser's moments and the loss curve. A training goes on from it exactly.

Batches and every other random choice are addresses of the seed and the step, so there is no generator to keep.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.optim import Optimizer

from spotdiff10k.run import write_atomically
from spotdiff10k.training.annotations import Annotations
from spotdiff10k.training.codes import TokenSet
from spotdiff10k.training.logs import StepRecord
from spotdiff10k.training.settings import TrainingSettings
from spotdiff10k.training.views import Labels

FILE = "checkpoint.safetensors"
FORMAT = "2"
FACTS = "facts"
NETWORK, MOMENTS = "network.", "moments."


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A training after a step of a stage."""

    stage: str
    step: int
    network: Mapping[str, Tensor]
    moments: Mapping[str, Tensor]  # of the stage's optimiser, "<parameter>.<name>"
    history: tuple[StepRecord, ...]


def fingerprint(
    tokens: TokenSet,
    labels: Labels,
    settings: TrainingSettings,
    seed: int,
    annotations: Annotations | None = None,
    computed: str = "cpu x 1",
) -> str:
    """What was asked for: a checkpoint of anything else is not gone on from.

    `computed` tells by what code, on what, and by how many processes.
    """
    found = hashlib.sha256(json.dumps([FORMAT, asdict(settings), seed, tokens.encoder, computed], sort_keys=True).encode())
    known = annotations or Annotations()
    arrays = (tokens.tokens, tokens.pooled, tokens.inside, labels.subject, labels.pose, labels.background, labels.family)
    for array in (*arrays, known.plate, known.keypoints, known.camera):
        if array is not None:
            found.update(f"{array.shape} {array.dtype}".encode())
            found.update(np.ascontiguousarray(array).data)
    return found.hexdigest()


def write_checkpoint(folder: Path, asked: str, checkpoint: Checkpoint) -> None:
    """Write atomically. Raises RunError when that fails."""
    from safetensors.torch import save

    tensors = {NETWORK + name: value for name, value in checkpoint.network.items()}
    tensors |= {MOMENTS + name: value for name, value in checkpoint.moments.items()}
    facts = {
        "format": FORMAT,
        "asked": asked,
        "stage": checkpoint.stage,
        "step": checkpoint.step,
        "history": [asdict(record) for record in checkpoint.history],
    }
    data = save({name: value.detach().contiguous() for name, value in sorted(tensors.items())}, {FACTS: json.dumps(facts)})
    write_atomically(folder / FILE, data)


def read_checkpoint(folder: Path, asked: str) -> Checkpoint | None:
    """The folder's checkpoint; None when there is none, or it is damaged, or of another training."""
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(folder / FILE, framework="pt") as file:
            facts = json.loads((file.metadata() or {})[FACTS])
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - it is no mapping
        if (facts["format"], facts["asked"]) != (FORMAT, asked):
            return None
        history = tuple(StepRecord(**record) for record in facts["history"])
        return Checkpoint(facts["stage"], facts["step"], _named(tensors, NETWORK), _named(tensors, MOMENTS), history)
    except (OSError, SafetensorError, KeyError, TypeError, ValueError):
        return None


def moments_of(optimiser: Optimizer, module: nn.Module) -> dict[str, Tensor]:
    """What the optimiser remembers of each parameter, by name."""
    found = {}
    for name, parameter in module.named_parameters():
        for key, value in optimiser.state.get(parameter, {}).items():
            found[f"{name}.{key}"] = torch.as_tensor(value)
    return found


def restore_moments(optimiser: Optimizer, module: nn.Module, moments: Mapping[str, Tensor]) -> None:
    """Give an optimiser what `moments_of` found."""
    for name, parameter in module.named_parameters():
        own = {key.removeprefix(f"{name}."): value for key, value in moments.items() if key.rpartition(".")[0] == name}
        if own:
            optimiser.state[parameter] = {key: value.clone() for key, value in own.items()}


def _named(tensors: Mapping[str, Tensor], prefix: str) -> dict[str, Tensor]:
    return {name.removeprefix(prefix): value for name, value in tensors.items() if name.startswith(prefix)}
