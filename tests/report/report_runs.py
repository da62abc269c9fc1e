"""Run folders made by hand, with flat pictures of known colours: what a report has to tell is known in advance."""

import hashlib
import io
import json
from pathlib import Path

import numpy as np
from PIL import Image
from plain_checks import line

from spotdiff10k import plan, recipe, tar
from spotdiff10k.run import Run, write_atomically
from spotdiff10k.schema import planned_fields
from spotdiff10k.types import FinishedGroup, FinishedSample, PlannedCell, PlannedGroup

SIZE = 64
BOX = (16, 8, 48, 56)
"""Left, top, right, bottom of every subject, pixels."""
SUBJECT_PIXELS = (BOX[2] - BOX[0]) * (BOX[3] - BOX[1])
MIDDLE = SIZE // 2

RECIPE = """
name: synthetic
seed: 3
engine: {{name: rendered, size: 64}}
subjects: {{count: {count}, reserve: {reserve}, families: [quadruped]}}
poses: {{levels: 4, count: 2}}
backgrounds: {{levels: 4, count: 2, source: {{images: photos, licence: CC0-1.0}}}}
outputs: {{layers: [plate, shadow, depth, normal, skeleton]}}
splits: {{train: 0.5, validation: 0.25, test: 0.25}}
"""


CHECKS = line("{soft_edge_min: false}")


def planned_run(folder: Path, count: int = 4, reserve: int = 1) -> Run:
    """A run with a plan and nothing else."""
    photos = folder / "photos"
    photos.mkdir(parents=True)
    for number, name in enumerate(("quiet beach", "old town", "pine forest", "night market")):
        Image.new("RGB", (48, 36), (60 * number, 90, 200 - 50 * number)).save(photos / f"{name}.png")
    loaded = recipe.parse(RECIPE.format(count=count, reserve=reserve) + CHECKS, "synthetic.yaml", folder)
    run = Run(folder / "run")
    plan.write(plan.make(loaded), loaded, run)
    return run


def png(pixels: np.ndarray) -> bytes:
    """An array as PNG."""
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG")
    return buffer.getvalue()


def colour(cell: PlannedCell, attempt: int = 0) -> tuple[int, int, int]:
    """The one colour of the subject in a cell's picture."""
    return (40 + 90 * cell.pose_index, 40 + 90 * cell.background_index, 200 if attempt else 20)


def sample(group: PlannedGroup, cell: PlannedCell, attempt: int = 0) -> FinishedSample:
    """A sample: a rectangle of one colour, without a shadow, on a plate of one grey."""
    inside = np.zeros((SIZE, SIZE), bool)
    inside[BOX[1] : BOX[3], BOX[0] : BOX[2]] = True
    plate = np.full((SIZE, SIZE, 3), 90 * cell.background_index, np.uint8)
    picture = np.where(inside[:, :, None], np.array(colour(cell, attempt), np.uint8), plate)
    depth = np.where(inside, 2000 + np.arange(SIZE, dtype=np.uint16)[:, None], 0).astype(np.uint16)
    skeleton = np.zeros((SIZE, SIZE, 3), np.uint8)
    skeleton[30:34, 16:48] = (255, 0, 0)
    record = {
        **planned_fields(group, cell),
        "attempt": attempt,
        "engine": "rendered",
        "licence": "CC0-1.0",
        "pixels_sha256": hashlib.sha256(picture.tobytes()).hexdigest(),
        "annotations": "{}",
        "box": list(BOX),
        "engine_version": 1,
        "height": SIZE,
        "mask_area": SUBJECT_PIXELS / SIZE**2,
        "models": "[]",
        "width": SIZE,
    }
    members = {
        "png": png(picture),
        "mask.png": png(np.where(inside, 255, 0).astype(np.uint8)),
        "plate.png": png(plate),
        "shadow.png": png(np.full((SIZE, SIZE, 3), 255, np.uint8)),
        "depth.png": png(depth),
        "normal.png": png(np.full((SIZE, SIZE, 3), (128, 128, 255), np.uint8)),
        "skeleton.png": png(skeleton),
        "json": json.dumps(record).encode(),
    }
    return FinishedSample(cell.key, members)


def make_group(run: Run, group: PlannedGroup, keys: tuple[str, ...] = (), remade: int = 0) -> None:
    """Commit a group, or in round `remade` of repair those of its cells that `keys` names."""
    cells = [cell for cell in group.cells if not keys or cell.key in keys]
    finished = FinishedGroup(group.id, tuple(sample(group, cell, remade) for cell in cells))
    write_atomically(run.group_tar(group.id, remade), tar.group_bytes(finished))


def make_all(run: Run) -> list[PlannedGroup]:
    """Commit all but the reserves; returns them."""
    groups = [group for group in plan.read(run) if not group.reserve]
    for group in groups:
        make_group(run, group)
    return groups
