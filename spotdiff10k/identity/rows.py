"""Rows: all pictures of one pose, over its backgrounds, as one; whether they show who the other poses show.

What the light of single backgrounds does is gone from the mean of a row's descriptors, and all rows of a group stand on the
same backgrounds. Several maps look at such means, each at some blocks of the descriptor (discriminant analysis, as the
verifier, but of rows), and a logistic regression says from the cosine and the distance of each map what they are worth: a
sibling may have the same colours in another texture, or the same outline in other colours.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from spotdiff10k.engines.rendered.jit import kernel
from spotdiff10k.errors import ModelError
from spotdiff10k.identity.tensors import F32, read_tensors, tensor_bytes
from spotdiff10k.identity.verifier import DIGEST_DIGITS, joined
from spotdiff10k.resources import shelf

FILE = "rows.safetensors"
FORMAT = "1"
LEAST_DISTANCE = 0.1
"""Mean square added before the logarithm: rows that are nearer to each other than this are alike."""
MOST_ODDS = 16.0
"""Natural logarithm of the odds that counts as certain; an agreement of 1."""

F64 = npt.NDArray[np.float64]
Indices = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class RowVerifier:
    """Maps of rows and what each is worth."""

    blocks: tuple[tuple[str, int], ...]  # name and length, of a descriptor, in the order in which they lie in `mean`
    views: tuple[tuple[str, ...], ...]  # names of the blocks that each map looks at
    mean: F32  # (D,)
    scale: F32  # (D,)
    projections: tuple[F32, ...]  # (D of the view, K) each
    weights: F32  # (2 views + 1,): of the cosine and the log distance of each, and what is added
    trained_on: str  # in words

    @property
    def digest(self) -> str:
        """Of all that decides what it says."""
        return hashlib.sha256(rows_bytes(self)).hexdigest()[:DIGEST_DIGITS]

    def odds(self, row: F64, others: F64) -> float:
        """The log odds that a row (D,), a mean of descriptors, shows the subject of other rows (N, D)."""
        found = np.concatenate([pair_features(row, others, *view) for view in self.maps()])
        return float((found * self.weights[:-1]).sum() + self.weights[-1])

    def maps(self) -> Sequence[tuple[Indices, F32, F32, F32]]:
        """For each view the places of its blocks, their mean and scale, and its projection."""
        places = places_of(self.blocks, self.views)
        return [(at, self.mean[at], self.scale[at], projection) for at, projection in zip(places, self.projections, strict=True)]


def places_of(blocks: Sequence[tuple[str, int]], views: Sequence[Sequence[str]]) -> list[Indices]:
    """Where the blocks of each view lie in a joined descriptor."""
    ends = np.cumsum([length for _, length in blocks])
    spans = {name: np.arange(end - length, end) for (name, length), end in zip(blocks, ends, strict=True)}
    return [np.concatenate([spans[name] for name in view]) for view in views]


@kernel
def _projected(values: F64, mean: F32, scale: F32, projection: F32, out: F64) -> None:
    """Project (values - mean) / scale; sums in the same order everywhere."""
    out[:] = 0.0
    for row in range(len(values)):
        value = (values[row] - mean[row]) / scale[row]
        for column in range(len(out)):
            out[column] += value * projection[row, column]


@kernel
def _cosine_and_distance(one: F64, other: F64) -> tuple[float, float]:
    """The cosine, and the mean square difference."""
    product, first, second, square = 0.0, 0.0, 0.0, 0.0
    for column in range(len(one)):
        product += one[column] * other[column]
        first += one[column] ** 2
        second += other[column] ** 2
        square += (one[column] - other[column]) ** 2
    length = np.sqrt(first * second)
    return (product / length if length > 0 else 0.0), square / len(one)


def pair_features(row: F64, others: F64, at: Indices, mean: F32, scale: F32, projection: F32) -> F64:
    """(2,): cosine and log distance of a row (D,) and the mean of other rows (N, D) as one map sees them.

    The fewer the others, the further their mean may lie from where the subject is.
    """
    one, other = np.empty(projection.shape[1]), np.empty(projection.shape[1])
    _projected(row[at], mean, scale, projection, one)
    _projected(others[:, at].mean(axis=0), mean, scale, projection, other)
    cosine, distance = _cosine_and_distance(one, other)
    return np.array([cosine, np.log(distance / (1 + 1 / len(others)) + LEAST_DISTANCE)])


def row_agreement(verifier: RowVerifier, descriptors: Sequence[Mapping[str, F32] | None], poses: Indices) -> F64:
    """(N,), -1 to 1, the same for members of one pose: how sure it is that its row shows who the other rows show.

    NaN for members that show nothing, and where there is one pose only.
    """
    vectors = {at: joined(one, verifier.blocks) for at, one in enumerate(descriptors) if one is not None}
    members = {int(pose): [at for at in vectors if poses[at] == pose] for pose in np.unique(poses)}
    rows = {
        pose: np.stack([vectors[at] for at in chosen]).mean(axis=0, dtype=np.float64)
        for pose, chosen in members.items()
        if chosen
    }
    found = np.full(len(descriptors), np.nan)
    for pose in rows if len(rows) > 1 else ():
        others = np.stack([row for other, row in rows.items() if other != pose])
        found[members[pose]] = min(1.0, max(-1.0, verifier.odds(rows[pose], others) / MOST_ODDS))
    return found


@cache
def load_rows() -> RowVerifier:
    """The shipped one. Raises ModelError when the file is missing or damaged."""
    tensors, metadata = read_tensors(shelf("manifests") / "verifiers" / FILE)
    try:
        blocks = tuple((str(name), int(length)) for name, length in json.loads(metadata["blocks"]))
        views = tuple(tuple(str(name) for name in view) for view in json.loads(metadata["views"]))
        projections = tuple(tensors[f"projection{number}"] for number in range(len(views)))
        made = RowVerifier(
            blocks, views, tensors["mean"], tensors["scale"], projections, tensors["weights"], metadata["trained_on"]
        )
        sizes = [len(at) for at in places_of(blocks, views)]
    except (KeyError, ValueError, TypeError) as error:
        raise ModelError(f"{FILE} is not a verifier of rows ({error}). Reinstall spotdiff10k.") from error
    fits = [len(one) for one in projections] == sizes and len(made.weights) == 2 * len(views) + 1
    if metadata.get("format") != FORMAT or not fits or len(made.mean) != sum(length for _, length in blocks):
        raise ModelError(f"{FILE} is of another format or does not fit its blocks. Reinstall spotdiff10k.")
    return made


def rows_bytes(verifier: RowVerifier) -> bytes:
    """The file of a verifier of rows."""
    metadata = {
        "format": FORMAT,
        "blocks": json.dumps(verifier.blocks, separators=(",", ":")),
        "views": json.dumps(verifier.views, separators=(",", ":")),
        "trained_on": verifier.trained_on,
    }
    tensors = {f"projection{number}": values for number, values in enumerate(verifier.projections)}
    tensors |= {"mean": verifier.mean, "scale": verifier.scale, "weights": verifier.weights}
    return tensor_bytes(tensors, metadata)
