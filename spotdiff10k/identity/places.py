"""Places: where a picture of the same pose shows what a pixel shows, and how the two colours differ in matched light.

Backgrounds bring their own cameras, so a part lies a little elsewhere in the crop of each. Where depth and cameras are known
it is carried over exactly; otherwise, and where they do not fit each other, it is searched for nearby.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from spotdiff10k.engines.rendered.jit import kernel
from spotdiff10k.identity.carrying import carried
from spotdiff10k.identity.crops import F32
from spotdiff10k.identity.light import in_light_of
from spotdiff10k.identity.shading import in_shaded_light_of
from spotdiff10k.identity.sights import Sight
from spotdiff10k.identity.small import Bools, SmallLook

RADIUS = 2
"""Pixels of the small crop (of 48) by which a place may have moved."""
LIGHT_WEIGHT = 0.1
"""Of differences in brightness against differences in colour."""
STEP = 0.002
"""What a pixel of the way costs: among equals the nearest is taken."""
NOWHERE = -1
LEAST_DEEP, LEAST_FOUND = 0.98, 0.75
"""Of a picture's sure pixels, that must have depth, and that depth and cameras must find again in a mate. Of 700 rendered groups
the least were 0.992 and 0.81: depth that lacks, or is wrong all over, is not to hide what was painted."""
FAR = 1e9

I32 = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Places:
    """Each pixel of a picture found again in one mate of its pose."""

    mate: SmallLook  # as it is looked into
    found: I32  # (S, S): index of the mate's pixel, row by row; NOWHERE where the mate shows nothing near
    change: F32  # (3, S, S): own opponent colour less the mate's in the light of this picture; 0 where found nowhere
    asked: Bools  # (S, S): where the mate has a say: all over after a search, and where it shows the same spot if carried


@kernel
def _find(channels: F32, sure: Bools, lit: F32, known: Bools, radius: int, weight: float, step: float, found: I32) -> None:
    height, width = sure.shape
    for y in range(height):
        for x in range(width):
            if sure[y, x]:
                best = FAR
                for v in range(max(0, y - radius), min(height, y + radius + 1)):
                    for u in range(max(0, x - radius), min(width, x + radius + 1)):
                        if known[v, u]:
                            distance = abs(channels[1, y, x] - lit[1, v, u]) + abs(channels[2, y, x] - lit[2, v, u])
                            distance += weight * abs(channels[0, y, x] - lit[0, v, u]) + step * (abs(v - y) + abs(u - x))
                            if distance < best:
                                best = distance
                                found[y, x] = v * width + u


@kernel
def _change(channels: F32, lit: F32, found: I32, change: F32) -> None:
    height, width = found.shape
    for y in range(height):
        for x in range(width):
            if found[y, x] >= 0:
                v, u = found[y, x] // width, found[y, x] % width
                for channel in range(3):
                    change[channel, y, x] = channels[channel, y, x] - lit[channel, v, u]


def places(look: SmallLook, mate: SmallLook, sights: tuple[Sight | None, Sight | None] = (None, None)) -> Places:
    """Find every sure pixel of a picture again in a mate of its pose: by their sights, where both have one and they agree."""
    own, other = sights
    sure = np.count_nonzero(look.sure)
    if own is not None and other is not None and np.count_nonzero(own.spots[look.sure.reshape(-1)]) >= LEAST_DEEP * sure:
        shown = carried(own, look.sure, other)
        if np.count_nonzero(shown.known) >= LEAST_FOUND * sure:
            lit = in_shaded_light_of(look.channels, look.sure, shown.channels, shown.sure, own.normals)
            return _compared(look, shown, lit, 0, shown.known)
    lit = in_light_of(look.channels, look.sure, mate.channels, mate.sure)
    return _compared(look, mate, lit, RADIUS, np.ones_like(look.sure))


def _compared(look: SmallLook, mate: SmallLook, lit: F32, radius: int, asked: Bools) -> Places:
    """Find every sure pixel by the colour it has in matched light, at most `radius` pixels away."""
    found = np.full(look.sure.shape, NOWHERE, np.int32)
    _find(look.channels, look.sure, lit, mate.known, radius, LIGHT_WEIGHT, STEP, found)
    change = np.zeros((3, *found.shape), np.float32)
    _change(look.channels, lit, found, change)
    return Places(mate, found, change, asked)
