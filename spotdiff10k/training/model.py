"""The trained reference model: whitening, experts and subject branch in one, with its weights in one safetensors file."""

import json
from dataclasses import asdict
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from spotdiff10k.encoders._input import one_thread
from spotdiff10k.errors import DataError
from spotdiff10k.run import write_atomically
from spotdiff10k.training.codes import Codes, TokenSet
from spotdiff10k.training.experts import Experts
from spotdiff10k.training.logs import StepRecord
from spotdiff10k.training.module import Module
from spotdiff10k.training.settings import TrainingSettings
from spotdiff10k.training.subject import SubjectBranch
from spotdiff10k.training.whitening import Whitening

FORMAT = "1"
CHUNK = 64
"""Pictures at a time."""


class Network(Module):
    """All weights of a reference model."""

    def __init__(self, whitening: Whitening, pooled_whitening: Whitening, settings: TrainingSettings) -> None:
        super().__init__()
        self.whitening, self.pooled_whitening = whitening, pooled_whitening
        self.experts = Experts(whitening.outputs, settings)
        self.subject = SubjectBranch(whitening.outputs, pooled_whitening.outputs, settings)


class Model:
    """What `train` returns: codes of any pictures whose features the same encoder made."""

    def __init__(self, network: Network, settings: TrainingSettings, encoder: str, history: tuple[StepRecord, ...] = ()) -> None:
        self.network = network.eval()
        self.settings = settings
        self.encoder = encoder
        self.history = history
        """Every step of its training, in order."""

    def encode(self, tokens: TokenSet) -> Codes:
        """Codes of pictures. Raises DataError when another encoder made their features."""
        if tokens.encoder != self.encoder:
            raise DataError(f"This model was trained on features of {self.encoder}, and these are of {tokens.encoder}.")
        with torch.inference_mode(), one_thread():
            parts = [self._encode(tokens[np.arange(at, min(at + CHUNK, len(tokens)))]) for at in range(0, len(tokens), CHUNK)]
        return Codes(*(np.concatenate([part[index].numpy() for part in parts]) for index in range(3)))

    def _encode(self, tokens: TokenSet) -> tuple[Tensor, Tensor, Tensor]:
        network = self.network
        seen = network.whitening(torch.from_numpy(tokens.tokens))
        pose, background = network.experts(seen)
        inside = torch.from_numpy(tokens.inside) if self.settings.masks and tokens.inside is not None else None
        looked_at = seen if self.settings.tokens else network.pooled_whitening(torch.from_numpy(tokens.pooled)[:, None])
        return network.subject(looked_at, inside, (pose, background)), pose, background

    def save(self, path: Path) -> None:
        """Write the weights and the settings. Raises RunError when that fails."""
        from safetensors.torch import save

        facts = {
            "format": FORMAT,
            "settings": json.dumps(asdict(self.settings), sort_keys=True),
            "encoder": self.encoder,
        }
        write_atomically(path, save(_contiguous(self.network.state_dict()), {"facts": json.dumps(facts, sort_keys=True)}))


def load(path: Path) -> Model:
    """A model from its file. Raises DataError when it is missing, damaged, or of another format."""
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, framework="pt") as file:
            facts = json.loads((file.metadata() or {})["facts"])
            state = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - it is no mapping
        if facts["format"] != FORMAT:
            raise DataError(f"{path.name} is of format {facts['format']}, and {FORMAT} is read.")
        settings = TrainingSettings(**json.loads(facts["settings"]))
        network = Network(_empty(state["whitening.weight"]), _empty(state["pooled_whitening.weight"]), settings)
        network.load_state_dict(state)
    except (OSError, SafetensorError, KeyError, TypeError, ValueError, RuntimeError) as error:
        raise DataError(f"{path} is no model of this project: {str(error).splitlines()[0]}") from error
    return Model(network, settings, facts["encoder"])


def _contiguous(state: dict[str, Tensor]) -> dict[str, Tensor]:
    return {name: value.detach().contiguous() for name, value in sorted(state.items())}


def _empty(weight: Tensor) -> Whitening:
    inputs, outputs = weight.shape
    return Whitening(inputs, outputs)
