"""Does a background level mean the same for every subject? Small pictures of backgrounds, noted by sample, compared by level."""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from spotdiff10k.checks._backdrop import FREE, Backdrop
from spotdiff10k.errors import DataError

SIDE = 8
"""Cells along the side of a note; a quarter of the cells of a backdrop's grid."""
CELLS = SIDE * SIDE
COLOURS = 3
WHITE = 255.0
UNKNOWN = float("nan")
FEWEST_FOR_MEDIAN = 3

F64 = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Agreement:
    """How well what groups show of their levels agrees; one entry for each (group, level) pair that was given, (T,)."""

    error: F64  # mean difference to what other groups show of the level, 0..1; 0 where no other group takes it
    margin: F64  # by how much the nearest other level is farther; 1 where there is one level only
    nearest: tuple[str, ...]  # the level that it looks like
    alone: npt.NDArray[np.bool_]  # no other group takes the level


def note(backdrop: Backdrop) -> str:
    """A backdrop as text: mean colours of (SIDE, SIDE) cells in 8 bits, then one bit a cell: whether it is free."""
    grid = backdrop.free.shape[0] // SIDE
    shape = (SIDE, grid, SIDE, grid)
    share = backdrop.free.reshape(shape).mean(axis=(1, 3))
    weights = backdrop.free[:, :, None] * backdrop.values[:, :, :COLOURS]
    colours = weights.reshape(*shape, COLOURS).mean(axis=(1, 3)) / np.maximum(share, 1e-9)[:, :, None]
    data = np.rint(np.clip(colours, 0.0, 1.0) * WHITE).astype(np.uint8).tobytes() + np.packbits(share >= FREE).tobytes()
    return base64.b64encode(data).decode()


def read_note(text: str) -> F64:
    """(CELLS, COLOURS) 0..1, NaN where the cell is not free. Raises DataError for a text that is no note."""
    try:
        data = np.frombuffer(base64.b64decode(text, validate=True), np.uint8)
    except (binascii.Error, ValueError) as error:
        raise DataError(f"A noted background is no base64 ({error}); measure the run again.") from error
    if len(data) != CELLS * COLOURS + CELLS // 8:
        raise DataError(f"A noted background has {len(data)} bytes, expected {CELLS * COLOURS + CELLS // 8}; measure it again.")
    colours = data[: CELLS * COLOURS].reshape(CELLS, COLOURS) / WHITE
    return np.where(np.unpackbits(data[CELLS * COLOURS :])[:, None] == 1, colours, UNKNOWN)


def mean_of(notes: Sequence[F64]) -> F64:
    """What several samples of one level show together; NaN where none shows anything."""
    stacked = np.stack(notes)
    known = np.isfinite(stacked)
    total = np.where(known, stacked, 0.0).sum(axis=0)
    return np.where(known.any(axis=0), total / np.maximum(known.sum(axis=0), 1), UNKNOWN)


def _median(stacked: F64) -> F64:
    """Median over the first axis of what is known; NaN where nothing is."""
    known = np.isfinite(stacked)
    count = known.sum(axis=0)
    ordered = np.sort(np.where(known, stacked, np.inf), axis=0)
    low, high = np.maximum(count - 1, 0) // 2, count // 2
    middle = (
        np.take_along_axis(ordered, low[None], 0)[0] / 2
        + np.take_along_axis(ordered, np.minimum(high, len(stacked) - 1)[None], 0)[0] / 2
    )
    return np.where(count > 0, middle, UNKNOWN)


def _apart(values: F64, prototypes: F64) -> F64:
    """Mean difference (L,) to each of (L, CELLS, COLOURS) over cells known in both; 1 where there are none."""
    gaps = np.abs(prototypes - values).reshape(len(prototypes), -1)
    known = np.isfinite(gaps)
    counts = known.sum(axis=1)
    return np.where(counts > 0, np.where(known, gaps, 0.0).sum(axis=1) / np.maximum(counts, 1), 1.0)


def agreement(levels: Sequence[str], shown: Sequence[F64]) -> Agreement:
    """Compare what each group shows of a level with what the others show of it, and with the other levels."""
    members: dict[str, list[int]] = {}
    for place, level in enumerate(levels):
        members.setdefault(level, []).append(place)
    names = sorted(members)
    prototypes = np.stack([_median(np.stack([shown[i] for i in members[name]])) for name in names])
    error, margin = np.zeros(len(levels)), np.ones(len(levels))
    alone, nearest = np.zeros(len(levels), np.bool_), list(levels)
    for number, name in enumerate(names):
        for place in members[name]:
            apart = _apart(shown[place], prototypes)
            if len(members[name]) < FEWEST_FOR_MEDIAN:  # the median would be half its own
                others = [shown[i] for i in members[name] if i != place]
                apart[number] = _apart(shown[place], np.stack(others))[0] if others else 0.0
            alone[place] = len(members[name]) == 1
            error[place] = apart[number]
            if len(names) > 1:
                apart[number] = np.inf
                margin[place] = apart.min() - error[place]
                nearest[place] = names[int(apart.argmin())] if margin[place] < 0 else name
    return Agreement(error, margin, tuple(nearest), alone)
