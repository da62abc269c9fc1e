"""What the certificate beside a run says, for the top of the run's report; read as data, without the trainer."""

import json
from typing import Any

from spotdiff10k.run import Run

PAGE = "report.html"
FACTS = "certificate.json"
MOST_BYTES = 64 * 2**20
LEVELS = ("certified", "refused", "void")


def read_certified(run: Run, digest: str, problems: list[str]) -> dict[str, Any] | None:
    """Level, sentence and page; None without a certificate. `digest` is that of the sealed release, "" where there is none.

    One that cannot be read is told as a problem; one of another release is marked as such.
    """
    path = run.certificate / FACTS
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
        found = json.loads(data[:MOST_BYTES])
        verdict, dataset = found["verdict"], found["dataset"]
        level, sentence, certified = verdict["level"], verdict["sentence"], dataset["digest"]
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        problems.append(f"{run.certificate.name}/{FACTS} cannot be read ({type(error).__name__}).")
        return None
    if level not in LEVELS or not isinstance(sentence, str) or not isinstance(certified, str):
        problems.append(f"{run.certificate.name}/{FACTS} is not a certificate that this version knows.")
        return None
    page = f"../{run.certificate.name}/{PAGE}" if (run.certificate / PAGE).is_file() else ""
    return {"level": level, "sentence": sentence, "page": page, "stale": certified != digest}
