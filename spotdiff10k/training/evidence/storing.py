"""Arrays on disk that several processes look at without copying them, and results that outlive a kill."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from spotdiff10k.run import write_atomically
from spotdiff10k.training.codes import Float32, TokenSet

Array = npt.NDArray[np.float64]
"""In results codes are float32; all else is float64."""


CODE = "code/"


@dataclass(frozen=True, slots=True)
class Result:
    """What one job gave."""

    arrays: Mapping[str, Array]
    codes: Mapping[str, Float32]  # of the held-out pictures, by part; empty where they are not kept
    told: Mapping[str, str]  # texts, such as a training curve in JSON


def save_tokens(folder: Path, name: str, tokens: TokenSet, asked: str = "") -> None:
    """Write a token set so that `map_tokens` finds it; the file that says it is whole, and what was asked for, comes last."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.json").unlink(missing_ok=True)
    parts = {"tokens": tokens.tokens, "pooled": tokens.pooled}
    if tokens.inside is not None:
        parts["inside"] = tokens.inside
    for part, array in parts.items():
        np.save(folder / f"{name}-{part}.npy", np.ascontiguousarray(array), allow_pickle=False)
    about = {"asked": asked, "encoder": tokens.encoder, "parts": sorted(parts), "blocks": tokens.blocks}
    write_atomically(folder / f"{name}.json", json.dumps(about, sort_keys=True).encode())


def has_tokens(folder: Path, name: str, asked: str = "") -> bool:
    """Whether `save_tokens` ended for what is asked."""
    try:
        return bool(json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))["asked"] == asked)
    except (OSError, ValueError, KeyError, TypeError):
        return False


def map_tokens(folder: Path, name: str) -> TokenSet:
    """A token set whose arrays stay on disk until they are looked at, shared by all processes."""
    about = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
    arrays = {part: np.load(folder / f"{name}-{part}.npy", mmap_mode="r", allow_pickle=False) for part in about["parts"]}
    return TokenSet(arrays["tokens"], arrays.get("inside"), arrays["pooled"], about["encoder"], tuple(about["blocks"]))


def save_result(path: Path, result: Result) -> None:
    """Commit the result of a job."""
    from safetensors.numpy import save

    arrays = {name: np.ascontiguousarray(array) for name, array in result.arrays.items()}
    arrays |= {f"{CODE}{part}": np.ascontiguousarray(code) for part, code in result.codes.items()}
    write_atomically(path, save(arrays, dict(result.told)))


def load_result(path: Path) -> Result | None:
    """The result of a job, or None where there is none that can be read."""
    from safetensors import SafetensorError, safe_open

    if not path.is_file():
        return None
    try:
        with safe_open(path, "numpy") as file:
            arrays = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - no mapping
            told = file.metadata() or {}
    except (SafetensorError, OSError):
        return None
    codes = {name.removeprefix(CODE): array for name, array in arrays.items() if name.startswith(CODE)}
    return Result({name: array for name, array in arrays.items() if not name.startswith(CODE)}, codes, told)
