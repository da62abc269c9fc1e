"""The proxy's own picture, in even light before grey: for edges of its paint, and for editors that want a picture."""

import numpy as np

from spotdiff10k.engines.rendered.light import AMBIENT_COUNT, ENVIRONMENT_HEIGHT, ENVIRONMENT_LEVELS, ENVIRONMENT_WIDTH
from spotdiff10k.engines.rendered.model import U8, Camera, Lighting, Plate, PosedSubject
from spotdiff10k.engines.rendered.render import prepare, render
from spotdiff10k.engines.rendered.workspace import Workspace

GREY = 118
"""Display value of the ground that the proxy is seen before: the middle of what people see as black and white."""
SUN = (0.62, 0.33, 0.71)
"""Towards the light, about unit: from behind the viewer, from the left, from above."""
SUN_RADIANCE, SKY_RADIANCE, GROUND_RADIANCE = 0.55, 0.62, 0.4
EXPOSURE = 1.0


def _lighting() -> Lighting:
    direction = np.array(SUN, np.float64)
    return Lighting(
        sun_direction=(direction / np.sqrt((direction * direction).sum())).astype(np.float32),
        sun_radiance=np.full(3, SUN_RADIANCE, np.float32),
        sky=np.full((AMBIENT_COUNT, 3), SKY_RADIANCE, np.float32),
        environment=np.full((ENVIRONMENT_LEVELS, ENVIRONMENT_HEIGHT, ENVIRONMENT_WIDTH, 3), SKY_RADIANCE, np.float32),
        up_irradiance=np.full(3, SKY_RADIANCE, np.float32),
        ground_radiance=np.full(3, GROUND_RADIANCE, np.float32),
        exposure=EXPOSURE,
    )


def neutral_picture(posed: PosedSubject, camera: Camera) -> U8:
    """(H, W, 3) of a posed subject; no ground, no shadow."""
    size = camera.size
    nothing = np.zeros((size, size), np.uint8)
    plate = Plate(np.full((size, size, 3), GREY, np.uint8), nothing, nothing, camera, _lighting(), 0.0)
    return render(prepare(posed), plate, Workspace(size)).picture  # work arrays of its own: maps are made in several threads
