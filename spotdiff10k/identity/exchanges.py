"""Exchanges: which colour on one background becomes which on another, as pictures of a pose on both of them show.

A pair of colours is looked up among the pairs of other poses. Light of any kind, and from any side, is in those pairs too; a
colour that the subject has elsewhere is no excuse for paint, since it does not stand for *that* colour on the other background.
"""

import numpy as np
import numpy.typing as npt

from spotdiff10k.engines.rendered.jit import kernel
from spotdiff10k.identity.crops import F32
from spotdiff10k.identity.places import I32
from spotdiff10k.identity.small import SmallLook

BIN, LIGHT_BIN = 0.2, 0.8
"""Of log colours and log light, within which pairs are one."""
BINS = 64
"""Per channel, after which they start again; far more than the range of any."""
LIGHT_WEIGHT = 0.1
"""Of differences in brightness against differences in colour."""
FAR = 2.0
"""Distances beyond count as this, as do pixels that are found nowhere."""
PAIR = 6
OWN_RED = 4

F64 = npt.NDArray[np.float64]


@kernel
def _pairs(channels: F32, mate: F32, found: I32, width: float, light_width: float, bins: int) -> F32:
    """(K, 6): mean of the mate's three channels and of the own three, one for each occupied bin, by rising own red-green."""
    height, row = found.shape
    values, keys = np.empty((height * row, PAIR), np.float32), np.empty(height * row, np.int64)
    count = 0
    for y in range(height):
        for x in range(row):
            if found[y, x] >= 0:
                v, u = found[y, x] // row, found[y, x] % row
                key = 0
                for channel in range(3):
                    values[count, channel], values[count, 3 + channel] = mate[channel, v, u], channels[channel, y, x]
                for channel in range(PAIR):
                    size = light_width if channel % 3 == 0 else width
                    key = key * bins + int(np.floor(values[count, channel] / size)) % bins
                keys[count] = key
                count += 1
    order = np.argsort(keys[:count], kind="mergesort")
    means = np.zeros((count, PAIR), np.float32)
    groups, members = -1, 0
    for place in range(count):
        if place == 0 or keys[order[place]] != keys[order[place - 1]]:
            if groups >= 0:
                means[groups] /= members
            groups += 1
            members = 0
        members += 1
        means[groups] += values[order[place]]
    if groups >= 0:
        means[groups] /= members
    kept = means[: groups + 1]
    return kept[np.argsort(kept[:, OWN_RED], kind="mergesort")]


@kernel
def _nearest(channels: F32, mate: F32, found: I32, pairs: F32, weight: float, out: F32) -> None:
    """Lower `out` to each pixel's distance from the nearest pair; walks outward from its own red-green until that is too far."""
    height, width = found.shape
    reds = pairs[:, OWN_RED].copy()
    for y in range(height):
        for x in range(width):
            if found[y, x] >= 0:
                v, u = found[y, x] // width, found[y, x] % width
                red, best = channels[1, y, x], out[y, x]
                middle = np.searchsorted(reds, red)
                for direction in (-1, 1):
                    at = middle if direction == 1 else middle - 1
                    while 0 <= at < len(reds):
                        distance = abs(red - reds[at])
                        if distance >= best:
                            break
                        distance += abs(channels[2, y, x] - pairs[at, 5]) + weight * abs(channels[0, y, x] - pairs[at, 3])
                        distance += abs(mate[1, v, u] - pairs[at, 1]) + abs(mate[2, v, u] - pairs[at, 2])
                        distance += weight * abs(mate[0, v, u] - pairs[at, 0])
                        best = min(best, distance)
                        at += direction
                out[y, x] = best


def exchanges(look: SmallLook, mate: SmallLook, found: I32) -> F32:
    """(K, 6): the pairs of colours that a picture and a mate of its pose show at the same places."""
    return _pairs(look.channels, mate.channels, found, BIN, LIGHT_BIN, BINS)


def lower_to_nearest(look: SmallLook, mate: SmallLook, found: I32, pairs: F32, out: F32) -> None:
    """Lower `out` (S, S) to the distance of each pixel's pair of colours from the nearest of `pairs`."""
    _nearest(look.channels, mate.channels, found, pairs, LIGHT_WEIGHT, out)
