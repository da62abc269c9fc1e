"""Defects of the subject: it is another one, or not all of it is the same."""

import random
from dataclasses import replace

import numpy as np

from spotdiff10k.calibration.defects._picking import cells_of_pose, made_instead, numbers, some_cell
from spotdiff10k.calibration.edits import Floats, mask_of, picture_of, with_picture
from spotdiff10k.calibration.planting import Defect, Group, Planted, Workshop
from spotdiff10k.calibration.regions import extremities, limb
from spotdiff10k.committed import INSIDE
from spotdiff10k.plan.likeness import LikenessIndex
from spotdiff10k.traits import catalogue, draw
from spotdiff10k.types import SubjectLevel

TIPS = 5
"""Extremities of a mask that are tried: four limbs and a head."""
LEAST_CHROMA = 48.0
"""Steps of 255: greys, which have no hue to turn, are given this much colour."""
LIMB_STEPS = 16.0
"""Steps of 255 by which a limb must change on average to count as visible; one that is black has no hue to turn."""
OPAQUE = 255.0
FAR_APART = 1e9
TO_CHROMA = ((-0.168736, -0.331264, 0.5), (0.5, -0.418688, -0.081312))
FROM_CHROMA = ((0.0, 1.402), (-0.344136, -0.714136), (1.772, 0.0))
"""Blue and red difference of JFIF's YCbCr, and back; brightness stays as it is."""


def _by_likeness(subject: SubjectLevel, siblings: tuple[SubjectLevel, ...]) -> list[SubjectLevel]:
    """Siblings, the most alike first; as they are where nothing is known of their traits."""
    family = catalogue("subjects").get(subject.family)
    if family is None:
        return list(siblings)
    index = LikenessIndex(family, FAR_APART)
    own = index.features(draw(family, subject.identity))
    return sorted(siblings, key=lambda other: index.distance(own, index.features(draw(family, other.identity))))


def _sibling(group: Group, percentile: float, workshop: Workshop) -> SubjectLevel | None:
    ordered = _by_likeness(group.planned.subject, workshop.siblings.get(group.planned.subject.family, ()))
    return ordered[round(percentile / 100 * (len(ordered) - 1))] if ordered else None


def swapped_in_cell(group: Group, severity: float, rng: random.Random, workshop: Workshop) -> Planted | None:
    """One cell shows a sibling in the same pose on the same background."""
    sibling = _sibling(group, severity, workshop)
    wrong = None if sibling is None else replace(group.planned, subject=sibling)
    return None if wrong is None else made_instead(group, wrong, [some_cell(group, rng)], workshop, truthful=False)


def swapped_in_pose(group: Group, severity: float, rng: random.Random, workshop: Workshop) -> Planted | None:
    """All cells of one pose show a sibling."""
    sibling = _sibling(group, severity, workshop)
    wrong = None if sibling is None else replace(group.planned, subject=sibling)
    cells = cells_of_pose(group, rng.randrange(len(group.planned.poses)))
    return None if wrong is None else made_instead(group, wrong, cells, workshop, truthful=False)


def recoloured_limb(group: Group, severity: float, rng: random.Random, workshop: Workshop) -> Planted | None:
    """The part of the mask around one of its tips takes the opposite hue, as bright as before."""
    cell = some_cell(group, rng)
    members = group.members(cell)
    inside = mask_of(members) >= INSIDE
    tips = extremities(inside, TIPS)
    if not tips:
        return None
    part = limb(inside, rng.choice(tips), severity / 100)
    picture = picture_of(members)
    before = picture[part].astype(np.float64)
    picture[part] = np.rint(np.clip(_opposite(before), 0, OPAQUE))
    visible = float(np.abs(picture[part] - before).mean()) >= LIMB_STEPS
    return Planted.in_samples(group, {cell.key: with_picture(members, picture)}, visible)


def tinted(group: Group, severity: float, rng: random.Random, workshop: Workshop) -> Planted | None:
    """The whole subject is shifted in colour, as bright as before."""
    cell = some_cell(group, rng)
    members = group.members(cell)
    angle = numbers(rng).uniform(0, 2 * np.pi)
    shift = np.array([np.cos(angle), np.sin(angle)]) * severity @ np.array(FROM_CHROMA).T
    alpha = mask_of(members)[..., None] / OPAQUE
    picture = np.clip(picture_of(members) + alpha * shift, 0, OPAQUE)
    return Planted.in_samples(group, {cell.key: with_picture(members, np.rint(picture).astype(np.uint8))})


def _opposite(colours: Floats) -> Floats:
    """(N, 3) colours with their hue turned by half a circle, in YCbCr."""
    chroma = colours @ np.array(TO_CHROMA).T
    length = np.sqrt((chroma**2).sum(axis=1, keepdims=True))
    direction = np.where(length > 0, chroma / np.maximum(length, 1e-9), np.array([1.0, 0.0]))
    moved = -direction * np.maximum(length, LEAST_CHROMA) - chroma
    return np.asarray(colours + moved @ np.array(FROM_CHROMA).T, np.float64)


PERCENTILE = "percentile of trait difference among siblings"
DEFECTS = (
    Defect(
        "sibling", "one cell shows another subject of the family, in the same pose on the same background",
        PERCENTILE, (0.0, 50.0, 100.0), 50.0, swapped_in_cell,
    ),
    Defect(
        "sibling-in-a-pose", "every cell of one pose shows another subject of the family",
        PERCENTILE, (0.0, 50.0, 100.0), 50.0, swapped_in_pose,
    ),
    Defect(
        "limb-recoloured", "one limb has the opposite hue in one cell, as bright as before",
        "% of the mask", (2.0, 4.0, 8.0, 16.0), 8.0, recoloured_limb,
    ),
    Defect(
        "subject-tinted", "the whole subject is shifted in colour in one cell",
        "steps of chroma", (4.0, 8.0, 16.0, 32.0), 32.0, tinted,
    ),
)  # fmt: skip
