"""The JSON record of a sample: flat, every field always there, free structure in the one field `annotations`."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from spotdiff10k.engines.rendered.centres import DEPTH_STEPS_PER_METRE
from spotdiff10k.engines.rendered.jit import kernel
from spotdiff10k.engines.rendered.keypoints import SeenPoint, seen_points
from spotdiff10k.engines.rendered.model import F32, U8, Camera, Plate, PosedSubject
from spotdiff10k.engines.rendered.render import Layers
from spotdiff10k.schema import planned_fields
from spotdiff10k.types import PlannedCell, PlannedGroup

ENGINE = "rendered"
DEPTH_SCOPE = "subject"
PIXEL_DECIMALS = 2
METRE_DECIMALS = 5
ROTATION_DECIMALS = 7
QUATERNION_DECIMALS = 5
SHARE_DECIMALS = 6
OPAQUE = 255
HALF_OPAQUE = 127

Value = str | int | float | list[int] | list[float]


@dataclass(frozen=True, slots=True)
class Source:
    """What a cell was made from and by which version."""

    group: PlannedGroup
    cell: PlannedCell
    posed: PosedSubject
    plate: Plate
    version: int
    licence: str  # of the output


@kernel
def _extent(alpha: U8, box: Any) -> int:
    """Write left, top, right, bottom (exclusive) of alpha > HALF_OPAQUE into box; zeros when empty. Returns the sum of alpha."""
    height, width = alpha.shape
    left = width
    top = height
    right = 0
    bottom = 0
    total = 0
    for y in range(height):
        for x in range(width):
            total += alpha[y, x]
            if alpha[y, x] > HALF_OPAQUE:
                left = min(left, x)
                right = max(right, x + 1)
                top = min(top, y)
                bottom = max(bottom, y + 1)
    if right > 0:
        box[0] = left
        box[1] = top
        box[2] = right
        box[3] = bottom
    return total


def _floats(values: F32, decimals: int) -> list[float]:
    return [round(value, decimals) + 0.0 for value in np.ravel(values).astype(np.float64).tolist()]  # + 0.0: no -0.0


def _points(points: list[SeenPoint]) -> list[list[str | float | int]]:
    return [
        [
            point.name,
            round(point.x, PIXEL_DECIMALS),
            round(point.y, PIXEL_DECIMALS),
            round(point.z, METRE_DECIMALS),
            point.visibility,
        ]
        for point in points
    ]


def _quaternion(values: F32) -> list[float]:
    """Rounded, and of the two that are one rotation the one whose first number that is not 0 is positive."""
    rounded = _floats(values, QUATERNION_DECIMALS)
    sign = -1.0 if next((number for number in rounded if number), 1.0) < 0.0 else 1.0
    return [sign * number + 0.0 for number in rounded]


def _annotations(source: Source, layers: Layers) -> str:
    """Keypoints and joints as [name, pixel x, pixel y, camera z, visibility]; visibility 2 visible, 1 occluded, 0 outside.

    Rotations of joints as unit quaternions [w, x, y, z] from the shape at rest to the world.
    """
    posed, camera = source.posed, source.plate.camera
    structure = {
        "keypoint_schema": posed.keypoint_schema,
        "keypoints": _points(seen_points(posed.keypoint_names, posed.keypoints, camera, layers.depth)),
        "joints": _points(seen_points(posed.joint_names, posed.joints, camera, layers.depth)),
        "joint_parents": list(posed.joint_parents),
        "joint_rotations": [_quaternion(values) for values in posed.joint_rotations],
        "pose": source.group.poses[source.cell.pose_index].description,
        "background": source.group.backgrounds[source.cell.background_index].description,
        "subject": source.group.subject.description,
    }
    return json.dumps(structure, separators=(",", ":"), sort_keys=True)


def camera_fields(camera: Camera) -> dict[str, Value]:
    """What a record says of the camera: where it stands in metres, how it is turned, its focal length in pixels."""
    return {
        "camera_position": _floats(camera.position, METRE_DECIMALS),
        "camera_rotation": _floats(camera.rotation, ROTATION_DECIMALS),
        "focal": round(camera.focal, METRE_DECIMALS),
    }


def record_of(source: Source, layers: Layers, picture: U8) -> Mapping[str, Value]:
    """The record's fields. picture: the pixels as a reader will decode them."""
    group, cell, camera = source.group, source.cell, source.plate.camera
    pose = group.poses[cell.pose_index]
    box = np.zeros(4, np.int64)
    total = _extent(layers.alpha, box)
    return {
        **planned_fields(group, cell),
        **camera_fields(camera),
        "annotations": _annotations(source, layers),
        "articulation": pose.articulation,
        "box": box.tolist(),
        "depth_scale": 1.0 / DEPTH_STEPS_PER_METRE,
        "depth_scope": DEPTH_SCOPE,
        "engine": ENGINE,
        "engine_version": source.version,
        "height": camera.size,
        "licence": source.licence,
        "mask_area": round(int(total) / (OPAQUE * camera.size * camera.size), SHARE_DECIMALS),
        "models": "[]",
        "pixels_sha256": hashlib.sha256(picture.data).hexdigest(),
        "turn_degrees": float(pose.turn_degrees),
        "width": camera.size,
    }


def encode_record(record: Mapping[str, Value]) -> bytes:
    """One line of JSON, keys sorted, ASCII."""
    return json.dumps(record, separators=(",", ":"), sort_keys=True).encode()
