"""Quarantine: why a group could not be made, one file a group, until it is made after all."""

import contextlib
import json
from dataclasses import dataclass

from spotdiff10k.executors import Failure
from spotdiff10k.run import Run, write_atomically


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A group that could not be made, or one round of remaking its cells."""

    group: str
    error: str  # a sentence


def put(run: Run, group: str, failure: Failure) -> Quarantined:
    """Write down why a group was given up. Raises RunError when that cannot be written."""
    values = {
        "group": group,
        "error": failure.error,
        "attempts": failure.attempts,
        "crashes": failure.crashes,
        "traceback": failure.traceback,
    }
    text = json.dumps(values, ensure_ascii=False, indent=2) + "\n"
    write_atomically(run.quarantine / f"{group}.json", text.encode("utf-8", "replace"))
    return Quarantined(group, failure.error)


def names(run: Run) -> set[str]:
    """The groups in quarantine."""
    return {path.stem for path in run.quarantine.glob("*.json")}


def release(run: Run, group: str) -> None:
    """The group was made after all."""
    with contextlib.suppress(OSError):
        (run.quarantine / f"{group}.json").unlink()
    with contextlib.suppress(OSError):
        run.quarantine.rmdir()  # works for the last one only
