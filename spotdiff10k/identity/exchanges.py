"""Exchanges: which colour on one background becomes which on another, as pictures of a pose on both of them show.

A pair of colours is looked up among the pairs of other poses. Light of any kind, and from any side, is in those pairs too; a
colour that the subject has elsewhere is no excuse for paint, since it does not stand for *that* colour on the other background.
"""

from typing import Any

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
NOBODY = -1
SLACK = 1e-5
"""More than rounding can take from a distance."""

F64 = npt.NDArray[np.float64]
Colour = tuple[float, float, float]
"""The three channels of a pixel."""


@kernel
def _place(pair: F32) -> tuple[float, float]:
    """Sum and difference of a pair's reds and yellows: pairs are at least as far apart as either of these is."""
    red, yellow = np.float64(pair[4]) + pair[1], np.float64(pair[5]) + pair[2]
    return float(red + yellow), float(red - yellow)


@kernel
def _pairs(channels: F32, mate: F32, found: I32, width: float, light_width: float, bins: int) -> F32:
    """(K, 6): mean of the mate's three channels and of the own three, one for each occupied bin, by rising `_place`."""
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
    totals = np.empty(len(kept))
    for pair in range(len(kept)):
        totals[pair] = _place(kept[pair])[0]
    return kept[np.argsort(totals, kind="mergesort")]


@kernel
def _distance(own: Colour, there: Colour, pair: F32, weight: float) -> float:
    """Of a colour and its mate's from a pair of colours."""
    distance: Any = np.float64(abs(own[1] - pair[4]))
    distance += abs(own[2] - pair[5]) + weight * abs(own[0] - pair[3])
    distance += abs(there[1] - pair[1]) + abs(there[2] - pair[2])
    return float(distance + weight * abs(there[0] - pair[0]))


@kernel
def _lowest(own: Colour, there: Colour, pairs: F32, places: F64, weight: float, lowest: float, guess: int) -> tuple[float, int]:
    """The distance from the nearest pair where that is below `lowest`, and which one is; walks outward by `places` (2, K).

    guess: a pair that may be near, or NOBODY. The nearest of a neighbour mostly is.
    """
    total = (np.float64(own[1]) + there[1]) + (np.float64(own[2]) + there[2])
    apart = (np.float64(own[1]) + there[1]) - (np.float64(own[2]) + there[2])
    if guess != NOBODY:
        lowest = min(lowest, _distance(own, there, pairs[guess], weight))
    middle = int(np.searchsorted(places[0], total))
    for step in (1, -1):
        at = middle if step == 1 else middle - 1
        while 0 <= at < len(pairs) and abs(places[0, at] - total) < lowest + SLACK:
            if abs(places[1, at] - apart) < lowest + SLACK:
                distance = _distance(own, there, pairs[at], weight)
                if distance < lowest:
                    lowest, guess = distance, at
            at += step
    return lowest, guess


@kernel
def _nearest(channels: F32, mate: F32, found: I32, pairs: F32, weight: float, out: F32) -> None:
    """Lower `out` to each pixel's distance from the nearest pair."""
    height, width = found.shape
    places = np.empty((2, len(pairs)))
    for pair in range(len(pairs)):
        places[0, pair], places[1, pair] = _place(pairs[pair])
    guess = NOBODY
    for y in range(height):
        for x in range(width):
            if found[y, x] >= 0:
                v, u = found[y, x] // width, found[y, x] % width
                own = channels[0, y, x], channels[1, y, x], channels[2, y, x]
                there = mate[0, v, u], mate[1, v, u], mate[2, v, u]
                out[y, x], guess = _lowest(own, there, pairs, places, weight, out[y, x], guess)


def exchanges(look: SmallLook, mate: SmallLook, found: I32) -> F32:
    """(K, 6): the pairs of colours that a picture and a mate of its pose show at the same places."""
    return _pairs(look.channels, mate.channels, found, BIN, LIGHT_BIN, BINS)


def lower_to_nearest(look: SmallLook, mate: SmallLook, found: I32, pairs: F32, out: F32) -> None:
    """Lower `out` (S, S) to the distance of each pixel's pair of colours from the nearest of `pairs`."""
    _nearest(look.channels, mate.channels, found, pairs, LIGHT_WEIGHT, out)
