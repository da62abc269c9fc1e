"""Does a factor hold where it should and vary where it should? From distances between the samples of a group alone.

The samples of a level are compared with the level's medoid: the one with the least sum of distances to the others. So one
spoilt sample of three or more is blamed alone; of two, both are, since nothing tells which is right.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

F64 = npt.NDArray[np.float64]
Labels = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Held:
    """What a group's distances say of each sample; all (N,)."""

    error: F64  # distance to the own level's medoid, or of the medoid to the nearest other; 0 for one that is alone
    margin: F64  # by how much the nearest other level is farther than the own one; negative: it looks like another level
    nearest: Labels  # the nearest level; the own one wins a tie
    alone: npt.NDArray[np.bool_]  # no other sample has its level
    beside: Labels  # the sample of its level that `error` is the distance to; itself for one that is alone


def medoids(distances: F64, labels: Labels) -> dict[int, int]:
    """Level to the sample that is nearest to all others of its level, the first of equals."""
    found: dict[int, int] = {}
    for level in np.unique(labels).tolist():
        members = np.flatnonzero(labels == level)
        sums = distances[np.ix_(members, members)].sum(axis=1)
        found[level] = int(members[int(np.argmin(sums))])
    return found


def held(distances: F64, labels: Labels, contexts: Labels) -> Held:
    """Compare every sample with its own level's medoid and with the other levels.

    distances (N, N), symmetric; labels (N,) of the factor that is held; contexts (N,) of the other factor. Another level is as
    far as its members in other contexts are (lower median): the own level has no other, and a shared context makes things alike.
    """
    centres = medoids(distances, labels)
    error, other = np.zeros(len(labels)), np.full(len(labels), np.inf)
    nearest, alone, beside = labels.copy(), np.zeros(len(labels), np.bool_), np.arange(len(labels))
    for i, (own, context) in enumerate(zip(labels.tolist(), contexts.tolist(), strict=True)):
        siblings = np.flatnonzero((labels == own) & (np.arange(len(labels)) != i))
        alone[i] = not len(siblings)
        if len(siblings):
            beside[i] = siblings[distances[i, siblings].argmin()] if centres[own] == i else centres[own]
            error[i] = distances[i, beside[i]]
        for level in centres:
            members = np.flatnonzero((labels == level) & (contexts != context))
            apart = np.sort(distances[i, members])[(len(members) - 1) // 2] if level != own and len(members) else np.inf
            if apart < other[i]:
                other[i] = apart
                nearest[i] = level if apart < error[i] else own
    return Held(error, other - error, nearest.astype(np.int64), alone, beside)


def excess(distances: F64, labels: Labels, contexts: Labels, found: Held) -> F64:
    """The part of each sample's error (N,) that its two contexts do not explain, at least 0.

    What the same two contexts make of the other levels (lower median) is taken away: a higher camera changes all of them.
    """
    places = {(level, context): i for i, (level, context) in enumerate(zip(labels.tolist(), contexts.tolist(), strict=True))}
    explained = np.zeros(len(labels))
    for i, sibling in enumerate(found.beside.tolist()):
        between = []
        for level in sorted(set(labels.tolist()) - {int(labels[i])}):
            first, second = places.get((level, int(contexts[i]))), places.get((level, int(contexts[sibling])))
            if first is not None and second is not None:
                between.append(float(distances[first, second]))
        explained[i] = sorted(between)[(len(between) - 1) // 2] if between else 0.0
    return np.maximum(0.0, found.error - explained)


def variety(distances: F64, labels: Labels, contexts: Labels) -> float:
    """The least distance between two levels, each pair by the median over the contexts in which both are seen.

    labels (N,) of the factor that varies, contexts (N,) of the other factor, which is then the same on both sides. Infinite where
    no two levels are seen in one context.
    """
    places = {(level, context): i for i, (level, context) in enumerate(zip(labels.tolist(), contexts.tolist(), strict=True))}
    levels, around = sorted(set(labels.tolist())), sorted(set(contexts.tolist()))
    least = float("inf")
    for number, first in enumerate(levels):
        for second in levels[:number]:
            pairs = [(places.get((first, one)), places.get((second, one))) for one in around]
            apart = sorted(float(distances[i, j]) for i, j in pairs if i is not None and j is not None)
            if apart:
                least = min(least, apart[(len(apart) - 1) // 2])
    return least
