"""Carrying: what a mate of the pose shows of the very points that a picture shows, by the depth and cameras of both.

A spot of the surface that one camera sees is projected into the other's picture (reprojection by depth, as in image-based
rendering). It is seen there where depth agrees; where it does not, something stands before it.
"""

import numpy as np

from spotdiff10k.engines.rendered.jit import inlined, kernel
from spotdiff10k.identity.crops import F32, F64, INSIDE, U8, recolour
from spotdiff10k.identity.opponent import opponent
from spotdiff10k.identity.sights import CELLS, NO_DEPTH, SPOTS, U16, Sight
from spotdiff10k.identity.small import BLACK, KNOWN, SURE, Bools, SmallLook

LOOSE = 0.01
"""Of its distance from the mate's camera, by which the depth of a spot and of a pixel there may differ."""
LEAST_WEIGHT = 0.25
"""Of the four pixels about a spot, that have to show it."""
LEAST_SPOTS = 0.25
"""Of a cell's spots, that have to lie on the subject."""

Colour = tuple[float, float, float, float]
"""Sums of weighted red, green and blue, and the weight."""


@inlined
def _colour_at(picture: U8, mask: U8, depth: U16, right: float, down: float, least: float, most: float) -> Colour:
    """Between the four pixels about a place, of those whose depth is within bounds."""
    height, width = mask.shape
    x, y = int(np.floor(right - 0.5)), int(np.floor(down - 0.5))
    red, green, blue, total = 0.0, 0.0, 0.0, 0.0
    if 0 <= x < width - 1 and 0 <= y < height - 1:
        beside, below = right - 0.5 - x, down - 0.5 - y
        for v in range(y, y + 2):
            across = below if v > y else 1.0 - below
            for u in range(x, x + 2):
                if mask[v, u] >= INSIDE and depth[v, u] != NO_DEPTH and least < depth[v, u] < most:
                    weight = across * (beside if u > x else 1.0 - beside) * mask[v, u] / 255.0
                    red += weight * picture[v, u, 0]
                    green += weight * picture[v, u, 1]
                    blue += weight * picture[v, u, 2]
                    total += weight
    return red, green, blue, total


@kernel
def _carry(
    points: F64,
    sure: Bools,
    picture: U8,
    mask: U8,
    depth: U16,
    metres: float,
    focal: float,
    size: int,
    position: F64,
    rotation: F64,
    spots: int,
    colours: F32,
    share: F32,
) -> None:
    """Colours of all sure cells as the mate shows them, and the share of each cell's spots that it does show."""
    for row in range(len(sure)):
        for column in range(len(sure)):
            if not sure[row, column]:
                continue
            asked, seen, red_sum, green_sum, blue_sum = 0, 0, 0.0, 0.0, 0.0
            for v in range(row * spots, (row + 1) * spots):
                for u in range(column * spots, (column + 1) * spots):
                    if np.isnan(points[v, u, 0]):
                        continue
                    asked += 1
                    x, y, z = points[v, u, 0] - position[0], points[v, u, 1] - position[1], points[v, u, 2] - position[2]
                    away = rotation[2, 0] * x + rotation[2, 1] * y + rotation[2, 2] * z
                    if away <= 0.0:
                        continue
                    right = size / 2 + focal * (rotation[0, 0] * x + rotation[0, 1] * y + rotation[0, 2] * z) / away
                    down = size / 2 + focal * (rotation[1, 0] * x + rotation[1, 1] * y + rotation[1, 2] * z) / away
                    steps = away / metres
                    bounds = steps * (1.0 - LOOSE), steps * (1.0 + LOOSE)
                    red, green, blue, weight = _colour_at(picture, mask, depth, right, down, bounds[0], bounds[1])
                    if weight >= LEAST_WEIGHT:
                        seen += 1
                        red_sum += red / weight
                        green_sum += green / weight
                        blue_sum += blue / weight
            if seen > 0 and asked >= LEAST_SPOTS * spots**2:
                share[row, column] = seen / asked
                colours[row, column, 0] = red_sum / seen
                colours[row, column, 1] = green_sum / seen
                colours[row, column, 2] = blue_sum / seen


def carried(member: Sight, sure: Bools, mate: Sight) -> SmallLook:
    """What a mate shows at the sure (S, S) cells of a member, cell by cell in the member's own small crop."""
    colours, share = np.zeros((CELLS, CELLS, 3), np.float32), np.zeros((CELLS, CELLS), np.float32)
    eye = mate.eye
    _carry(
        member.points,
        sure,
        mate.picture,
        mate.mask,
        mate.depth,
        mate.metres,
        eye.focal,
        eye.size,
        eye.position,
        eye.rotation,
        SPOTS,
        colours,
        share,
    )
    if mate.colour_map is not None:
        recolour(colours, share, mate.colour_map)
    return SmallLook(opponent(colours, BLACK), share >= SURE, share >= KNOWN)
