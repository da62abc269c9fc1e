"""The pose catalogue: keypoints that people can edit, in manifests/keypoints/<schema>.yaml or in a file of their own."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from spotdiff10k.engines.controlnet.control.keypoints import Places
from spotdiff10k.engines.controlnet.control.kinds import DRAWINGS, points_of
from spotdiff10k.errors import RecipeError
from spotdiff10k.resources import SafeLoader, shelf
from spotdiff10k.types import PoseLevel

FOLDER = "keypoints"
LEAST_POINTS = 6
"""Fewer say too little of a pose."""
MOST_BYTES = 4 * 2**20
MOST_POSES = 10_000
FULL_TURN = 360.0


@dataclass(frozen=True, slots=True)
class KeypointPose:
    """One pose as keypoints."""

    name: str  # that of the pose level it is drawn for, such as "walk-left"
    description: str
    schema: str
    points: Places  # shares of the picture's side, 0..1, origin top left; a point that is not seen is left out

    def places(self, size: int) -> dict[str, tuple[float, float]]:
        """The points in a picture's pixels."""
        return {name: (x * size, y * size) for name, (x, y) in self.points.items()}


@lru_cache(8)
def keypoint_poses(schema: str, file: str = "") -> Mapping[str, KeypointPose]:
    """The poses of a schema by name: those that are shipped, or those of a file.

    Raises RecipeError, with a sentence that names the pose, for anything that cannot be drawn.
    """
    path = Path(file) if file else shelf("manifests") / FOLDER / f"{schema}.yaml"
    shown = str(path) if file else f"manifests/{FOLDER}/{schema}.yaml"
    values = _read(path, shown)
    if values.get("schema") != schema:
        raise RecipeError(f"{shown} holds keypoints of the schema '{values.get('schema')}'; expected schema: {schema}.")
    poses = values.get("poses")
    if not isinstance(poses, dict) or not 0 < len(poses) <= MOST_POSES:
        raise RecipeError(f"{shown} should hold poses: a mapping of at least one name to its description and points.")
    return {str(name): _pose(shown, schema, str(name), entry) for name, entry in poses.items()}


def _read(path: Path, shown: str) -> Mapping[str, Any]:
    try:
        with path.open("rb") as stream:
            data = stream.read(MOST_BYTES + 1)
        if len(data) > MOST_BYTES:
            raise RecipeError(f"{shown} is larger than {MOST_BYTES // 2**20} MiB, which no catalogue of poses should be.")
        values = yaml.load(data, Loader=SafeLoader)  # noqa: S506 - both are safe loaders
    except OSError as error:
        raise RecipeError(f"The keypoint poses {shown} cannot be read: {error.strerror}.") from error
    except yaml.YAMLError as error:
        raise RecipeError(f"{shown} is not well-formed YAML: {error}") from error
    if not isinstance(values, dict):
        raise RecipeError(f"{shown} should be a mapping with schema and poses, found {type(values).__name__}.")
    return values


def _pose(shown: str, schema: str, name: str, entry: Any) -> KeypointPose:
    where = f"{shown}: the pose {name}"
    if not isinstance(entry, dict) or not isinstance(entry.get("points"), dict):
        raise RecipeError(f"{where} should have points: a mapping of keypoint names to [x, y].")
    description = entry.get("description")
    if not isinstance(description, str) or not description.strip():
        raise RecipeError(f"{where} has no description; say what it shows, as a caption would.")
    points = {str(point): _place(where, schema, str(point), place) for point, place in entry["points"].items()}
    if len(points) < LEAST_POINTS:
        raise RecipeError(f"{where} has {len(points)} keypoints; expected at least {LEAST_POINTS}.")
    return KeypointPose(name, description, schema, points)


def _place(where: str, schema: str, point: str, place: Any) -> tuple[float, float]:
    known = points_of(schema)
    if point not in known:
        near = get_close_matches(point, known, n=1)
        hint = f" Did you mean '{near[0]}'?" if near else ""
        raise RecipeError(f"{where} has a keypoint '{point}', which {schema} does not know; known are {', '.join(known)}.{hint}")
    numbers = isinstance(place, list) and len(place) == 2 and all(type(value) in (int, float) for value in place)
    if not numbers or not all(math.isfinite(value) and 0.0 <= value <= 1.0 for value in place):
        raise RecipeError(f"{where} has {point} at {place}; expected [x, y], shares of the picture's side from 0 to 1.")
    return float(place[0]), float(place[1])


def find_pose(schema: str, level: PoseLevel, file: str = "") -> KeypointPose:
    """The catalogue's pose for a pose level: by its id, else by its articulation. Raises RecipeError where there is neither."""
    if schema not in DRAWINGS:
        raise RecipeError(f"There are no keypoint poses of the schema '{schema}'; known are {', '.join(DRAWINGS)}.")
    known = keypoint_poses(schema, file)
    for name in (level.id, level.articulation):
        if name in known:
            return known[name]
    near = get_close_matches(level.id, known, n=1)
    hint = f" The nearest name is {near[0]}." if near else ""
    raise RecipeError(
        f"The pose level {level.id} is not among the {len(known)} keypoint poses of {file or schema}.{hint} "
        "Add it there, or take control maps from rendered proxies (control_source: proxy)."
    )
