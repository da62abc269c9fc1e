"""Which IP-Adapter a recipe uses: one that is pinned for the family, a repository or a folder of one's own; imports no torch."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import Any

from spotdiff10k.engines.controlnet.families import Weights
from spotdiff10k.engines.controlnet.finding import UNKNOWN, Used, find_weights
from spotdiff10k.errors import EngineError, ModelError
from spotdiff10k.recipe.folders import LOCAL
from spotdiff10k.resources import manifest

MANIFEST = "adapters"
SAFE = ".safetensors"
DEFAULT_SCALE = 0.6
CONFIG_FILE = "config.json"


@dataclass(frozen=True, slots=True)
class Adapter:
    """An IP-Adapter: where it is, and how much it counts."""

    model: str  # a repository of the hub, or a folder
    revision: str  # a commit of the repository; "" for the newest that is here
    licence: str
    subfolder: str  # of the weights
    weight: str  # the file, with the ending .safetensors
    encoder: str  # folder of the CLIP vision model in the same repository or folder
    scale: float  # w in Attn(Q, K_text, V_text) + w Attn(Q, K_image, V_image)

    @property
    def file(self) -> str:
        """The weights, from the repository's top."""
        return str(PurePosixPath(self.subfolder) / self.weight)


def adapter_from(options: Mapping[str, Any], family: str) -> Adapter:
    """The adapter of a recipe's options, without their beginning `adapter_`. Raises EngineError.

    What they leave empty is as in the adapter that is pinned for the family, so that a copy of it in a folder needs no more.
    """
    pinned = manifest(MANIFEST).get(family)
    if pinned is None:
        raise EngineError(f"No IP-Adapter is known for the family {family}; use 'shared-attention' or 'description'.")
    facts = {name: str(value) for name, value in pinned.items() if name != "hub"}
    start = Adapter(model=str(pinned["hub"]), scale=DEFAULT_SCALE, **facts)
    own: dict[str, Any] = {name: value for name, value in options.items() if value != ""}
    elsewhere: dict[str, Any] = {"revision": "", "licence": UNKNOWN} if own.get("model", start.model) != start.model else {}
    chosen = replace(start, **{**elsewhere, **own})
    _check(chosen)
    return chosen


def _check(adapter: Adapter) -> None:
    if not adapter.weight.endswith(SAFE):
        raise EngineError(
            f"The weights of the IP-Adapter are '{adapter.weight}'; only files with the ending {SAFE} are loaded, since others "
            "can run code. Name one with adapter_weight."
        )
    for place in (adapter.file, adapter.encoder):
        if PurePosixPath(place).is_absolute() or ".." in PurePosixPath(place).parts:
            raise EngineError(f"'{place}' leaves the folder of the IP-Adapter; name a place inside it.")
    if adapter.scale < 0.0:
        raise EngineError(f"The option adapter_scale is {adapter.scale}; it cannot be negative.")


def find_adapter(adapter: Adapter) -> tuple[Used, Used]:
    """The weights and the encoder's folder on this machine. Raises ModelError with the command that fetches what is missing."""
    if adapter.model.startswith(LOCAL):
        top = find_weights(adapter.model, "", None)
        weights = Used(top.path / adapter.file, top.name, "", UNKNOWN)
    else:
        found = find_weights("", "", Weights(adapter.model, adapter.revision or None, adapter.licence, adapter.file))
        folder = found.path.parents[len(PurePosixPath(adapter.file).parts) - 1]
        weights, top = replace(found, revision=folder.name), replace(found, path=folder, revision=folder.name)
    encoder = replace(top, path=top.path / adapter.encoder)
    if not weights.path.is_file():
        raise ModelError(f"There is no file {adapter.file} in {top.path}; name the adapter's weights with adapter_weight.")
    if not (encoder.path / CONFIG_FILE).is_file():
        command = f"hf download {adapter.model} --include '{adapter.encoder}/*' --revision {top.revision or 'main'}"
        where = "name it with adapter_encoder" if adapter.model.startswith(LOCAL) else f"run: {command}"
        raise ModelError(f"The IP-Adapter's image encoder is not in {encoder.path}; {where}.")
    return weights, encoder
