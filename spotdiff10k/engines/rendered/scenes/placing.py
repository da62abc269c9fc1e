"""Where things may stand: behind and beside the stage, out of the way of the camera, apart from each other."""

import math

import numpy as np

from spotdiff10k.engines.rendered.scenes.shapes import F64

TYPICAL_CAMERA = 2.7
"""Metres from the stage to the camera, more or less."""
BEHIND = math.pi
"""Azimuth (radians) of the middle of the picture, seen from the stage."""


def spread(
    rng: np.random.Generator, count: int, nearest: float, farthest: float, half_angle: float = 1.25, apart: float = 0.0
) -> F64:
    """Up to `count` places (N, 3) on the ground, `nearest` to `farthest` metres from the stage's centre.

    They lie within `half_angle` radians of the direction behind it and at least `apart` metres from each other.
    """
    tries = count * 6 if apart > 0 else count
    angle = BEHIND + rng.uniform(-half_angle, half_angle, size=tries)
    away = np.sqrt(rng.uniform(nearest**2, farthest**2, size=tries))
    points = np.stack([np.cos(angle) * away, np.sin(angle) * away, np.zeros(tries)], axis=1)
    if apart <= 0:
        return points
    chosen: list[F64] = []
    for point in points:
        if all((point[0] - other[0]) ** 2 + (point[1] - other[1]) ** 2 >= apart**2 for other in chosen):
            chosen.append(point)
        if len(chosen) == count:
            break
    return np.array(chosen).reshape(-1, 3)


def in_view(
    rng: np.random.Generator, count: int, nearest: float, farthest: float, crowding: float = 1.0, half_tangent: float = 0.45
) -> F64:
    """At most `count` places on the ground that a camera sees, none within `nearest` metres of the stage's centre.

    They reach `farthest` metres behind it; crowding 0.5 is even in area, more crowds them towards the camera.
    """
    away = TYPICAL_CAMERA * 0.55 + (farthest + TYPICAL_CAMERA * 0.45) * rng.random(count) ** crowding
    across = away * half_tangent * rng.uniform(-1.0, 1.0, size=count)
    points = np.stack([TYPICAL_CAMERA - away, across, np.zeros(count)], axis=1)
    clear: F64 = points[points[:, 0] ** 2 + points[:, 1] ** 2 >= nearest**2]
    return clear
