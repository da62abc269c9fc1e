"""Really rendered twins: two subjects of one family in the same poses on the same backgrounds, and groups made of both."""

import functools
import io
from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import toy_runs
from PIL import Image
from scene_groups import settings, viewed

from spotdiff10k import plan, recipe, registry
from spotdiff10k.committed import GroupView
from spotdiff10k.types import FinishedSample, PlannedGroup

SIZE = 192
POSES, BACKGROUNDS = 3, 3
Members = Mapping[str, bytes]


@functools.cache
def planned(family: str, twin: int = 0) -> PlannedGroup:
    """A 3 x 3 group of a family; its twins have other subjects and are else the same."""
    wanted = ["seed=4242", "subjects.count=6", "subjects.reserve=0", f"subjects.families=[{family}]"]
    levels = ["poses={levels: 6, count: 3}", "backgrounds={levels: 6, count: 3}"]
    made = plan.make(recipe.load("tiny", [*wanted, *levels]))
    return replace(made.group(0), subject=made.group(twin).subject)


@functools.cache
def members(family: str, twin: int = 0) -> dict[str, Members]:
    """The members of every sample, by key; twins have the same keys."""
    engine = registry.find("engines", "rendered")(settings(SIZE, outputs=()))
    return {sample.key: sample.members for sample in next(iter(engine.generate([planned(family, twin)]))).samples}


def view(family: str, changes: Mapping[str, Members] | None = None, only: set[str] | None = None) -> GroupView:
    """The group as checks see it, with other members for some samples; `only` keeps these samples alone."""
    group = planned(family)
    samples = [FinishedSample(key, {**found, **(changes or {}).get(key, {})}) for key, found in members(family).items()]
    if only is not None:
        group = replace(group, cells=tuple(cell for cell in group.cells if cell.key in only))
        samples = [sample for sample in samples if sample.key in only]
    return viewed(group, samples, settings(SIZE, outputs=()))


def key(family: str, pose: int, background: int) -> str:
    return f"{planned(family).id}-p{pose:02d}-b{background:02d}"


def pixels(data: bytes) -> np.ndarray:
    return np.array(Image.open(io.BytesIO(data)))


def as_member(picture: np.ndarray) -> bytes:
    return toy_runs.png(picture)
