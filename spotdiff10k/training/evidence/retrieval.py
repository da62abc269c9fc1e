"""Finding the same subject in another pose on another background, among distractors that share pose and background.

A query may not see its subject's pictures of the same pose or of the same background, so that copying a context finds nothing;
every other subject is in the gallery, with the query's twins: other subjects in its very pose on its very background.
The share of (own view, twin) pairs won is the pairwise accuracy of NearID's protocol for distractors of matched context.
"""

from math import comb

import numpy as np

from spotdiff10k.training.codes import Float32
from spotdiff10k.training.evidence.by_subject import Float64
from spotdiff10k.training.evidence.held_out import HeldOut

TIE = 0.5
"""What an own view as near as a twin counts: a code that is the same for all pictures wins half."""
TINY = 1e-12
SMALL_GALLERY = 32
"""Subjects of a gallery whose size does not depend on the set: as many as a certificate holds out at least."""


def similarities(codes: Float32) -> Float64:
    """(N, N) cosines. Summed without BLAS, so that they do not depend on its threads."""
    rows = codes.astype(np.float64)
    rows /= np.maximum(np.sqrt((rows * rows).sum(1, keepdims=True)), TINY)
    return np.asarray(np.einsum("id,jd->ij", rows, rows), np.float64)


def paired(similar: Float64, held_out: HeldOut) -> Float64:
    """(N,) how often a picture is nearer to its own view than to its twin; NaN where it has no twin or no own view."""
    found = np.full(len(held_out), np.nan)
    for query, row in enumerate(similar):
        own, twins = row[held_out.own[query]], row[held_out.twins[query]]
        if own.size and twins.size:
            difference = own[:, None] - twins[None, :]
            found[query] = (difference > 0).mean() + TIE * (difference == 0).mean()
    return found


def ranked(similar: Float64, held_out: HeldOut) -> tuple[Float64, Float64]:
    """(N,) whether the nearest of the gallery is an own view, and the average precision of the own views; NaN without one.

    Of equals, other subjects come first: a code that is the same for all pictures finds nothing.
    """
    first = np.full(len(held_out), np.nan)
    precision = np.full(len(held_out), np.nan)
    for query, row in enumerate(similar):
        own = row[held_out.own[query]]
        others = row[held_out.gallery[query] & ~held_out.own[query]]
        if own.size and others.size:
            own = np.sort(own)[::-1]
            before = (others[None, :] >= own[:, None]).sum(1)
            place = before + np.arange(1, own.size + 1)
            first[query] = place[0] == 1
            precision[query] = (np.arange(1, own.size + 1) / place).mean()
    return first, precision


def first_among(similar: Float64, held_out: HeldOut, subjects: int = SMALL_GALLERY) -> Float64:
    """(N,) the probability that the nearest is an own view in a gallery of the query's subject and `subjects` - 1 drawn others.

    Of M other subjects, K with a picture as near as the nearest own view, n are drawn: none of the K is among them with
    probability C(M - K, n) / C(M, n) (hypergeometric). So sets with many and with few held-out subjects can be compared; with
    no more subjects than the gallery has it is what `ranked` says. NaN without an own view.
    """
    found = np.full(len(held_out), np.nan)
    others = held_out.subjects - 1
    drawn = min(subjects - 1, others)
    none_of = np.array([comb(others - nearer, drawn) / comb(others, drawn) for nearer in range(others + 1)])
    for query, row in enumerate(similar):
        own = held_out.own[query]
        strangers = held_out.gallery[query] & ~own
        if own.any() and strangers.any():
            nearer = held_out.labels.subject[strangers & (row >= row[own].max())]
            found[query] = none_of[len(np.unique(nearer))]
    return found


def shortcut_margin(similar: Float64, held_out: HeldOut) -> Float64:
    """(N,) how much nearer own views are than other subjects on the same background, in spreads of the gallery's similarity.

    Negative where the background is a shorter way than the subject. NaN where either is missing.
    """
    found = np.full(len(held_out), np.nan)
    spread = max(float(similar[held_out.gallery].std()), TINY)
    for query, row in enumerate(similar):
        own, others = row[held_out.own[query]], row[held_out.same_background[query]]
        if own.size and others.size:
            found[query] = (own.mean() - others.mean()) / spread
    return found
