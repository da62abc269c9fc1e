"""The trained reference model: whitening, experts and subject branch in one, with its weights in one safetensors file."""

import json
from dataclasses import asdict
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from spotdiff10k.encoders._input import one_thread
from spotdiff10k.errors import DataError
from spotdiff10k.run import write_atomically
from spotdiff10k.training.codes import Codes, TokenSet
from spotdiff10k.training.experts import Experts
from spotdiff10k.training.invariance import LinearMap
from spotdiff10k.training.logs import StepRecord
from spotdiff10k.training.looking_at import coarser, most_inside
from spotdiff10k.training.module import Module
from spotdiff10k.training.settings import TrainingSettings
from spotdiff10k.training.standing import Standing
from spotdiff10k.training.subject import SubjectBranch
from spotdiff10k.training.whitening import Whitening

FORMAT = "2"
CHUNK = 32
"""Pictures at a time."""


class Network(Module):
    """All weights of a reference model."""

    def __init__(self, whitening: Whitening, pooled_whitening: Whitening, standing: Standing, settings: TrainingSettings) -> None:
        super().__init__()
        self.whitening, self.pooled_whitening, self.standing = whitening, pooled_whitening, standing
        self.experts = Experts(whitening.outputs, standing, settings)
        self.subject = SubjectBranch(whitening.outputs, pooled_whitening.outputs, settings)
        self.invariance = LinearMap(whitening.outputs if settings.tokens else pooled_whitening.outputs)
        self.erasure = LinearMap(settings.width)
        self._settings = settings

    def looked_at(self, whitened: Tensor, pooled: Tensor, inside: Tensor | None) -> tuple[Tensor, Tensor | None]:
        """What the subject branch sees: (N, T, D) features and their cover, of whitened tokens and of pooled features."""
        if not self._settings.tokens:
            return self.invariance(self.pooled_whitening(pooled[:, None])), None
        if inside is None or not self._settings.masks:
            return self.invariance(coarser(whitened)), None
        places, cover = most_inside(whitened, inside)
        return self.invariance(places), cover

    def subject_codes(self, looked_at: Tensor, inside: Tensor | None, experts: tuple[Tensor, Tensor]) -> Tensor:
        """z_s as it is handed out: (N, d), what backgrounds do taken out of it."""
        codes = self.subject(looked_at, inside, experts)
        return functional.normalize(self.erasure(codes), dim=1) if self._settings.erasure else codes


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
        whitened = network.whitening(torch.from_numpy(tokens.tokens))
        seen = coarser(whitened)
        pose, background = network.experts(seen, network.standing(seen))
        inside = None if tokens.inside is None else torch.from_numpy(tokens.inside)
        looked_at, cover = network.looked_at(whitened, torch.from_numpy(tokens.pooled), inside)
        return network.subject_codes(looked_at, cover, (pose, background)), pose, background

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
        levels, places, _ = state["standing.backgrounds"].shape
        standing = Standing(levels, places, state["standing.blocks"].tolist())
        network = Network(_empty(state["whitening.weight"]), _empty(state["pooled_whitening.weight"]), standing, settings)
        network.load_state_dict(state)
    except (OSError, SafetensorError, KeyError, TypeError, ValueError, RuntimeError) as error:
        raise DataError(f"{path} is no model of this project: {str(error).splitlines()[0]}") from error
    return Model(network, settings, facts["encoder"])


def _contiguous(state: dict[str, Tensor]) -> dict[str, Tensor]:
    return {name: value.detach().contiguous() for name, value in sorted(state.items())}


def _empty(weight: Tensor) -> Whitening:
    inputs, outputs = weight.shape
    return Whitening(inputs, outputs)
