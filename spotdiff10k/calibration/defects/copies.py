"""Defects of copying: what should be another pose or another background is pasted from a sibling cell."""

import random

import numpy as np
from PIL import Image as Pictures

from spotdiff10k.calibration.defects._picking import VISIBLE_STEPS, another, some_cell
from spotdiff10k.calibration.edits import (
    U8,
    annotated_as_planned,
    differs,
    layer_of,
    layer_suffix,
    mask_of,
    picture_of,
    relabelled,
    with_layer,
    with_mask,
    with_picture,
)
from spotdiff10k.calibration.planting import Defect, Group, Members, Planted, Workshop
from spotdiff10k.calibration.regions import box_of
from spotdiff10k.committed import INSIDE
from spotdiff10k.types import PlannedCell

OPAQUE = 255.0
EXACT, RESCALED, MIRRORED = 100.0, 90.0, 50.0
SMALLER = 0.9


def copied_cutout(group: Group, severity: float, rng: random.Random, workshop: Workshop) -> Planted | None:
    """One cell shows the cutout of another pose, pasted where its own subject was."""
    cell = some_cell(group, rng)
    pose = another(range(len(group.planned.poses)), cell.pose_index, rng)
    target = group.members(cell)
    if pose is None or layer_of(target, "plate") is None or layer_of(target, "shadow") is None:
        return None
    source = group.members(group.cell(pose, cell.background_index))
    return _pasted(group, cell, source, severity)


def _pasted(group: Group, cell: PlannedCell, source: Members, severity: float) -> Planted | None:
    target = group.members(cell)
    alpha, colours = _altered(mask_of(source), severity), _altered(picture_of(source), severity)
    aim, start = box_of(mask_of(target) >= INSIDE), box_of(alpha >= INSIDE)
    down, right = aim[3] - start[3], (aim[0] + aim[2] - start[0] - start[2]) // 2
    alpha, colours = np.roll(alpha, (down, right), (0, 1)), np.roll(colours, (down, right), (0, 1))
    plate, shadow = layer_of(target, "plate"), layer_of(target, "shadow")
    if plate is None or shadow is None:
        return None
    behind = plate * (np.atleast_3d(shadow) / OPAQUE)
    share = alpha[..., None] / OPAQUE
    picture = np.rint(behind * (1 - share) + colours * share).astype(np.uint8)
    made = with_mask(with_picture(target, picture), alpha)
    for name in ("depth", "normal"):
        layer = layer_of(source, name)
        if layer is not None and layer_suffix(made, name) is not None:
            made = with_layer(made, name, np.roll(_altered(layer, severity, smooth=False), (down, right), (0, 1)))
    return Planted.in_samples(group, {cell.key: made}, differs(target, made, VISIBLE_STEPS))


def _altered(pixels: U8, severity: float, smooth: bool = True) -> U8:
    """The pixels as they are, made smaller about the middle, or mirrored."""
    if severity >= EXACT:
        return pixels
    if severity < RESCALED:
        return np.ascontiguousarray(pixels[:, ::-1])
    side = len(pixels)
    small = max(1, round(side * SMALLER))
    how = Pictures.Resampling.BICUBIC if smooth else Pictures.Resampling.NEAREST
    shrunk = np.asarray(Pictures.fromarray(pixels).resize((small, small), how))
    framed = np.zeros_like(pixels)
    start = (side - small) // 2
    framed[start : start + small, start : start + small] = shrunk
    return framed


def copied_pose(group: Group, severity: float, rng: random.Random, workshop: Workshop) -> Planted | None:
    """One cell is a whole sample of another pose on the same background, labelled as planned."""
    cell = some_cell(group, rng)
    pose = another(range(len(group.planned.poses)), cell.pose_index, rng)
    if pose is None:
        return None
    made = group.members(group.cell(pose, cell.background_index))
    visible = differs(group.members(cell), made, VISIBLE_STEPS)
    return Planted.in_samples(group, {cell.key: relabelled(made, group, cell)}, visible)


def copied_background(group: Group, severity: float, rng: random.Random, workshop: Workshop) -> Planted | None:
    """One cell is a whole sample of another background in the same pose, labelled as planned."""
    cell = some_cell(group, rng)
    background = another(range(len(group.planned.backgrounds)), cell.background_index, rng)
    if background is None:
        return None
    made = group.members(group.cell(cell.pose_index, background))
    return Planted.in_samples(group, {cell.key: annotated_as_planned(made, group, cell)})


DEFECTS = (
    Defect(
        "copied-cutout", "one cell shows the cutout of another pose, pasted on its plate",
        "% alike: 100 exact, 90 made smaller by a tenth, 50 mirrored", (MIRRORED, RESCALED, EXACT), RESCALED, copied_cutout,
    ),
    Defect("copied-pose", "one cell is the picture of another pose on the same background", "cells", (1.0,), 1.0, copied_pose),
    Defect(
        "copied-background", "one cell is the picture of the same pose on another background", "cells", (1.0,), 1.0,
        copied_background,
    ),
)  # fmt: skip
