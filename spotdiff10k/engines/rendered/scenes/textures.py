"""Building blocks of procedural textures, filtered by footprint so that far ground neither flickers nor makes moiré."""

import math

from spotdiff10k.engines.rendered.jit import kernel
from spotdiff10k.engines.rendered.noise import (
    LAYERS_PER_FBM,
    OCTAVE_COS,
    OCTAVE_SHIFT_X,
    OCTAVE_SHIFT_Y,
    OCTAVE_SIN,
    hash01,
    smoothstep,
    value_noise_2d,
)

OCTAVE_GROWTH = math.hypot(OCTAVE_COS, OCTAVE_SIN)
FADE_START, FADE_END = 0.28, 0.85
"""A feature of one unit fades out while the footprint grows from the first to the second (units)."""

SEAM_FOOTPRINT = 1.25
"""A joint is at least this many footprints wide (and paler): on the ground, footprints are longer than they are wide."""


@kernel
def kept(footprint: float) -> float:
    """How much of a feature of one unit's size is seen through a footprint (units): 1 .. 0."""
    return 1.0 - smoothstep(FADE_START, FADE_END, footprint)


@kernel
def filtered_noise(x: float, y: float, layer: int, footprint: float) -> float:
    """Value noise about 0, -0.5 .. 0.5, fading to 0 where the footprint is too wide for it."""
    keep = kept(footprint)
    if keep <= 0.0:
        return 0.0
    return keep * (value_noise_2d(x, y, layer) - 0.5)


@kernel
def filtered_fbm(x: float, y: float, layer: int, octaves: int, footprint: float) -> float:
    """Octaves of filtered noise about 0, -0.5 .. 0.5."""
    total = 0.0
    weight = 0.5
    weights = 0.0
    first_layer = layer * LAYERS_PER_FBM
    for octave in range(octaves):
        keep = kept(footprint)
        if keep > 0.0:
            total += weight * keep * (value_noise_2d(x, y, first_layer + octave) - 0.5)
        weights += weight
        weight *= 0.5
        turned = OCTAVE_COS * x + OCTAVE_SIN * y + OCTAVE_SHIFT_X
        y = OCTAVE_COS * y - OCTAVE_SIN * x + OCTAVE_SHIFT_Y
        x = turned
        footprint *= OCTAVE_GROWTH
    return total / weights


@kernel
def seam(distance: float, width: float, footprint: float) -> float:
    """How much of a joint of half width `width` is in the footprint at this distance from its middle, 0..1."""
    reach = max(width, SEAM_FOOTPRINT * footprint)
    return (1.0 - smoothstep(0.35 * reach, reach, distance)) * min(1.0, width / max(1e-6, SEAM_FOOTPRINT * footprint))


@kernel
def cells(x: float, y: float, layer: int, jitter: float) -> tuple[float, float, float]:
    """Stones of a jittered grid: half the gap to the nearest edge, a number 0..1 of the stone, distance to its middle."""
    column = math.floor(x)
    row = math.floor(y)
    nearest = 1e9
    second = 1e9
    number = 0.0
    for i in range(-1, 2):
        for j in range(-1, 2):
            cx = int(column) + i
            cy = int(row) + j
            px = cx + 0.5 + jitter * (hash01(cx, cy, layer) - 0.5)
            py = cy + 0.5 + jitter * (hash01(cx, cy, layer + 1) - 0.5)
            distance = (px - x) * (px - x) + (py - y) * (py - y)
            if distance < nearest:
                second = nearest
                nearest = distance
                number = hash01(cx, cy, layer + 2)
            elif distance < second:
                second = distance
    near = math.sqrt(nearest)
    return 0.5 * (math.sqrt(second) - near), number, near


@kernel
def lines_of(x: float) -> float:
    """Distance to the nearest whole number."""
    return abs(x - math.floor(x + 0.5))
