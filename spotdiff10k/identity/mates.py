"""Every member of a group beside its mates: those of another pose, those of its own pose, those of its own background."""

import math
from collections.abc import Sequence

from spotdiff10k.identity.appearance import Appearance
from spotdiff10k.identity.colour_faults import colour_faults, small_look
from spotdiff10k.identity.copying import likeness
from spotdiff10k.identity.members import Indices

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


def faults_of_colour(looks: Sequence[Appearance], poses: Indices, backgrounds: Indices) -> tuple[list[float], list[float]]:
    """Novelty and tint of each member, less the mean of the others: some subjects and lights have much of both in every picture.

    NaN where it shows nothing or has no mate to be compared with.
    """
    small = [small_look(look.crop) for look in looks]
    found = []
    for at, look in enumerate(small):
        mates = [other for other in range(len(small)) if other != at and not looks[other].crop.is_empty]
        same_pose = [small[other] for other in mates if poses[other] == poses[at]]
        same_background = [small[other] for other in mates if backgrounds[other] == backgrounds[at]]
        found.append(colour_faults(look, same_pose, same_background))
    return _beyond_others([novelty for novelty, _ in found]), _beyond_others([tint for _, tint in found])


def _beyond_others(values: Sequence[float]) -> list[float]:
    """Each value less the mean of the other numbers among them; NaN where there are none."""
    numbers = [value for value in values if not math.isnan(value)]
    if len(numbers) < 2:
        return [NAN] * len(values)
    return [value - (math.fsum(numbers) - value) / (len(numbers) - 1) for value in values]
