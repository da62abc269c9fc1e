"""release.json: the sealed list of a release's files, written last; its sha256 is the release digest."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from spotdiff10k.errors import DataError, RunError
from spotdiff10k.run import Run, sentence, write_atomically

FORMAT = 1
SEAL = "seal"
MAX_BYTES = 64 * 2**20
"""A release.json lists files; one larger than this is not ours."""
SEALED_BESIDE = ("recipe.yaml", "plan.json", "plan.parquet", "verdicts.parquet", "index.parquet")
"""Files of a release beside its shards and previews."""
FIELDS: Mapping[str, type] = {
    "checks": dict,
    "counts": dict,
    "engine": dict,
    "files": dict,
    "fingerprint": str,
    "format": int,
    "licence": str,
    "members": list,
    "name": str,
    "purpose": str,
    "refused": dict,
    "seal": str,
    "versions": dict,
}


@dataclass(frozen=True, slots=True)
class FileSeal:
    """What is sealed of a file."""

    size: int  # bytes
    sha256: str

    @classmethod
    def of(cls, path: Path) -> "FileSeal":
        """Read a file through. Raises OSError."""
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
            return cls(file.tell(), digest)


def canonical(document: Mapping[str, Any]) -> bytes:
    """Canonical JSON: keys sorted, no spaces, UTF-8, no NaN, one line."""
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode() + b"\n"


def sealed(document: Mapping[str, Any]) -> bytes:
    """The bytes of release.json: the document with its own digest in it."""
    return canonical({**document, SEAL: hashlib.sha256(canonical(document)).hexdigest()})


def write_release(run: Run, document: Mapping[str, Any]) -> tuple[str, bool]:
    """Seal: write release.json unless it says the same already. Returns the release digest, and whether it was written."""
    data = sealed(document)
    changed = not has_bytes(run.release, data)
    if changed:
        write_atomically(run.release, data)
    return hashlib.sha256(data).hexdigest(), changed


def has_bytes(path: Path, data: bytes) -> bool:
    """Whether a file is there and holds exactly these bytes."""
    return path.is_file() and path.stat().st_size == len(data) and path.read_bytes() == data


def write_sealed(run: Run, path: Path, data: bytes) -> bool:
    """Write a file that a seal covers, unless it has these bytes already; True when it was written, and the seal taken away."""
    if has_bytes(path, data):
        return False
    unseal(run)
    write_atomically(path, data)
    return True


def unseal(run: Run) -> None:
    """Take the seal away before a sealed file changes, so that no kill can leave a seal on the wrong files.

    Raises RunError when the folder cannot be written.
    """
    try:
        run.release.unlink(missing_ok=True)
    except OSError as error:
        raise RunError(sentence(run.release, error)) from error


def read_release(path: Path) -> dict[str, Any]:
    """Parse release.json and prove that it is as it was sealed.

    Raises DataError when it is missing, is not canonical JSON of format 1, or differs from its own seal by as much as a bit.
    """
    data = _read(path)
    document = _parse(data)
    if document.get("format") != FORMAT:
        raise DataError(f"release.json has format {document.get('format')!r}; this version of spotdiff10k reads format {FORMAT}.")
    for name, kind in FIELDS.items():
        if type(document.get(name)) is not kind:
            raise DataError(
                f"release.json should have a field '{name}' of type {kind.__name__}; it was altered after it was sealed."
            )
    body = {name: value for name, value in document.items() if name != SEAL}
    if sealed(body) != data:
        raise DataError("release.json was altered after it was sealed: it does not match its own seal.")
    return document


def digest_of(path: Path) -> str:
    """The release digest."""
    return FileSeal.of(path).sha256


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except FileNotFoundError as error:
        raise DataError(
            f"{path.parent} has no release.json: it is no sealed release. Run: spotdiff10k shard {path.parent}"
        ) from error
    except OSError as error:
        raise DataError(f"release.json cannot be read: {error.strerror}.") from error
    if len(data) > MAX_BYTES:
        raise DataError(f"release.json is larger than {MAX_BYTES // 2**20} MiB; it was not written by spotdiff10k.")
    return data


def _parse(data: bytes) -> dict[str, Any]:
    try:
        document = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise DataError(f"release.json is damaged: it is no readable JSON ({error}).") from error
    if not isinstance(document, dict):
        raise DataError("release.json is damaged: it should be a JSON object.")
    return document
