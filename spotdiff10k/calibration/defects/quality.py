"""Defects of the picture as a picture: blurred, noisy, clipped, dark, squeezed by JPEG, blank, tiled."""

import io
import random
from collections.abc import Callable
from typing import Any

import numpy as np
from PIL import Image as Pictures
from PIL import ImageFilter

from spotdiff10k.calibration.defects._picking import numbers, some_cell
from spotdiff10k.calibration.edits import U8, picture_of, with_picture
from spotdiff10k.calibration.planting import Defect, Group, Plant, Planted, Workshop

OPAQUE = 255
BEST_QUALITY = 100
"""Of JPEG."""


def _of_picture(edit: Callable[[U8, float, np.random.Generator], U8]) -> Plant:
    """A defect that changes the pixels of one picture and nothing else."""

    def plant(group: Group, severity: float, rng: random.Random, workshop: Workshop) -> Planted | None:
        cell = some_cell(group, rng)
        members = group.members(cell)
        picture = edit(picture_of(members), severity, numbers(rng))
        return Planted.in_samples(group, {cell.key: with_picture(members, picture)})

    return plant


def blurred(picture: U8, severity: float, rng: np.random.Generator) -> U8:
    """Gaussian blur; severity is its standard deviation in % of the picture's side."""
    radius = severity / 100 * len(picture)
    return np.asarray(Pictures.fromarray(picture).filter(ImageFilter.GaussianBlur(radius)))


def noisy(picture: U8, severity: float, rng: np.random.Generator) -> U8:
    """Gaussian noise, independent in every channel of every pixel."""
    return _bytes(picture + rng.normal(0, severity, picture.shape))


def clipped(picture: U8, severity: float, rng: np.random.Generator) -> U8:
    """So bright that this share of the pixels, in %, has reached white in every channel."""
    darkest = picture.min(axis=2)
    level = max(1.0, float(np.quantile(darkest, 1 - severity / 100)))
    return _bytes(picture * (OPAQUE / level))


def dark(picture: U8, severity: float, rng: np.random.Generator) -> U8:
    """This share of the light, in %, is gone."""
    return _bytes(picture * (1 - severity / 100))


def squeezed(picture: U8, severity: float, rng: np.random.Generator) -> U8:
    """Saved as JPEG, and opened again; severity is what its quality lacks to 100."""
    stream = io.BytesIO()
    Pictures.fromarray(picture).save(stream, "JPEG", quality=round(BEST_QUALITY - severity))
    with Pictures.open(stream) as found:
        return np.asarray(found)


def blank(picture: U8, severity: float, rng: np.random.Generator) -> U8:
    """The rows below are one grey, as in a picture that was cut short."""
    rows = round(len(picture) * severity / 100)
    found = picture.copy()
    found[len(picture) - rows :] = OPAQUE // 2
    return found


def tiled(picture: U8, severity: float, rng: np.random.Generator) -> U8:
    """The picture, made smaller, so many times side by side and one below the other."""
    count = round(severity)
    side = -(-len(picture) // count)
    small = np.asarray(Pictures.fromarray(picture).resize((side, side), Pictures.Resampling.LANCZOS))
    return np.ascontiguousarray(np.tile(small, (count, count, 1))[: len(picture), : len(picture)])


def _bytes(values: "np.ndarray[Any, np.dtype[np.floating[Any]]]") -> U8:
    return np.asarray(np.rint(np.clip(values, 0, OPAQUE)), np.uint8)


DEFECTS = (
    Defect("blurred", "one picture is blurred", "% of the side", (0.1, 0.2, 0.4, 0.8, 1.6), 0.8, _of_picture(blurred)),
    Defect("noisy", "one picture has noise", "steps of 255", (2.0, 4.0, 8.0, 16.0, 32.0), 16.0, _of_picture(noisy)),
    Defect("clipped", "one picture is too bright", "% of the pixels white", (5.0, 10.0, 25.0, 50.0), 25.0, _of_picture(clipped)),
    Defect("dark", "one picture is too dark", "% of the light gone", (50.0, 75.0, 90.0, 97.0), 90.0, _of_picture(dark)),
    Defect(
        "squeezed", "one picture was squeezed by JPEG", "lacking quality", (25.0, 50.0, 70.0, 90.0), 90.0, _of_picture(squeezed)
    ),
    Defect("blank", "one picture ends in even grey", "% of the rows", (12.5, 25.0, 50.0, 100.0), 50.0, _of_picture(blank)),
    Defect("tiled", "one picture repeats itself like tiles", "tiles a side", (2.0, 3.0), 2.0, _of_picture(tiled)),
)
