"""Defects that show only against other groups: what is in one split is, nearly, in another as well."""

import random
from dataclasses import replace

from spotdiff10k.calibration.copying import CROPPED, EXACT, MIRRORED, SQUEEZED, nearly
from spotdiff10k.calibration.defects._picking import some_cell
from spotdiff10k.calibration.edits import picture_of, relabelled, with_picture
from spotdiff10k.calibration.planting import Defect, Group, Members, Planted, Workshop


def near_duplicate(group: Group, severity: float, rng: random.Random, workshop: Workshop) -> Planted | None:
    """One sample is nearly a sample of a group of another split, labelled as planned."""
    if workshop.partner is None:
        return None
    cell = some_cell(group, rng)
    theirs = rng.choice(workshop.partner.cells)
    made: Members = next(workshop.render(workshop.partner, [theirs]))
    altered = with_picture(made, nearly(picture_of(made), severity))
    return Planted.in_samples(group, {cell.key: relabelled(altered, group, cell)})


def same_subject(group: Group, severity: float, rng: random.Random, workshop: Workshop) -> Planted | None:
    """Every sample shows the subject of a group of another split, in this group's poses on its backgrounds."""
    if workshop.partner is None:
        return None
    wrong = replace(group.planned, subject=workshop.partner.subject)
    made = workshop.render(wrong, group.planned.cells)
    pairs = zip(group.planned.cells, made, strict=True)
    return Planted.in_samples(group, {cell.key: relabelled(members, group, cell) for cell, members in pairs})


DEFECTS = (
    Defect(
        "near-duplicate-across-splits", "one sample is nearly a sample of another split",
        "% alike: 100 exact, 95 squeezed and brighter, 90 cropped as well, 50 mirrored as well",
        (MIRRORED, CROPPED, SQUEEZED, EXACT), CROPPED, near_duplicate, across=True,
    ),
    Defect(
        "subject-in-two-splits", "a whole group shows the subject of a group of another split",
        "groups", (1.0,), 1.0, same_subject, across=True,
    ),
)  # fmt: skip
