"""Defects of the background: a held background that does not hold, a varied one that does not vary."""

import random

import numpy as np

from spotdiff10k.calibration.defects._picking import (
    another,
    cells_of_background,
    made_instead,
    numbers,
    some_cell,
    with_background,
)
from spotdiff10k.calibration.edits import layer_suffix, mask_of, picture_of, with_picture
from spotdiff10k.calibration.planting import Defect, Group, Planted, Workshop
from spotdiff10k.types import BackgroundLevel

OTHER_KIND = 1.0
OPAQUE = 255.0


def _other_level(level: BackgroundLevel, severity: float, rng: random.Random, workshop: Workshop) -> BackgroundLevel | None:
    """Another level of the same kind of scene, or of another kind."""
    wanted = [
        other for other in workshop.backgrounds if other.id != level.id and (other.kind != level.kind) == (severity >= OTHER_KIND)
    ]
    return rng.choice(wanted) if wanted else None


def other_picture(group: Group, severity: float, rng: random.Random, workshop: Workshop) -> Planted | None:
    """One cell is made on another background; the plate beside it is the planned one."""
    cell = some_cell(group, rng)
    planted = _on_other(group, severity, rng, workshop, cell.key)
    if planted is None:
        return None
    made = planted.group.by_key[cell.key]
    suffix = layer_suffix(made, "plate")
    kept = {} if suffix is None else {suffix: group.members(cell)[suffix]}
    return Planted.in_samples(group, {cell.key: {**made, **kept}})


def other_picture_and_plate(group: Group, severity: float, rng: random.Random, workshop: Workshop) -> Planted | None:
    """One cell is made on another background, and its plate is that one too."""
    return _on_other(group, severity, rng, workshop, some_cell(group, rng).key)


def _on_other(group: Group, severity: float, rng: random.Random, workshop: Workshop, key: str) -> Planted | None:
    cell = next(cell for cell in group.planned.cells if cell.key == key)
    other = _other_level(group.planned.backgrounds[cell.background_index], severity, rng, workshop)
    if other is None:
        return None
    wrong = with_background(group.planned, cell.background_index, other)
    planted = made_instead(group, wrong, [cell], workshop, truthful=False)
    return Planted(planted.group, planted.changed)


def repeated(group: Group, severity: float, rng: random.Random, workshop: Workshop) -> Planted | None:
    """Every cell of one background shows another background of the group: the varied background does not vary."""
    index = rng.randrange(len(group.planned.backgrounds))
    other = another(group.planned.backgrounds, group.planned.backgrounds[index], rng)
    if other is None:
        return None
    wrong = with_background(group.planned, index, other)
    planted = made_instead(group, wrong, cells_of_background(group, index), workshop, truthful=True)
    return Planted(planted.group, planted.changed)


def tinted(group: Group, severity: float, rng: random.Random, workshop: Workshop) -> Planted | None:
    """What is outside the mask is shifted in colour by so many steps; the plate stays as it is."""
    cell = some_cell(group, rng)
    members = group.members(cell)
    shift = numbers(rng).normal(size=3)
    shift *= severity / max(float(np.abs(shift).max()), 1e-9)
    outside = 1 - mask_of(members)[..., None] / OPAQUE
    picture = np.rint(np.clip(picture_of(members) + outside * shift, 0, OPAQUE)).astype(np.uint8)
    return Planted.in_samples(group, {cell.key: with_picture(members, picture)})


KINDS = "0 the same kind of scene, 1 another kind"
DEFECTS = (
    Defect("wrong-background", "one cell has another background than its plate", KINDS, (0.0, 1.0), 1.0, other_picture),
    Defect(
        "wrong-background-and-plate", "one cell has another background, and so has its plate",
        KINDS, (0.0, 1.0), 1.0, other_picture_and_plate,
    ),
    Defect(
        "background-repeated", "every cell of one background shows another background of the group, with its plate",
        "backgrounds", (1.0,), 1.0, repeated,
    ),
    Defect(
        "background-tinted", "the background is shifted in colour in one cell, and its plate is not",
        "steps of 255", (2.0, 4.0, 8.0, 16.0, 32.0), 16.0, tinted,
    ),
)  # fmt: skip
