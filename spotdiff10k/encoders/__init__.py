"""Encoders: frozen pretrained networks behind one protocol; one file a network. Importing this imports no torch."""

from functools import cache
from threading import RLock

from spotdiff10k import registry
from spotdiff10k.devices import chosen_device, require_torch_device
from spotdiff10k.encoders._protocol import Encoder, Features, Pictures, TextEncoder
from spotdiff10k.errors import MissingExtraError
from spotdiff10k.models.store import weights_digest

__all__ = ["Encoder", "Features", "Pictures", "TextEncoder", "encoder_setup", "forget_encoders", "load_encoder"]

EXTRA = "neural"
DIGEST_DIGITS = 16
_LOADING = RLock()


def load_encoder(name: str, device: str = "", input_size: int = 0) -> Encoder:
    """The encoder `name` with its weights, loaded once in a process; `input_size` 0 is its own, `device` as in devices.py.

    Raises RecipeError for an unknown name, ModelError when the weights are not on this machine or were changed, or when
    there is no such device, MissingExtraError without torch.
    """
    with _LOADING:  # of threads that want the same one, one loads it
        return _loaded(name, device, input_size)


def forget_encoders() -> None:
    """Let go of all that were loaded: the next are read anew."""
    _loaded.cache_clear()


@cache
def _loaded(name: str, device: str, input_size: int) -> Encoder:
    kind = registry.find("encoders", name)
    place = chosen_device(device)
    try:
        require_torch_device(place, f"the encoder {name}")
    except ImportError as error:
        raise MissingExtraError("torch", EXTRA, f"The encoder {name}") from error
    loaded: Encoder = kind(device=place, input_size=input_size)
    return loaded


def encoder_setup(name: str, input_size: int = 0) -> str:
    """What decides an encoder's numbers, for a check's `setup`: name, version, digest of the weights, size of the input.

    Needs neither torch nor the weights. Raises RecipeError for an unknown name.
    """
    kind = registry.find("encoders", name)
    size = f"@{input_size}" if input_size else ""
    return f"{name}{size} v{kind.version} {weights_digest(kind.model)[:DIGEST_DIGITS]}".strip()
