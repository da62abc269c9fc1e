"""Torch pickles to safetensors: read once, by the loader that builds tensors and nothing else, and never again."""

import pickle
from pathlib import Path

from spotdiff10k.errors import MissingExtraError, ModelError
from spotdiff10k.run import write_atomically


def to_safetensors(pickled: Path, target: Path) -> None:
    """Write the tensors of a state dict as safetensors, under the same names, atomically.

    Raises ModelError when the file holds anything but named tensors, MissingExtraError without torch.
    """
    try:
        import torch
        from safetensors.torch import save
    except ImportError as error:
        raise MissingExtraError(error.name or "torch", "neural", f"Converting {pickled.name}") from error
    try:
        state = torch.load(pickled, map_location="cpu", weights_only=True)
    except (pickle.UnpicklingError, RuntimeError, EOFError, ValueError) as error:
        raise ModelError(f"{pickled.name} cannot be read as plain tensors, and nothing else in it is run: {error}") from error
    if not isinstance(state, dict) or not all(isinstance(value, torch.Tensor) for value in state.values()):
        raise ModelError(f"{pickled.name} should hold tensors by name, found {type(state).__name__}.")
    write_atomically(target, save({str(name): value.contiguous() for name, value in sorted(state.items())}))
