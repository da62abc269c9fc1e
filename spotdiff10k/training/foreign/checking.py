"""Looks at every picture of a foreign set once, before anything is trained on it: what is broken is left out, with its reason."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice

from spotdiff10k.photos.reading import UnusablePhotoError
from spotdiff10k.training.foreign.pictures import read_mask, read_picture
from spotdiff10k.training.foreign.values import Box, Listed, Piece

BATCH = 256
"""Pictures in hand at a time."""
OnProgress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Checked:
    """A picture that can be read."""

    listed: Listed
    pixels: str  # sha256 of the file and which part of it is meant
    mask: str  # sha256 of the mask file; "alpha" where the picture's own alpha channel is its mask; "" where there is none
    plate: str


def check_all(
    pictures: Sequence[Listed], workers: int, on_progress: OnProgress | None = None
) -> tuple[list[Checked], list[tuple[str, str]]]:
    """Those that can be read, in order, and what is wrong with the others; `workers` threads."""
    kept: list[Checked] = []
    failed: list[tuple[str, str]] = []
    with ThreadPoolExecutor(max(1, workers)) as pool:
        for batch in _batches(pictures):
            for one, found in zip(batch, pool.map(_check, batch), strict=True):
                if isinstance(found, Checked):
                    kept.append(found)
                else:
                    failed.append((one.key, found))
            if on_progress is not None:
                on_progress(len(kept) + len(failed), len(pictures))
    return kept, failed


def _check(one: Listed) -> Checked | str:
    try:
        data = one.picture.read()
        _, alpha = read_picture(data, one.part)
    except UnusablePhotoError as error:
        return str(error)
    layers = {"mask": "alpha" if alpha is not None else "", "plate": ""}
    for name, piece, decode in (("mask", one.mask, read_mask), ("plate", one.plate, read_picture)):
        try:
            if piece is not None:
                layers[name] = _digest_of_readable(piece, one.part, decode)
        except UnusablePhotoError as error:
            return f"its {name} cannot be taken: {error}"
    return Checked(one, _pixels(data, one.part), layers["mask"], layers["plate"])


def _pixels(data: bytes, part: Box | None) -> str:
    digest = _digest(data)
    return digest if part is None else _digest(f"{digest}:{part}".encode())


def _digest_of_readable(piece: Piece, part: Box | None, decode: Callable[[bytes, Box | None], object]) -> str:
    data = piece.read()
    decode(data, part)
    return _digest(data)


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _batches(pictures: Sequence[Listed]) -> Iterator[list[Listed]]:
    rest = iter(pictures)
    while batch := list(islice(rest, BATCH)):
        yield batch
