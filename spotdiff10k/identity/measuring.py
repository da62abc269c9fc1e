"""From the pictures of a group to its measures of identity; what the check records, and what benchmarks and calibration read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from spotdiff10k.identity.appearance import Appearance
from spotdiff10k.identity.mates import copies, faults_of_colour
from spotdiff10k.identity.members import ACCEPTED_PAIR, GroupScores, Indices, score_group
from spotdiff10k.identity.neural import SIDE, Pair, neural_blocks, stages_of
from spotdiff10k.identity.rows import RowVerifier, row_agreement
from spotdiff10k.identity.sights import Sight
from spotdiff10k.identity.tensors import F32
from spotdiff10k.identity.verifier import NONE, Verifier

if TYPE_CHECKING:
    from spotdiff10k.features import KeptRows

ONE_LEVEL = "no two samples differ in {factor}"
FEWEST = 3
"""Members that show their subject, below which nobody can be told from the rest."""
BY_SCORES = ("same_subject", "margin", "pose_agreement", "cohesion", "division", "clique")
BY_MATES = ("novelty", "tint")


@dataclass(frozen=True, slots=True)
class GroupIdentity:
    """What was measured of N members and of their group; NaN where a member shows nothing."""

    members: Mapping[str, Sequence[float]]  # measure to N values
    group: Mapping[str, float]
    scores: GroupScores
    unchecked: Mapping[str, str]  # measures that such a group cannot have, with the reason; not to be read above


def embeddings_of(
    verifier: Verifier, looks: Sequence[Appearance], pairs: Sequence[Pair], kept: "KeptRows | None" = None
) -> list[F32 | None]:
    """The embeddings of members, with the verifier's encoder where it has one; None where nothing can be said."""
    seen = [at for at, look in enumerate(looks) if look.descriptor is not None]
    neural: dict[int, Mapping[str, F32]] = {}
    if verifier.encoder != NONE and seen:
        from spotdiff10k.encoders import load_encoder

        encoder = load_encoder(verifier.encoder, input_size=SIDE)
        blocks = neural_blocks(encoder, [pairs[at] for at in seen], stages_of(verifier.blocks), kept)
        neural = dict(zip(seen, blocks, strict=True))
    return [
        None if look.descriptor is None else verifier.embed({**look.descriptor, **neural.get(at, {})})
        for at, look in enumerate(looks)
    ]


def foreground_of(
    name: str, looks: Sequence[Appearance], pairs: Sequence[Pair], kept: "KeptRows | None" = None
) -> list[F32 | None]:
    """The means of an encoder's patch tokens as embeddings, where no verifier was trained; None where nothing can be said."""
    from spotdiff10k.encoders import load_encoder
    from spotdiff10k.identity.foreground import foreground_means

    seen = [at for at, look in enumerate(looks) if look.descriptor is not None]
    found: list[F32 | None] = [None] * len(looks)
    if seen:
        for at, mean in zip(seen, foreground_means(load_encoder(name), [pairs[at] for at in seen], kept), strict=True):
            found[at] = mean
    return found


def measure_members(
    looks: Sequence[Appearance],
    embeddings: Sequence[F32 | None],
    poses: Indices,
    backgrounds: Indices,
    accepted_pair: float | None = ACCEPTED_PAIR,
    rows: RowVerifier | None = None,
    sights: Sequence[Sight | None] | None = None,
) -> GroupIdentity:
    """Measure a group from what its members look like, their embeddings and their levels; `accepted_pair` as in `score_group`.

    Poses are compared with each other by `rows`, or where there are none by the means of embeddings; colours with `sights` as in
    `faults_of_colour`.
    """
    scores = score_group(embeddings, poses, backgrounds, accepted_pair)
    of_pose = scores.pose_agreement
    if rows is not None:
        of_pose = row_agreement(rows, [look.descriptor for look in looks], poses)
    novelty, tint = faults_of_colour(looks, poses, backgrounds, sights)
    members: dict[str, Sequence[float]] = {
        "same_subject": scores.same_subject.tolist(),
        "margin": scores.margin.tolist(),
        "pose_agreement": of_pose.tolist(),
        "copy": copies(looks, poses),
        "novelty": novelty,
        "tint": tint,
    }
    clique = len(scores.clique) / max(1, len(looks))
    group = {"cohesion": scores.cohesion, "division": scores.division, "clique": clique}
    shown = np.array([look.descriptor is not None for look in looks], np.bool_)
    return GroupIdentity(members, group, scores, _unchecked(poses[shown], backgrounds[shown]))


def _unchecked(poses: Indices, backgrounds: Indices) -> dict[str, str]:
    """Measures that members with these levels cannot have, with the reason."""
    reasons: dict[str, str] = {}
    if len(poses) < FEWEST:
        reason = f"{len(poses)} samples show their subject; at least {FEWEST} are needed to tell one from the rest"
        reasons.update(dict.fromkeys(BY_SCORES, reason))
    needs = {"pose": (poses, ("copy", "pose_agreement", "division")), "background": (backgrounds, ("division",))}
    for factor, (levels, measures) in needs.items():
        if len(np.unique(levels)) < 2:
            reasons.update({name: ONE_LEVEL.format(factor=factor) for name in measures if name not in reasons})
    if not _have_mates(poses, backgrounds):
        reason = "a sample has no other of its pose and one of another pose on the same two backgrounds to compare colours with"
        reasons.update(dict.fromkeys(BY_MATES, reason))
    return reasons


def _have_mates(poses: Indices, backgrounds: Indices) -> bool:
    """Whether every member is a corner of two poses on two backgrounds."""
    cells = set(zip(poses.tolist(), backgrounds.tolist(), strict=True))
    corners = [
        any(
            {(pose, other), (row, background), (row, other)} <= cells
            for row, other in cells
            if row != pose and other != background
        )
        for pose, background in cells
    ]
    return bool(corners) and all(corners)
