"""Sights of samples whose depth layer, camera and scale of depth are all there."""

from collections.abc import Sequence
from functools import partial

import numpy as np
import numpy.typing as npt

from spotdiff10k.checks._surface import DEPTH, eye_of, scale_of
from spotdiff10k.committed import SampleView
from spotdiff10k.eyes import Eye
from spotdiff10k.identity.appearance import Appearance
from spotdiff10k.identity.sights import Sight, sight

F64 = npt.NDArray[np.float64]
GREY, OPAQUE = 128, 255
WALL, STEP = 4.0, 0.001
"""Metres to a plain wall, and of a step of its depth."""


def sights_of(samples: Sequence[SampleView], looks: Sequence[Appearance], maps: Sequence[F64 | None]) -> list[Sight | None]:
    """What each sample shows and where in the world; None where its members or its record do not tell. maps: see `cut_out`."""
    return [
        sample.once("sight", partial(_sight, sample, look, colour_map))
        for sample, look, colour_map in zip(samples, looks, maps, strict=True)
    ]


def _sight(sample: SampleView, look: Appearance, colour_map: F64 | None) -> Sight | None:
    eye, metres = eye_of(sample), scale_of(sample)
    if DEPTH not in sample.members or eye is None or metres is None or look.crop.is_empty:
        return None
    depth = sample.pixels(DEPTH)
    if depth.dtype != np.uint16 or not depth.shape == sample.mask.shape == sample.picture.shape[:2]:
        return None
    return sight(sample.picture, sample.mask, depth, metres, eye, look.crop.square, colour_map)


def plain_sights(look: Appearance) -> list[Sight | None]:
    """For `warm_up`, of a look that fills its picture: two members whose places are searched for, and two that see one wall."""
    side = look.crop.box[0]
    picture, mask = np.full((side, side, 3), GREY, np.uint8), np.full((side, side), OPAQUE, np.uint8)
    depth = np.full((side, side), round(WALL / STEP), np.uint16)
    wall = sight(picture, mask, depth, STEP, Eye(np.zeros(3), np.eye(3), float(side), side), look.crop.square, np.eye(3, 4))
    return [None, None, wall, wall]
