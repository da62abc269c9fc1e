"""A background level's sky on what a pose can see of it: light of the vertices, and what is left to the ground."""

import numpy as np

from spotdiff10k.engines.rendered.ambient import FULL, Ambient
from spotdiff10k.engines.rendered.jit import kernel
from spotdiff10k.engines.rendered.light import AMBIENT_DIRECTIONS, AMBIENT_WEIGHT
from spotdiff10k.engines.rendered.model import F32, U8, Lighting

GROUND_BOUNCE = 0.75
"""Share of the lit ground's light that comes back to a subject which stands on it."""
BOUNCE_AT_GROUND = 0.25
BOUNCE_PER_METRE = 1.6
"""Near the ground a subject shades what would light it from below: the bounce grows with height."""
BOUNCE_OPEN = 0.45
"""Share of the bounce that needs an open sky: crevices keep the rest."""
GRID_FADE = 0.3
"""Share of the grid's half side over which the effect is faded out towards its border."""
FAINTEST = 0.02
"""Share of the sky that may be lost before the ground is touched, so that far around the subject the plate is left alone."""
DARKEST_SKY = 1e-9


@kernel
def light_vertices(
    vertex: F32, openness: F32, vertices: F32, normals: F32, sky: F32, ground_radiance: F32, attributes: F32, first_column: int
) -> None:
    """Write irradiance / pi (3 columns) and openness (1) of each vertex under a sky into attributes."""
    weighted = sky * np.float32(AMBIENT_WEIGHT / np.pi)
    for i in range(vertex.shape[0]):
        red = np.float32(0.0)
        green = np.float32(0.0)
        blue = np.float32(0.0)
        for k in range(vertex.shape[1]):
            seen = vertex[i, k]
            red += seen * weighted[k, 0]
            green += seen * weighted[k, 1]
            blue += seen * weighted[k, 2]
        height = min(1.0, max(0.0, BOUNCE_AT_GROUND + BOUNCE_PER_METRE * vertices[i, 2]))
        facing_down = min(1.0, max(0.0, 0.5 - 0.5 * normals[i, 2]))
        bounce = GROUND_BOUNCE * facing_down * height * (1.0 - BOUNCE_OPEN + BOUNCE_OPEN * openness[i])
        attributes[i, first_column] = red + bounce * ground_radiance[0]
        attributes[i, first_column + 1] = green + bounce * ground_radiance[1]
        attributes[i, first_column + 2] = blue + bounce * ground_radiance[2]
        attributes[i, first_column + 3] = openness[i]


def sky_left(ambient: Ambient, lighting: Lighting) -> F32:
    """(GRID_SIDE, GRID_SIDE, 3) share of the sky's light that the subject leaves the ground, 0..1, 1 along the border."""
    weights = AMBIENT_DIRECTIONS[:, 2:3] * lighting.sky
    weights = weights / (np.maximum(weights.sum(axis=0), DARKEST_SKY) * FULL)
    side = ambient.ground.shape[1]
    left = np.zeros((3, side, side), np.float32)
    _gather(ambient.ground, weights.astype(np.float32), left)
    _fade(left)
    return np.ascontiguousarray(left.transpose(1, 2, 0))


@kernel
def _gather(ground: U8, weights: F32, left: F32) -> None:
    for k in range(ground.shape[0]):
        for i in range(ground.shape[1]):
            for c in range(3):
                weight = weights[k, c]
                for j in range(ground.shape[2]):
                    left[c, i, j] += weight * np.float32(ground[k, i, j])


@kernel
def _fade(left: F32) -> None:
    """Let the loss begin at FAINTEST and end at the border."""
    side = left.shape[1]
    half = 0.5 * (side - 1)
    for c in range(3):
        for i in range(side):
            for j in range(side):
                border = 1.0 - max(abs(i - half), abs(j - half)) / half
                lost = max(0.0, 1.0 - left[c, i, j] - FAINTEST) / (1.0 - FAINTEST)
                left[c, i, j] = 1.0 - min(1.0, border / GRID_FADE) * lost
