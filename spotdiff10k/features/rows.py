"""What checks take of an encoder's features, picture by picture: features/<check>-<encoder>-<digest>/ab/<group>.safetensors.

Feature maps are large and needed once; the vectors that a check takes from them are small. A row's key names all that decides
it: the pixels, the encoder with its weights and its input, and what was taken. So rows outlive a repair, a newer version of the
check and deleted measures; a file that is damaged is as good as none, and is written anew.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from spotdiff10k.features.kept import KeptVectors, Vectors, read_all, vectors_path, write_vectors

if TYPE_CHECKING:
    from spotdiff10k.committed import GroupView

Take = Callable[[list[int]], Mapping[str, Vectors]]
"""From places in a group to named (N, D) vectors of the pictures there."""


@dataclass(frozen=True, slots=True)
class KeptRows:
    """Where the rows of a group lie, if anywhere, and what decides them besides pixels."""

    setup: str
    path: Path | None = None

    def key(self, *pixels: npt.NDArray[Any]) -> str:
        """The key of what is taken of these pixels, such as a picture and its mask."""
        found = hashlib.sha256(self.setup.encode())
        for one in pixels:
            found.update(f"\n{one.shape} {one.dtype}\n".encode())
            found.update(np.ascontiguousarray(one).data)
        return found.hexdigest()

    def once(self, keys: Sequence[str], take: Take) -> dict[str, Vectors]:
        """The rows with these keys, in their order; `take` is only asked for those that are not kept, each once."""
        before = None if self.path is None else read_all(self.path)
        known = set() if before is None else set(before.pixels)
        asked = _firsts(keys, known)
        if asked:
            fresh = KeptVectors([keys[at] for at in asked], take(asked))
            if before is not None and not _alike(before, fresh):
                before, asked = None, _firsts(keys, set())
                fresh = KeptVectors([keys[at] for at in asked], take(asked))
            before = fresh if before is None else _together(before, fresh)
            if self.path is not None:
                write_vectors(self.path, before)
        if before is None:
            return {}
        places = {key: at for at, key in enumerate(before.pixels)}
        chosen = [places[key] for key in keys]
        return {name: values[chosen] for name, values in before.vectors.items()}


def _firsts(keys: Sequence[str], known: Set[str]) -> list[int]:
    """The first place of every key that is not known."""
    first: dict[str, int] = {}
    for at, key in enumerate(keys):
        if key not in known:
            first.setdefault(key, at)
    return list(first.values())


def rows_of(group: "GroupView", what: str, setup: str) -> KeptRows:
    """The kept rows of a group; `what` names the check and its encoder, `setup` all that decides a row besides pixels.

    A group that is of no run keeps nothing.
    """
    if group.run is None:
        return KeptRows(setup)
    digest = hashlib.sha256(setup.encode()).hexdigest()
    return KeptRows(setup, vectors_path(group.run, what, digest, group.planned.id))


def _alike(first: KeptVectors, second: KeptVectors) -> bool:
    """Whether both hold the same vectors; another setup has another folder, so only a foreign file does not."""
    kinds = [{name: (values.shape[1:], values.dtype) for name, values in one.vectors.items()} for one in (first, second)]
    return kinds[0] == kinds[1]


def _together(first: KeptVectors, second: KeptVectors) -> KeptVectors:
    both = {name: np.concatenate([values, second.vectors[name]]) for name, values in first.vectors.items()}
    return KeptVectors([*first.pixels, *second.pixels], both)
