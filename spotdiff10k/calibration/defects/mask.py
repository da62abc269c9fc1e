"""Defects of the mask: shifted, too large, too small, ragged, without a limb. The picture is right."""

import random

import numpy as np

from spotdiff10k.calibration.defects._picking import numbers, some_cell
from spotdiff10k.calibration.edits import U8, Floats, mask_of, with_mask
from spotdiff10k.calibration.planting import Defect, Group, Planted, Workshop
from spotdiff10k.calibration.regions import FAR, box_of, distances, extremities, limb
from spotdiff10k.committed import INSIDE

OPAQUE = 255
TIPS = 5
WAVE_SHARE = 0.05
"""Length of the waves of a ragged outline, as a share of the box."""


def _box_side(alpha: U8) -> int:
    """The longer side of the mask's box in pixels."""
    left, top, right, bottom = box_of(alpha >= INSIDE)
    return max(right - left, bottom - top)


def _planted(group: Group, key: str, alpha: U8) -> Planted | None:
    """None where nothing would be left of the mask."""
    members = group.by_key[key]
    return Planted.in_samples(group, {key: with_mask(members, alpha)}) if (alpha >= INSIDE).any() else None


def shifted(group: Group, severity: float, rng: random.Random, workshop: Workshop) -> Planted | None:
    """The mask lies beside its subject, in any direction."""
    cell = some_cell(group, rng)
    alpha = mask_of(group.members(cell))
    angle = numbers(rng).uniform(0, 2 * np.pi)
    length = max(1.0, severity / 100 * _box_side(alpha))
    return _planted(group, cell.key, _moved(alpha, round(length * float(np.sin(angle))), round(length * float(np.cos(angle)))))


def _moved(alpha: U8, down: int, right: int) -> U8:
    """Shifted by whole pixels; what comes in from outside is empty."""
    height, width = alpha.shape
    moved = np.zeros_like(alpha)
    moved[max(0, down) : height + min(0, down), max(0, right) : width + min(0, right)] = alpha[
        max(0, -down) : height + min(0, -down), max(0, -right) : width + min(0, -right)
    ]
    return moved


def dilated(group: Group, severity: float, rng: random.Random, workshop: Workshop) -> Planted | None:
    """The mask has a margin around its subject."""
    cell = some_cell(group, rng)
    alpha = mask_of(group.members(cell))
    inside = alpha >= INSIDE
    radius = max(1.0, severity / 100 * _box_side(alpha))
    return _planted(group, cell.key, np.maximum(alpha, _soft(radius - distances(inside, np.ones_like(inside)))))


def eroded(group: Group, severity: float, rng: random.Random, workshop: Workshop) -> Planted | None:
    """The mask lies inside its subject."""
    cell = some_cell(group, rng)
    alpha = mask_of(group.members(cell))
    outside = alpha < INSIDE
    radius = max(1.0, severity / 100 * _box_side(alpha))
    return _planted(group, cell.key, np.minimum(alpha, _soft(distances(outside, np.ones_like(outside)) - radius)))


def ragged(group: Group, severity: float, rng: random.Random, workshop: Workshop) -> Planted | None:
    """The outline wanders to and fro."""
    cell = some_cell(group, rng)
    alpha = mask_of(group.members(cell))
    side = _box_side(alpha)
    amplitude = max(1.0, severity / 100 * side)
    waves = max(2, round(alpha.shape[0] / max(2.0, WAVE_SHARE * side)))
    noise = numbers(rng).uniform(-amplitude, amplitude, (2, waves, waves))
    y, x = np.indices(alpha.shape)
    height, width = alpha.shape
    rows = np.clip(np.rint(y + _spread(noise[0], height)), 0, height - 1).astype(np.intp)
    columns = np.clip(np.rint(x + _spread(noise[1], width)), 0, width - 1).astype(np.intp)
    return _planted(group, cell.key, alpha[rows, columns])


def _spread(values: Floats, size: int) -> Floats:
    """A square of values drawn out to `size` pixels, linear between them."""
    place = np.linspace(0, len(values) - 1, size)
    low = np.minimum(place.astype(np.intp), len(values) - 2)
    share = place - low
    rows = values[low] * (1 - share)[:, None] + values[low + 1] * share[:, None]
    return np.asarray(rows[:, low] * (1 - share) + rows[:, low + 1] * share, np.float64)


def incomplete(group: Group, severity: float, rng: random.Random, workshop: Workshop) -> Planted | None:
    """The mask lacks a limb."""
    cell = some_cell(group, rng)
    alpha = mask_of(group.members(cell))
    inside = alpha >= INSIDE
    tips = extremities(inside, TIPS)
    if not tips:
        return None
    part = limb(inside, rng.choice(tips), severity / 100)
    rest = inside & ~part
    near = distances(part, np.ones_like(part)) < distances(rest, np.ones_like(rest)) if rest.any() else part
    return _planted(group, cell.key, np.where(near, 0, alpha).astype(np.uint8))


def _soft(depth: "np.ndarray[tuple[int, ...], np.dtype[np.float64]]") -> U8:
    """Alpha of pixels that lie so deep inside an outline; half transparent on it."""
    return np.asarray(np.rint(np.clip(np.minimum(depth, FAR) + 0.5, 0, 1) * OPAQUE), np.uint8)


BOX = "% of the box"
DEFECTS = (
    Defect("mask-shifted", "the mask lies beside its subject", BOX, (1.0, 2.0, 5.0, 10.0, 20.0), 10.0, shifted),
    Defect("mask-dilated", "the mask has a margin around its subject", BOX, (1.0, 2.0, 4.0, 8.0), 4.0, dilated),
    Defect("mask-eroded", "the mask leaves out the rim of its subject", BOX, (1.0, 2.0, 4.0), 4.0, eroded),
    Defect("mask-ragged", "the outline of the mask wanders to and fro", BOX, (1.0, 2.0, 4.0, 8.0), 4.0, ragged),
    Defect("mask-incomplete", "the mask lacks a limb of its subject", "% of the mask", (2.0, 4.0, 8.0, 16.0), 8.0, incomplete),
)
