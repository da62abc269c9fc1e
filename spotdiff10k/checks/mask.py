"""mask: how much of the picture the subject takes, whether it is cut off, in pieces or ragged, and whether its box is right."""

from collections.abc import Mapping, Sequence
from typing import ClassVar

import numpy as np
import numpy.typing as npt

from spotdiff10k.checks._shapes import component_areas
from spotdiff10k.committed import GroupView, SampleView
from spotdiff10k.measures import Limit, Measures

OPAQUE = 255
INSIDE = 128
"""Alpha from which a pixel counts as inside the subject."""
SPECK_SHARE = 0.005
"""Components smaller than this share of the mask are specks and are not counted as pieces."""
MOST_PIXELS = 2.0**31
BOX_SIDES = 4


class Mask:
    """Measures the recorded mask by itself; whether it is the *right* mask is for a segmenter to say."""

    version: ClassVar[int] = 1
    ranges: ClassVar[Mapping[str, tuple[float, float]]] = {
        "area": (0.0, 1.0),
        "border": (0.0, 1.0),
        "components": (0.0, MOST_PIXELS),
        "largest_component": (0.0, 1.0),
        "soft_edge": (0.0, MOST_PIXELS),
        "box_agreement": (0.0, 1.0),
        "area_error": (0.0, 1.0),
    }
    group_ranges: ClassVar[Mapping[str, tuple[float, float]]] = {}
    # Wide about what 256 pictures of every rendered family measure: area 0.04 to 0.30, border 0, one or two pieces with
    # 0.98 of the mask in the largest, soft edge 0.9 to 1.4 pixels, boxes and areas exact. They catch what is broken, and
    # are not calibrated on planted defects.
    limits: ClassVar[Mapping[str, Limit]] = {
        "area": Limit(0.01, 0.9),
        "border": Limit(high=0.02),
        "components": Limit(1.0, 8.0),
        "largest_component": Limit(low=0.6),
        "soft_edge": Limit(0.05, 6.0),
        "box_agreement": Limit(low=0.9),
        "area_error": Limit(high=0.001),
    }

    @classmethod
    def warm_up(cls) -> None:
        """Compile what labels components."""
        component_areas(np.zeros((1, 1), np.bool_))

    def measure(self, group: GroupView) -> Measures:
        """Measure every sample's mask."""
        return Measures({sample.key: measure_mask(sample) for sample in group.samples})


def measure_mask(sample: SampleView) -> dict[str, float]:
    """The measures of one sample's mask.

    area: mean alpha, a share of the picture. border: share of the picture's border pixels inside the mask. components:
    pieces, specks left out. largest_component: its share of the mask. soft_edge: mean width in pixels, half-transparent
    pixels by outline pixels. box_agreement: intersection over union of the recorded box and the mask's own. area_error:
    between the recorded area and the mask's own.
    """
    alpha = np.asarray(sample.mask, np.uint8)
    record = sample.record
    area = float(alpha.mean()) / OPAQUE
    inside = alpha >= INSIDE
    areas = component_areas(inside)
    total = int(areas.sum())
    return {
        "area": area,
        "border": _border_share(inside),
        "components": float((areas >= SPECK_SHARE * total).sum()) if total else 0.0,
        "largest_component": float(areas[0]) / total if total else 0.0,
        "soft_edge": _soft_edge(alpha, inside),
        "box_agreement": _box_agreement(record["box"], inside),
        "area_error": abs(float(record["mask_area"]) - area),
    }


def _border_share(inside: npt.NDArray[np.bool_]) -> float:
    border = np.concatenate([inside[0], inside[-1], inside[1:-1, 0], inside[1:-1, -1]])
    return float(border.mean())


def _soft_edge(alpha: npt.NDArray[np.uint8], inside: npt.NDArray[np.bool_]) -> float:
    """Half-transparent pixels per outline pixel; an outline pixel is inside and has a neighbour that is not."""
    surrounded = inside.copy()
    surrounded[1:] &= inside[:-1]
    surrounded[:-1] &= inside[1:]
    surrounded[:, 1:] &= inside[:, :-1]
    surrounded[:, :-1] &= inside[:, 1:]
    outline = int(np.count_nonzero(inside) - np.count_nonzero(surrounded))
    soft = int(np.count_nonzero((alpha > 0) & (alpha < OPAQUE)))
    return soft / outline if outline else 0.0


def mask_box(inside: npt.NDArray[np.bool_]) -> tuple[int, int, int, int]:
    """The smallest box around the mask as (left, top, right, bottom), right and bottom exclusive; zeros for an empty mask."""
    columns, rows = np.flatnonzero(inside.any(axis=0)), np.flatnonzero(inside.any(axis=1))
    if not columns.size:
        return 0, 0, 0, 0
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


def _box_agreement(recorded: Sequence[float], inside: npt.NDArray[np.bool_]) -> float:
    """Intersection over union of two boxes; NaN when the recorded one has not four sides."""
    if len(recorded) != BOX_SIDES:
        return float("nan")
    left, top, right, bottom = mask_box(inside)
    width = min(right, recorded[2]) - max(left, recorded[0])
    height = min(bottom, recorded[3]) - max(top, recorded[1])
    shared = max(0.0, width) * max(0.0, height)
    union = (right - left) * (bottom - top) + (recorded[2] - recorded[0]) * (recorded[3] - recorded[1]) - shared
    return float(shared / union) if union > 0 else 0.0
