"""Skeleton maps of photographs by a pose estimator of ours."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from spotdiff10k.engines.controlnet.control.annotator_weights import weights_folder
from spotdiff10k.engines.controlnet.control.annotators import Annotator
from spotdiff10k.engines.controlnet.control.kinds import DRAWINGS, KINDS
from spotdiff10k.engines.rendered.skeleton_map import draw_places
from spotdiff10k.errors import EngineError, ModelError
from spotdiff10k.pose_estimators import load_pose_estimator
from spotdiff10k.types import Image

SURE = 0.3
"""The score from which a keypoint is drawn; what is not seen scores less."""
DIGEST_DIGITS = 16


def skeleton_of(picture: Image, entry: Annotator, folder: str, box: Sequence[float] | None) -> tuple[Image, str]:
    """The skeleton (H, W, 3) of the subject in a box of a picture, and who found it. Raises EngineError, ModelError."""
    if entry.weights:
        folder = str(weights_folder(entry, folder))
    if not folder:
        raise ModelError(
            f"The annotator {entry.name} needs a folder of weights: name it as {entry.kind}={entry.name}@FOLDER. "
            "Run: hf download usyd-community/vitpose-plus-base --local-dir FOLDER"
        )
    height, width = picture.shape[:2]
    schema = KINDS[entry.kind].schema
    estimator = load_pose_estimator(entry.estimator, Path(folder))
    try:
        found = estimator.find(picture, box or (0, 0, width, height), schema)
    except ValueError as error:
        raise EngineError(f"The control map {entry.kind} cannot be made: {error}.") from error
    places = {name: (point.x, point.y) for name, point in found.items() if point.score >= SURE}
    drawn = draw_places(DRAWINGS[schema], places, max(height, width))[:height, :width]
    return np.ascontiguousarray(drawn), f"{entry.name} v{estimator.version} {estimator.digest[:DIGEST_DIGITS]}"
