"""Materials as rows of numbers that kernels read by named column."""

from collections.abc import Sequence

import numpy as np

from spotdiff10k.engines.rendered.model import F32, Material

BASE = 0
SECOND = 3
THIRD = 6
FOURTH = 9
ROUGHNESS = 12
REFLECTANCE = 13
METAL = 14
SHEEN = 15
COAT = 16
BUMP = 17
BUMP_FREQUENCY = 18
TINT = 19
EDGE = 20
WIDTH = 23
EMISSION = 26
TEXTURED = 27
COLUMNS = 28

LOWEST_ROUGHNESS = 0.05
"""Below this, a highlight of the sun is smaller than a pixel and only makes noise."""
LOWEST_WIDTH = 1e-3


def pack(materials: Sequence[Material]) -> F32:
    """(M, COLUMNS) float32; a colour that is None takes the base colour."""
    table = np.zeros((len(materials), COLUMNS), np.float32)
    for row, material in zip(table, materials, strict=True):
        for column, colour in ((BASE, None), (SECOND, material.second), (THIRD, material.third), (FOURTH, material.fourth)):
            row[column : column + 3] = material.base if colour is None else colour
        row[ROUGHNESS] = max(LOWEST_ROUGHNESS, material.roughness)
        row[REFLECTANCE] = material.reflectance
        row[METAL] = material.metal
        row[SHEEN] = material.sheen
        row[COAT] = material.coat
        row[BUMP] = material.bump
        row[BUMP_FREQUENCY] = material.bump_frequency
        row[TINT] = material.tint
        row[EDGE : EDGE + 3] = material.edges
        row[WIDTH : WIDTH + 3] = np.maximum(material.widths, LOWEST_WIDTH)
        row[EMISSION] = material.emission
        row[TEXTURED] = material.textured
    return table
