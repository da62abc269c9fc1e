"""Trainings that must fail. Each takes away one thing that the set is for and leaves all else, the number of pictures too.

A control is compared with its *peer*, the proper training on as many pictures: the model itself, or a smaller one where the
control can only use a part of the pictures.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from spotdiff10k.training.evidence.dealing import on_one_background, turned
from spotdiff10k.training.evidence.training_set import TrainingSet
from spotdiff10k.training.views import Indices, Labels

Direction = Literal["rises", "falls"]


@dataclass(frozen=True, slots=True)
class Tampered:
    """A control's training set, its peer's, and how much was done."""

    made: TrainingSet
    peer: TrainingSet | None  # None: the model, trained on every picture
    changed: float  # share of the made set's pictures
    told: str = ""  # what to know of how much could be done


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
    told = f"{made.changed:.0%} of the labels were exchanged, {within.mean():.0%} with a subject of the same family."
    return replace(made, told=told)


def confounded_background(proper: TrainingSet, random: np.random.Generator) -> Tampered:
    """Every subject keeps one background; its peer keeps as many pictures of it on as many backgrounds as it has."""
    kept, spread = on_one_background(proper.labels, random)
    return Tampered(proper.taking(kept), proper.taking(spread), 1.0)


def single_views(proper: TrainingSet, random: np.random.Generator) -> Tampered:
    """Every picture is a subject of its own: as many pictures, and no group."""
    labels = proper.labels
    alone = random.permutation(len(proper)).astype(np.int64)
    return Tampered(replace(proper, labels=Labels(alone, labels.pose, labels.background, labels.family)), None, 1.0)


def shuffled_factors(proper: TrainingSet, random: np.random.Generator) -> Tampered:
    """Any picture may be called any pose, and any background."""
    labels = proper.labels
    pose = labels.pose[random.permutation(len(proper))]
    background = labels.background[random.permutation(len(proper))]
    changed = (pose != labels.pose) | (background != labels.background)
    made = replace(proper, labels=Labels(labels.subject, pose, background, labels.family))
    return Tampered(made, None, float(changed.mean()))


def plates(proper: TrainingSet, random: np.random.Generator) -> Tampered:
    """The same backgrounds under the same labels, without a subject."""
    return Tampered(replace(proper, source="plates"), None, 1.0)


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
        "Every training picture was replaced by its background without the subject, under the same labels.",
        (("paired", "falls"), ("recall_at_1", "falls")),
        plates,
    ),
)
