"""What was measured on each group so far, kept beside a calibration in the making: a stopped run goes on from there."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from spotdiff10k.calibration.bench import GroupOutcome, PlantedOutcome, Taken
from spotdiff10k.calibration.good import Assigned
from spotdiff10k.measures import Measures, from_json, to_json
from spotdiff10k.run import write_atomically

FORMAT = 1


@dataclass(frozen=True, slots=True)
class Parts:
    """A folder of outcomes. `asked` is all that their numbers depend on, so that those of other code or settings are not used."""

    folder: Path
    asked: str

    def path(self, assigned: Assigned) -> Path:
        """Where the outcome of a group lies."""
        text = json.dumps([FORMAT, self.asked, asdict(assigned)], sort_keys=True)
        return self.folder / f"{hashlib.sha256(text.encode()).hexdigest()[:32]}.json"

    def write(self, outcome: GroupOutcome) -> None:
        """Keep an outcome."""
        document = {
            "good": _document(outcome.good),
            "planted": [[one.defect, one.grade, list(one.changed), one.visible, _document(one.taken)] for one in outcome.planted],
        }
        write_atomically(self.path(outcome.assigned), json.dumps(document, sort_keys=True, separators=(",", ":")).encode())

    def read(self, assigned: Assigned) -> GroupOutcome | None:
        """An outcome kept before; None where there is none that can be used."""
        try:
            document = json.loads(self.path(assigned).read_bytes())
            planted = tuple(
                PlantedOutcome(str(defect), int(grade), tuple(changed), bool(visible), _taken(taken))
                for defect, grade, changed, visible, taken in document["planted"]
            )
            return GroupOutcome(assigned, _taken(document["good"]), planted)
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return None


def remove(folder: Path) -> None:
    """Delete what was kept in a folder, and the folder when nothing else is in it."""
    for path in folder.glob("*.json"):
        path.unlink(missing_ok=True)
    if folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()


def _document(taken: Taken) -> dict[str, Any]:
    return {
        name: {
            "samples": {key: to_json(values) for key, values in item.samples.items()},
            "group": to_json(item.group),
            "unchecked": dict(item.unchecked),
            "facts": {key: dict(texts) for key, texts in item.facts.items()},
        }
        for name, item in taken.items()
    }


def _taken(document: Mapping[str, Any]) -> dict[str, Measures]:
    return {
        str(name): Measures(
            samples={str(key): from_json(values) for key, values in item["samples"].items()},
            group=from_json(item["group"]),
            unchecked={str(key): str(text) for key, text in item["unchecked"].items()},
            facts={str(key): {str(k): str(v) for k, v in texts.items()} for key, texts in item["facts"].items()},
        )
        for name, item in document.items()
    }
