"""The swap test: a code put together of three pictures has to find the picture that it describes.

The subject code of one picture, the pose code of a second and the background code of a third, of three subjects, describe a
fourth: that subject, that pose, that background. Whatever a code keeps of what it should not know points elsewhere.
"""

import numpy as np

from spotdiff10k.training.codes import Codes
from spotdiff10k.training.evidence.by_subject import Float64
from spotdiff10k.training.evidence.held_out import HeldOut, Relation
from spotdiff10k.training.evidence.retrieval import similarities


def swapped(codes: Codes, held_out: HeldOut, seed: int) -> Float64:
    """(N,) for each picture, whether a code of three others finds it; NaN where there are no such others.

    The three never show the target's subject, pose and background together with what they are asked for, and are not searched.
    """
    tables = [similarities(part) for part in (codes.subject, codes.pose, codes.background)]
    sources = _sources(held_out)
    random = np.random.default_rng(seed)
    found = np.full(len(held_out), np.nan)
    for target in range(len(held_out)):
        drawn = [random.random(len(held_out)) for _ in sources]
        if not all(relation[target].any() for relation in sources):
            continue
        chosen = [int(np.where(relation[target], lot, -1.0).argmax()) for relation, lot in zip(sources, drawn, strict=True)]
        score = sum((table[source] for table, source in zip(tables, chosen, strict=True)), np.zeros(len(held_out)))
        score[chosen] = -np.inf
        better = int((score >= score[target]).sum()) - 1  # an equal is not behind
        found[target] = better == 0
    return found


def _sources(held_out: HeldOut) -> tuple[Relation, Relation, Relation]:
    """Whose subject, pose and background codes describe a target: each shares that factor alone."""
    labels = held_out.labels
    subject = labels.subject[:, None] == labels.subject[None, :]
    pose = labels.pose[:, None] == labels.pose[None, :]
    background = labels.background[:, None] == labels.background[None, :]
    return held_out.own, pose & ~subject & ~background, background & ~subject & ~pose
