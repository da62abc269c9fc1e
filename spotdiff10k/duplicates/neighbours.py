"""The most similar sample of an earlier group: exact as long as that is affordable, by an index of clusters beyond.

Groups come in plan order, and only earlier ones are looked at: of two near-identical subjects the later one is found,
whoever looks and in whatever order.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from spotdiff10k.duplicates import exact
from spotdiff10k.duplicates.bits import NOBODY
from spotdiff10k.duplicates.codes import Codes, similarity

UNLIKE = -1.0
"""The similarity of who has nobody to be like."""
EXACT_PAIRS = 2.5e9
"""Up to so many pairs, those of 50,000 vectors, all are compared: half a minute on one core for 256 numbers."""

Indices = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Neighbours:
    """For each of N samples the row of the most similar one, or NOBODY, and its cosine, UNLIKE where there is nobody."""

    index: Indices
    similarity: npt.NDArray[np.float64]


def earlier(codes: Codes, groups: Indices, splits: Indices, other_split: bool) -> Neighbours:
    """The most similar sample of an earlier group, of other splits or of the same one.

    codes (N, D); groups (N,) the ordinal of each row's group, never falling; splits (N,) a number for each row's split.
    Raises MissingExtraError when there are too many for exact search and no index to search by.
    """
    index = np.full(len(codes), NOBODY, np.int64)
    found = np.full(len(codes), UNLIKE)
    for split in np.unique(splits):
        asking = np.flatnonzero(splits == split)
        asked = np.flatnonzero(splits != split) if other_split else asking
        limits = np.searchsorted(groups[asked], groups[asking], side="left")
        crowd = 0 if other_split else int(np.bincount(groups[asking] - groups[asking[0]]).max())
        nearest, products = search(codes[asking], codes[asked], limits, crowd)
        somebody = nearest != NOBODY
        index[asking[somebody]] = asked[nearest[somebody]]
        found[asking[somebody]] = similarity(products[somebody])
    return Neighbours(index, found)


def search(queries: Codes, codes: Codes, limits: Indices, passed_over: int = 0) -> tuple[Indices, npt.NDArray[np.int32]]:
    """For each query the most similar of the first limits[query] codes, or NOBODY, and their product.

    `passed_over`: how many rows at or beyond its limit are likely to be among a query's nearest (those of its own group).
    """
    if float(len(queries)) * len(codes) <= EXACT_PAIRS:
        return exact.most_similar(queries, codes, limits)
    from spotdiff10k.duplicates import clusters

    return clusters.most_similar(queries, codes, limits, passed_over)
