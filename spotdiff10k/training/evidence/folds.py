"""How held-out pictures are divided into those a probe learns from and those it is asked about."""

import numpy as np
import numpy.typing as npt

from spotdiff10k.training.evidence.held_out import HeldOut
from spotdiff10k.training.views import Indices

Chosen = npt.NDArray[np.bool_]
"""(F, N): which pictures a fold uses."""
FOLDS = 8
"""Of held-out subjects: with 32 of them a probe learns from 28 and is asked about 4."""
GRID_FOLDS = 9
"""Cells of a subject's grid that are asked about in turn, at most: all of a group of 3 poses and 3 backgrounds."""


def across_subjects(held_out: HeldOut, folds: int = FOLDS) -> tuple[Chosen, Chosen]:
    """Learn and ask, (F, N) each: no subject is in both, every picture is asked about once."""
    folds = min(folds, held_out.subjects)
    asked = held_out.labels.subject[None, :] % folds == np.arange(folds)[:, None]
    return ~asked, asked


def across_cells(held_out: HeldOut) -> tuple[Chosen, Chosen]:
    """Learn and ask, (F, N) each: every subject that is asked about was learnt, in other poses on other backgrounds of its.

    (0, N) where no subject has pictures that differ in both.
    """
    labels = held_out.labels
    pose = _place_within(labels.subject, labels.pose)
    background = _place_within(labels.subject, labels.background)
    cells = sorted({(int(p), int(b)) for p, b in zip(pose, background, strict=True)})[:GRID_FOLDS]
    asked = np.array([(pose == p) & (background == b) for p, b in cells])
    learnt = np.array([(pose != p) & (background != b) for p, b in cells])
    asked &= np.array([np.isin(labels.subject, labels.subject[learn]) for learn in learnt])
    useful = asked.any(1)
    return learnt[useful], asked[useful]


def _place_within(subject: Indices, level: Indices) -> Indices:
    """(N,) which of its subject's levels a picture has, counted from 0 in the order of the levels."""
    found = np.zeros(len(subject), np.int64)
    for one in np.unique(subject):
        chosen = subject == one
        found[chosen] = np.unique(level[chosen], return_inverse=True)[1]
    return found
