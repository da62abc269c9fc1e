"""Small planned and committed runs for tests: coloured discs on gradients, made in milliseconds, without the rendered engine."""

import io
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from PIL import Image
from plain_checks import LEFT_OUT

from spotdiff10k import plan, recipe
from spotdiff10k.committed import GroupView, StoredMember, StoredTar, view_group
from spotdiff10k.run import Run, write_atomically
from spotdiff10k.samples import pixels_digest
from spotdiff10k.tar import group_bytes, read_members
from spotdiff10k.types import (
    BackgroundLevel,
    EngineSettings,
    FinishedGroup,
    FinishedSample,
    PlannedCell,
    PlannedGroup,
    PoseLevel,
    SubjectLevel,
)

HERE = Path(__file__).parent
for folder in (HERE, HERE / "discs_plugin"):  # makes the engines `discs` and `blots` known here and in worker processes
    if str(folder) not in sys.path:
        sys.path.append(str(folder))

SIZE = 64
RECIPE = """
name: toys
engine: {{name: {engine}, size: 64}}
subjects: {{count: 5, reserve: 3, families: [lamp, vessel]}}
poses: {{levels: 2, count: 2}}
backgrounds: {{levels: 2, count: 2, kinds: [studio]}}
splits: {splits}
shards: {{groups_per_shard: 2}}
preview: {{size: 32}}
repair: {{attempts: 2}}
{more}
"""
"""Five groups of four samples and a reserve for each split."""
SPLITS = "{train: 0.6, validation: 0.2, test: 0.2}"

Spoil = Callable[[str, dict[str, bytes]], Mapping[str, bytes]]
"""Takes a sample's key and members, gives the members to commit instead."""


def plan_run(root: Path, more: str = "", engine: str = "discs", splits: str = SPLITS) -> Run:
    """A planned run; `more` adds lines to the recipe, such as "checks: {mask: {area_max: 0.5}}"."""
    run = Run(root)
    chosen = _plain_checks(recipe.parse(RECIPE.format(engine=engine, splits=splits, more=more), "toys.yaml", root))
    plan.write(plan.make(chosen), chosen, run)
    return run


def _plain_checks(chosen: recipe.Recipe) -> recipe.Recipe:
    """Of the default checks, leave out those that the recipe says nothing of: discs are no subjects."""
    checks = {name: values or {"enabled": name not in LEFT_OUT} for name, values in chosen.checks.items()}
    return chosen.model_copy(update={"checks": {**checks, "structure": chosen.checks["structure"]}})


def groups_of(run: Run, reserve: bool | None = False) -> list[PlannedGroup]:
    """The planned groups: the regular ones, the reserves (True), or both (None)."""
    return [group for group in plan.read(run) if reserve is None or group.reserve == reserve]


def settings() -> EngineSettings:
    return EngineSettings(size=SIZE, outputs=("plate", "shadow", "depth", "normal"))


class Discs:
    """The smallest engine there is, with every layer, and a truth that holds."""

    version: ClassVar[int] = 7

    def __init__(self, settings: EngineSettings) -> None:
        self.settings = settings

    def generate(self, groups: Iterable[PlannedGroup]) -> Iterator[FinishedGroup]:
        for group in groups:
            yield FinishedGroup(group.id, tuple(FinishedSample(c.key, disc_members(group, c)) for c in group.cells))


def disc_members(group: PlannedGroup, cell: PlannedCell, engine: str = "discs") -> dict[str, bytes]:
    """A disc: its place and its dark half say the pose, its colour the subject; a gradient behind it says the background."""
    y, x = np.mgrid[0:SIZE, 0:SIZE] + 0.5
    center = SIZE * (0.4 + 0.2 * cell.pose_index)
    alpha = np.clip(SIZE * 0.2 - np.hypot(x - center, y - SIZE / 2) + 0.5, 0, 1)
    along, over = (x, y) if cell.background_index % 2 == 0 else (SIZE - y, SIZE - x)
    ramp = np.stack([along, over, np.full_like(x, 20.0 * cell.background_index)], axis=-1)
    plate = (ramp * 2 + 60).astype(np.uint8)
    shadow = np.where((y > SIZE * 0.7)[..., None], 128, 255) * np.ones(3)
    shaded = plate * shadow / 255
    noise = np.random.default_rng(cell.seed).integers(0, 9, 3)
    colour = np.array([(37 * group.ordinal) % 200, 80, 160]) + noise
    bright = (x > center) if cell.pose_index % 2 else (y > SIZE / 2)
    halves = np.where(bright, 1.0, 0.5)[..., None]
    picture = np.rint(shaded * (1 - alpha[..., None]) + colour * halves * alpha[..., None]).astype(np.uint8)
    inside = alpha >= 0.5
    rows, columns = np.flatnonzero(inside.any(1)), np.flatnonzero(inside.any(0))
    opaque = np.rint(alpha * 255).astype(np.uint8)
    record = {
        "annotations": "{}",
        "attempt": cell.attempt,
        "background": group.backgrounds[cell.background_index].id,
        "background_index": cell.background_index,
        "box": [int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1],
        "caption": cell.caption,
        "caption_without_subject": cell.caption_without_subject,
        "class_noun": group.subject.class_noun,
        "engine": engine,
        "engine_version": Discs.version,
        "family": group.subject.family,
        "group": group.id,
        "height": SIZE,
        "key": cell.key,
        "licence": "CC0-1.0",
        "licence_background": "CC0-1.0",
        "licence_subject": "CC0-1.0",
        "mask_area": float(opaque.mean() / 255),
        "models": "[]",
        "pixels_sha256": pixels_digest(picture),
        "pose": group.poses[cell.pose_index].id,
        "pose_index": cell.pose_index,
        "seed": cell.seed,
        "split": group.split,
        "subject": group.subject.id,
        "width": SIZE,
    }
    return {
        "png": png(picture),
        "mask.png": png(opaque),
        "plate.png": png(plate),
        "shadow.png": png(shadow.astype(np.uint8)),
        "depth.png": png(np.where(inside, 5000, 0).astype(np.uint16)),
        "normal.png": png(np.full((SIZE, SIZE, 3), 128, np.uint8)),
        "json": as_json(record),
    }


def png(pixels: Any) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG", compress_level=1)
    return buffer.getvalue()


def as_pixels(data: bytes) -> Any:
    return np.asarray(Image.open(io.BytesIO(data)))


def blank_mask() -> bytes:
    return png(np.zeros((SIZE, SIZE), np.uint8))


def as_json(record: Mapping[str, Any]) -> bytes:
    return json.dumps(record, sort_keys=True).encode()


def unspoilt(key: str, members: dict[str, bytes]) -> Mapping[str, bytes]:
    return members


def finished(group: PlannedGroup, spoil: Spoil = unspoilt) -> FinishedGroup:
    samples = [FinishedSample(cell.key, spoil(cell.key, disc_members(group, cell))) for cell in group.cells]
    return FinishedGroup(group.id, tuple(samples))


def commit(run: Run, group: PlannedGroup, spoil: Spoil = unspoilt, remade: int = 0) -> None:
    """Commit a group's tar as `generate` does."""
    write_atomically(run.group_tar(group.id, remade), group_bytes(finished(group, spoil)))


def generated_run(root: Path, spoil: Spoil = unspoilt, more: str = "") -> Run:
    """A run whose regular groups are all made."""
    run = plan_run(root, more)
    for group in groups_of(run):
        commit(run, group, spoil)
    return run


def sealed_run(root: Path, spoil: Spoil = unspoilt, more: str = "") -> Run:
    """A run that is generated, validated and sharded."""
    from spotdiff10k.shards import shard
    from spotdiff10k.validate import validate

    run = generated_run(root, spoil, more)
    validate(run, workers=1)
    shard(run, workers=1)
    return run


def view(group: PlannedGroup, made: FinishedGroup) -> GroupView:
    """A finished group as checks see it."""
    data = b"".join(group_bytes(made))
    file = io.BytesIO(data)
    file.name = f"{group.id}.tar"
    members = [StoredMember(n, at, size, "") for n, at, size in read_members(file)]
    return view_group(group, settings(), "discs", [(StoredTar(file.name, len(data), "", tuple(members)), data)])


def some_group(ordinal: int = 3) -> PlannedGroup:
    """A planned group, without a plan around it."""
    name = f"g{ordinal:06d}"
    poses = tuple(PoseLevel(f"stand-{n}", "stand", 45.0 * n, f"turned {n}") for n in range(2))
    backgrounds = tuple(BackgroundLevel(f"studio-{n:02d}", "studio", n, f"in studio {n}", 12.0, 40.0) for n in range(2))
    subject = SubjectLevel(f"s{ordinal:06d}", "disc", ordinal, "disc", f"a disc of number {ordinal}")
    cells = [_some_cell(name, ordinal, subject, poses[p], backgrounds[b], (p, b)) for p in range(2) for b in range(2)]
    return PlannedGroup(name, ordinal, "train", False, subject, poses, backgrounds, tuple(cells))


def _some_cell(
    name: str, ordinal: int, subject: SubjectLevel, pose: PoseLevel, background: BackgroundLevel, at: tuple[int, int]
) -> PlannedCell:
    without = f"{pose.description}, {background.description}"
    key = f"{name}-p{at[0]:02d}-b{at[1]:02d}"
    return PlannedCell(key, *at, 1000 * ordinal + 10 * at[0] + at[1], 0, f"{subject.description}, {without}", without)
