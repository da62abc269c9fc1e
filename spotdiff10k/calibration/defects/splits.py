"""Defects that show only against other groups: what is in one split is, nearly, in another as well."""

import io
import random
from dataclasses import replace

import numpy as np
from PIL import Image as Pictures

from spotdiff10k.calibration.defects._picking import some_cell
from spotdiff10k.calibration.edits import U8, picture_of, relabelled, with_picture
from spotdiff10k.calibration.planting import Defect, Group, Members, Planted, Workshop

EXACT, SQUEEZED, CROPPED, MIRRORED = 100.0, 95.0, 90.0, 50.0
JPEG_QUALITY = 75
CROP = 0.03
"""Share of the side that is cut off at every edge."""
BRIGHTER = 1.05


def near_duplicate(group: Group, severity: float, rng: random.Random, workshop: Workshop) -> Planted | None:
    """One sample is nearly a sample of a group of another split, labelled as planned."""
    if workshop.partner is None:
        return None
    cell = some_cell(group, rng)
    theirs = rng.choice(workshop.partner.cells)
    made: Members = next(workshop.render(workshop.partner, [theirs]))
    altered = with_picture(made, _altered(picture_of(made), severity))
    return Planted.in_samples(group, {cell.key: relabelled(altered, group, cell)})


def _altered(picture: U8, severity: float) -> U8:
    """As it is; squeezed and brighter; cropped as well; or mirrored as well."""
    if severity >= EXACT:
        return picture
    stream = io.BytesIO()
    bright = np.clip(picture * BRIGHTER, 0, 255).astype(np.uint8)
    Pictures.fromarray(bright).save(stream, "JPEG", quality=JPEG_QUALITY)
    with Pictures.open(stream) as found:
        changed = np.asarray(found)
    if severity <= CROPPED:
        edge = max(1, round(CROP * len(picture)))
        inner = Pictures.fromarray(np.ascontiguousarray(changed[edge:-edge, edge:-edge]))
        changed = np.asarray(inner.resize(picture.shape[1::-1], Pictures.Resampling.BICUBIC))
    return np.ascontiguousarray(changed[:, ::-1]) if severity <= MIRRORED else changed


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
