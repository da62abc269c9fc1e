"""What defects of several families choose by chance."""

import random
from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar

import numpy as np

from spotdiff10k.calibration.edits import annotated_as_planned, differs, relabelled
from spotdiff10k.calibration.planting import Group, Planted, Workshop
from spotdiff10k.types import BackgroundLevel, PlannedCell, PlannedGroup, PoseLevel

Item = TypeVar("Item")

VISIBLE_STEPS = 4.0
"""Steps of 255 by which a subject's pixels must change on average for another pose or subject to count as visible."""


def some_cell(group: Group, rng: random.Random) -> PlannedCell:
    """One of the group's cells."""
    return rng.choice(group.planned.cells)


def cells_of_pose(group: Group, pose_index: int) -> list[PlannedCell]:
    """The cells of one pose over the backgrounds."""
    return [cell for cell in group.planned.cells if cell.pose_index == pose_index]


def cells_of_background(group: Group, background_index: int) -> list[PlannedCell]:
    """The cells of one background over the poses."""
    return [cell for cell in group.planned.cells if cell.background_index == background_index]


def another(items: Sequence[Item], than: Item, rng: random.Random) -> Item | None:
    """One of the items that is not `than`; None when there is no other."""
    others = [item for item in items if item != than]
    return rng.choice(others) if others else None


def numbers(rng: random.Random) -> np.random.Generator:
    """Numpy's random numbers from this defect's own."""
    return np.random.default_rng(rng.getrandbits(53))


def with_pose(planned: PlannedGroup, index: int, level: PoseLevel) -> PlannedGroup:
    """The plan with another level in one pose's place."""
    return replace(planned, poses=(*planned.poses[:index], level, *planned.poses[index + 1 :]))


def with_background(planned: PlannedGroup, index: int, level: BackgroundLevel) -> PlannedGroup:
    """The plan with another level in one background's place."""
    return replace(planned, backgrounds=(*planned.backgrounds[:index], level, *planned.backgrounds[index + 1 :]))


def made_instead(group: Group, wrong: PlannedGroup, cells: Sequence[PlannedCell], workshop: Workshop, truthful: bool) -> Planted:
    """Cells made by a wrong plan and labelled by the right one; `truthful` annotations tell what the picture shows."""
    label = relabelled if truthful else annotated_as_planned
    made = dict(zip([cell.key for cell in cells], workshop.render(wrong, cells), strict=True))
    changed = {cell.key: label(made[cell.key], group, cell) for cell in cells}
    visible = any(differs(group.by_key[key], members, VISIBLE_STEPS) for key, members in made.items())
    return Planted.in_samples(group, changed, visible)
