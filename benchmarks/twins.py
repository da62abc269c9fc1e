"""Matched-context twins: subjects of one family in the same poses on the same backgrounds, rendered, for training and tests."""

import io
from collections import defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from multiprocessing import get_context

import numpy as np
from PIL import Image

from spotdiff10k import plan, recipe
from spotdiff10k.engines.rendered import Rendered
from spotdiff10k.types import EngineSettings, PlannedGroup

SPARE_SUBJECTS = 24
"""More than are used, since a plan does not deal families perfectly evenly."""


@dataclass(frozen=True, slots=True)
class Context:
    """Twins of one family that share poses and backgrounds."""

    family: str
    groups: tuple[PlannedGroup, ...]


@dataclass(frozen=True, slots=True)
class Pictures:
    """One rendered context: (twins, cells, size, size, 3) pictures and (twins, cells, size, size) masks, in plan order."""

    pictures: np.ndarray
    masks: np.ndarray


def contexts(
    seed: int, count: int, twins: int = 4, poses: int = 3, backgrounds: int = 3, families: Sequence[str] = ()
) -> list[Context]:
    """`count` contexts of each family, as a plan deals poses and backgrounds: all twins take those of the first of them."""
    wanted = [f"subjects.count={12 * count * twins + SPARE_SUBJECTS}", "subjects.reserve=0", f"seed={seed}"]
    chosen = recipe.load("spotdiff10k", [*wanted, f"poses.count={poses}", f"backgrounds.count={backgrounds}"])
    found: dict[str, list[PlannedGroup]] = defaultdict(list)
    for group in plan.make(chosen).groups(reserve=False):
        found[group.subject.family].append(group)
    return [
        Context(family, tuple(replace(group, poses=some[0].poses, backgrounds=some[0].backgrounds) for group in some))
        for family in sorted(found)
        if not families or family in families
        for some in (found[family][start : start + twins] for start in range(0, count * twins, twins))
    ]


def render(context: Context, size: int = 256) -> Pictures:
    """Render one context, all twins in all cells."""
    engine = Rendered(EngineSettings(size=size, outputs=()))
    finished = [group.samples for group in engine.generate(context.groups)]
    pictures = [[_pixels(sample.members["png"], "RGB") for sample in samples] for samples in finished]
    masks = [[_pixels(sample.members["mask.png"], "L") for sample in samples] for samples in finished]
    return Pictures(np.array(pictures), np.array(masks))


def rendered(chosen: Sequence[Context], workers: int) -> Iterator[Pictures]:
    """Render contexts one after the other, in order; with more than one worker, in as many processes."""
    if workers <= 1:
        yield from map(render, chosen)
        return
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        yield from pool.map(render, chosen)


def _pixels(data: bytes, mode: str) -> np.ndarray:
    with Image.open(io.BytesIO(data)) as picture:
        return np.asarray(picture.convert(mode))
