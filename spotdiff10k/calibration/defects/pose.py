"""Defects of the pose: a held pose that does not hold, a varied one that does not vary."""

import random
from dataclasses import replace

from spotdiff10k.calibration.defects._picking import another, cells_of_pose, made_instead, some_cell, with_pose
from spotdiff10k.calibration.planting import Defect, Group, Planted, Workshop
from spotdiff10k.types import PlannedCell, PoseLevel


def _turned(group: Group, cell: PlannedCell, degrees: float, rng: random.Random) -> PoseLevel:
    level = group.planned.poses[cell.pose_index]
    return replace(level, turn_degrees=level.turn_degrees + rng.choice((-1.0, 1.0)) * degrees)


def turned(group: Group, severity: float, rng: random.Random, workshop: Workshop) -> Planted | None:
    """One cell is made with another turn; its annotations tell what the picture shows."""
    cell = some_cell(group, rng)
    wrong = with_pose(group.planned, cell.pose_index, _turned(group, cell, severity, rng))
    return made_instead(group, wrong, [cell], workshop, truthful=True)


def turned_unannotated(group: Group, severity: float, rng: random.Random, workshop: Workshop) -> Planted | None:
    """One cell is made with another turn; its annotations are those of the planned pose."""
    cell = some_cell(group, rng)
    wrong = with_pose(group.planned, cell.pose_index, _turned(group, cell, severity, rng))
    return made_instead(group, wrong, [cell], workshop, truthful=False)


def other_articulation(group: Group, severity: float, rng: random.Random, workshop: Workshop) -> Planted | None:
    """One cell does something else: it sits where it should stand."""
    cell = some_cell(group, rng)
    level = group.planned.poses[cell.pose_index]
    found = another(sorted({pose.articulation for pose in workshop.poses}), level.articulation, rng)
    if found is None:
        return None
    wrong = with_pose(group.planned, cell.pose_index, replace(level, articulation=found))
    return made_instead(group, wrong, [cell], workshop, truthful=False)


def repeated(group: Group, severity: float, rng: random.Random, workshop: Workshop) -> Planted | None:
    """Every cell of one pose shows another pose of the group: the varied pose does not vary."""
    index = rng.randrange(len(group.planned.poses))
    other = another(group.planned.poses, group.planned.poses[index], rng)
    if other is None:
        return None
    return made_instead(group, with_pose(group.planned, index, other), cells_of_pose(group, index), workshop, truthful=True)


DEGREES = (5.0, 10.0, 20.0, 30.0, 45.0, 60.0, 90.0)
DEFECTS = (
    Defect("turned", "the subject is turned too far in one cell, as its annotations tell", "degrees", DEGREES, 60.0, turned),
    Defect(
        "turned-unannotated", "the subject is turned too far in one cell, and its annotations say what was planned",
        "degrees", DEGREES, 60.0, turned_unannotated,
    ),
    Defect(
        "other-articulation", "the subject does something else in one cell than was planned",
        "cells", (1.0,), 1.0, other_articulation,
    ),
    Defect("pose-repeated", "every cell of one pose shows another pose of the group", "poses", (1.0,), 1.0, repeated),
)  # fmt: skip
