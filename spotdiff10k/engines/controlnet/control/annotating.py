"""Runs annotators on photographs: loads a detector of `controlnet_aux` from a checked folder, and brings its map to our form."""

from collections.abc import Callable
from difflib import get_close_matches
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image as Pictures

from spotdiff10k.engines.controlnet.control.annotators import ANNOTATORS, DEFAULTS, Annotator
from spotdiff10k.engines.rendered.canny import canny
from spotdiff10k.errors import EngineError, ModelError
from spotdiff10k.models.store import stored
from spotdiff10k.types import Image

PACKAGE = "controlnet_aux"
STEP = 64
"""Detectors of controlnet_aux round the sides of what they look at to multiples of this (pixels)."""
KEPT = 4
FOLDER_MARK = "@"
"""'hed@FOLDER' takes the weights of hed from a folder."""

Detect = Callable[[Image], Image]


def annotate(picture: Image, kind: str, choice: str = "", device: str = "cpu") -> tuple[Image, str]:
    """The control map (H, W, 3) of a photograph (H, W, 3), and the name of who made it.

    choice: the annotator's name, or NAME@FOLDER with its weights; "" for the default of the kind. Raises EngineError for an
    unknown one, ModelError where weights or packages are missing.
    """
    name, _, folder = (choice or DEFAULTS.get(kind, "")).partition(FOLDER_MARK)
    entry = _entry(name, kind)
    if not entry.detector:
        return np.repeat(canny(picture)[..., None], 3, axis=2), name
    found = load_detector(name, folder, device)(picture)
    return found, f"{PACKAGE} {name}"


def _entry(name: str, kind: str) -> Annotator:
    of_kind = [entry.name for entry in ANNOTATORS.values() if entry.kind == kind]
    if not of_kind:
        raise EngineError(
            f"No annotator makes the control map '{kind}' from a photograph; take a rendered proxy or the catalogue."
        )
    if name not in of_kind:
        near = get_close_matches(name, of_kind, n=1)
        hint = f" Did you mean '{near[0]}'?" if near else ""
        raise EngineError(f"'{name}' makes no control map '{kind}'; those that do are {', '.join(of_kind)}.{hint}")
    return ANNOTATORS[name]


@lru_cache(KEPT)
def load_detector(name: str, folder: str = "", device: str = "cpu") -> Detect:
    """An annotator ready to look at pictures of any size, from a folder or from the store of models.

    Raises ModelError with what to install or fetch.
    """
    entry = ANNOTATORS[name]
    detector = _detector_class(entry)
    if not entry.files:
        loaded = detector()
    else:
        weights = Path(folder) if folder else stored(entry.model).folder
        missing = [file for file in entry.files.values() if not (weights / file).is_file()]
        if missing:
            raise ModelError(f"The folder {weights} has no {missing[0]}; expected {', '.join(entry.files.values())} for {name}.")
        loaded = detector.from_pretrained(str(weights), **entry.files)
    if hasattr(loaded, "to"):
        loaded.to(device)

    def detect(picture: Image) -> Image:
        return _run(loaded, entry, picture)

    return detect


def _detector_class(entry: Annotator) -> Any:
    try:
        return getattr(import_module(PACKAGE), entry.detector)
    except (ImportError, RuntimeError, NameError, AttributeError) as error:
        # a torchvision that was made for another torch is a RuntimeError
        raise ModelError(
            f"The annotator {entry.name} needs the package '{PACKAGE}' with a torchvision made for your torch"
            f"{''.join(f', {package}' for package in entry.needs)} ({error}). Run: pip install controlnet_aux torchvision "
            f"{' '.join(entry.needs)}".rstrip()
        ) from error


def _run(detector: Any, entry: Annotator, picture: Image) -> Image:
    """Look at a picture at its own size, as far as the detector's steps allow, and return a map of that size."""
    height, width = picture.shape[:2]
    resolution = max(STEP, round(min(height, width) / STEP) * STEP)
    sizes = {"detect_resolution": resolution}
    if entry.both_resolutions:
        sizes["image_resolution"] = resolution
    found = detector(Pictures.fromarray(picture), **sizes, **entry.call)
    if isinstance(found, tuple):
        found = found[0]
    shown = (found if isinstance(found, Pictures.Image) else Pictures.fromarray(np.asarray(found))).convert("RGB")
    if shown.size != (width, height):
        shown = shown.resize((width, height), Pictures.Resampling.BILINEAR)
    return np.ascontiguousarray(shown, np.uint8)
