"""plate: whether it is one picture for all poses and groups, agrees with pictures outside the subject, and shows no subject."""

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import partial
from typing import ClassVar

import numpy as np

from spotdiff10k.checks._layers import BLOCK, LayerDifference, changes_of, difference_of, layer_difference
from spotdiff10k.checks._pixels import Picture, blank, layer_of, mask_of, picture_of
from spotdiff10k.checks._residue import LONG, SHORT, residue
from spotdiff10k.checks._shared_plates import compare_plates
from spotdiff10k.checks._signature import signature
from spotdiff10k.committed import GroupView, SampleView
from spotdiff10k.measures import Limit, Measures
from spotdiff10k.set_measures import SetGroup, SetMeasures

NAME = "plate"
SHADOW = "shadow.png"
LOSSLESS = "png"
SIGNATURE = "signature"
GREY_LEVELS = 255.0
TOLERANCE = 2.0
"""Grey levels between picture and plate x shadow that the contract allows a lossless picture."""

NO_PLATE = "the release has no plate layer"
NO_SHADOW = "the release has no shadow layer, so what the picture should be outside the mask is not known"
LOSSY = "pictures are not png, so single pixels prove nothing; block_difference is measured instead"
NO_CONTRAST = "subject and plate have the same colours along the outline, so nothing left of the subject could be seen"
NOT_SHARED = "no two groups share a background level"


class Plate:
    """Measures plates against pictures, against their copies in the group, and against those of other groups.

    difference: worst grey-level difference between picture and plate x shadow outside the mask (lossless pictures).
    block_difference: the same of the mean colours of 16 x 16 blocks, which forgives compression. mismatch: that of the block
    in the middle; shadows do not reach it, so it needs no shadow layer. residue: the share to which the subject is left in
    the plate. displaced_residue: the same where it is left a little beside its place. copies: worst grey-level difference to
    the group's other plates of the background. foreign_plate: between mean colours of this plate and of the other groups'
    plates of the same level.
    """

    version: ClassVar[int] = 1
    ranges: ClassVar[Mapping[str, tuple[float, float]]] = {
        "difference": (0.0, GREY_LEVELS),
        "block_difference": (0.0, GREY_LEVELS),
        "mismatch": (0.0, GREY_LEVELS),
        "residue": (-2.0, 2.0),
        "displaced_residue": (-2.0, 2.0),
        "copies": (0.0, GREY_LEVELS),
    }
    group_ranges: ClassVar[Mapping[str, tuple[float, float]]] = {}
    across_ranges: ClassVar[Mapping[str, tuple[float, float]]] = {"foreign_plate": (0.0, GREY_LEVELS)}
    set_ranges: ClassVar[Mapping[str, tuple[float, float]]] = {"compared_plates": (0.0, 1.0)}
    # The contract's two grey levels where layers are exact. Blocks of good JPEG pictures differ by at most 1.6 at quality 95
    # and 3.6 at 80. The residue of clean plates lies within 0.03 on rendered scenes and 0.06 on photos, and a tenth of a
    # subject measures 0.08 to 0.12; the displaced one within 0.04 and 0.14, and half a subject that is off by 1.5 % of the
    # side 0.1 to 0.5. A tenth of a subject moves a signature by 1 to 6 grey levels, and clean plates have the same one.
    limits: ClassVar[Mapping[str, Limit]] = {
        "difference": Limit(high=TOLERANCE),
        "block_difference": Limit(high=6.0),
        "mismatch": Limit(high=4.0),
        "residue": Limit(high=0.07),
        "displaced_residue": Limit(high=0.15),
        "copies": Limit(high=TOLERANCE),
        "foreign_plate": Limit(high=1.0),
    }

    @classmethod
    def warm_up(cls) -> None:
        """Compile what compares layers."""
        colours, grey = blank(BLOCK, BLOCK, 3), blank(BLOCK, BLOCK)
        layer_difference(colours, colours, colours, grey, TOLERANCE)
        residue(colours, colours, grey)
        signature(colours)

    def measure(self, group: GroupView) -> Measures:
        """Measure every sample that has a plate."""
        unchecked = _unchecked(group)
        if NAME not in group.settings.outputs:
            return Measures({sample.key: {} for sample in group.samples}, unchecked=unchecked)
        member = f"{NAME}.{group.settings.picture_format}"
        copies = _copies(group.samples, member)
        signatures: dict[bytes, str] = {}
        samples: dict[str, dict[str, float]] = {}
        facts: dict[str, dict[str, str]] = {}
        evidence: dict[str, str] = {}
        unseen: dict[str, dict[str, str]] = {}
        for sample in group.samples:
            data, plate = sample.members[member], layer_of(sample, member)
            values = {**sample.once(NAME, partial(_beside_plate, sample, plate)), "copies": copies[sample.key]}
            if None in values.values():
                evidence[sample.key] = NO_CONTRAST
                unseen[sample.key] = {name: NO_CONTRAST for name, value in values.items() if value is None}
            samples[sample.key] = {name: value or 0.0 for name, value in values.items() if name not in unchecked}
            if data not in signatures:
                signatures[data] = signature(plate)
            facts[sample.key] = {SIGNATURE: signatures[data]}
        return Measures(samples, evidence=evidence, unchecked=unchecked, facts=facts, unseen=unseen)

    def measure_set(self, groups: Sequence[SetGroup]) -> SetMeasures:
        """Compare each group's plates with those of the other groups that have the same background levels."""
        if any(NO_PLATE in group.measured[NAME].unchecked.values() for group in groups):
            return SetMeasures(unchecked=dict.fromkeys([*self.across_ranges, *self.set_ranges], NO_PLATE))
        plates = list(compare_plates(groups, NAME, SIGNATURE))
        shared = sum(plate.groups > 1 for plate in plates)
        if not shared:
            return SetMeasures(whole={"compared_plates": 0.0}, unchecked=dict.fromkeys(self.across_ranges, NOT_SHARED))
        return SetMeasures(
            samples={plate.key: {"foreign_plate": plate.difference} for plate in plates},
            whole={"compared_plates": shared / len(plates)},
            evidence={plate.key: f"other groups have another plate of {plate.level}" for plate in plates if plate.difference > 0},
        )


def _unchecked(group: GroupView) -> dict[str, str]:
    if NAME not in group.settings.outputs:
        return dict.fromkeys(Plate.ranges, NO_PLATE)
    if "shadow" not in group.settings.outputs:
        return dict.fromkeys(("difference", "block_difference"), NO_SHADOW)
    return {} if group.settings.picture_format == LOSSLESS else {"difference": LOSSY}


def _beside_plate(sample: SampleView, plate: Picture) -> dict[str, float | None]:
    """What is measured of a sample and its plate; None for a residue that cannot be told."""
    left = [residue(picture_of(sample), plate, mask_of(sample), line) for line in (SHORT, LONG)]
    beside = _named(difference_of(changes_of(sample), mask_of(sample), TOLERANCE))
    return {**beside, "residue": left[0], "displaced_residue": left[1]}


def _named(found: LayerDifference) -> dict[str, float]:
    return {"difference": found.worst, "block_difference": found.worst_block, "mismatch": found.median_block}


def _copies(samples: Sequence[SampleView], member: str) -> dict[str, float]:
    """By sample key: how far its plate is from the usual one of its background, or from each, if several are as usual."""
    found: dict[str, float] = {}
    for background in sorted({sample.cell.background_index for sample in samples}):
        same = [sample for sample in samples if sample.cell.background_index == background]
        distinct = {sample.members[member]: layer_of(sample, member) for sample in same}
        usual = list(distinct) if len(distinct) == 1 else _usual(same, distinct, member)
        for sample in same:
            own = sample.members[member]
            distances = [_farthest(distinct[own], distinct[other]) for other in usual if other != own]
            found[sample.key] = max(distances, default=0.0)
    return found


def _usual(same: Sequence[SampleView], distinct: Mapping[bytes, Picture], member: str) -> list[bytes]:
    """The plate that most samples of a background have; of several, that which agrees best with the pictures of all."""
    counts = Counter(sample.members[member] for sample in same)
    most = max(counts.values())
    usual = [data for data in distinct if counts[data] == most]
    worst = {data: max(_disagreement(sample, distinct[data]) for sample in same) for data in usual}
    return [data for data in usual if worst[data] == min(worst.values())]


def _disagreement(sample: SampleView, plate: Picture) -> float:
    """How far a plate is from being what stands behind a sample's subject."""
    shadow = layer_of(sample, SHADOW) if SHADOW in sample.members else None
    found = _named(layer_difference(picture_of(sample), plate, shadow, mask_of(sample), TOLERANCE))
    return found["difference"] if SHADOW in sample.members else found["mismatch"]


def _farthest(plate: Picture, other: Picture) -> float:
    return float(np.abs(plate.astype(np.int16) - other).max(initial=0))
