"""What trainings with regressions need of pictures beyond their labels: gathered once, on disk for all, looked up by row."""

from pathlib import Path

import numpy as np

from spotdiff10k.errors import RecipeError
from spotdiff10k.training.annotations import Annotations, annotations_of
from spotdiff10k.training.codes import Float32
from spotdiff10k.training.evidence.part_set import record_of
from spotdiff10k.training.settings import TrainingSettings
from spotdiff10k.training.views import GroupedSet, Indices

ANNOTATIONS = "annotations"
WEIGHTS = {"plate": "plate_weight", "keypoints": "keypoint_weight", "camera": "camera_weight"}
"""The settings that ask for a part."""


def annotated(grouped: GroupedSet, settings: TrainingSettings, plates: Float32 | None) -> Annotations | None:
    """Of every picture of a set; None where no regression has a weight. `plates` is (N, P), NaN where a plate is not known.

    Raises RecipeError where a regression has a weight and the set does not tell what it would regress to.
    """
    wanted = [part for part, weight in WEIGHTS.items() if getattr(settings, weight)]
    if not wanted:
        return None
    records = [record_of(grouped, row) for row in range(len(grouped.views))]
    known = [record for record in records if record is not None]
    found = annotations_of(known, plates) if len(known) == len(records) else Annotations(plates)
    for part in wanted:
        if getattr(found, part) is None:
            raise RecipeError(
                f"{grouped.name} does not tell the {part} of its pictures; set {WEIGHTS[part]} to 0 to train on it."
            )
    return found


def plates_by_row(pictures: int, rows: Indices, places: Indices, pooled: Float32) -> Float32:
    """(N, P): what the encoder says of the plate behind each of the pictures at `rows`; NaN of all others."""
    found = np.full((pictures, pooled.shape[1]), np.nan, np.float32)
    found[rows] = pooled[places]
    return found


def save_annotations(folder: Path, name: str, annotations: Annotations) -> None:
    """Write them so that `map_annotations` finds them."""
    folder.mkdir(parents=True, exist_ok=True)
    for part in WEIGHTS:
        array: Float32 | None = getattr(annotations, part)
        path = _path(folder, name, part)
        path.unlink(missing_ok=True)
        if array is not None:
            np.save(path, np.ascontiguousarray(array), allow_pickle=False)


def map_annotations(folder: Path, name: str) -> Annotations:
    """Arrays that stay on disk until they are looked at."""
    paths = {part: _path(folder, name, part) for part in WEIGHTS}
    return Annotations(**{part: np.load(path, mmap_mode="r") for part, path in paths.items() if path.is_file()})


def _path(folder: Path, name: str, part: str) -> Path:
    return folder / f"{name}-{part}.npy"
