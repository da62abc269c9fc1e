"""All that identity needs of one picture, taken once: the cut-out, its opponent colours and its descriptor."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from spotdiff10k.identity.crops import F32, F64, Crop, cut_out
from spotdiff10k.identity.descriptors import describe
from spotdiff10k.identity.opponent import opponent


@dataclass(frozen=True, slots=True)
class Appearance:
    """How a subject looks in one picture. `descriptor` is None where too little of it is to be seen."""

    crop: Crop
    channels: F32  # (3, S, S)
    descriptor: Mapping[str, F32] | None


def appearance(picture: npt.NDArray[np.generic], mask: npt.NDArray[np.generic], colour_map: F64 | None = None) -> Appearance:
    """Look at the subject of a (H, W, 3) picture with a (H, W) soft mask, both 0..255; for the map see `cut_out`."""
    crop = cut_out(picture, mask, colour_map=colour_map)
    channels = opponent(crop.colours)
    return Appearance(crop, channels, describe(crop, channels))
