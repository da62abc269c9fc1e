"""Defects of the caption, in the plan and so in every record: it says something else than the levels."""

import random
from dataclasses import replace

from spotdiff10k.calibration.defects._picking import another, some_cell
from spotdiff10k.calibration.edits import with_record
from spotdiff10k.calibration.planting import Defect, Group, Planted, Workshop
from spotdiff10k.plan.captions import with_subject, without_subject
from spotdiff10k.types import PlannedCell


def _said(group: Group, cell: PlannedCell, caption: str, without: str) -> Planted:
    """The group with another caption for a cell, in its plan and in its record."""
    wrong = replace(cell, caption=caption, caption_without_subject=without)
    cells = tuple(wrong if one.key == cell.key else one for one in group.planned.cells)
    record = with_record(group.members(cell), {"caption": caption, "caption_without_subject": without})
    changed = group.with_samples({cell.key: record})
    return Planted(Group(replace(group.planned, cells=cells), changed.finished), (cell.key,))


def other_pose(group: Group, severity: float, rng: random.Random, workshop: Workshop) -> Planted | None:
    """The caption tells of another pose level."""
    cell = some_cell(group, rng)
    right = group.planned.poses[cell.pose_index]
    level = another([pose for pose in workshop.poses if pose.description != right.description], right, rng)
    if level is None:
        return None
    context = without_subject(level, group.planned.backgrounds[cell.background_index])
    return _said(group, cell, with_subject(group.planned.subject.description, context), context)


def other_background(group: Group, severity: float, rng: random.Random, workshop: Workshop) -> Planted | None:
    """The caption tells of another background level."""
    cell = some_cell(group, rng)
    right = group.planned.backgrounds[cell.background_index]
    level = another([one for one in workshop.backgrounds if one.description != right.description], right, rng)
    if level is None:
        return None
    context = without_subject(group.planned.poses[cell.pose_index], level)
    return _said(group, cell, with_subject(group.planned.subject.description, context), context)


def other_subject(group: Group, severity: float, rng: random.Random, workshop: Workshop) -> Planted | None:
    """The caption tells of a subject of another family."""
    cell = some_cell(group, rng)
    own = group.planned.subject.family
    others = [subject for family, siblings in sorted(workshop.siblings.items()) if family != own for subject in siblings]
    if not others:
        return None
    context = cell.caption_without_subject
    return _said(group, cell, with_subject(rng.choice(others).description, context), context)


def subject_told(group: Group, severity: float, rng: random.Random, workshop: Workshop) -> Planted | None:
    """The caption that should leave the subject out names it."""
    cell = some_cell(group, rng)
    return _said(group, cell, cell.caption, cell.caption)


CAPTIONS = "captions"
DEFECTS = (
    Defect("caption-of-other-pose", "one caption tells of another pose", CAPTIONS, (1.0,), 1.0, other_pose),
    Defect("caption-of-other-background", "one caption tells of another background", CAPTIONS, (1.0,), 1.0, other_background),
    Defect("caption-of-other-subject", "one caption tells of a subject of another family", CAPTIONS, (1.0,), 1.0, other_subject),
    Defect("caption-names-subject", "the caption without the subject names it", CAPTIONS, (1.0,), 1.0, subject_told),
)
