"""What is known of pictures beyond their labels, as numbers to regress to."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from spotdiff10k.training.codes import Float32
from spotdiff10k.training.views import Indices

TURN = "turn_degrees"


@dataclass(frozen=True, slots=True)
class Annotations:
    """Of N pictures; NaN is not known of a picture, None of none. Numbers that spread alike are the regression's business."""

    plate: Float32 | None = None
    """(N, P): what the encoder says of the background without the subject."""
    keypoints: Float32 | None = None
    """(N, 2 K): x and y of K named points, from the middle of the subject's box in sizes of the box."""
    camera: Float32 | None = None
    """(N, 2): sine and cosine of the angle from the subject's front to the camera, about the vertical."""

    def __getitem__(self, chosen: Indices) -> "Annotations":
        """Those of the pictures at `chosen`."""
        return Annotations(*(None if part is None else part[chosen] for part in (self.plate, self.keypoints, self.camera)))


def annotations_of(records: Sequence[Mapping[str, Any]], plate: Float32 | None = None) -> Annotations:
    """Of the records of samples; a point is known by its name, and counts where a subject of any kind has one so called.

    The camera's height and distance are left out: they are the background's.
    """
    named = [_points(record) for record in records]
    names = sorted(set().union(*named)) if named else []
    points = np.full((len(records), len(names), 2), np.nan, np.float32)
    for row, known in enumerate(named):
        for column, name in enumerate(names):
            points[row, column] = known.get(name, (np.nan, np.nan))
    turns = np.radians([float(record.get(TURN, np.nan)) for record in records])
    camera = np.stack([np.sin(turns), np.cos(turns)], 1).astype(np.float32)
    return Annotations(plate, points.reshape(len(records), -1) if names else None, camera if np.isfinite(camera).any() else None)


def _points(record: Mapping[str, Any]) -> dict[str, tuple[float, float]]:
    """Visible or not: where a point stands behind the subject is known as well."""
    told = json.loads(str(record.get("annotations", "{}"))).get("keypoints") or []
    left, top, right, bottom = (float(edge) for edge in record["box"])
    size = max(right - left, bottom - top, 1.0)
    middle = (left + right) / 2, (top + bottom) / 2
    return {str(name): ((x - middle[0]) / size, (y - middle[1]) / size) for name, x, y, *_ in told}
