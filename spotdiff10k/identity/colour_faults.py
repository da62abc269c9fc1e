"""Colours that do not belong: a part of one picture that was painted over, or a whole subject that was tinted.

Two questions about every pixel. `elsewhere`: how far is its colour from every colour of the subject on the same background,
where the light is the same and the pose another? `in_place`: how far is it from what pictures of the same pose show at this
place, where the pose is the same and the light is matched? A side that only this pose shows is new to the first and not to
the second; strange light is new to the second and not to the first; paint is new to both.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from spotdiff10k.engines.rendered.jit import kernel
from spotdiff10k.identity.crops import F32, Crop
from spotdiff10k.identity.light import Bools, in_light_of
from spotdiff10k.identity.opponent import opponent

SURE, SEEN = 0.9, 0.5
"""Cover from which a pixel of the small crop is asked about; the second where a thin subject has next to none of the first."""
KNOWN = 0.75
"""Cover from which a pixel of a mate is an answer."""
FEWEST = 20
RADIUS = 2
"""Pixels of the small crop (of 48) by which a place may have moved, since backgrounds bring their own cameras."""
PLACE_LIGHT, COLOUR_LIGHT = 0.1, 0.2
"""Weight of brightness against colour, in place and elsewhere."""
BIN = 0.1
"""Of log colours, within which the colours of a palette are one."""
LIGHT_BIN = 0.4
FAR, FAR_IN_PLACE, FAR_ELSEWHERE = 9.0, 2.0, 0.5
"""Distances beyond these count as these: nothing to compare with, and the caps."""
FLOOR = 0.1
"""Added to `elsewhere`, so that a colour which the subject also has somewhere else is not quite let off."""
PERCENTILE = 97
"""A novelty that 3 % of a subject reach counts."""

F64 = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class SmallLook:
    """A subject at half the size of its crop."""

    channels: F32  # (3, S, S)
    sure: Bools
    known: Bools
    palette: F32  # (K, 3)


@kernel
def _halve(colours: F32, cover: F32, out_colours: F32, out_cover: F32) -> None:
    height, width = out_cover.shape
    for y in range(height):
        for x in range(width):
            total = 0.0
            for v in range(2 * y, 2 * y + 2):
                for u in range(2 * x, 2 * x + 2):
                    total += cover[v, u]
                    for channel in range(3):
                        out_colours[y, x, channel] += cover[v, u] * colours[v, u, channel]
            out_cover[y, x] = total / 4
            if total > 0:
                for channel in range(3):
                    out_colours[y, x, channel] /= total


@kernel
def _palette(values: F32, width: float, light_width: float) -> F32:
    """Mean colours of (3, N) values, one for each occupied bin."""
    count = values.shape[1]
    keys = np.empty(count, np.int64)
    for at in range(count):
        light, red, yellow = values[0, at] / light_width, values[1, at] / width, values[2, at] / width
        keys[at] = (int(np.floor(light)) * 1024 + int(np.floor(red))) * 1024 + int(np.floor(yellow))
    order = np.argsort(keys, kind="mergesort")
    found = np.zeros((count, 3), np.float32)
    bins, members = -1, 0
    for place in range(count):
        at = order[place]
        if place == 0 or keys[at] != keys[order[place - 1]]:
            if bins >= 0:
                found[bins] /= members
            bins += 1
            members = 0
        members += 1
        for channel in range(3):
            found[bins, channel] += values[channel, at]
    if bins >= 0:
        found[bins] /= members
    return found[: bins + 1]


@kernel
def _elsewhere(channels: F32, sure: Bools, palette: F32, light_weight: float, out: F32) -> None:
    """Lower `out` to each pixel's distance from the nearest colour of a palette."""
    for y in range(sure.shape[0]):
        for x in range(sure.shape[1]):
            if sure[y, x]:
                light, red, yellow = channels[0, y, x], channels[1, y, x], channels[2, y, x]
                best = out[y, x]
                for at in range(len(palette)):
                    distance = abs(red - palette[at, 1]) + abs(yellow - palette[at, 2])
                    distance += light_weight * abs(light - palette[at, 0])
                    best = min(best, distance)
                out[y, x] = best


@kernel
def _in_place(channels: F32, sure: Bools, mate: F32, known: Bools, radius: int, light_weight: float, out: F32) -> None:
    """Lower `out` to each pixel's distance from the nearest colour that a mate shows near the same place."""
    height, width = sure.shape
    for y in range(height):
        for x in range(width):
            if sure[y, x]:
                best = out[y, x]
                for v in range(max(0, y - radius), min(height, y + radius + 1)):
                    for u in range(max(0, x - radius), min(width, x + radius + 1)):
                        if known[v, u]:
                            distance = abs(channels[1, y, x] - mate[1, v, u]) + abs(channels[2, y, x] - mate[2, v, u])
                            distance += light_weight * abs(channels[0, y, x] - mate[0, v, u])
                            best = min(best, distance)
                out[y, x] = best


def small_look(crop: Crop) -> SmallLook:
    """Halve a crop and take its palette."""
    side = len(crop.cover) // 2
    colours, cover = np.zeros((side, side, 3), np.float32), np.zeros((side, side), np.float32)
    _halve(crop.colours, crop.cover, colours, cover)
    channels = opponent(colours)
    sure = cover >= SURE
    if int(np.count_nonzero(sure)) < FEWEST:
        sure = cover >= SEEN
    known = cover >= KNOWN
    return SmallLook(channels, sure, known, _palette(np.ascontiguousarray(channels[:, known]), BIN, LIGHT_BIN))


def colour_faults(look: SmallLook, same_pose: Sequence[SmallLook], same_background: Sequence[SmallLook]) -> tuple[float, float]:
    """(novelty, tint) of a picture beside those of its pose and those of its background.

    novelty, 0 to 1.1: the 97th percentile over the subject of √(in_place · (elsewhere + 0.1)), a fault of a part. tint, 0 to
    0.5: the mean of elsewhere, a fault of the whole. NaN without anything to see or to compare with.
    """
    if not look.sure.any() or not same_pose or not same_background:
        return float("nan"), float("nan")
    elsewhere, in_place = np.full(look.sure.shape, FAR, np.float32), np.full(look.sure.shape, FAR_IN_PLACE, np.float32)
    for mate in same_background:
        _elsewhere(look.channels, look.sure, mate.palette, COLOUR_LIGHT, elsewhere)
    for mate in same_pose:
        lit = in_light_of(look.channels, look.sure, mate.channels, mate.sure)
        _in_place(look.channels, look.sure, lit, mate.known, RADIUS, PLACE_LIGHT, in_place)
    new = np.minimum(elsewhere[look.sure], FAR_ELSEWHERE)
    novelty = np.sort(np.sqrt(in_place[look.sure] * (new + FLOOR)))
    return float(novelty[(len(novelty) - 1) * PERCENTILE // 100]), float(new.mean(dtype=np.float64))
