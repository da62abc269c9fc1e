"""How well a subject was joined to its plate: measured for the record, for people and checks to judge by."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from spotdiff10k.engines.composite.placing import mask_box
from spotdiff10k.engines.controlnet.growing import Flags, dilated
from spotdiff10k.engines.controlnet.locking import FAINT, Held
from spotdiff10k.engines.controlnet.seams import Cut
from spotdiff10k.engines.controlnet.segmenting import REGION
from spotdiff10k.types import Image, Mask

Floats = npt.NDArray[np.float32]

HALF = 128
CHANGED = 24
"""Grey levels from which a pixel of the band is no longer the plate's."""
BRIGHTER = 6
"""Grey levels that a shadowed pixel may be brighter than the plate."""
COLOURED = 0.25
"""What a shadow leaves of the light may differ this much between channels."""
DARKEST = 0.3
"""A shadow leaves at least this share of the light in every channel; what is darker is a thing."""
UNMEASURED = -1.0
"""In records: there was nothing to measure it by."""


@dataclass(frozen=True, slots=True)
class Joint:
    """What joining did; UNMEASURED where nothing could be compared."""

    seam: float  # mean grey levels between what was painted and the plate, along the outside of the band
    expansion: float  # pixels beyond the mask that became something else, shadows aside, as a share of the mask's area
    shadowed: float  # pixels beyond the mask that became darker as in a shadow, as the same share


def joint_of(painted: Image, plate: Image, held: Held) -> Joint:
    """Measure what was painted, before it goes over into the plate; zeros where there is no band."""
    left, top, right, bottom = mask_box(held.regions.band)
    box = np.s_[max(0, top - 1) : bottom + 1, max(0, left - 1) : right + 1]
    alpha, band, core = held.alpha[box], held.regions.band[box], held.regions.core[box]
    beyond = band & (alpha < FAINT)
    area = max(1, int(np.count_nonzero(held.alpha >= HALF)))
    before, after = plate[box].astype(np.float32), painted[box].astype(np.float32)
    changed = (np.abs(after - before).max(axis=2, initial=0.0) > CHANGED) & beyond
    in_shadow = changed & _is_shadow(before, after)
    rim = beyond & dilated(~(band | core), 1, 1)
    step = np.abs(after - before).mean(axis=2)
    return Joint(
        seam=float(step[rim].mean()) if rim.any() else 0.0,
        expansion=float(np.count_nonzero(changed & ~in_shadow)) / area,
        shadowed=float(np.count_nonzero(in_shadow)) / area,
    )


def grown_around(alpha: Mask, cut: Cut) -> Joint:
    """What a second look at a finished picture found beyond the subject's mask; UNMEASURED where nobody looked."""
    if cut.opinions == (REGION,):
        return Joint(UNMEASURED, UNMEASURED, UNMEASURED)
    area = max(1, int(np.count_nonzero(alpha >= HALF)))
    return Joint(UNMEASURED, float(np.count_nonzero((cut.alpha >= HALF) & (alpha < FAINT))) / area, UNMEASURED)


def _is_shadow(before: Floats, after: Floats) -> Flags:
    """Darker in every channel by about the same share, and not black."""
    left = after / np.maximum(before, np.float32(1.0))
    darker = (after <= before + BRIGHTER).all(axis=2)
    return np.asarray(darker & (left.max(axis=2) - left.min(axis=2) < COLOURED) & (left.min(axis=2) > DARKEST))
