"""Vision transformers of the `transformers` package: loading from a folder of the store, tokens as maps, texts as vectors.

Only safetensors are read and no code of a repository is run: the classes are named here. Pictures are resized and normalised by
this package, with the mean and deviation that the model's own folder states.
"""

import json
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from torch import Tensor

from spotdiff10k.encoders._input import Normalisation, network_input, one_by_one
from spotdiff10k.encoders._protocol import Features, Pictures
from spotdiff10k.errors import MissingExtraError, ModelError
from spotdiff10k.models.quiet import without_progress
from spotdiff10k.models.store import Stored

DEPTHS = 4
"""Maps that an encoder gives: after a quarter, half, three quarters and all of its layers."""
EXTRA = "hub"
PREPROCESSOR = "preprocessor_config.json"


def load(kind: str, kept: Stored, device: str) -> Any:
    """A model of the class `kind` of transformers, frozen. Raises ModelError or MissingExtraError."""
    try:
        import transformers
    except ImportError as error:
        raise MissingExtraError("transformers", EXTRA, f"The {kept.model.kind} {kept.model.name}") from error
    try:
        with without_progress():
            loaded, facts = getattr(transformers, kind).from_pretrained(
                kept.folder, local_files_only=True, use_safetensors=True, output_loading_info=True
            )
    except (OSError, ValueError, KeyError, RuntimeError, SafetensorError) as error:
        raise ModelError(f"{kept.folder} cannot be read as a {kind}: {error}") from error
    if lacking := sorted(map(str, [*facts["missing_keys"], *facts["mismatched_keys"]])):
        raise ModelError(f"{kept.weights} lacks {len(lacking)} tensors of a {kind}, such as {lacking[0]}; they would be random.")
    return loaded.eval().requires_grad_(False).to(device)


def normalisation(folder: Path) -> Normalisation:
    """Mean and deviation as the model's folder states them."""
    try:
        stated = json.loads((folder / PREPROCESSOR).read_bytes())
        return Normalisation(tuple(map(float, stated["image_mean"])), tuple(map(float, stated["image_std"])))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError(f"{folder / PREPROCESSOR} does not say how pictures are normalised ({error!r}).") from error


class VisionTower:
    """The part of a model that looks at pictures; `first` tokens stand before those of the patches."""

    def __init__(self, tower: Any, kept: Stored, device: str, input_size: int, first: int) -> None:
        self.patch = int(tower.config.patch_size)
        self.size = input_size or int(tower.config.image_size)
        if self.size % self.patch:
            raise ModelError(f"{kept.model.name} takes sides that are multiples of {self.patch} pixels, not {self.size}.")
        layers = int(tower.config.num_hidden_layers)
        self._depths = [max(1, round(layers * (i + 1) / DEPTHS)) for i in range(DEPTHS)]
        self._tower = tower
        self._first = first
        self._how = normalisation(kept.folder)
        self._device = device

    @property
    def strides(self) -> tuple[int, ...]:
        """Every map has a cell a patch."""
        return (self.patch,) * DEPTHS

    def look(self, pictures: Pictures, **options: Any) -> Features:
        """Maps at four depths and the tower's own pooled vector; of one picture's hundreds of tokens a CPU is busy enough."""

        def features(x: Tensor) -> Features:
            seen = self._tower(pixel_values=x, output_hidden_states=True, **options)
            return Features(tuple(self._map(seen.hidden_states[depth]) for depth in self._depths), seen.pooler_output)

        with torch.inference_mode():
            return one_by_one(network_input(pictures, self.size, self._how, self._device), features)

    def _map(self, tokens: Tensor) -> Tensor:
        side = self.size // self.patch
        return tokens[:, self._first :].transpose(1, 2).reshape(len(tokens), -1, side, side)


class Tokens:
    """Texts as a model's own tokenizer cuts them, all of one length."""

    def __init__(self, kept: Stored, length: int, device: str, lower: bool) -> None:
        from transformers import AutoTokenizer

        try:
            self._cut = AutoTokenizer.from_pretrained(kept.folder, local_files_only=True, trust_remote_code=False)
        except (OSError, ValueError, KeyError) as error:
            raise ModelError(f"{kept.folder} has no tokenizer that can be read: {error}") from error
        self._length = length
        self._device = device
        self._lower = lower

    def of(self, text: str) -> dict[str, Tensor]:
        """What a text tower takes, for one text; longer ones are cut off."""
        words = text.lower() if self._lower else text
        found = self._cut([words], padding="max_length", max_length=self._length, truncation=True, return_tensors="pt")
        return {name: values.to(self._device) for name, values in found.items()}


def cosines(pictures: Tensor, texts: Tensor) -> Tensor:
    """(N,) of two (N, D)."""
    return torch.nn.functional.cosine_similarity(pictures.double(), texts.double(), dim=1)
