"""The verifier: a linear map, trained on development subjects, from a subject's descriptor to where only identity counts.

Two pictures agree by the cosine of their embeddings: 1 for the same, about 0 for strangers. The map is read from
manifests/verifiers/<encoder>.safetensors; `python benchmarks/identity_training.py` makes it.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np

from spotdiff10k.engines.rendered.jit import kernel
from spotdiff10k.errors import ModelError
from spotdiff10k.identity.tensors import F32, read_tensors, tensor_bytes
from spotdiff10k.resources import shelf

NONE = "none"
"""Stands for no encoder: descriptors of pixels and masks alone."""
FORMAT = "1"
DIGEST_DIGITS = 16


@dataclass(frozen=True, slots=True)
class Verifier:
    """A trained linear map. Its blocks are those of a descriptor, in the order in which they lie in `mean`."""

    encoder: str  # "none", "augnet": what made the blocks beside the classical ones
    blocks: tuple[tuple[str, int], ...]  # name and length
    mean: F32  # (D,)
    scale: F32  # (D,)
    projection: F32  # (D, K)
    trained_on: str  # in words

    @property
    def digest(self) -> str:
        """Of all that decides its embeddings."""
        return hashlib.sha256(verifier_bytes(self)).hexdigest()[:DIGEST_DIGITS]

    def embed(self, descriptor: Mapping[str, F32]) -> F32:
        """(K,) of unit length. Raises ModelError when the descriptor has other blocks than it was trained on."""
        out = np.empty(self.projection.shape[1], np.float32)
        _embed(joined(descriptor, self.blocks), self.mean, self.scale, self.projection, out)
        return out


@kernel
def _embed(values: F32, mean: F32, scale: F32, projection: F32, out: F32) -> None:
    """Project (values - mean) / scale and normalise; sums in the same order everywhere."""
    sums = np.zeros(len(out), np.float64)
    for row in range(len(values)):
        value = (values[row] - mean[row]) / scale[row]
        for column in range(len(out)):
            sums[column] += value * projection[row, column]
    length = 0.0
    for column in range(len(out)):
        length += sums[column] * sums[column]
    length = np.sqrt(length)
    for column in range(len(out)):
        out[column] = sums[column] / length if length > 0 else 0.0


def joined(descriptor: Mapping[str, F32], blocks: tuple[tuple[str, int], ...]) -> F32:
    """The blocks of a descriptor as one vector. Raises ModelError when one is missing or of another length."""
    for name, length in blocks:
        found = descriptor[name].shape if name in descriptor else None
        if found != (length,):
            raise ModelError(f"The verifier was trained on the block '{name}' of {length} numbers, found {found or 'none'}.")
    return np.concatenate([descriptor[name] for name, _ in blocks])


@cache
def load_verifier(encoder: str = NONE) -> Verifier:
    """The shipped verifier for an encoder. Raises ModelError when there is none or the file is damaged."""
    path = shelf("manifests") / "verifiers" / f"{encoder}.safetensors"
    tensors, metadata = read_tensors(path)
    try:
        blocks = tuple((str(name), int(length)) for name, length in json.loads(metadata["blocks"]))
        arrays = (tensors["mean"], tensors["scale"], tensors["projection"])
        made = Verifier(metadata["encoder"], blocks, *arrays, metadata["trained_on"])
    except (KeyError, ValueError, TypeError) as error:
        raise ModelError(f"{path.name} is not a verifier ({error}). Reinstall spotdiff10k.") from error
    size = sum(length for _, length in blocks)
    if metadata.get("format") != FORMAT or [len(values) for values in arrays] != [size] * 3:
        raise ModelError(f"{path.name} is a verifier of another format or does not fit its blocks. Reinstall spotdiff10k.")
    return made


def verifier_bytes(verifier: Verifier) -> bytes:
    """The file of a verifier."""
    metadata = {
        "format": FORMAT,
        "encoder": verifier.encoder,
        "blocks": json.dumps(verifier.blocks, separators=(",", ":")),
        "trained_on": verifier.trained_on,
    }
    return tensor_bytes({"mean": verifier.mean, "scale": verifier.scale, "projection": verifier.projection}, metadata)
