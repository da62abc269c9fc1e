"""Vectors of a group's pictures on disk, for looks at the whole set: features/<encoder>-<digest>/ab/<group>.safetensors.

They can always be computed again: a file that is damaged, or of other pictures, is as good as none.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from spotdiff10k.errors import MissingExtraError
from spotdiff10k.run import Run, write_atomically

FORMAT = 1
FACTS = "facts"
DIGEST_DIGITS = 8
Vectors = npt.NDArray[np.floating]
"""(N, D): one row a picture."""


@dataclass(frozen=True, slots=True)
class KeptVectors:
    """Vectors of N pictures, and which pictures they are."""

    pixels: Sequence[str]  # the sha256 of each picture's pixels
    vectors: Mapping[str, Vectors]  # name to (N, D), such as "pooled"


def vectors_path(run: Run, encoder: str, digest: str, group: str) -> Path:
    """Where the vectors of a group lie; `digest` is that of the encoder's weights."""
    folder = run.group_measures(group).parent.name
    return run.features / f"{encoder}-{digest[:DIGEST_DIGITS]}" / folder / f"{group}.safetensors"


def write_vectors(path: Path, kept: KeptVectors) -> None:
    """Write vectors atomically. Raises RunError when that fails, MissingExtraError without safetensors."""
    try:
        from safetensors.numpy import save
    except ImportError as error:
        raise MissingExtraError("safetensors", "neural", "Keeping features") from error
    arrays = {name: np.ascontiguousarray(values) for name, values in sorted(kept.vectors.items())}
    write_atomically(path, save(arrays, {FACTS: _facts(kept.pixels, arrays)}))


def read_vectors(path: Path, pixels: Sequence[str]) -> KeptVectors | None:
    """The vectors of the pictures with these digests; None when they are not there, damaged, or of other pictures."""
    found = read_all(path)
    return found if found is not None and found.pixels == tuple(pixels) else None


def read_all(path: Path) -> KeptVectors | None:
    """The vectors of whatever pictures the file says; None when it is not there, or damaged."""
    try:
        from safetensors import SafetensorError, safe_open
    except ImportError:
        return None
    try:
        with safe_open(path, framework="numpy") as file:
            facts = (file.metadata() or {})[FACTS]
            vectors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - it is no mapping
        pixels = tuple(map(str, json.loads(facts)["pixels"]))
    except (OSError, SafetensorError, ValueError, TypeError, KeyError):  # numpy has no word for some of its types
        return None
    if facts != _facts(pixels, vectors) or any(len(values) != len(pixels) for values in vectors.values()):
        return None
    return KeptVectors(pixels, vectors)


def _facts(pixels: Sequence[str], arrays: Mapping[str, Vectors]) -> str:
    """All that is said of the arrays, as one text: several would lie in the file in any order."""
    return json.dumps({"format": FORMAT, "pixels": list(pixels), "sha256": _digest(arrays)}, sort_keys=True)


def _digest(arrays: Mapping[str, Vectors]) -> str:
    """Of names, shapes, types and values."""
    found = hashlib.sha256()
    for name in sorted(arrays):
        found.update(f"{name} {arrays[name].shape} {arrays[name].dtype}\n".encode())
        found.update(np.ascontiguousarray(arrays[name]).tobytes())
    return found.hexdigest()
