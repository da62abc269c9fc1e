"""The folder that keeps models: one sub-folder a model, its files, and a receipt that says what they are.

The receipt is written last, so a model is there when its receipt is. What is loaded is checked against the receipt first,
and the receipt against the manifest.
"""

import hashlib
import os
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from spotdiff10k.errors import ModelError
from spotdiff10k.models.manifest import Model, find_model
from spotdiff10k.models.receipts import Kept, read_receipt

ENVIRONMENT = "SPOTDIFF10K_MODELS"
CONVERTED = ".safetensors"


@dataclass(frozen=True, slots=True)
class Stored:
    """A model on this machine, checked."""

    model: Model
    folder: Path
    weights: Path
    digest: str  # sha256 of the weights as published: the same on every machine, whatever they were converted to


def root() -> Path:
    """Where models are kept: $SPOTDIFF10K_MODELS, or this platform's folder for caches."""
    chosen = os.environ.get(ENVIRONMENT, "").strip()
    return Path(chosen).expanduser() if chosen else _caches() / "spotdiff10k" / "models"


def folder_of(model: Model) -> Path:
    """Where one model is kept."""
    return root() / model.name


def is_stored(model: Model) -> bool:
    """Whether a model seems to be there; its files are not read."""
    receipt = receipt_of(model)
    return receipt is not None and all((folder_of(model) / name).is_file() for name in receipt)


def stored(name: str) -> Stored:
    """A model that is on this machine and is what its receipt says. Raises ModelError when it is not.

    Files are read in full once in a process, about a second a gigabyte.
    """
    model = find_model(name)
    receipt = receipt_of(model)
    if receipt is None:
        raise ModelError(f"The {model.kind} {name} is not on this machine. Run: spotdiff10k models fetch {name}")
    for file, facts in receipt.items():
        path = folder_of(model) / file
        if not path.is_file() or sha256_of(path) != facts["sha256"]:
            raise ModelError(
                f"{path} is missing or was changed since it was fetched. Run: spotdiff10k models fetch {name} --force"
            )
    weights = folder_of(model) / kept_name(model, model.weights)
    return Stored(model, folder_of(model), weights, receipt[weights.name]["published"])


def weights_digest(name: str) -> str:
    """The digest of a model's weights without opening them: what the receipt says, else what the manifest pins, else ""."""
    model = find_model(name)
    receipt = receipt_of(model)
    if receipt is not None:
        return receipt[kept_name(model, model.weights)]["published"]
    return model.file(model.weights).sha256 or ""


def kept_name(model: Model, file: str) -> str:
    """What a published file is called in the store: weights that are converted have another ending."""
    return f"{Path(file).stem}{CONVERTED}" if model.convert and file == model.weights else file


def receipt_of(model: Model) -> Kept | None:
    """What was kept of a model; None when it is not there, or when the manifest pins other files now."""
    kept = read_receipt(folder_of(model))
    if kept is None:
        return None
    names = {kept_name(model, file.name): file.sha256 for file in model.files}
    if any(name not in kept or pinned not in (None, kept[name]["published"]) for name, pinned in names.items()):
        return None
    return {name: kept[name] for name in names}


def sha256_of(path: Path) -> str:
    """The sha256 of a file, read once in this process for as long as size and time of change stay the same."""
    status = path.stat()
    return _sha256_of(path, status.st_size, status.st_mtime_ns)


@cache
def _sha256_of(path: Path, _size: int, _changed: int) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _caches() -> Path:
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches"
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
