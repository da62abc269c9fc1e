"""What a training says as it goes: one JSON object a step, and TensorBoard's events where that is installed."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from torch.utils.tensorboard import SummaryWriter

STEPS_FILE = "steps.jsonl"
EVENTS_FOLDER = "tensorboard"


@dataclass(frozen=True, slots=True)
class StepRecord:
    """One step of a training."""

    stage: str  # "experts", "subject"
    step: int  # from 1, in its stage
    loss: float
    terms: Mapping[str, float]

    def line(self) -> str:
        """As JSON; every digit of the numbers is kept."""
        facts = {"stage": self.stage, "step": self.step, "loss": self.loss, **self.terms}
        return json.dumps(facts, allow_nan=True)


class TrainingLog:
    """Writes records into a folder; nowhere without one. What an earlier run wrote after its last checkpoint is dropped."""

    def __init__(self, folder: Path | None, known: Sequence[StepRecord] = ()) -> None:
        self._file = None
        self._writer: SummaryWriter | None = None
        if folder is None:
            return
        folder.mkdir(parents=True, exist_ok=True)
        self._file = (folder / STEPS_FILE).open("w", buffering=1, encoding="utf-8")
        self._writer = _tensorboard(folder / EVENTS_FOLDER)
        for record in known:
            self._file.write(record.line() + "\n")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        for open_one in (self._file, self._writer):
            if open_one is not None:
                open_one.close()

    def write(self, record: StepRecord) -> None:
        """Append one record."""
        if self._file is not None:
            self._file.write(record.line() + "\n")
        if self._writer is not None:
            for name, value in {"loss": record.loss, **record.terms}.items():
                self._writer.add_scalar(f"{record.stage}/{name}", value, record.step)


def _tensorboard(folder: Path) -> "SummaryWriter | None":
    try:
        from torch.utils.tensorboard import SummaryWriter
    except ImportError:
        return None
    return SummaryWriter(str(folder))
