"""Carrying: what a mate of the pose shows of the very points that a picture shows, by the depth and cameras of both.

A spot of the surface that one camera sees is projected into the other's picture (reprojection by depth, as in image-based
rendering). It is seen there where depth agrees; where it does not, something stands before it.
"""

import numpy as np

from spotdiff10k.engines.rendered.jit import inlined, kernel
from spotdiff10k.eyes import Eye
from spotdiff10k.identity.crops import F32, F64, INSIDE, U8, recolour
from spotdiff10k.identity.opponent import opponent
from spotdiff10k.identity.sights import CELLS, U16, Sight
from spotdiff10k.identity.small import BLACK, KNOWN, SURE, Bools, SmallLook

LOOSE = 0.01
"""Of its distance from the mate's camera, by which the depth of a spot and of a pixel there may differ."""
LEAST_WEIGHT = 0.25 * 255
"""Of the four pixels about a spot, by nearness and alpha, that have to show it."""
LEAST_SPOTS = 0.25
"""Of a cell's spots, that have to lie on the subject."""

Colour = tuple[float, float, float, float]
"""Sums of weighted red, green and blue, and the weight."""


@inlined
def _colour_at(picture: U8, mask: U8, depth: U16, right: float, down: float, least: float, most: float) -> Colour:
    """Between the four pixels about a place, in pixels from the middle of the first, of those whose depth is within bounds."""
    height, width = mask.shape
    x, y = int(np.floor(right)), int(np.floor(down))
    red, green, blue, total = 0.0, 0.0, 0.0, 0.0
    if 0 <= x < width - 1 and 0 <= y < height - 1:
        beside, below = right - x, down - y
        for v in range(2):
            across = below if v else 1.0 - below
            for u in range(2):
                steps = depth[y + v, x + u]
                opaque = mask[y + v, x + u]
                if opaque >= INSIDE and least < steps < most:
                    weight = across * (beside if u else 1.0 - beside) * opaque
                    red += weight * picture[y + v, x + u, 0]
                    green += weight * picture[y + v, x + u, 1]
                    blue += weight * picture[y + v, x + u, 2]
                    total += weight
    return red, green, blue, total


@kernel
def _carry(
    points: F64, sure: Bools, picture: U8, mask: U8, depth: U16, metres: float, projection: F64, colours: F32, shares: F32
) -> None:
    """Colours of all sure cells as the mate shows them, and the share of each cell's spots that it does show."""
    spots = len(points) // len(sure)
    nearer, farther = (1.0 - LOOSE) / metres, (1.0 + LOOSE) / metres
    for row in range(len(sure)):
        for column in range(len(sure)):
            if not sure[row, column]:
                continue
            asked, seen, red_sum, green_sum, blue_sum = 0, 0, 0.0, 0.0, 0.0
            for v in range(row * spots, (row + 1) * spots):
                for u in range(column * spots, (column + 1) * spots):
                    x, y, z = points[v, u, 0], points[v, u, 1], points[v, u, 2]
                    if np.isnan(x):
                        continue
                    asked += 1
                    away = projection[2, 0] * x + projection[2, 1] * y + projection[2, 2] * z + projection[2, 3]
                    if away <= 0.0:
                        continue
                    right = (projection[0, 0] * x + projection[0, 1] * y + projection[0, 2] * z + projection[0, 3]) / away
                    down = (projection[1, 0] * x + projection[1, 1] * y + projection[1, 2] * z + projection[1, 3]) / away
                    least, most = away * nearer, away * farther
                    red, green, blue, weight = _colour_at(picture, mask, depth, right - 0.5, down - 0.5, least, most)
                    if weight >= LEAST_WEIGHT:
                        seen += 1
                        red_sum += red / weight
                        green_sum += green / weight
                        blue_sum += blue / weight
            if seen > 0 and asked >= LEAST_SPOTS * spots**2:
                shares[row, column] = seen / asked
                colours[row, column, 0] = red_sum / seen
                colours[row, column, 1] = green_sum / seen
                colours[row, column, 2] = blue_sum / seen


def projection_of(eye: Eye) -> F64:
    """(3, 4): from places in the world (x, y, z, 1) to pixels, times camera z, and camera z."""
    middle = eye.size / 2
    rows = np.stack([eye.focal * eye.rotation[row] + middle * eye.rotation[2] for row in (0, 1)] + [eye.rotation[2]])
    return np.column_stack([rows, -(rows * eye.position).sum(axis=1)])


def carried(member: Sight, sure: Bools, mate: Sight) -> SmallLook:
    """What a mate shows at the sure (S, S) cells of a member, cell by cell in the member's own small crop."""
    colours, shares = np.zeros((CELLS, CELLS, 3), np.float32), np.zeros((CELLS, CELLS), np.float32)
    projection, pixels = projection_of(mate.eye), (mate.picture, mate.mask, mate.depth)
    _carry(member.points, sure, *pixels, mate.metres, projection, colours, shares)
    if mate.colour_map is not None:
        recolour(colours, shares, mate.colour_map)
    return SmallLook(opponent(colours, BLACK), shares >= SURE, shares >= KNOWN)
