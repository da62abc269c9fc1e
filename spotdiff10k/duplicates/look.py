"""What a subject looks like in 96 small numbers, without a neural network.

Features of the subject's cells are projected so that what differs between the samples of one subject (pose, light) counts
little and what differs between subjects counts much: a linear discriminant analysis (C. R. Rao 1948) of rendered subjects,
made by `benchmarks/learn_looks.py` and kept in `look.npz` beside this file.
"""

import base64
import binascii
from functools import cache
from importlib.resources import files
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from spotdiff10k.duplicates.appearance import Features, features_of
from spotdiff10k.duplicates.cutting import Cells
from spotdiff10k.engines.rendered.jit import kernel

LEARNED = "look.npz"
CODE_LARGEST = 127

Look = npt.NDArray[np.int8]
"""(D,) what a subject looks like; only its direction counts."""


class Projection(NamedTuple):
    """From features to a look."""

    mean: npt.NDArray[np.float64]  # (features,)
    axes: npt.NDArray[np.float64]  # (features, D)


@cache
def projection() -> Projection:
    """The learned projection."""
    with files(__package__).joinpath(LEARNED).open("rb") as file, np.load(file, allow_pickle=False) as learned:
        return Projection(learned["mean"].astype(np.float64), learned["axes"].astype(np.float64))


def look_of(cells: Cells) -> Look:
    """What the subject in these cells looks like; zeros without a subject."""
    if not cells[..., 3].any():
        return np.zeros(projection().axes.shape[1], np.int8)
    return projected(features_of(cells), projection())


def projected(features: Features, by: Projection) -> Look:
    """A look from features."""
    values = np.zeros(by.axes.shape[1])
    _project(features - by.mean, by.axes, values)
    largest = np.abs(values).max()
    return np.rint(values * (CODE_LARGEST / largest if largest else 0.0)).astype(np.int8)


@kernel
def _project(features: npt.NDArray[np.float64], axes: npt.NDArray[np.float64], out: npt.NDArray[np.float64]) -> None:
    """A product of vector and matrix, always summed in the same order."""
    for number in range(len(features)):
        for axis in range(len(out)):
            out[axis] += features[number] * axes[number, axis]


def to_text(look: Look) -> str:
    """A look as text for `facts`."""
    return base64.b64encode(look.tobytes()).decode("ascii")


def from_text(text: str) -> Look:
    """A look from its text. Raises ValueError when it is none."""
    try:
        return np.frombuffer(base64.b64decode(text, validate=True), np.int8)
    except binascii.Error as error:
        raise ValueError(f"a look is base64, found {text[:20]!r}") from error
