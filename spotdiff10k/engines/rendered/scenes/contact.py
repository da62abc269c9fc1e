"""Where props stand on the ground: a map of how open the ground is to the sky beside them."""

import numpy as np

from spotdiff10k.engines.rendered.jit import kernel
from spotdiff10k.engines.rendered.model import F32
from spotdiff10k.engines.rendered.raster import rasterise
from spotdiff10k.engines.rendered.scenes.props import Props
from spotdiff10k.engines.rendered.scenes.shade_ground import CONTACT_EXTENT

RESOLUTION = 256
CEILING = 1.2
"""Metres: what hangs higher does not darken the ground."""
NARROW, WIDE = 1, 4
"""Cells of blur: the dark seam where something touches, and the soft shade about it."""
NARROW_SHARE, WIDE_SHARE = 0.45, 0.5
DARKEST = 0.18


@kernel
def _blurred(source: F32, radius: int) -> F32:
    """Box blur of a square map, rows then columns."""
    size = source.shape[0]
    rows = np.empty_like(source)
    out = np.empty_like(source)
    for i in range(size):
        for j in range(size):
            total = 0.0
            for k in range(-radius, radius + 1):
                total += source[i, min(size - 1, max(0, j + k))]
            rows[i, j] = total / (2 * radius + 1)
    for i in range(size):
        for j in range(size):
            total = 0.0
            for k in range(-radius, radius + 1):
                total += rows[min(size - 1, max(0, i + k)), j]
            out[i, j] = total / (2 * radius + 1)
    return out


def contact_map(props: Props) -> F32:
    """(RESOLUTION, RESOLUTION) openness 0..1 over ±CONTACT_EXTENT metres, first index along x."""
    closeness = np.zeros((RESOLUTION, RESOLUTION), np.float32)
    if len(props.faces):
        below = np.empty_like(props.positions)
        below[:, 0] = (props.positions[:, 1] / CONTACT_EXTENT * 0.5 + 0.5) * (RESOLUTION - 1) + 0.5
        below[:, 1] = (props.positions[:, 0] / CONTACT_EXTENT * 0.5 + 0.5) * (RESOLUTION - 1) + 0.5
        below[:, 2] = np.maximum(0.0, CEILING - props.positions[:, 2])
        rasterise(below, props.faces[props.face_casts], closeness, np.empty((0, 0), np.int32), 0, True)
    closeness = np.clip(closeness / CEILING, 0.0, 1.0) ** 2
    shade = NARROW_SHARE * _blurred(closeness, NARROW) + WIDE_SHARE * _blurred(_blurred(closeness, WIDE), WIDE)
    return np.maximum(DARKEST, 1.0 - shade).astype(np.float32)
