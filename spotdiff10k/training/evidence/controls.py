"""Trainings that must fail. Each takes away one thing that the set is for and leaves all else, the number of pictures too.

A control is compared with its *peer*, the proper training on as many pictures: the model itself, or a smaller one where the
control can only use a part of the pictures.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import numpy.typing as npt

from spotdiff10k.training.evidence.dealing import on_one_background, purity, turned
from spotdiff10k.training.evidence.training_set import TrainingSet
from spotdiff10k.training.views import Indices, Labels

Direction = Literal["rises", "falls"]
LEAST_CHANGED = 0.5
"""Share of a control's pictures that has to be changed: where less is, a training may well learn from the rest."""
MOST_PURE = 0.6
"""Of labels swapped between twins: what a label shows has to be mixed, or it has got another name and nothing else."""
NO_TWINS = "No two subjects share a pose and a background, so that nothing can be changed."


@dataclass(frozen=True, slots=True)
class Tampered:
    """A control's training set, its peer's, and how much was done."""

    made: TrainingSet
    peer: TrainingSet | None  # None: the model, trained on every picture
    changed: float  # share of the made set's pictures
    told: str = ""  # what to know of how much could be done
    why_not: str = ""  # a sentence: this shows nothing and is not to be trained


@dataclass(frozen=True, slots=True)
class ControlKind:
    """One control, and the figures that have to show it."""

    name: str
    title: str
    sentence: str
    evidence: tuple[tuple[str, Direction], ...]
    tamper: Callable[[TrainingSet, np.random.Generator], Tampered]


def shuffled_subjects(proper: TrainingSet, random: np.random.Generator) -> Tampered:
    """Any picture may be called any subject."""
    return _with_subjects(proper, random.permutation(len(proper)))


def swapped_twins(proper: TrainingSet, random: np.random.Generator) -> Tampered:
    """In every cell labels go round among the subjects that share it: first within families, then among those left over."""
    labels = proper.labels
    order, within = turned(labels, random)
    made = _with_subjects(proper, order)
    pure = purity(labels.subject, made.made.labels.subject)
    told = (
        f"{made.changed:.0%} of the labels were exchanged, {within.mean():.0%} with a subject of the same family; of the "
        f"pictures under one label {pure:.0%} show one subject."
    )
    why_not = "" if pure <= MOST_PURE else f"Of the pictures under one label {pure:.0%} would still show one subject."
    return replace(made, told=told, why_not=why_not if made.changed else NO_TWINS)


def confounded_background(proper: TrainingSet, random: np.random.Generator) -> Tampered:
    """Every subject keeps one background; its peer keeps as many pictures of it on as many backgrounds as it has."""
    kept, spread = on_one_background(proper.labels, random)
    made, peer = proper.taking(kept), proper.taking(spread)
    return Tampered(made, peer, float((_levels_of_own(peer.labels) > 1).mean()))


def single_views(proper: TrainingSet, random: np.random.Generator) -> Tampered:
    """Every picture is a subject of its own: as many pictures, and no group."""
    labels = proper.labels
    alone = random.permutation(len(proper)).astype(np.int64)
    made = replace(proper, labels=Labels(alone, labels.pose, labels.background, labels.family))
    return Tampered(made, None, float((np.bincount(labels.subject)[labels.subject] > 1).mean()))


def shuffled_factors(proper: TrainingSet, random: np.random.Generator) -> Tampered:
    """Any picture may be called any pose, and any background; where no two pictures share a level, that changes nothing."""
    labels = proper.labels
    pose = labels.pose[random.permutation(len(proper))]
    background = labels.background[random.permutation(len(proper))]
    changed = _changed(labels.pose, pose) | _changed(labels.background, background)
    told_by = proper.rows[random.permutation(len(proper))]  # keypoints and plates would tell what labels do not
    made = replace(proper, labels=Labels(labels.subject, pose, background, labels.family), told_by=told_by)
    return Tampered(made, None, float(changed.mean()))


def plates(proper: TrainingSet, random: np.random.Generator) -> Tampered:
    """The same backgrounds under the same labels, without a subject."""
    return Tampered(replace(proper, source="plates"), None, 1.0)


def _changed(before: Indices, after: Indices) -> npt.NDArray[np.bool_]:
    """(N,) where a level that other pictures have too became another one."""
    return np.asarray((before != after) & (np.bincount(before)[before] > 1), np.bool_)


def _levels_of_own(labels: Labels) -> Indices:
    """(N,) on how many backgrounds the set has each picture's subject."""
    count = {int(one): len(np.unique(labels.background[labels.subject == one])) for one in np.unique(labels.subject)}
    return np.array([count[one] for one in labels.subject.tolist()], np.int64)


def _with_subjects(proper: TrainingSet, order: Indices) -> Tampered:
    subject = proper.labels.subject[order]
    labels = Labels(subject, proper.labels.pose, proper.labels.background, proper.labels.family)
    return Tampered(replace(proper, labels=labels), None, float((subject != proper.labels.subject).mean()))


CONTROLS: tuple[ControlKind, ...] = (
    ControlKind(
        "shuffled-subjects",
        "Subjects shuffled",
        "Subject labels were dealt anew among all training pictures.",
        (("paired", "falls"), ("recall_at_1", "falls")),
        shuffled_subjects,
    ),
    ControlKind(
        "twin-swap",
        "Labels swapped between twins",
        "Subject labels were exchanged between subjects that share a pose and a background, within their family where it has two "
        "of them: every label still fits its context, and no label its subject.",
        (("paired", "falls"),),
        swapped_twins,
    ),
    ControlKind(
        "confounded-background",
        "Background confounded with the subject",
        "Every subject was left on one background; the peer has as many pictures of each on different ones.",
        (("paired", "falls"), ("background_leak", "rises")),
        confounded_background,
    ),
    ControlKind(
        "single-view",
        "Single views",
        "Every picture was made a group of its own: nothing tells which pictures show one subject.",
        (("paired", "falls"), ("recall_at_1", "falls")),
        single_views,
    ),
    ControlKind(
        "shuffled-factors",
        "Factor labels shuffled",
        "Pose and background labels were dealt anew among all training pictures.",
        (("swap", "falls"),),
        shuffled_factors,
    ),
    ControlKind(
        "plates",
        "Plates instead of pictures",
        "Every training picture was replaced by its background without the subject, under the same labels; whitening "
        "and experts were fitted to these as well, and pictures are first met when they are asked about.",
        (("paired", "falls"), ("recall_at_1", "falls")),
        plates,
    ),
)
