"""The camera of a background level: it frames the whole stage, so every subject is inside the picture in every pose."""

import math

import numpy as np

from spotdiff10k.engines.rendered.model import STAGE_HEIGHT, STAGE_RADIUS, Camera

FRAME_MARGIN = 0.03
"""Part of the picture's side that stays free on each side of the stage."""
RIM_POINTS = 360
NEAREST = math.hypot(STAGE_RADIUS, STAGE_HEIGHT) * 1.05
"""Metres from the stage's foot: the camera never stands inside the stage."""
FARTHEST = 200.0
HALVINGS = 60


def _rim() -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """Points of the stage cylinder's two rims, (2 * RIM_POINTS, 3)."""
    turn = np.arange(RIM_POINTS) * (2.0 * math.pi / RIM_POINTS)
    circle = np.stack([np.cos(turn), np.sin(turn)], axis=1) * (STAGE_RADIUS / math.cos(math.pi / RIM_POINTS))
    low = np.concatenate([circle, np.zeros((RIM_POINTS, 1))], axis=1)
    high = np.concatenate([circle, np.full((RIM_POINTS, 1), STAGE_HEIGHT)], axis=1)
    return np.concatenate([low, high])


def camera_for(elevation_degrees: float, fov_degrees: float, size: int) -> Camera:
    """The nearest camera that frames the stage; elevation is above the horizon, fov across the whole picture.

    It stands on the +x side and looks towards -x, so a subject at turn 0 faces it.
    """
    elevation = math.radians(elevation_degrees)
    right = np.array([0.0, 1.0, 0.0])
    down = np.array([math.sin(elevation), 0.0, -math.cos(elevation)])
    forward = np.array([-math.cos(elevation), 0.0, -math.sin(elevation)])
    focal = 0.5 * size / math.tan(math.radians(fov_degrees) / 2.0)
    reach = (0.5 - FRAME_MARGIN) * size / focal  # tangent of the angle that may be used to each side of the axis
    rim = _rim()
    x, y, z = rim @ right, rim @ down, rim @ forward  # about the world's origin

    def centred(distance: float) -> tuple[float, float]:
        """The lift above the origin that centres the stage seen from `distance` behind it, and the largest tangent then.

        Of all points only the highest and the lowest count, and both tangents are linear in the lift: a few exact steps.
        """
        depth = z + distance
        lift, ends = 0.0, (-1, -1)
        while True:
            slope = (y + lift) / depth
            top, bottom = int(np.argmin(slope)), int(np.argmax(slope))
            if (top, bottom) == ends:
                return lift, max(float(np.max(np.abs(x) / depth)), -float(slope[top]), float(slope[bottom]))
            ends = (top, bottom)
            lift = -float((y[top] * depth[bottom] + y[bottom] * depth[top]) / (depth[top] + depth[bottom]))

    near, far = NEAREST, FARTHEST
    for _ in range(HALVINGS):
        distance = (near + far) / 2.0
        near, far = (near, distance) if centred(distance)[1] <= reach else (distance, far)
    position = -far * forward - centred(far)[0] * down
    return Camera(
        position=position.astype(np.float32), rotation=np.stack([right, down, forward]).astype(np.float32), focal=focal, size=size
    )
