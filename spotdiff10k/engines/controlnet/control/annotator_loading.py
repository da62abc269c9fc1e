"""Loads a detector of `controlnet_aux`, and refuses weights that do not fit it: one that guesses makes maps all the same."""

import warnings
from collections.abc import Iterable
from importlib import import_module
from pathlib import Path
from typing import Any

from spotdiff10k.devices import chosen_device, require_torch_device
from spotdiff10k.engines.controlnet.control.annotator_weights import weights_folder
from spotdiff10k.engines.controlnet.control.annotators import Annotator
from spotdiff10k.errors import ModelError

PACKAGE = "controlnet_aux"
MOST_TOLD = 200
"""Characters of another library's message that are passed on."""


def loaded_detector(entry: Annotator, folder: str = "") -> Any:
    """The detector with its weights, from a folder or those that the table pins, on the device of networks.

    Raises ModelError where the package, the weights or the device are missing, or the weights are of another network.
    """
    kind = _detector_class(entry)
    if not entry.weights:
        return kind()
    weights = weights_folder(entry, folder)
    device = chosen_device("")
    require_torch_device(device, f"the annotator {entry.name}")
    try:
        _refuse_code(weights / one.file for one in entry.weights)
        detector = kind.from_pretrained(str(weights), **{one.argument: one.file for one in entry.weights})
    except Exception as error:  # whatever torch makes of a broken file, or a detector of another's
        raise ModelError(
            f"The weights of the annotator {entry.name} in {weights} cannot be loaded: {_told(error)}. "
            f"Expected {', '.join(one.file for one in entry.weights)} as published in {entry.repo}."
        ) from error
    if entry.lenient:
        _refuse_gaps(entry, detector.model, weights / entry.weights[0].file)
    detector.to(device)
    return detector


def _detector_class(entry: Annotator) -> Any:
    try:
        with warnings.catch_warnings():  # of packages for other detectors, and of old names in timm
            warnings.simplefilter("ignore")
            return getattr(import_module(PACKAGE), entry.detector)
    except (ImportError, RuntimeError, NameError, AttributeError) as error:
        # a torchvision that was made for another torch raises RuntimeError
        raise ModelError(
            f"The annotator {entry.name} needs the package '{PACKAGE}', and a torchvision that was made for your torch, "
            f"but importing them failed: {error}. Run: pip install {PACKAGE} torchvision"
        ) from error


def _refuse_code(files: Iterable[Path]) -> None:
    """Raise where a file holds more than tensors. Detectors call torch.load, and leave safety to the default of its version."""
    torch = import_module("torch")
    for file in files:
        torch.load(file, map_location="meta", weights_only=True)


def _refuse_gaps(entry: Annotator, network: Any, file: Path) -> None:
    """Refuse weights that lack some of a network's. Its detector would leave those random, with a line on the terminal."""
    kept = import_module("torch").load(file, map_location="meta", weights_only=True)["model"]
    missing = [name for name, _ in network.named_parameters() if name not in kept]
    if missing:
        raise ModelError(
            f"{file} lacks {len(missing)} of the weights of the annotator {entry.name}, the first of them {missing[0]}. "
            f"Expected {file.name} as published in {entry.repo}."
        )


def _told(error: Exception) -> str:
    """One line of what went wrong."""
    told = " ".join(str(error).split()) or type(error).__name__
    return told if len(told) <= MOST_TOLD else f"{told[:MOST_TOLD]} ..."
