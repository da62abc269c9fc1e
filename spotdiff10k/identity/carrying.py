"""Carrying: what a mate of the pose shows of the very points that a picture shows, by the depth and cameras of both.

A spot of the surface that one camera sees is projected into the other's picture (reprojection by depth, as in image-based
rendering). It is seen there where depth agrees; where it does not, something stands before it.
"""

import numpy as np

from spotdiff10k.engines.rendered.jit import kernel
from spotdiff10k.identity.crops import F32, F64, INSIDE, U8, recolour
from spotdiff10k.identity.opponent import opponent
from spotdiff10k.identity.sights import I64, SPOTS, U16, Sight
from spotdiff10k.identity.small import BLACK, KNOWN, SURE, Bools, SmallLook

LOOSE = 0.01
"""Of its distance from the mate's camera, by which the depth of a spot and of a pixel there may differ."""
LEAST_WEIGHT = 0.25 * 255
"""Of the four pixels about a spot, by nearness and alpha, that have to show it."""
LEAST_SPOTS = 0.25 * SPOTS**2
"""Of a cell's spots, that have to lie on the subject."""


@kernel
def _projected(points: F64, projection: F64) -> F64:
    """(3, N) of points (3, N) in the world: pixels (right, down) of a picture, camera z in metres."""
    places = np.empty_like(points)
    for spot in range(points.shape[1]):
        x, y, z = points[0, spot], points[1, spot], points[2, spot]
        away = projection[2, 0] * x + projection[2, 1] * y + projection[2, 2] * z + projection[2, 3]
        places[0, spot] = (projection[0, 0] * x + projection[0, 1] * y + projection[0, 2] * z + projection[0, 3]) / away
        places[1, spot] = (projection[1, 0] * x + projection[1, 1] * y + projection[1, 2] * z + projection[1, 3]) / away
        places[2, spot] = away
    return places


@kernel
def _look(
    picture: U8, mask: U8, depth: U16, metres: float, places: F64, cells: I64, sure: Bools, colours: F32, seen: F32
) -> None:
    """Add up the colours of sure cells' spots (S · S, 3), between four pixels of those whose depth agrees, and count them.

    Indices into pixels are unsigned, since every use of a signed one would be looked at for being negative.
    """
    height, width = mask.shape
    nearer, farther = (1.0 - LOOSE) / metres, (1.0 + LOOSE) / metres
    for spot in range(len(cells)):
        right, down, away = places[0, spot], places[1, spot], places[2, spot]
        cell = np.uint32(cells[spot])
        if not (sure[cell] and away > 0.0 and 0.0 <= right < width - 1 and 0.0 <= down < height - 1):
            continue
        least, most = away * nearer, away * farther
        x, y = np.uint32(right), np.uint32(down)
        u, v = np.uint32(x + 1), np.uint32(y + 1)
        beside, below = right - x, down - y
        here, there = (1.0 - below) * (1.0 - beside) * mask[y, x], (1.0 - below) * beside * mask[y, u]
        under, across = below * (1.0 - beside) * mask[v, x], below * beside * mask[v, u]
        here = here if mask[y, x] >= INSIDE and least < depth[y, x] < most else 0.0
        there = there if mask[y, u] >= INSIDE and least < depth[y, u] < most else 0.0
        under = under if mask[v, x] >= INSIDE and least < depth[v, x] < most else 0.0
        across = across if mask[v, u] >= INSIDE and least < depth[v, u] < most else 0.0
        total = here + there + under + across
        if total >= LEAST_WEIGHT:
            seen[cell] += 1.0
            share = 1.0 / total
            for channel in range(3):
                above = here * picture[y, x, channel] + there * picture[y, u, channel]
                beneath = under * picture[v, x, channel] + across * picture[v, u, channel]
                colours[cell, channel] += (above + beneath) * share


@kernel
def _means(colours: F32, shares: F32, spots: F32, least: float) -> None:
    """From sums of colours (S · S, 3) to means, from counts to shares of a cell's spots; 0 where it has fewer than the least."""
    for cell in range(len(shares)):
        seen = shares[cell]
        if seen > 0.0 and spots[cell] >= least:
            shares[cell] = seen / spots[cell]
            for channel in range(3):
                colours[cell, channel] /= seen
        else:
            shares[cell] = 0.0


def carried(member: Sight, sure: Bools, mate: Sight) -> SmallLook:
    """What a mate shows at the sure (S, S) cells of a member, cell by cell in the member's own small crop."""
    colours, shares = np.zeros((*sure.shape, 3), np.float32), np.zeros(sure.shape, np.float32)
    flat = colours.reshape(-1, 3), shares.reshape(-1)
    places = _projected(member.points, mate.projection)
    _look(mate.picture, mate.mask, mate.depth, mate.metres, places, member.cells, sure.reshape(-1), *flat)
    _means(*flat, member.spots, LEAST_SPOTS)
    if mate.colour_map is not None:
        recolour(colours, shares, mate.colour_map)
    return SmallLook(opponent(colours, BLACK), shares >= SURE, shares >= KNOWN)
