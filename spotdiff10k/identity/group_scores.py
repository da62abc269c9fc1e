"""Scores of a whole group from the agreement of its pairs: a member answers to all others, never to any one of them.

`agreement` is the (N, N) matrix of cosines of embeddings. Its diagonal is never read.
"""

import numpy as np
import numpy.typing as npt

F64 = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

TINY = 1e-9
SEARCH_STEPS = 20_000
"""Of the search for a clique; far more than groups of 25 members need."""


def agreement_of(embeddings: npt.NDArray[np.float32]) -> F64:
    """(N, N) cosines of (N, K) embeddings of unit length."""
    wide = embeddings.astype(np.float64)
    cosines: F64 = np.einsum("ik,jk->ij", wide, wide)
    return cosines


def differ_in_both(poses: npt.NDArray[np.int64], backgrounds: npt.NDArray[np.int64]) -> Flags:
    """(N, N): which pairs differ in pose and in background, and so share nothing but the subject."""
    found: Flags = (poses[:, None] != poses) & (backgrounds[:, None] != backgrounds)
    return found


def same_subject(agreement: F64, both: Flags) -> F64:
    """(N,): each member's mean agreement with those that differ in both; with all others where none do; NaN when alone."""
    others = ~np.eye(len(agreement), dtype=np.bool_)
    chosen = np.where(both.any(axis=1, keepdims=True), both, others)
    counts = chosen.sum(axis=1)
    return np.where(counts > 0, np.where(chosen, agreement, 0.0).sum(axis=1) / np.maximum(counts, 1), np.nan)


def margins(agreement: F64) -> F64:
    """(N,): a member's mean agreement with the others, less the mean agreement of the others among themselves.

    About 0 in a sound group, whether its pictures are easy or hard; a stranger falls below. NaN for less than 3 members.
    """
    count = len(agreement)
    if count < 3:
        return np.full(count, np.nan)
    rows = np.where(np.eye(count, dtype=np.bool_), 0.0, agreement).sum(axis=1)
    among_others = (rows.sum() / 2 - rows) / ((count - 1) * (count - 2) / 2)
    differences: F64 = rows / (count - 1) - among_others
    return differences


def level_agreement(embeddings: npt.NDArray[np.float32], levels: npt.NDArray[np.int64]) -> F64:
    """(N,): how well a member's level as a whole agrees with the other levels; NaN where there is one level only.

    embeddings (N, K), levels (N,): the poses or the backgrounds. A level is the mean of its members, in which what the other
    factor does to them is averaged out; agreement is the mean cosine with the other levels. What is swapped together agrees
    with itself, and hides from `same_subject` among single pairs that are noisier.
    """
    names, at = np.unique(levels, return_inverse=True)
    if len(names) < 2:
        return np.full(len(levels), np.nan)
    means = np.stack([embeddings[levels == name].mean(axis=0, dtype=np.float64) for name in names])
    means /= np.maximum(np.sqrt((means**2).sum(axis=1, keepdims=True)), TINY)
    cosines = np.einsum("ik,jk->ij", means, means)
    found: F64 = ((cosines.sum(axis=1) - np.diag(cosines)) / (len(names) - 1))[at]
    return found


def cohesion(agreement: F64, both: Flags) -> float:
    """The mean agreement of all pairs that differ in both (of all pairs where none do); NaN for less than 2 members."""
    pairs = np.triu(both if both.any() else np.ones_like(both), 1)
    return float(agreement[pairs].mean()) if pairs.any() else float("nan")


def division(agreement: F64, both: Flags, levels: npt.NDArray[np.int64]) -> float:
    """How much less the members of one level agree with the rest than either agrees among itself; the largest of all levels.

    `levels` are the poses or the backgrounds of the members. What is swapped together, such as every picture of one pose,
    agrees with itself, which hides it from `margins`. NaN where there is one level only.
    """
    found = [np.nan]
    others = ~np.eye(len(agreement), dtype=np.bool_)
    for level in np.unique(levels):
        inside = levels == level
        across = both & (inside[:, None] & ~inside)
        halves = [others & (side[:, None] & side) for side in (inside, ~inside)]
        within = [agreement[pairs & both if (pairs & both).any() else pairs].mean() for pairs in halves if pairs.any()]
        if across.any() and within:
            found.append(float(np.mean(within) - agreement[across].mean()))
    return float(np.nanmax(found)) if len(found) > 1 else float("nan")


def medoid(agreement: F64) -> int:
    """The member that agrees best with the others on the whole."""
    return int(np.where(np.eye(len(agreement), dtype=np.bool_), 0.0, agreement).sum(axis=1).argmax())


def largest_clique(accepted: Flags) -> tuple[int, ...]:
    """The largest set of members that all accept each other, by branch and bound; the first found of equals.

    Above SEARCH_STEPS steps, which takes a large and strange group, the best so far.
    """
    count = len(accepted)
    friends = [sum(1 << j for j in range(count) if j != i and accepted[i, j] and accepted[j, i]) for i in range(count)]
    best: tuple[int, ...] = ()
    stack: list[tuple[tuple[int, ...], int]] = [((), (1 << count) - 1)]
    for _ in range(SEARCH_STEPS):
        if not stack:
            break
        members, candidates = stack.pop()
        if len(members) > len(best):
            best = members
        if candidates and len(members) + candidates.bit_count() > len(best):
            first = (candidates & -candidates).bit_length() - 1
            stack.append((members, candidates & ~(1 << first)))
            stack.append(((*members, first), candidates & friends[first]))
    return best
