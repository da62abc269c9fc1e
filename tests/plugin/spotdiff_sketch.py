"""A plug-in engine for tests: small pictures made in no time, and misdeeds on request.

The folder in the environment variable SKETCH_MISDEEDS may hold files `<group>.<misdeed>`: raise, kill, hang, foreign,
short, half; a file `slow` makes every group take as many seconds as it says. Tests add and remove them at will.
"""

import hashlib
import io
import json
import os
import random
import signal
import time
from collections.abc import ItemsView, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

import numpy as np
from PIL import Image

from spotdiff10k.errors import EngineError
from spotdiff10k.samples import MASK, RECORD, colour_modes, expected_members
from spotdiff10k.schema import planned_fields
from spotdiff10k.types import EngineSettings, FinishedGroup, FinishedSample, PlannedCell, PlannedGroup

FORMATS = {"png": "PNG", "jpg": "JPEG", "webp": "WEBP"}
CHANNELS = {"L": 1, "RGB": 3, "I;16": 1}


class Sketch:
    """Noise from a cell's seed; a disc for a mask; the plate is the picture."""

    version: ClassVar[int] = 1

    def __init__(self, settings: EngineSettings) -> None:
        self.settings = settings

    def generate(self, groups: Iterable[PlannedGroup]) -> Iterator[FinishedGroup]:
        for group in groups:
            misbehave(group.id)
            finished = FinishedGroup(group.id, tuple(self.sample(group, cell) for cell in group.cells))
            yield tampered(finished)

    def sample(self, group: PlannedGroup, cell: PlannedCell) -> FinishedSample:
        members = {suffix: self.layer(cell, suffix) for suffix in expected_members(self.settings) if suffix != RECORD}
        pixels = np.asarray(Image.open(io.BytesIO(members[self.settings.picture_format])))
        record = {
            **planned_fields(group, cell),
            "engine": "sketch",
            "licence": self.settings.licence,
            "pixels_sha256": hashlib.sha256(pixels.tobytes()).hexdigest(),
        }
        return FinishedSample(cell.key, {**members, RECORD: json.dumps(record, sort_keys=True).encode()})

    def layer(self, cell: PlannedCell, suffix: str) -> bytes:
        size = self.settings.size
        if suffix == MASK:
            y, x = np.mgrid[:size, :size] - (size - 1) / 2
            pixels = np.where(np.hypot(x, y) < size / 3, 255, 0).astype(np.uint8)
        else:
            mode = colour_modes(suffix)[0]
            noise = random.Random(f"{cell.seed}:{'' if suffix.startswith('plate') else suffix}")
            coarse = np.frombuffer(noise.randbytes(4 * 4 * CHANNELS[mode]), np.uint8).reshape(4, 4, -1)
            pixels = coarse.repeat(size // 4, 0).repeat(size // 4, 1)
            pixels = pixels if mode == "RGB" else pixels[:, :, 0].astype(np.uint16 if mode == "I;16" else np.uint8)
        file = io.BytesIO()
        Image.fromarray(pixels).save(file, FORMATS[suffix.rpartition(".")[2]])
        return file.getvalue()


def misbehave(group: str) -> None:
    folder = Path(os.environ.get("SKETCH_MISDEEDS", "/nonexistent"))
    if (folder / "slow").exists():
        time.sleep(float((folder / "slow").read_text()))
    if (folder / f"{group}.raise").exists():
        raise EngineError(f"The sketch of {group} has no legs.")
    if (folder / f"{group}.kill").exists():
        os.kill(os.getpid(), signal.SIGKILL)
    if (folder / f"{group}.hang").exists():
        (folder / f"{group}.hanging").touch()
        time.sleep(1000)


def tampered(group: FinishedGroup) -> FinishedGroup:
    folder = Path(os.environ.get("SKETCH_MISDEEDS", "/nonexistent"))
    if (folder / f"{group.id}.foreign").exists():
        return replace(group, id="g999999")
    if (folder / f"{group.id}.short").exists():
        return replace(group, samples=group.samples[1:])
    if (folder / f"{group.id}.half").exists():
        last = group.samples[-1]
        return replace(group, samples=(*group.samples[:-1], replace(last, members=KillsOnce(last.members))))
    return group


class KillsOnce(dict[str, bytes]):
    """Members that kill the process which writes them, when most of the tar is written; a second time they are harmless."""

    def items(self) -> ItemsView[str, bytes]:
        marker = Path(os.environ["SKETCH_MISDEEDS"]) / "killed"
        if not marker.exists():
            marker.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return super().items()
