"""Runs annotators on photographs: loads a detector of `controlnet_aux` from checked weights, and brings its map to our form."""

from collections.abc import Callable, Sequence
from difflib import get_close_matches
from functools import lru_cache
from typing import Any

import numpy as np
from PIL import Image as Pictures

from spotdiff10k.engines.controlnet.control.annotator_loading import PACKAGE, loaded_detector
from spotdiff10k.engines.controlnet.control.annotator_weights import weights_folder
from spotdiff10k.engines.controlnet.control.annotators import ANNOTATORS, DEFAULTS, FOLDER_MARK, Annotator, annotators_of
from spotdiff10k.engines.controlnet.control.estimated import skeleton_of
from spotdiff10k.engines.controlnet.control.kinds import KINDS
from spotdiff10k.engines.rendered.canny import canny
from spotdiff10k.errors import EngineError
from spotdiff10k.models.store import sha256_of
from spotdiff10k.types import Image

STEP = 64
"""Detectors of controlnet_aux round the sides of what they look at to multiples of this (pixels)."""
KEPT = 4
DIGEST_DIGITS = 16

Detect = Callable[[Image], Image]


def annotate(picture: Image, kind: str, choice: str = "", box: Sequence[float] | None = None) -> tuple[Image, str]:
    """The control map (H, W, 3) of a photograph (H, W, 3), and who made it, for the record.

    choice: an annotator's name, or NAME@FOLDER with its weights; "" for the default of the kind. box: left, top, right,
    bottom of the subject, for those that look at one; the whole picture without. Raises EngineError for an unknown
    annotator and for a photograph in which it sees no skeleton, ModelError where its package or weights are missing.
    """
    name, _, folder = (choice or DEFAULTS.get(kind, "")).partition(FOLDER_MARK)
    entry = _entry(name, kind)
    if entry.estimator:
        found, made_by = skeleton_of(picture, entry, folder, box)
    elif not entry.detector:
        return np.repeat(canny(picture)[..., None], 3, axis=2), name
    else:
        found, made_by = load_detector(name, folder)(picture), _made_by(entry, folder)
    if KINDS[kind].schema and not found.any():
        raise EngineError(
            f"The annotator {name} sees no keypoint of '{kind}' in the photograph, and a map without any says nothing. "
            "Take another annotator or control map, or leave the subject out."
        )
    return found, made_by


def _made_by(entry: Annotator, folder: str) -> str:
    """For the record: the package, the annotator, and the digest of its weights."""
    if not entry.weights:
        return f"{PACKAGE} {entry.name}"
    weights = weights_folder(entry, folder) / entry.weights[0].file
    return f"{PACKAGE} {entry.name} {sha256_of(weights)[:DIGEST_DIGITS]}"


def _entry(name: str, kind: str) -> Annotator:
    of_kind = annotators_of(kind)
    if not of_kind:
        raise EngineError(
            f"No annotator makes the control map '{kind}' from a photograph; take rendered proxies or the pose catalogue "
            "(control_source), or another map."
        )
    if name not in of_kind:
        near = get_close_matches(name, of_kind, n=1)
        hint = f" Did you mean '{near[0]}'?" if near else ""
        raise EngineError(f"'{name}' makes no control map '{kind}'; those that do are {', '.join(of_kind)}.{hint}")
    return ANNOTATORS[name]


@lru_cache(KEPT)
def load_detector(name: str, folder: str = "") -> Detect:
    """An annotator of the table, ready for pictures of any size; its weights from a folder, or those that the table pins.

    Raises ModelError with what to install or to fetch.
    """
    entry = ANNOTATORS[name]
    loaded = loaded_detector(entry, folder)

    def detect(picture: Image) -> Image:
        return _run(loaded, entry, picture)

    return detect


def _run(detector: Any, entry: Annotator, picture: Image) -> Image:
    """Look at a picture at its own size, as far as the detector's steps and the table allow, and return a map of that size."""
    height, width = picture.shape[:2]
    resolution = max(STEP, round(min(height, width) / STEP) * STEP)
    sizes = {"detect_resolution": min(resolution, entry.looks_at_most or resolution)}
    if entry.takes_image_resolution:
        sizes["image_resolution"] = resolution
    found = detector(Pictures.fromarray(picture), **sizes, **(entry.call or {}))
    if not isinstance(found, Pictures.Image):
        found = Pictures.fromarray(np.asarray(found))
    shown = found.convert("RGB")
    if shown.size != (width, height):
        shown = shown.resize((width, height), Pictures.Resampling.BILINEAR)
    return np.array(shown, np.uint8)
