"""What a group's embeddings are kept as, so that groups can be compared later without their pictures.

Always those of the verifier that needs no encoder: they mean the same in every run of the same version.
"""

import base64
import binascii
from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from spotdiff10k.identity.tensors import F32

FACT = "embedding"
LARGEST = 127

Noted = npt.NDArray[np.int8]
"""(K,) an embedding in steps of its largest number; only its direction counts."""


def facts_of(keys: Sequence[str], embeddings: Sequence[F32 | None]) -> dict[str, Mapping[str, str]]:
    """The embeddings of samples as facts; nothing for a sample that shows too little of its subject to have one."""
    return {key: {FACT: to_text(vector)} for key, vector in zip(keys, embeddings, strict=True) if vector is not None}


def to_text(vector: F32) -> str:
    """An embedding as text."""
    largest = float(np.abs(vector).max())
    steps = np.rint(vector * (LARGEST / largest if largest else 0.0)).astype(np.int8)
    return base64.b64encode(steps.tobytes()).decode("ascii")


def from_text(text: str) -> Noted:
    """An embedding from its text. Raises ValueError when it is none."""
    try:
        return np.frombuffer(base64.b64decode(text, validate=True), np.int8)
    except binascii.Error as error:
        raise ValueError(f"an embedding is base64, found {text[:20]!r}") from error
