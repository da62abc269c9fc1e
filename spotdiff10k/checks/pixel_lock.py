"""pixel_lock: whether subject pixels are the same on all backgrounds where the engine promises so, and nothing grew beyond masks.

An engine promises with the field `pixel_lock` of its records: "exact", or "none". Where it adapts the subject's colours to a
background, it promises them up to the map in the annotation `colour_map` (see _colour_map.py).
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from spotdiff10k.checks._colour_map import ColourMap, NoColourMapError, read_colour_map
from spotdiff10k.checks._layers import BLOCK, changes_of, difference_of, layer_difference
from spotdiff10k.checks._pixels import Picture, blank, mask_of, picture_of
from spotdiff10k.committed import GroupView, SampleView
from spotdiff10k.engines.rendered.jit import kernel
from spotdiff10k.measures import Limit, Measures

FIELD, EXACT = "pixel_lock", "exact"
LOSSLESS = "png"
GREY_LEVELS = 255.0
OPAQUE = 255
MANY_TIMES = 1e6
GROWN_LEVELS = 8.0
"""Grey levels between picture and plate x shadow from which something stands there that neither shows."""

NO_PROMISE = "the engine does not promise the same subject pixels on every background"
ONE_BACKGROUND = "every pose has one background, so there is nothing to compare with"
LOSSY = "pictures are not png, so single pixels prove nothing"
NO_LAYERS = "the release has no plate and shadow layers, so what the picture should be outside the mask is not known"
APART = "its mask shares no pixel with those of its pose on other backgrounds"


class PixelLock:
    """Proves the promise pixel by pixel, and measures what grew beyond the mask.

    subject_difference: worst difference in grey levels, well inside the mask and beyond what rounding makes, to the sample of
    the same pose on another background that is in the middle. expansion: area outside the mask where the picture is not
    plate x shadow, by the mask's area (the E of arXiv 2404.10157, with the plate in place of a segmenter).
    """

    version: ClassVar[int] = 1
    ranges: ClassVar[Mapping[str, tuple[float, float]]] = {
        "subject_difference": (0.0, GREY_LEVELS),
        "expansion": (0.0, MANY_TIMES),
    }
    group_ranges: ClassVar[Mapping[str, tuple[float, float]]] = {}
    # What is promised to be exact may differ by nothing but one step of rounding. The rendered engine's layers are exact:
    # nothing grows in it, and what a segmenter's paper calls an expansion starts at a hundredth of the mask.
    limits: ClassVar[Mapping[str, Limit]] = {
        "subject_difference": Limit(high=1.0),
        "expansion": Limit(high=0.01),
    }

    @classmethod
    def warm_up(cls) -> None:
        """Compile what compares pixels."""
        colours, grey = blank(BLOCK, BLOCK, 3), blank(BLOCK, BLOCK)
        layer_difference(colours, colours, colours, grey, GROWN_LEVELS)
        _worst(colours, colours, grey, grey, read_colour_map({}))

    def measure(self, group: GroupView) -> Measures:
        """Compare every sample with its pose's others, and with its layers."""
        unchecked = _unchecked(group)
        samples: dict[str, dict[str, float]] = {sample.key: {} for sample in group.samples}
        evidence: dict[str, str] = {}
        if "subject_difference" not in unchecked:
            for key, difference, words in _differences(group.samples):
                samples[key]["subject_difference"] = difference
                if words:
                    evidence[key] = words
        if "expansion" not in unchecked:
            for sample in group.samples:
                samples[sample.key]["expansion"] = _expansion(sample, group.settings.picture_format)
        return Measures(samples, evidence=evidence, unchecked=unchecked)


def _unchecked(group: GroupView) -> dict[str, str]:
    found: dict[str, str] = {}
    if not all(sample.record.get(FIELD) == EXACT for sample in group.samples):
        found["subject_difference"] = NO_PROMISE
    elif group.settings.picture_format != LOSSLESS:
        found["subject_difference"] = LOSSY
    elif len({sample.cell.background_index for sample in group.samples}) < 2:
        found["subject_difference"] = ONE_BACKGROUND
    if not {"plate", "shadow"} <= set(group.settings.outputs):
        found["expansion"] = NO_LAYERS
    return found


def _differences(samples: Sequence[SampleView]) -> Iterator[tuple[str, float, str]]:
    """Every sample's key, its difference to the pose's others, and words where there is something to say."""
    for pose in sorted({sample.cell.pose_index for sample in samples}):
        same = [sample for sample in samples if sample.cell.pose_index == pose]
        maps: dict[str, ColourMap] = {}
        faults: dict[str, str] = {}
        for sample in same:
            try:
                maps[sample.key] = read_colour_map(sample.annotations)
            except NoColourMapError as error:
                faults[sample.key] = str(error)
        traced = [sample for sample in same if sample.key in maps]
        between = _pairwise(traced, maps)
        for sample in same:
            if sample.key in faults:
                yield sample.key, float("nan"), faults[sample.key]
                continue
            found = sorted(between[frozenset((sample.key, other.key))] for other in traced if other.key != sample.key)
            middle = found[(len(found) - 1) // 2] if found else 0.0
            yield sample.key, min(GREY_LEVELS, middle), APART if middle == np.inf else ""


def _pairwise(samples: Sequence[SampleView], maps: Mapping[str, ColourMap]) -> dict[frozenset[str], float]:
    """The worst difference of every two samples; infinity where their masks share nothing.

    Colours are traced from the picture that shrinks them less to the other one.
    """
    found: dict[frozenset[str], float] = {}
    for place, one in enumerate(samples):
        for other in samples[:place]:
            source, target = sorted((one, other), key=lambda sample: -abs(maps[sample.key].determinant))
            way = maps[target.key].after(maps[source.key].inverse())
            found[frozenset((one.key, other.key))] = _worst(
                picture_of(source), picture_of(target), mask_of(source), mask_of(target), way
            )
    return found


def _worst(source: Picture, target: Picture, source_mask: Picture, target_mask: Picture, way: ColourMap) -> float:
    return float(_worst_difference(source, target, source_mask, target_mask, way.matrix, way.offset, way.allowance))


@kernel
def _worst_difference(
    source: Picture, target: Picture, source_mask: Picture, target_mask: Picture,
    matrix: npt.NDArray[np.float64], offset: npt.NDArray[np.float64], allowance: npt.NDArray[np.float64],
) -> Any:  # fmt: skip
    """The worst difference between mapped source and target where both masks and those beside them are opaque.

    Where colours change, those that the source had to clip are left out, and the target's are expected clipped. Infinity where
    nothing is left of the masks.
    """
    height, width = source_mask.shape
    worst = -1.0
    for y in range(1, height - 1):
        for x in range(1, width - 1):
            if source_mask[y, x] & target_mask[y, x] != OPAQUE:
                continue
            beside = source_mask[y - 1, x] & source_mask[y + 1, x] & source_mask[y, x - 1] & source_mask[y, x + 1]
            if beside & target_mask[y - 1, x] & target_mask[y + 1, x] & target_mask[y, x - 1] & target_mask[y, x + 1] != OPAQUE:
                continue
            worst = max(worst, 0.0)
            red, green, blue = source[y, x, 0], source[y, x, 1], source[y, x, 2]
            clipped = min(red, green, blue) == 0 or max(red, green, blue) == OPAQUE
            for channel in range(3):
                expected = matrix[channel, 0] * red + matrix[channel, 1] * green + matrix[channel, 2] * blue + offset[channel]
                if allowance[channel] > 0.0 and clipped:
                    continue
                expected = min(float(OPAQUE), max(0.0, expected))
                worst = max(worst, abs(expected - target[y, x, channel]) - allowance[channel])
    return worst if worst >= 0.0 else np.inf


def _expansion(sample: SampleView, picture_format: str) -> float:
    mask = mask_of(sample)
    found = difference_of(changes_of(sample), mask, GROWN_LEVELS)
    grown = found.beyond if picture_format == LOSSLESS else found.beyond_in_blocks
    area = float(np.count_nonzero(mask))
    return min(MANY_TIMES, grown / area) if area else 0.0
