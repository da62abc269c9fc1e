"""Features of a grouped set by a frozen encoder, computed once: on disk by pixel digest, in memory as one array.

Files are features/<encoder>-<digest>-<setup>/ab/<pictures>.safetensors, one a subject. They can always be computed again.
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from pathlib import Path

import numpy as np

from spotdiff10k.devices import CPU, chosen_device
from spotdiff10k.encoders import Encoder, encoder_setup, load_encoder
from spotdiff10k.errors import MissingExtraError
from spotdiff10k.features.kept import DIGEST_DIGITS, KeptVectors, read_vectors, write_vectors
from spotdiff10k.progress import Tally
from spotdiff10k.training.codes import Float16, Float32, TokenSet
from spotdiff10k.training.views import GroupedSet
from spotdiff10k.types import Image

ENCODER = "augnet"
"""The offline encoder: it learned without labels, so that what is found in its features was learned from the set."""
STAGES = {"augnet": (0, 1, 2), "mobilenet_v2": (1, 2, 3, 4)}
"""The stages whose maps become tokens, from 0; all of any other encoder's."""
NAMES = TOKENS, POOLED, WIDTHS = "tokens", "pooled", "widths"
Kept = tuple[Float16, Float32, Float32]
"""Of one picture, by NAMES: (T, D), (P,), and the widths of a token's parts."""
FOLDER_DIGITS, NAME_DIGITS = 2, 32
OnProgress = Callable[[Tally], None]


def token_set(
    grouped: GroupedSet, encoder: str = ENCODER, folder: Path | None = None, on_progress: OnProgress | None = None
) -> TokenSet:
    """Tokens of every picture of a set, in the order of its views; a picture that occurs twice is looked at once.

    With a folder they are read from there and written there. Raises DataError when a picture cannot be read, ModelError
    when the encoder is not on this machine, MissingExtraError without torch.
    """
    try:
        import torch  # noqa: F401
    except ImportError as error:
        raise MissingExtraError("torch", "train", "Training the reference model") from error
    maker = _Maker(grouped, encoder, folder)
    found: _Arrays | None = None
    for chunk, kept, made in maker.chunks():
        if found is None:
            found = _Arrays(len(grouped.views), kept)
        found.take(chunk, kept, maker.pixels)
        if on_progress is not None:
            on_progress(Tally(chunk[-1] + 1, len(grouped.views), made))
    if found is None:
        raise ValueError("a grouped set without pictures has no features")
    return TokenSet(found.tokens, _inside(grouped), found.pooled, maker.setup, found.blocks)


class _Arrays:
    """Features of a whole set, filled subject by subject."""

    def __init__(self, pictures: int, kept: KeptVectors) -> None:
        self.tokens = np.zeros((pictures, *kept.vectors[TOKENS].shape[1:]), np.float16)
        self.pooled = np.zeros((pictures, kept.vectors[POOLED].shape[1]), np.float32)
        self.blocks = tuple(int(width) for width in kept.vectors[WIDTHS][0])

    def take(self, chunk: Sequence[int], kept: KeptVectors, pixels: Sequence[str]) -> None:
        """Fill the rows of a chunk's pictures."""
        where = {digest: row for row, digest in enumerate(kept.pixels)}
        rows = [where[pixels[index]] for index in chunk]
        self.tokens[chunk] = kept.vectors[TOKENS][rows]
        self.pooled[chunk] = kept.vectors[POOLED][rows]


class _Maker:
    """Looks at a set subject by subject."""

    def __init__(self, grouped: GroupedSet, encoder: str, folder: Path | None) -> None:
        from spotdiff10k.training.places import SETUP

        self._grouped = grouped
        self._name = encoder
        self._encoder: Encoder | None = None
        self._memory: dict[str, Kept] = {}
        self._made = 0
        where = chosen_device()  # another device gives other last digits
        self.setup = f"{encoder_setup(encoder)} + {SETUP}" + ("" if where == CPU else f" on {where}")
        digest = hashlib.sha256(self.setup.encode()).hexdigest()[:DIGEST_DIGITS]
        self._folder = folder / f"{encoder}-{digest}" if folder else None
        self.pixels = [grouped.pixels(index) for index in range(len(grouped.views))]
        self._uses = Counter(self.pixels)

    def chunks(self) -> Iterator[tuple[list[int], KeptVectors, int]]:
        """(positions, their distinct pictures' features, pictures looked at so far), subject by subject."""
        subjects = groupby(range(len(self.pixels)), key=lambda index: self._grouped.views[index].subject)
        for _, members in subjects:
            chunk = list(members)
            yield chunk, self._features(chunk), self._made

    def _features(self, chunk: Sequence[int]) -> KeptVectors:
        first = {self.pixels[index]: index for index in reversed(chunk)}
        digests = sorted(first)
        path = self._path(digests)
        kept = read_vectors(path, digests) if path else None
        if kept is not None and set(NAMES) <= set(kept.vectors):
            return kept
        kept = self._look(digests, [first[digest] for digest in digests])
        if path:
            write_vectors(path, kept)
        return kept

    def _look(self, digests: Sequence[str], indices: Sequence[int]) -> KeptVectors:
        unknown = {digest: index for digest, index in zip(digests, indices, strict=True) if digest not in self._memory}
        found = dict(self._memory)
        if unknown:
            if self._encoder is None:
                self._encoder = load_encoder(self._name)
            pictures = [self._grouped.picture(index) for index in unknown.values()]
            found.update(zip(unknown, _encoded(self._encoder, self._name, pictures), strict=True))
        self._made += len(unknown)
        self._memory.update({digest: found[digest] for digest in unknown if self._uses[digest] > 1})
        columns = zip(*(found[digest] for digest in digests), strict=True)
        return KeptVectors(tuple(digests), dict(zip(NAMES, map(np.stack, columns), strict=True)))

    def _path(self, digests: Sequence[str]) -> Path | None:
        if self._folder is None:
            return None
        name = hashlib.sha256("\n".join(digests).encode()).hexdigest()[:NAME_DIGITS]
        return self._folder / name[:FOLDER_DIGITS] / f"{name}.safetensors"


def _encoded(encoder: Encoder, name: str, pictures: Sequence[Image]) -> list[Kept]:
    from spotdiff10k.training.places import place_tokens, widths

    features = encoder.encode(np.stack(pictures))
    stages = tuple(STAGES.get(name, range(len(features.maps))))
    tokens = place_tokens(features, stages, pictures).numpy().astype(np.float16)
    blocks = np.array(widths(features, stages), np.float32)
    return [(*pair, blocks) for pair in zip(tokens, features.pooled.cpu().numpy().astype(np.float32), strict=True)]


def _inside(grouped: GroupedSet) -> Float32 | None:
    from spotdiff10k.training.places import covered

    found = []
    for index in range(len(grouped.views)):
        mask = grouped.mask(index)
        if mask is None:
            return None
        found.append(covered(mask))
    return np.stack(found)
