"""A whole group scored at once, with members that show nothing left out of the others' scores."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from spotdiff10k.identity import group_scores
from spotdiff10k.identity.tensors import F32

ACCEPTED_PAIR = 0.1
"""Agreement from which two members accept each other: one pair in a thousand of the least alike of a sound group is below."""
TO_DEVIATION = 1.4826
"""From the median distance to the median, to a normal distribution's standard deviation."""
FAR = 3.0
"""Deviations below a group's median agreement, from which two members of it do not accept each other."""
LEAST_DEVIATION = 0.01
"""Pairs that agree nearly alike are not told apart by less."""

F64 = npt.NDArray[np.float64]
Indices = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class GroupScores:
    """Scores by member (NaN for one without an embedding), and of the group."""

    agreement: F64  # (N, N) cosines, NaN where either shows nothing
    same_subject: F64  # (N,)
    margin: F64  # (N,)
    pose_agreement: F64  # (N,), the same for members of one pose
    cohesion: float
    division: float
    clique: tuple[int, ...]  # the largest set of members that all accept each other
    medoid: int  # -1 when nobody has an embedding


def score_group(
    embeddings: Sequence[F32 | None], poses: Indices, backgrounds: Indices, accepted_pair: float | None = ACCEPTED_PAIR
) -> GroupScores:
    """Score N members, each with its embedding and its levels.

    Members accept each other from the agreement `accepted_pair`; without one, where nothing was trained to say what agreement
    means, from what is far below the group's own median.
    """
    count = len(embeddings)
    shown = np.array([index for index, vector in enumerate(embeddings) if vector is not None], np.int64)
    vectors = [vector for vector in embeddings if vector is not None]
    agreement = np.full((count, count), np.nan)
    same, margin, of_pose = np.full(count, np.nan), np.full(count, np.nan), np.full(count, np.nan)
    if not vectors:
        return GroupScores(agreement, same, margin, of_pose, float("nan"), float("nan"), (), -1)
    stacked = np.stack(vectors)
    found = group_scores.agreement_of(stacked)
    both = group_scores.differ_in_both(poses[shown], backgrounds[shown])
    agreement[np.ix_(shown, shown)] = found
    same[shown] = group_scores.same_subject(found, both)
    margin[shown] = group_scores.margins(found)
    of_pose[shown] = group_scores.level_agreement(stacked, poses[shown])
    accepted = far_below(found) if accepted_pair is None else accepted_pair
    clique = tuple(int(shown[place]) for place in group_scores.largest_clique(found >= accepted))
    divided = max(group_scores.division(found, both, levels[shown]) for levels in (poses, backgrounds))
    medoid = int(shown[group_scores.medoid(found)])
    return GroupScores(agreement, same, margin, of_pose, group_scores.cohesion(found, both), divided, clique, medoid)


def far_below(agreement: F64) -> float:
    """From which agreement on a pair of a group is none of its outliers: by median and median deviation of its (N, N) pairs."""
    pairs = agreement[np.triu_indices(len(agreement), 1)]
    if not len(pairs):
        return -np.inf
    middle = float(np.median(pairs))
    deviation = TO_DEVIATION * float(np.median(np.abs(pairs - middle)))
    return middle - FAR * max(deviation, LEAST_DEVIATION)
