"""Whether two groups show one subject, whatever its poses and backgrounds: what all their views say together.

Two numbers are added: the cosine of the groups' mean embeddings (the verifier of the check identity, trained to tell subjects of
one family in one pose on one background), and the likeness of their two most alike looks. Taken away is how crowded it is
about each: a plain quadruped is like many, so that much likeness says less of it; and among many groups, how near the nearest of
them would be if all were distinct. The former is measured on strangers, 480 rendered
subjects whose mean looks are kept in `strangers.npz` (`benchmarks/learn_strangers.py`); in speech, where two recordings are asked
to be of one speaker, it is called adaptive score normalisation (Matejka et al., Interspeech 2017). Groups with recorded bones of
the same lengths are taken for more alike, those with others for a little less.

Only the few earlier groups whose mean embeddings are nearest are compared by all views, so that a search stays sub-quadratic.
"""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
import numpy.typing as npt

from spotdiff10k.duplicates import exact
from spotdiff10k.duplicates.bits import NOBODY
from spotdiff10k.duplicates.codes import UNIT, Codes, codes_of
from spotdiff10k.duplicates.neighbours import EXACT_PAIRS, Indices
from spotdiff10k.duplicates.skeletons import NONE, Skeletons, bones_say, joined
from spotdiff10k.engines.rendered.jit import kernel

STRANGERS = "strangers.npz"
NEAREST_STRANGERS = 4
CROWDED = 0.4
"""Of each group's likeness to its nearest strangers, that is taken away."""
COMPARED = 8
"""Earlier groups that are compared by all views."""
FEW_GROUPS = 140
"""Among so many earlier groups, or fewer, a likeness counts in full."""
NEARER_IN_A_CROWD = 0.064
"""By how much the nearest of distinct groups is more alike for each e-fold of groups: 0.07 for three times as many, measured on
42, 140 and 420. It is taken away, or one limit would refuse ever more of a larger set; the same subject is no nearer there."""
SAME_BONES, OTHER_BONES = 0.25, -0.07
"""What the same skeleton adds, since that of another subject is as good as never the same, and what another one takes away."""
FARTHEST, NEAREST = -2.0 - 2 * CROWDED + OTHER_BONES, 2.0 + 2 * CROWDED + SAME_BONES
"""The likeness of two groups lies between."""

F64 = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Crowd:
    """G groups of N samples in all, group after group."""

    starts: Indices  # (G + 1,) where each group's samples begin; the last is N
    splits: Indices  # (G,)
    embeddings: Codes  # (G, K) means; zeros for a group whose samples have none
    looks: Codes  # (N, D)
    skeletons: Skeletons | None = None  # of the groups, where any was noted


@dataclass(frozen=True, slots=True)
class Alike:
    """For each of G groups the most alike earlier group, or NOBODY, and how alike, FARTHEST where there is none."""

    index: Indices
    likeness: F64


@cache
def strangers() -> Codes:
    """(480, D) mean looks of subjects that are in nobody's set."""
    with files(__package__).joinpath(STRANGERS).open("rb") as file, np.load(file, allow_pickle=False) as kept:
        return codes_of(kept["looks"])


def means(codes: Codes, starts: Indices) -> Codes:
    """(G, D) the mean direction of the rows of each group."""
    sums = np.zeros((len(starts) - 1, codes.shape[1]), np.int64)
    np.add.at(sums, np.repeat(np.arange(len(sums)), np.diff(starts)), codes)
    return codes_of(sums)


def crowdedness(looks: Codes, among: Codes) -> F64:
    """(G,) mean likeness of mean looks (G, D) to the nearest of some strangers."""
    found = np.empty((len(looks), NEAREST_STRANGERS), np.int64)
    _largest(np.ascontiguousarray(looks), np.ascontiguousarray(among), found)
    return np.asarray(found.sum(axis=1) / (NEAREST_STRANGERS * float(UNIT * UNIT)))


def nearest_subjects(crowd: Crowd, other_split: bool) -> Alike:
    """For each group the most alike earlier one, of other splits or of the same one.

    Raises MissingExtraError when there are too many for exact search and no index to search by.
    """
    crowded = crowdedness(means(crowd.looks, crowd.starts), strangers())
    bones = crowd.skeletons or joined([(NONE, np.zeros(0, np.int32))] * len(crowd.splits))
    index = np.full(len(crowd.splits), NOBODY, np.int64)
    likeness = np.full(len(crowd.splits), FARTHEST)
    for split in np.unique(crowd.splits):
        asking = np.flatnonzero(crowd.splits == split)
        asked = np.flatnonzero(crowd.splits != split) if other_split else asking
        limits = np.searchsorted(asked, asking, side="left")
        near = _candidates(crowd.embeddings[asking], crowd.embeddings[asked], limits)
        rows = np.where(near >= 0, asked[np.maximum(near, 0)] if len(asked) else NOBODY, NOBODY)
        known = (crowd.starts, crowd.embeddings, crowd.looks, crowded, bones.kinds, bones.starts, bones.lengths)
        _compare(asking, rows, *known, index, likeness)
        likeness[asking] = np.maximum(FARTHEST, likeness[asking] - by_number(limits))
    return Alike(index, likeness)


def by_number(earlier: Indices) -> F64:
    """How much more alike the nearest of so many distinct groups is than that of FEW_GROUPS: nothing for fewer."""
    return NEARER_IN_A_CROWD * np.log(np.maximum(1.0, earlier / FEW_GROUPS))


def _candidates(queries: Codes, codes: Codes, limits: Indices) -> Indices:
    """(Q, COMPARED or more) rows of the first limits[query] codes that are nearest to each query; -1 where there are fewer."""
    if float(len(queries)) * len(codes) <= EXACT_PAIRS:
        return exact.few_most_similar(queries, codes, limits, COMPARED)
    from spotdiff10k.duplicates import clusters

    found = [near for _, near in clusters.candidates(queries, codes, COMPARED)]
    near = np.concatenate(found)
    return np.where(near < limits[:, None], near, -1)


@kernel
def _dot(first: npt.NDArray[np.int16], second: npt.NDArray[np.int16]) -> np.int32:
    total = np.int32(0)
    for number in range(len(first)):
        total += np.int32(first[number]) * np.int32(second[number])
    return total


@kernel
def _largest(queries: Codes, codes: Codes, found: npt.NDArray[np.int64]) -> None:
    """The largest products of each query with any code, in falling order; zeros where there are fewer codes."""
    found[:] = 0
    count = found.shape[1]
    for query in range(len(queries)):
        for other in range(len(codes)):
            product = _dot(queries[query], codes[other])
            place = count
            while place > 0 and product > found[query, place - 1]:
                if place < count:
                    found[query, place] = found[query, place - 1]
                place -= 1
            if place < count:
                found[query, place] = product


@kernel
def _compare(
    asking: Indices,
    rows: Indices,
    starts: Indices,
    embeddings: Codes,
    looks: Codes,
    crowded: F64,
    kinds: Indices,
    bone_starts: Indices,
    bones: npt.NDArray[np.int32],
    index: Indices,
    likeness: F64,
) -> None:
    """The most alike of each asking group's candidates; of equally alike ones the earlier."""
    square = float(UNIT * UNIT)
    for place in range(len(asking)):
        group = asking[place]
        for other in rows[place]:
            if other < 0 or not embeddings[group].any() or not embeddings[other].any():
                continue
            closest = np.int32(-UNIT * UNIT)
            for here in range(starts[group], starts[group + 1]):
                for there in range(starts[other], starts[other + 1]):
                    closest = max(closest, _dot(looks[here], looks[there]))
            found = (_dot(embeddings[group], embeddings[other]) + closest) / square - CROWDED * (crowded[group] + crowded[other])
            said = bones_say(kinds, bone_starts, bones, group, other)
            found += SAME_BONES if said > 0 else OTHER_BONES if said < 0 else 0.0
            if found > likeness[group] or (found == likeness[group] and other < index[group]):
                likeness[group] = found
                index[group] = other


def warm_up() -> None:
    """Compile what compares groups."""
    starts, few = np.arange(3, dtype=np.int64), np.ones((2, 4), np.int16)
    looks = np.ones((2, strangers().shape[1]), np.int16)
    nearest_subjects(Crowd(starts, np.zeros(2, np.int64), few, looks), other_split=False)
