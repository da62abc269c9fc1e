"""Engines with tiny models of random weights, and small groups to paint with them."""

import io
from contextlib import ExitStack
from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pytest
import tiny
from PIL import Image

from spotdiff10k import plan, recipe, registry
from spotdiff10k.types import EngineSettings, FinishedGroup, PlannedGroup

SIZE = 64
TWO_BY_TWO = ("subjects={count: 3, reserve: 0}", "splits={train: 1.0, validation: 0.0, test: 0.0}")
NO_NETWORK = "HF_HUB_OFFLINE"


@cache
def models() -> TemporaryDirectory[str]:
    return TemporaryDirectory(prefix="tiny-models-")


@cache
def model_of(family: str) -> Path:
    """A folder with the family's tiny pipeline, saved once a process."""
    folder = Path(models().name) / family
    return tiny.save(family, folder)


@cache
def group(ordinal: int = 0) -> PlannedGroup:
    """A planned group of two poses before two backgrounds."""
    chosen = recipe.load("tiny", ["engine.size=64", *TWO_BY_TWO])
    return plan.make(chosen).group(ordinal)


def settings(family: str = "sd15", **options: Any) -> EngineSettings:
    hold = options.get("hold", "both")
    steps = 2 if family == "sd15" else 1  # the one step of its scheduler is at the end, where nothing changes any more
    own = {"family": family, "model": str(model_of(family)), "steps": steps, "join_strength": 1.0, "segmenters": "none"}
    chosen = {**own, **options}
    return EngineSettings(SIZE, ("plate",) if hold == "both" else (), options=chosen)


def engine(family: str = "sd15", **options: Any) -> Any:
    return registry.find("engines", "controlnet")(settings(family, **options))


def small_references(patch: pytest.MonkeyPatch) -> None:
    """Let Qwen-Image-Edit encode its references at the pictures' own size, not at a megapixel."""
    from diffusers.pipelines.qwenimage import pipeline_qwenimage_edit_inpaint as joining
    from diffusers.pipelines.qwenimage import pipeline_qwenimage_edit_plus as drawing

    patch.setattr(drawing, "VAE_IMAGE_SIZE", SIZE * SIZE)
    patch.setattr(drawing, "CONDITION_IMAGE_SIZE", SIZE * SIZE)
    patch.setattr(joining, "calculate_dimensions", lambda area, ratio: (SIZE, SIZE, None))


def painted(family: str, groups: list[PlannedGroup], **options: Any) -> list[FinishedGroup]:
    with ExitStack() as stack:
        if family == "qwen-edit":
            small_references(stack.enter_context(pytest.MonkeyPatch.context()))
        return list(engine(family, **options).generate(groups))


def pictures(made: FinishedGroup, member: str = "png") -> dict[str, np.ndarray]:
    """The decoded members of each sample, by its key."""
    return {sample.key: np.asarray(Image.open(io.BytesIO(sample.members[member]))) for sample in made.samples}


def elsewhere(planned: PlannedGroup, words: str) -> PlannedGroup:
    """The same group with other words for the background in its captions, and nothing else changed."""
    return replace(planned, cells=tuple(replace(cell, caption=f"{words} {cell.caption}") for cell in planned.cells))
