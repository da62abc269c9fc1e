"""Torch pickles to safetensors: read once, by the loader that builds tensors and nothing else, and never again."""

import importlib.util
import pickle
from pathlib import Path

from spotdiff10k.errors import MissingExtraError, ModelError
from spotdiff10k.models.manifest import Model
from spotdiff10k.run import write_atomically

NEEDED = ("torch", "safetensors")


def refuse_unconvertible(model: Model) -> None:
    """Raise MissingExtraError, before anything is downloaded, when what a model's weights need to be converted is missing."""
    for package in NEEDED if model.convert else ():
        if importlib.util.find_spec(package) is None:
            raise MissingExtraError(package, "neural", f"Converting the weights of {model.name}")


def to_safetensors(pickled: Path, target: Path) -> None:
    """Write the tensors of a state dict as safetensors, under the same names, atomically.

    Raises ModelError when the file holds anything but named tensors.
    """
    import torch
    from safetensors.torch import save

    try:
        state = torch.load(pickled, map_location="cpu", weights_only=True)
    except (pickle.UnpicklingError, RuntimeError, EOFError, ValueError) as error:
        raise ModelError(f"{pickled.name} cannot be read as plain tensors, and nothing else in it is run: {error}") from error
    if not isinstance(state, dict) or not state or not all(isinstance(value, torch.Tensor) for value in state.values()):
        raise ModelError(f"{pickled.name} should hold tensors by name, found {type(state).__name__} without them.")
    write_atomically(target, save({str(name): value.contiguous() for name, value in sorted(state.items())}))
