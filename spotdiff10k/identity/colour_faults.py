"""Colours that do not belong: a part of one picture that was painted over, or a whole subject that was tinted.

Two questions about every pixel. How does its colour differ from what *every* other picture of the pose shows at this place,
in matched light, and do they all differ in the same direction? And do the other poses, on the same two backgrounds, show that
one of these colours becomes the other? Strange light fails the first and passes the second, a side that only this picture
shows passes the first; paint fails both. A tint is matched away with the light, and fails the second all over.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from spotdiff10k.engines.rendered.jit import kernel
from spotdiff10k.identity.crops import F32
from spotdiff10k.identity.exchanges import FAR, exchanges, lower_to_nearest
from spotdiff10k.identity.places import Places, places
from spotdiff10k.identity.sights import Sight
from spotdiff10k.identity.small import Bools, SmallLook

BLOCKS = np.array([3, 4, 5, 6, 7])
"""Pixels of the small crop (of 48) from the middle of a block to its border, of blocks of several sizes."""
LEAST_SHARE = 0.01
"""Of the subject for each of these pixels, that a block counts as at least: a few strange pixels at a tip are no painted part."""
MOST_CHANGE = 2.0
"""Of log colours; more counts as this."""
PALE = 6.0
"""Distance from grey, in log colours, at which a change counts half: of a strong colour one channel is nearly black, and a
little light moves it far."""
MOST_NEW = 1.0
"""Distance that counts for a tint; beyond it a pixel is as new as can be."""
FEWEST_MATES = 2
"""Mates that have to show a pixel, where there are as many: one alone may show it in strange light."""
NAN = float("nan")

Indices = npt.NDArray[np.int64]
I64 = npt.NDArray[np.int64]


@dataclass(slots=True)
class Neighbours:
    """Members of a group with their levels, and what was found of their pairs so far."""

    looks: Sequence[SmallLook]
    poses: Indices
    backgrounds: Indices
    shown: Sequence[bool]  # whether a member shows its subject
    sights: Sequence[Sight | None]  # where depth and camera are known
    _places: dict[tuple[int, int], Places] = field(default_factory=dict)
    _pairs: dict[tuple[int, int], F32] = field(default_factory=dict)

    def places(self, member: int, mate: int) -> Places:
        """Where a mate of its pose shows what a member shows."""
        if (member, mate) not in self._places:
            sights = self.sights[member], self.sights[mate]
            self._places[member, mate] = places(self.looks[member], self.looks[mate], sights)
        return self._places[member, mate]

    def exchanges(self, member: int, mate: int) -> F32:
        """Pairs of colours of a member and a mate of its pose."""
        if (member, mate) not in self._pairs:
            there = self.places(member, mate)
            self._pairs[member, mate] = exchanges(self.looks[member], there.mate, there.found)
        return self._pairs[member, mate]

    def mates(self, member: int) -> Mapping[int, Sequence[tuple[int, int]]]:
        """Other pictures of its pose, each with the pictures of another pose on the same two backgrounds."""
        found = {}
        for mate in self._others(self.poses, member):
            beside = [
                (other, across)
                for other in self._others(self.backgrounds, member)
                for across in self._others(self.poses, other)
                if self.backgrounds[across] == self.backgrounds[mate]
            ]
            if beside:
                found[mate] = beside
        return found

    def _others(self, levels: Indices, member: int) -> list[int]:
        """Members of the same level that show something."""
        return [at for at in range(len(self.looks)) if at != member and levels[at] == levels[member] and self.shown[at]]


@kernel
def _together(changes: F32, asked: Bools, y: int, x: int) -> float:
    """How far all changes (M, 3, S, S) of a pixel go the same way: the root of the least product of two; of one, its length.

    asked (M, S, S): whose changes count.
    """
    least, count = 0.0, 0
    for first in range(len(changes)):
        if not asked[first, y, x]:
            continue
        count += 1
        if count == 1:
            least = np.float64(changes[first, 1, y, x]) ** 2 + np.float64(changes[first, 2, y, x]) ** 2
        for second in range(first):
            if asked[second, y, x]:
                product = np.float64(changes[first, 1, y, x]) * changes[second, 1, y, x]
                product += np.float64(changes[first, 2, y, x]) * changes[second, 2, y, x]
                least = product if count == 2 else min(least, product)
    return float(np.sqrt(max(0.0, least)))


@kernel
def _faults(channels: F32, changes: F32, asked: Bools, new: F32, most: float, pale: float, out: F32) -> None:
    """√(change · newness) of every pixel, less of it the stronger the colour is that the mates show there."""
    mates, _, height, width = changes.shape
    for y in range(height):
        for x in range(width):
            count = 0
            for mate in range(mates):
                count += asked[mate, y, x]
            red, yellow = np.float64(channels[1, y, x]), np.float64(channels[2, y, x])
            for mate in range(mates):
                if asked[mate, y, x]:
                    red -= changes[mate, 1, y, x] / count
                    yellow -= changes[mate, 2, y, x] / count
            change = min(most, _together(changes, asked, y, x))
            out[y, x] = np.sqrt(change * new[y, x]) / (1.0 + np.sqrt(red**2 + yellow**2) / pale)


@kernel
def _worst_blocks(fault: F32, sure: Bools, reaches: I64, least_share: float) -> float:
    """The largest mean fault of a block of each size, by integral images; their mean."""
    height, width = sure.shape
    sums, counts = np.zeros((height + 1, width + 1)), np.zeros((height + 1, width + 1))
    for y in range(height):
        for x in range(width):
            seen = 1.0 if sure[y, x] else 0.0
            sums[y + 1, x + 1] = sums[y, x + 1] + sums[y + 1, x] - sums[y, x] + seen * fault[y, x]
            counts[y + 1, x + 1] = counts[y, x + 1] + counts[y + 1, x] - counts[y, x] + seen
    total = 0.0
    for reach in reaches:
        fewest, worst = reach * least_share * counts[height, width], 0.0
        for y in range(height):
            top, bottom = max(0, y - reach), min(height, y + reach + 1)
            for x in range(width):
                left, right = max(0, x - reach), min(width, x + reach + 1)
                count = counts[bottom, right] - counts[top, right] - counts[bottom, left] + counts[top, left]
                if count > 0:
                    found = sums[bottom, right] - sums[top, right] - sums[bottom, left] + sums[top, left]
                    worst = max(worst, found / max(count, fewest))
        total += worst
    return float(total / len(reaches))


def colour_faults(group: Neighbours, member: int) -> tuple[float, float]:
    """(novelty, tint) of a member beside the others of its pose and its background.

    novelty, 0 to 2, a fault of a part: of all blocks of the subject the largest mean of √(change · newness), where change is how
    far its colours differ from all mates in the same way and newness how far from every exchange the other poses show. tint,
    0 to 1, a fault of the whole: the mean newness. NaN without anything to see or to compare with.
    """
    look, mates = group.looks[member], group.mates(member)
    if not look.sure.any() or not mates:
        return NAN, NAN
    found = [group.places(member, mate) for mate in mates]
    asked = np.stack([there.asked for there in found])
    judged = look.sure & (asked.sum(axis=0) >= min(FEWEST_MATES, len(found)))
    if not judged.any():
        return NAN, NAN
    new, fault = np.full(look.sure.shape, FAR, np.float32), np.empty(look.sure.shape, np.float32)
    for there, beside in zip(found, mates.values(), strict=True):
        for other, across in beside:
            lower_to_nearest(look, there.mate, there.found, group.exchanges(other, across), new)
    changes = np.stack([there.change for there in found])
    _faults(look.channels, changes, asked, new, MOST_CHANGE, PALE, fault)
    novelty = float(_worst_blocks(fault, judged, BLOCKS, LEAST_SHARE))
    return novelty, float(np.minimum(new[judged], MOST_NEW).mean(dtype=np.float64))
