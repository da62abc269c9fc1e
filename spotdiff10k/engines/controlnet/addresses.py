"""Seeds of what is drawn, and the noise that each drawing starts from: made on the CPU, one generator a drawing."""

from collections.abc import Sequence
from typing import Any

from spotdiff10k.seeds import seed_for
from spotdiff10k.types import BackgroundLevel, PlannedGroup, PoseLevel

ENGINE = "controlnet"


def group_seed(group: PlannedGroup) -> int:
    """What all pictures of a group have in common; no two groups of any plan share it.

    Made of what the whole group knows, so that a part of its cells gives the same.
    """
    levels = (level.seed for level in group.backgrounds)
    return seed_for(group.subject.identity, ENGINE, group.id, group.subject.source, *levels)


def anchor_seed(group: PlannedGroup) -> int:
    """Of the group's first picture, whatever is made again later."""
    return seed_for(group_seed(group), "anchor")


def pose_seed(group: PlannedGroup, pose: PoseLevel, attempt: int, shared: bool) -> int:
    """Of the picture that a pose's cells take their subject from.

    `shared`: every pose of the group starts from the same noise, which keeps a subject more alike that is told by words alone.
    """
    address = ("noise", attempt) if shared else ("pose", pose.id, attempt)
    return seed_for(group_seed(group), *address)


def plate_seed(level: BackgroundLevel) -> int:
    """Of a background level's plate: the same for all groups and workers."""
    return seed_for(level.seed, ENGINE, "plate", level.id, level.description)


def generators(seeds: Sequence[int]) -> list[Any]:
    """One generator of torch a drawing, on the CPU: its noise is the same in any batch, on any device."""
    import torch

    return [torch.Generator("cpu").manual_seed(seed) for seed in seeds]
