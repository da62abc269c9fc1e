"""Leakage: what probes read out of each part of a code, asked about subjects, or poses and backgrounds, they did not learn from.

Pose and background are asked across subjects: no subject is in both halves of a fold. The subject is asked across cells: from
pictures of a subject in other poses on other backgrounds, so that knowing its contexts does not help.
"""

from collections.abc import Mapping
from typing import Literal

import numpy as np

from spotdiff10k.seeds import seed_for
from spotdiff10k.training.codes import Float32
from spotdiff10k.training.evidence import linear_probe, mlp_probe
from spotdiff10k.training.evidence.by_subject import Float64, mean_by_subject
from spotdiff10k.training.evidence.folds import across_cells, across_subjects
from spotdiff10k.training.evidence.held_out import HeldOut
from spotdiff10k.training.views import Indices, Labels

Part = Literal["subject", "pose", "background"]
PARTS: tuple[Part, ...] = ("subject", "pose", "background")
MLP_FOLDS = 4
SEED = 1
"""Root of what a probe draws: the same for every arm, so that probes differ by what they read alone."""


def linear(codes: Float32, held_out: HeldOut) -> dict[str, Float64]:
    """(S,) accuracy of usual linear probes of one part for each factor that the set tells; by the factor's name.

    Without the subject where none has pictures in other poses on other backgrounds to learn it from.
    """
    learnt, asked = across_cells(held_out)
    if not len(learnt):
        return _contexts(codes, held_out, strongest=False)
    (answer,) = linear_probe.read(codes, [held_out.labels.subject], learnt, asked)
    found = {"subject": mean_by_subject(answer, held_out.labels.subject, held_out.subjects)}
    return found | _contexts(codes, held_out, strongest=False)


def strongest(codes: Float32, held_out: HeldOut) -> dict[str, Float64]:
    """(S,) accuracy of linear probes with hardly any penalty, for pose and background; by the factor's name."""
    return _contexts(codes, held_out, strongest=True)


def _contexts(codes: Float32, held_out: HeldOut, *, strongest: bool) -> dict[str, Float64]:
    labels = held_out.labels
    told = {name: level for name in ("pose", "background") if can_be_asked(level := getattr(labels, name))}
    if not told:
        return {}
    answers = linear_probe.read(codes, list(told.values()), *across_subjects(held_out), strongest=strongest)
    return {name: mean_by_subject(answer, labels.subject, held_out.subjects) for name, answer in zip(told, answers, strict=True)}


def taught(learnt: Float32, learnt_labels: Labels, asked: Float32, asked_labels: Labels, held_out: HeldOut) -> dict[str, Float64]:
    """(S,) accuracy of usual linear probes of pose and background that learn from the training pictures; by the factor's name.

    There are many more of these: of a hundred backgrounds a probe can learn little from two held-out subjects each. Rows and
    labels of the held-out pictures are `asked`; both labels number levels alike.
    """
    codes = np.concatenate([learnt, asked])
    ask = np.arange(len(codes)) >= len(learnt)
    pairs = {name: (getattr(learnt_labels, name), getattr(asked_labels, name)) for name in ("pose", "background")}
    told = {
        name: np.unique(np.concatenate(pair), return_inverse=True)[1]
        for name, pair in pairs.items()
        if can_be_asked(getattr(held_out.labels, name))
    }
    if not told:
        return {}
    answers = linear_probe.read(codes, list(told.values()), ~ask[None], ask[None])
    subject, count = held_out.labels.subject, held_out.subjects
    return {name: mean_by_subject(answer[ask], subject, count) for name, answer in zip(told, answers, strict=True)}


def small_networks(codes: Float32, held_out: HeldOut) -> dict[str, Float64]:
    """(S,) accuracy of small networks for pose and background; by the factor's name."""
    found: dict[str, Float64] = {}
    factors: Mapping[str, Indices] = {"pose": held_out.labels.pose, "background": held_out.labels.background}
    for name, level in factors.items():
        if can_be_asked(level):
            seed = seed_for(SEED, "mlp-probe", name)
            answer = mlp_probe.read(codes, level, *across_subjects(held_out, MLP_FOLDS), seed)
            found[name] = mean_by_subject(answer, held_out.labels.subject, held_out.subjects)
    return found


def can_be_asked(level: Indices) -> bool:
    """Whether a factor has levels that pictures share: at least two, each of two pictures or more on average."""
    levels = int(level.max(initial=-1)) + 1
    return 1 < levels <= len(level) // 2


def chance(level: Indices) -> float:
    """What always naming the most frequent level gets right."""
    return float(np.bincount(level).max() / len(level))
