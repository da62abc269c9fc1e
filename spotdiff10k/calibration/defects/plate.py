"""Defects of the plate: the subject is left in it, or it is of another background."""

import random

import numpy as np

from spotdiff10k.calibration.defects._picking import another, cells_of_background, some_cell, with_background
from spotdiff10k.calibration.edits import layer_of, layer_suffix, mask_of, picture_of, with_layer
from spotdiff10k.calibration.planting import Defect, Group, Planted, Workshop

OPAQUE = 255.0


def residue(group: Group, severity: float, rng: random.Random, workshop: Workshop) -> Planted | None:
    """The subject of one cell is still there, more or less, in the plate that all poses share."""
    cell = some_cell(group, rng)
    members = group.members(cell)
    plate = layer_of(members, "plate")
    if plate is None:
        return None
    share = mask_of(members)[..., None] / OPAQUE * (severity / 100)
    left = np.rint(plate * (1 - share) + picture_of(members) * share).astype(np.uint8)
    cells = cells_of_background(group, cell.background_index)
    return Planted.in_samples(group, {one.key: with_layer(group.members(one), "plate", left) for one in cells})


def own_residue(group: Group, severity: float, rng: random.Random, workshop: Workshop) -> Planted | None:
    """The subject of a cell is still there, more or less, in the cell's own plate; the other cells have a clean one."""
    cell = some_cell(group, rng)
    members = group.members(cell)
    plate = layer_of(members, "plate")
    if plate is None:
        return None
    share = mask_of(members)[..., None] / OPAQUE * (severity / 100)
    left = np.rint(plate * (1 - share) + picture_of(members) * share).astype(np.uint8)
    return Planted.in_samples(group, {cell.key: with_layer(members, "plate", left)})


def other(group: Group, severity: float, rng: random.Random, workshop: Workshop) -> Planted | None:
    """The plate of one background is that of another level."""
    index = rng.randrange(len(group.planned.backgrounds))
    cells = cells_of_background(group, index)
    suffix = layer_suffix(group.members(cells[0]), "plate")
    level = another(workshop.backgrounds, group.planned.backgrounds[index], rng)
    if suffix is None or level is None:
        return None
    wrong = next(workshop.render(with_background(group.planned, index, level), cells[:1]))
    return Planted.in_samples(group, {one.key: {**group.members(one), suffix: wrong[suffix]} for one in cells})


DEFECTS = (
    Defect(
        "plate-residue", "the subject of one pose is left in the plate that all poses share",
        "% opaque", (10.0, 25.0, 50.0, 100.0), 50.0, residue,
    ),
    Defect(
        "own-plate-residue", "the subject is left in one cell's own plate, where it stands",
        "% opaque", (10.0, 25.0, 50.0, 100.0), 50.0, own_residue,
    ),
    Defect("wrong-plate", "the plate of one background is that of another level", "plates", (1.0,), 1.0, other),
)  # fmt: skip
