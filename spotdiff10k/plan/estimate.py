"""What a plan will take: pictures, bytes of every stage, time. Estimates, from rates measured once; never part of a plan."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from spotdiff10k import registry
from spotdiff10k.cores import usable_cores
from spotdiff10k.recipe import Recipe

RATES = 0.03, 0.36
"""Seconds a picture, and a megapixel, on one core, encoding included, of an engine that does not say `rates` itself: those of
`rendered`. An engine whose speed is that of its device says None."""
BYTES_A_PIXEL = {
    "picture": 0.97,
    "mask": 0.02,
    "plate": 0.90,
    "shadow": 0.18,
    "depth": 0.12,
    "normal": 0.16,
    "canny": 0.04,
    "skeleton": 0.02,
}
"""PNG as the engine writes it, at 512 pixels a side ..."""
DETAIL_SIZE, DETAIL_EXPONENT = 512, 0.32
"""... times (512 / size) to this power: smaller pictures have more detail in a pixel."""
LOSSY_SHARE = {"png": 1.0, "jpg": 0.12, "webp": 0.09}
"""What a lossy picture takes of a PNG."""
RECORD_BYTES = 2_600
PREVIEW_BYTES_A_PIXEL = 0.35
REPORT_BYTES_A_SAMPLE = 400


@dataclass(frozen=True, slots=True)
class Estimate:
    """Rough numbers for people, and for a warning before the disk is full."""

    groups: int
    samples: int
    groups_bytes: int  # groups/
    shards_bytes: int  # shards/: the same members again
    preview_bytes: int  # preview/ and report/
    seconds: int | None  # None: the engine's device decides, and only a pilot tells
    workers: int

    @property
    def total_bytes(self) -> int:
        """All stages together: nothing is deleted on the way."""
        return self.groups_bytes + self.shards_bytes + self.preview_bytes


def estimate(recipe: Recipe, workers: int = 0) -> Estimate:
    """What the regular groups will take with `workers` processes; 0 means all usable cores."""
    samples = recipe.samples
    pixels = recipe.engine.size**2
    stored = samples * _sample_bytes(recipe, pixels)
    cores = workers or usable_cores()
    rates: tuple[float, float] | None = getattr(registry.find("engines", recipe.engine.name), "rates", RATES)
    seconds = None if rates is None else max(1, round(samples * (rates[0] + rates[1] * pixels / 1e6) / cores))
    preview = samples * (PREVIEW_BYTES_A_PIXEL * recipe.preview.size**2 + REPORT_BYTES_A_SAMPLE)
    return Estimate(recipe.subjects.count, samples, stored, stored, int(preview), seconds, cores)


def _sample_bytes(recipe: Recipe, pixels: int) -> int:
    share = LOSSY_SHARE[recipe.outputs.picture]
    rates = [BYTES_A_PIXEL["picture"] * share, BYTES_A_PIXEL["mask"]]
    rates += [BYTES_A_PIXEL[layer] * (share if layer == "plate" else 1.0) for layer in recipe.outputs.layers]
    detail: float = (DETAIL_SIZE / recipe.engine.size) ** DETAIL_EXPONENT
    return RECORD_BYTES + round(pixels * detail * sum(rates))


def free_bytes(folder: Path) -> int:
    """Free disk space where `folder` is, or would be."""
    existing = next(path for path in (folder.absolute(), *folder.absolute().parents) if path.exists())
    return shutil.disk_usage(existing).free
