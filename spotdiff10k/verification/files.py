"""The sealed files: all there, nothing beside them, each with the size and the digest it was sealed with."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from spotdiff10k.release import SEALED_BESIDE, FileSeal
from spotdiff10k.verification.problems import Problem

SEALED_PATH = re.compile(r"shards/[a-z]+-[0-9]{5,}\.tar|preview/[a-z]+-[0-9]{5,}\.parquet")
"""What a seal may list beside `SEALED_BESIDE`; no path can leave the release's folder."""
FOLDERS = ("shards", "preview")


def sealed_files(release: Mapping[str, Any]) -> tuple[dict[str, FileSeal], list[Problem]]:
    """The files that release.json lists, and what is wrong with that list."""
    seals: dict[str, FileSeal] = {}
    problems: list[Problem] = []
    for path, values in release["files"].items():
        if not (path in SEALED_BESIDE or SEALED_PATH.fullmatch(path)):
            problems.append(Problem("release.json", f"it lists '{path}', which is no file of a release."))
        elif not isinstance(values, dict) or type(values.get("bytes")) is not int or not isinstance(values.get("sha256"), str):
            problems.append(Problem("release.json", f"it lists '{path}' without bytes and sha256."))
        else:
            seals[path] = FileSeal(values["bytes"], values["sha256"])
    problems += [Problem("release.json", f"it does not list {name}.") for name in SEALED_BESIDE if name not in seals]
    return seals, problems


def compare(root: Path, name: str, seal: FileSeal) -> Problem | None:
    """Read a file through and compare it with its seal."""
    path = root / name
    try:
        size = path.stat().st_size
        if size != seal.size:
            what = "was cut short" if size < seal.size else "has grown"
            return Problem(name, f"it {what}: it has {size} bytes and was sealed with {seal.size}.")
        found = FileSeal.of(path)
    except FileNotFoundError:
        return Problem(name, "it is missing, and release.json lists it.")
    except OSError as error:
        return Problem(name, f"it cannot be read: {error.strerror or error}.")
    if found.sha256 == seal.sha256:
        return None
    return Problem(
        name, f"its bytes are not those that were sealed: sha256 {found.sha256[:12]}..., sealed {seal.sha256[:12]}...."
    )


def strangers(root: Path, seals: Mapping[str, FileSeal]) -> Iterator[Problem]:
    """Files in `shards/` and `preview/` that are not sealed: readers that take whole folders would read them."""
    for folder in FOLDERS:
        if (root / folder).is_dir():
            try:
                paths = sorted((root / folder).iterdir())
            except OSError as error:
                yield Problem(folder, f"it cannot be read: {error.strerror or error}.")
                continue
            for path in paths:
                name = f"{folder}/{path.name}"
                if name not in seals:
                    yield Problem(
                        name, "it is not part of the release, and readers of the whole folder would take it in. Remove it."
                    )
