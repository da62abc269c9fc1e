"""Every member of a group beside its mates: those of another pose, those of its own pose, those of its own background."""

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from spotdiff10k.identity.appearance import Appearance
from spotdiff10k.identity.colour_faults import Neighbours, colour_faults
from spotdiff10k.identity.copying import likeness
from spotdiff10k.identity.members import Indices
from spotdiff10k.identity.sights import Sight
from spotdiff10k.identity.small import small_look

NAN = float("nan")


def copies(looks: Sequence[Appearance], poses: Indices) -> list[float]:
    """For each member its likeness to the nearest one in another pose; NaN where it shows nothing."""
    nearest = [NAN if look.crop.is_empty else 0.0 for look in looks]
    for first, one in enumerate(looks):
        for second, other in enumerate(looks[:first]):
            if poses[first] != poses[second] and not one.crop.is_empty and not other.crop.is_empty:
                found = likeness(one.channels, one.crop.cover, other.channels, other.crop.cover)
                nearest[first], nearest[second] = max(nearest[first], found), max(nearest[second], found)
    return nearest


def faults_of_colour(
    looks: Sequence[Appearance], poses: Indices, backgrounds: Indices, sights: Sequence[Sight | None] | None = None
) -> tuple[list[float], list[float]]:
    """Novelty and tint of each member, less what others of its pose and its background have: some have much in every picture.

    sights: depth and camera of each, where they are known, by which places are found again exactly.
    NaN where it shows nothing or has no mate to be compared with.
    """
    shown = [not look.crop.is_empty for look in looks]
    group = Neighbours([small_look(look.crop) for look in looks], poses, backgrounds, shown, sights or [None] * len(looks))
    found = [colour_faults(group, member) for member in range(len(looks))]
    return _beyond([novelty for novelty, _ in found], poses, backgrounds), _beyond(
        [tint for _, tint in found], poses, backgrounds
    )


def _beyond(values: Sequence[float], poses: Indices, backgrounds: Indices) -> list[float]:
    """Each value less the mean of two means: of the others of its pose, and of the others of its background; NaN without."""
    numbers = np.asarray(values, np.float64)
    found = []
    for member in range(len(numbers)):
        others = ~np.isnan(numbers) & (np.arange(len(numbers)) != member)
        means = [_mean(numbers[others & (levels == levels[member])]) for levels in (poses, backgrounds)]
        found.append(float(numbers[member]) - (means[0] + means[1]) / 2)
    return found


def _mean(numbers: npt.NDArray[np.float64]) -> float:
    return math.fsum(numbers.tolist()) / len(numbers) if len(numbers) else NAN
