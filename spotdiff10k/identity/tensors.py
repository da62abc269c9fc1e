"""Small float32 tensors in a safetensors file, read and written without that package: a header in JSON, then plain numbers.

The format is that of https://github.com/huggingface/safetensors; nothing in such a file can run.
"""

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from spotdiff10k.errors import ModelError

F32 = npt.NDArray[np.float32]

MAX_BYTES = 4 * 2**20
LENGTH_BYTES = 8
METADATA = "__metadata__"
ITEM_BYTES = 4


def tensor_bytes(tensors: Mapping[str, F32], metadata: Mapping[str, str]) -> bytes:
    """The bytes of a safetensors file; the same tensors are the same bytes."""
    header: dict[str, Any] = {METADATA: dict(sorted(metadata.items()))}
    parts: list[bytes] = []
    offset = 0
    for name, values in sorted(tensors.items()):
        part = np.ascontiguousarray(values, "<f4").tobytes()
        header[name] = {"dtype": "F32", "shape": list(values.shape), "data_offsets": [offset, offset + len(part)]}
        parts.append(part)
        offset += len(part)
    text = json.dumps(header, separators=(",", ":"), ensure_ascii=True).encode()
    text += b" " * (-len(text) % LENGTH_BYTES)
    return len(text).to_bytes(LENGTH_BYTES, "little") + text + b"".join(parts)


def read_tensors(path: Path) -> tuple[dict[str, F32], dict[str, str]]:
    """The tensors and the metadata of a small file. Raises ModelError when it is missing, large, or not what it says."""
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise ValueError(f"it has {size} bytes, at most {MAX_BYTES} are read")
        return _parse(path.read_bytes())
    except OSError as error:
        raise ModelError(f"The verifier {path.name} cannot be read: {error.strerror}. Reinstall spotdiff10k.") from error
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ModelError(f"{path.name} is not a safetensors file of float32 tensors ({error}). Restore it.") from error


def _parse(data: bytes) -> tuple[dict[str, F32], dict[str, str]]:
    start = LENGTH_BYTES + int.from_bytes(data[:LENGTH_BYTES], "little")
    if start > len(data):
        raise ValueError("its header is cut short")
    header = json.loads(data[LENGTH_BYTES:start])
    metadata = {str(name): str(value) for name, value in header.pop(METADATA, {}).items()}
    return {str(name): _tensor(data[start:], entry) for name, entry in header.items()}, metadata


def _tensor(data: bytes, entry: Mapping[str, Any]) -> F32:
    shape = tuple(int(length) for length in entry["shape"])
    first, last = (int(offset) for offset in entry["data_offsets"])
    fits = 0 <= first <= last <= len(data) and min(shape, default=0) >= 0 and last - first == math.prod(shape) * ITEM_BYTES
    if entry["dtype"] != "F32" or not fits:
        raise ValueError("a tensor does not fit its data")
    return np.frombuffer(data[first:last], "<f4").reshape(shape).astype(np.float32)
