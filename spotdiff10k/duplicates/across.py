"""Samples compared across groups: the facts that the check noted, as arrays, and what is near to what."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from spotdiff10k.duplicates import bits, look, phash, skeletons
from spotdiff10k.duplicates.bits import NOBODY
from spotdiff10k.duplicates.blocklist import Blocklist
from spotdiff10k.duplicates.codes import Codes, codes_of, products, similarity
from spotdiff10k.duplicates.neighbours import Indices, Neighbours, earlier
from spotdiff10k.duplicates.skeletons import Noted, joined
from spotdiff10k.duplicates.subjects import Crowd
from spotdiff10k.errors import RunError
from spotdiff10k.identity import noted
from spotdiff10k.set_measures import SetGroup

CHECK, IDENTITY, POSE = "duplicates", "identity", "pose"
HASH, SUBJECT_HASH, LOOK = "hash", "subject_hash", "look"
"""Facts of a sample: the hash of the whole picture, that of the subject alone on grey, and what the subject looks like."""
COMPARED_BITS = 2 * phash.BITS
UNLIKE_BITS = 100.0
"""What a cosine of 0 between looks counts for, beside differing bits: hashes see no colours, and would take red for blue."""
FARTHEST = COMPARED_BITS + 2 * UNLIKE_BITS
EXACT_PAIRS = 4e10
"""Up to so many pairs of hashes, those of 200,000 samples, all are compared: half a minute on one core."""


@dataclass(frozen=True, slots=True)
class SetView:
    """The N samples of a set, group after group in plan order."""

    keys: tuple[str, ...]
    groups: Indices  # (N,) the ordinal of each sample's group among these, rising
    splits: Indices  # (N,) a number for its split
    hashes: npt.NDArray[np.uint64]  # (N, COMPARED_BITS / 64) words
    looks: Codes  # (N, D)

    @property
    def starts(self) -> Indices:
        """(N,) the first row of each sample's group: the rows before it are those of earlier groups."""
        return np.searchsorted(self.groups, self.groups, side="left")


def view_set(groups: Sequence[SetGroup]) -> SetView:
    """The facts of at least one group as arrays. Raises RunError for a sample without facts that can be read."""
    keys = [(ordinal, group, cell.key) for ordinal, group in enumerate(groups) for cell in group.planned.cells]
    names = sorted({group.planned.split for group in groups})
    hashes = [_read(group, key, (HASH, SUBJECT_HASH)) for _, group, key in keys]
    looks = [_look(group, key) for _, group, key in keys]
    return SetView(
        keys=tuple(key for _, _, key in keys),
        groups=np.array([ordinal for ordinal, _, _ in keys], np.int64),
        splits=np.array([names.index(group.planned.split) for _, group, _ in keys], np.int64),
        hashes=np.stack(hashes),
        looks=codes_of(np.stack(looks)),
    )


def crowd_of(view: SetView, groups: Sequence[SetGroup]) -> Crowd | None:
    """What tells the subjects of these groups apart; None when no embedding of any of them was noted.

    Raises RunError for an embedding that cannot be read.
    """
    sums = [_embedding(group) for group in groups]
    length = max(len(one) for one in sums)
    if not length:
        return None
    embeddings = codes_of(np.stack([one if len(one) else np.zeros(length, np.int64) for one in sums]))
    starts = np.searchsorted(view.groups, np.arange(len(groups) + 1))
    return Crowd(starts, view.splits[starts[:-1]], embeddings, view.looks, joined([_skeleton(group) for group in groups]))


def _told(group: SetGroup, check: str, fact: str) -> list[str]:
    """A fact of all samples of which another check, where it was run, noted it."""
    facts = group.measured[check].facts if check in group.measured else {}
    return [facts[cell.key][fact] for cell in group.planned.cells if fact in facts.get(cell.key, {})]


def _embedding(group: SetGroup) -> npt.NDArray[np.int64]:
    """The sum of the directions of a group's embeddings; empty where none was noted."""
    texts = _told(group, IDENTITY, noted.FACT)
    if not texts:
        return np.zeros(0, np.int64)
    try:
        directions = codes_of(np.stack([noted.from_text(text) for text in texts]))
    except ValueError as error:
        raise _without_facts(group.planned.cells[0].key) from error
    found: npt.NDArray[np.int64] = directions.sum(axis=0, dtype=np.int64)
    return found


def _skeleton(group: SetGroup) -> Noted:
    """The bones that the check pose noted of a group; none where it did not."""
    try:
        return skeletons.skeleton_of(_told(group, POSE, skeletons.FACT))
    except ValueError as error:
        raise _without_facts(group.planned.cells[0].key) from error


def nearest_hashes(view: SetView) -> bits.Nearest:
    """For each sample the sample of an earlier group that differs in the fewest bits.

    Among more than 200,000 samples only those are compared that look alike, as copies do.
    """
    if float(len(view.hashes)) ** 2 <= EXACT_PAIRS:
        return bits.nearest(view.hashes, view.hashes, view.starts)
    from spotdiff10k.duplicates import clusters

    crowd = int(np.bincount(view.groups).max())
    return bits.nearest_among(view.hashes, clusters.candidates(view.looks, view.looks, crowd), view.starts)


def distances(view: SetView, nearest: bits.Nearest) -> npt.NDArray[np.float64]:
    """How far the nearest is: differing bits, and UNLIKE_BITS for looks that are not alike at all, less for those that are."""
    pairs = similarity(products(view.looks, view.looks[np.maximum(nearest.index, 0)]))
    return np.where(nearest.index == NOBODY, FARTHEST, nearest.bits + UNLIKE_BITS * (1 - pairs))


def nearest_looks(view: SetView, other_split: bool) -> Neighbours:
    """For each sample the sample of an earlier group whose subject looks most alike, in other splits or in the same."""
    return earlier(view.looks, view.groups, view.splits, other_split)


def nearest_blocked(view: SetView, blocked: Blocklist) -> bits.Nearest:
    """For each sample the blocked picture whose hash differs in the fewest bits, mirrored or not."""
    found = bits.nearest(np.ascontiguousarray(view.hashes[:, : phash.WORDS]), blocked.hashes)
    return bits.Nearest(np.where(found.index == NOBODY, NOBODY, found.index // 2), found.bits)


def _read(group: SetGroup, key: str, names: Sequence[str]) -> phash.Bits:
    try:
        return phash.from_text("".join(group.fact(CHECK, key, name) for name in names))
    except (KeyError, ValueError) as error:
        raise _without_facts(key) from error


def _look(group: SetGroup, key: str) -> look.Look:
    try:
        return look.from_text(group.fact(CHECK, key, LOOK))
    except (KeyError, ValueError) as error:
        raise _without_facts(key) from error


def _without_facts(key: str) -> RunError:
    return RunError(f"The measures of {key} have no hashes that can be read, so it cannot be compared. Run: spotdiff10k validate")
