"""A model's receipt in the store: which files it has, what they were as published, and where they came from."""

import json
from collections.abc import Mapping
from pathlib import Path

from spotdiff10k.models.manifest import Model
from spotdiff10k.run import write_atomically

RECEIPT = "receipt.json"
FORMAT = 1
KEYS = ("published", "sha256")

Kept = Mapping[str, Mapping[str, str]]
"""Name of a file in the store to `sha256` of it and of what was `published`: the same, unless it was converted."""


def write_receipt(folder: Path, model: Model, origin: str, kept: Kept) -> None:
    """Say that a model is there; the last step of fetching it."""
    document = {"format": FORMAT, "model": model.name, "from": origin, "files": kept}
    write_atomically(folder / RECEIPT, json.dumps(document, sort_keys=True, indent=1).encode() + b"\n")


def read_receipt(folder: Path) -> Kept | None:
    """What was kept; None when there is no receipt that can be read."""
    try:
        document = json.loads((folder / RECEIPT).read_bytes())
        if document["format"] != FORMAT:
            return None
        return {str(name): {key: str(facts[key]) for key in KEYS} for name, facts in document["files"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
